"""The published snapshot that pages are made of, read again when a new build is published.

In: the data directory. Out: declared frames and what is known of the build. Nothing is computed and nothing written.
"""

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pandas as pd

from pipeline.domain.instants import parse_instant
from pipeline.query.documents import Document, document
from pipeline.store import snapshots


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Snapshot:
    """One build: `meta` says which, to which instant, by which method, in which view of the past."""

    frames: dict[str, pd.DataFrame]
    meta: dict[str, Any]

    def __getitem__(self, name: str) -> pd.DataFrame:
        return self.frames[name]

    @property
    def build(self) -> str:
        return str(self.meta["build"])

    @property
    def data_to(self) -> pd.Timestamp:
        return pd.Timestamp(parse_instant(self.meta["data_to"]))

    @property
    def built_at(self) -> pd.Timestamp:
        return pd.Timestamp(parse_instant(self.meta["built_at"]))


class Shelf(Protocol):
    """Whatever hands out the current snapshot (None where nothing was published yet) and documents by digest."""

    def current(self) -> Snapshot | None: ...

    def document(self, payload_sha256: str) -> Document | None: ...


class PublishedShelf:
    """The snapshots of one data directory: one look at the pointer per call, one reading per build."""

    def __init__(self, data_dir: Path, ledger_url: str) -> None:
        self._data_dir = data_dir
        self._ledger_url = ledger_url
        self._lock = threading.Lock()
        self._snapshot: Snapshot | None = None

    def current(self) -> Snapshot | None:
        build = snapshots.current_build(self._data_dir)
        if build is None:
            return None
        with self._lock:
            if self._snapshot is None or self._snapshot.build != build:
                frames, meta = snapshots.read(self._data_dir, build)
                self._snapshot = Snapshot(frames=frames, meta=meta)
            return self._snapshot

    def document(self, payload_sha256: str) -> Document | None:
        """The document of that digest, where the ledger fetched one."""
        return document(self._ledger_url, self._data_dir, payload_sha256)
