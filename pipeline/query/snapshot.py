"""The published snapshot that pages are made of, read again when a new build is published.

In: the data directory. Out: declared frames and what is known of the build. Nothing is computed and nothing written.
"""

import re
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pandas as pd

from pipeline.domain.errors import LedgerError
from pipeline.domain.instants import parse_instant
from pipeline.query.documents import Document, document
from pipeline.store import snapshots

_BUILD = re.compile(r"[0-9A-Za-z-]+")


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

    @property
    def judged_at(self) -> pd.Timestamp:
        """The instant by which a price is current or stale: that of the build; of the shipped sample its newest."""
        return self.data_to if self.meta.get("sample") else self.built_at


class Shelf(Protocol):
    """Whatever hands out snapshots (None where nothing was published yet) and documents by digest."""

    def current(self, build: str | None = None) -> Snapshot | None:
        """The newest snapshot, or the named one where it is still kept."""

    def document(self, payload_sha256: str) -> Document | None: ...


class PublishedShelf:
    """The snapshots of one data directory: one look at the pointer per call, one reading per build."""

    def __init__(self, data_dir: Path, ledger_url: str) -> None:
        self._data_dir = data_dir
        self._ledger_url = ledger_url
        self._lock = threading.Lock()
        self._newest: Snapshot | None = None
        self._older: Snapshot | None = None

    def current(self, build: str | None = None) -> Snapshot | None:
        """The newest snapshot, or the named one where it is still kept; None before the first build."""
        newest = snapshots.current_build(self._data_dir)
        if newest is None:
            return None
        with self._lock:
            if self._newest is None or self._newest.build != newest:
                self._newest = self._read(newest)
            if build is None or build == newest:
                return self._newest
            if self._older is None or self._older.build != build:
                self._older = self._kept(build)
            return self._older or self._newest

    def _kept(self, build: str) -> Snapshot | None:
        """An older build; None where it is gone, or the name is none (a name from an address names no path)."""
        if not _BUILD.fullmatch(build):
            return None
        try:
            return self._read(build)
        except LedgerError:
            return None

    def _read(self, build: str) -> Snapshot:
        frames, meta = snapshots.read(self._data_dir, build)
        return Snapshot(frames=frames, meta=meta)

    def document(self, payload_sha256: str) -> Document | None:
        """The document of that digest, where the ledger fetched one."""
        return document(self._ledger_url, self._data_dir, payload_sha256)
