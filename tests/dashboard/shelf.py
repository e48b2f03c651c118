"""A shelf with one snapshot on it, for pages under test."""

from pipeline.query.documents import Document
from pipeline.query.snapshot import Snapshot
from tests.dashboard.snapshot import snapshot


class FixedShelf:
    """Hands out whatever snapshot it holds; None before the first build."""

    def __init__(self, held: Snapshot | None, documents: dict[str, Document] | None = None) -> None:
        self.held = held
        self.documents = documents or {}

    def current(self, build: str | None = None) -> Snapshot | None:
        return self.held

    def document(self, payload_sha256: str) -> Document | None:
        return self.documents.get(payload_sha256)


def small_snapshot() -> Snapshot:
    frames, meta = snapshot()
    return Snapshot(frames=frames, meta=meta)
