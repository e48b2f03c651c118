"""A shelf with one snapshot on it, for pages under test."""

from pipeline.query.snapshot import Snapshot
from tests.dashboard.snapshot import snapshot


class FixedShelf:
    """Hands out whatever snapshot it holds; None before the first build."""

    def __init__(self, held: Snapshot | None) -> None:
        self.held = held

    def current(self) -> Snapshot | None:
        return self.held


def small_snapshot() -> Snapshot:
    frames, meta = snapshot()
    return Snapshot(frames=frames, meta=meta)
