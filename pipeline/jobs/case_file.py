"""`undercut case show`: every indicator of one decision, printed or written as a workbook."""

import json
from datetime import datetime
from pathlib import Path
from typing import TextIO

from pipeline.domain.errors import UndercutError
from pipeline.exports.case_file import as_json, text, workbook
from pipeline.jobs.export import note, write
from pipeline.jobs.reading import current
from pipeline.jobs.say import Say
from pipeline.query.case_file import case_file
from pipeline.query.decisions import decision
from pipeline.query.snapshot import Snapshot
from pipeline.reviews.cases import Casebook, acts
from pipeline.settings import Settings
from pipeline.store import snapshots
from pipeline.store.engine import open_ledger

DONE, WRONG_USAGE = 0, 2


def show(
    settings: Settings,
    event: str,
    *,
    country: str | None,
    regime: str,
    as_of: str | None,
    out: Path | None,
    json_line: bool,
    now: datetime,
    stdout: TextIO,
    say: Say,
) -> int:
    """Print the file of a case (or write it to `out`); 2 where the decision is not in the build or a choice is none."""
    frames, meta = current(settings, say)
    snapshot = Snapshot(frames=frames, meta=meta)
    importing = country or settings.importing_country
    try:
        made = case_file(snapshot, event, importing_country=importing, regime=regime, as_of=as_of)
        row = decision(snapshot, event)
        if row is None:
            say(f"the current build holds no decision {event}: `undercut events --json` lists them")
            return WRONG_USAGE
        if made is None:
            say("its label was matched with no model version: nothing can be compared (`undercut identity`)")
            return WRONG_USAGE
        if out is not None:
            book = Casebook(ledger_url=settings.ledger_url, data_dir=settings.data_dir)
            digest = write(out, workbook(made, meta, row, acts(book.case(event)), frames))
            if snapshots.current_build(settings.data_dir) is not None:
                with open_ledger(settings.ledger_url, settings.data_dir) as ledger:
                    note(ledger, out, digest, meta, frames["events"][frames["events"]["id"] == event], at=now)
            say(f"{out} written, build {meta['build']}, SHA-256 {digest}")
            return DONE
    except UndercutError as error:
        say(str(error))
        return WRONG_USAGE
    if json_line:
        stdout.write(json.dumps(as_json(made, meta, row), ensure_ascii=False) + "\n")
    else:
        stdout.write(text(made, meta, row))
    return DONE
