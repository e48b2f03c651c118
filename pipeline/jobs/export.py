"""Exports on request: tables and the workbook of the current snapshot, noted in the ledger as handed out."""

import hashlib
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, get_args

import pandas as pd

from pipeline.domain.errors import UndercutError
from pipeline.exports.csv import stamped, to_csv
from pipeline.exports.tables import coverage_table, events_table, prices_table
from pipeline.exports.workbook import Profile, workbook
from pipeline.jobs.reading import current
from pipeline.jobs.say import Say
from pipeline.settings import Settings
from pipeline.store import exported, snapshots
from pipeline.store.engine import open_ledger
from pipeline.store.ledger import Ledger

DONE, WRONG_USAGE = 0, 2
What = Literal["events", "prices", "coverage", "workbook"]


def export(frames: dict[str, pd.DataFrame], meta: dict[str, Any], *, what: What, profile: Profile) -> bytes:
    """The file's bytes: `events`, `prices` and `coverage` as CSV, `workbook` as XLSX."""
    public = profile == "public"
    match what:
        case "events":
            return to_csv(stamped(events_table(frames, public=public), meta, titled=True))
        case "prices":
            return to_csv(stamped(prices_table(frames, public=public), meta, titled=True))
        case "coverage":
            return to_csv(stamped(coverage_table(frames), meta, titled=True))
        case "workbook":
            return workbook(frames, meta, profile=profile)


def refuse_existing(path: Path) -> None:
    """UndercutError where the file exists: what was handed out is never overwritten."""
    if path.exists():
        raise UndercutError(f"{path} exists already: name another file, or move it away first")


def write(path: Path, content: bytes) -> str:
    """Write a file that did not exist, whole or not at all; its SHA-256."""
    refuse_existing(path)
    part = path.with_name(path.name + ".part")
    part.write_bytes(content)
    part.replace(path)
    return hashlib.sha256(content).hexdigest()


def note(ledger: Ledger, path: Path, digest: str, meta: dict[str, Any], events: pd.DataFrame, *, at: datetime) -> None:
    """Remember what was handed out and which flagged decisions it held, so that a withdrawal can list it."""
    flagged = sorted(str(decision) for decision in events.loc[events["flag"].notna(), "id"])
    exported.note(ledger, name=path.name, sha256=digest, build=meta["build"], decisions=flagged, at=at)


def export_to(settings: Settings, out: Path, *, what: str, profile: str, now: datetime, say: Say) -> int:
    """Write the file that was asked for; 2 where what or for whom is not known."""
    if what not in get_args(What) or profile not in get_args(Profile):
        say(f"--what is one of {', '.join(get_args(What))}; --profile one of {', '.join(get_args(Profile))}")
        return WRONG_USAGE
    refuse_existing(out)  # before a workbook is made for nothing
    frames, meta = current(settings, say)
    digest = write(out, export(frames, meta, what=what, profile=profile))  # type: ignore[arg-type]  # checked above
    if snapshots.current_build(settings.data_dir) is not None:
        with open_ledger(settings.ledger_url, settings.data_dir) as ledger:
            note(ledger, out, digest, meta, frames["events"], at=now)
    say(f"{out} written, build {meta['build']}, SHA-256 {digest}")
    if profile == "filing":
        say("for a filing: it may hold figures that may not be published (--profile public leaves them out)")
    return DONE
