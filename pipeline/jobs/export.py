"""Exports on request: tables and the workbook of the current snapshot, noted in the ledger as handed out."""

import hashlib
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from pipeline.domain.errors import UndercutError
from pipeline.exports.csv import to_csv
from pipeline.exports.tables import events_table, prices_table
from pipeline.exports.workbook import Profile, workbook
from pipeline.store import exported
from pipeline.store.ledger import Ledger

What = Literal["events", "prices", "workbook"]


def export(frames: dict[str, pd.DataFrame], meta: dict[str, Any], *, what: What, profile: Profile) -> bytes:
    """The file's bytes: `events` and `prices` as CSV, `workbook` as XLSX."""
    public = profile == "public"
    match what:
        case "events":
            return to_csv(events_table(frames, public=public))
        case "prices":
            return to_csv(prices_table(frames, public=public))
        case "workbook":
            return workbook(frames, meta, profile=profile)


def write(path: Path, content: bytes) -> str:
    """Write a file that did not exist, whole or not at all; its SHA-256."""
    if path.exists():
        raise UndercutError(f"{path} exists already: name another file, or move it away first")
    part = path.with_name(path.name + ".part")
    part.write_bytes(content)
    part.replace(path)
    return hashlib.sha256(content).hexdigest()


def note(ledger: Ledger, path: Path, digest: str, meta: dict[str, Any], events: pd.DataFrame, *, at: datetime) -> None:
    """Remember what was handed out and which flagged decisions it held, so that a withdrawal can list it."""
    flagged = sorted(str(decision) for decision in events.loc[events["flag"].notna(), "id"])
    exported.note(ledger, name=path.name, sha256=digest, build=meta["build"], decisions=flagged, at=at)
