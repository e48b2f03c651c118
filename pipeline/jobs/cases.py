"""`undercut case`: open, note, acknowledge, hold, dismiss or escalate a case about one decision, and list them."""

import json
from datetime import date, datetime
from typing import Any, TextIO

from pipeline.domain.errors import InvalidValueError
from pipeline.domain.instants import instant_text
from pipeline.jobs.reading import current
from pipeline.jobs.say import Say
from pipeline.reviews.cases import Act, Case, Casebook, CaseState, Entry, record, seen
from pipeline.settings import Settings
from pipeline.store.engine import open_ledger

DONE, WRONG_USAGE = 0, 2


def act(
    settings: Settings, event: str, kind: Act, *, reason: str, by: str, until: str | None, now: datetime, say: Say
) -> int:
    """Append one act; 2 where the decision is not in the current build or the act is incomplete."""
    frames, meta = current(settings, say)
    rows = frames["events"]
    known = rows[rows["id"] == event].to_dict("records")
    try:
        if not known and kind is Act.OPEN:
            raise InvalidValueError(f"the current build holds no decision {event}: `undercut events --json` lists them")
        day = None if until is None else date.fromisoformat(until)
        saw = seen(known[0], str(meta["build"])) if known else {"build": str(meta["build"])}
        with open_ledger(settings.ledger_url, settings.data_dir) as ledger:
            number = record(ledger, event, kind, reason=reason, who=by, at=now, until=day, saw=saw)
    except ValueError as error:
        say(str(error))
        return WRONG_USAGE
    say(f"review {number}: {event}: {kind.value}")
    return DONE


def table(settings: Settings, *, now: datetime, state: str | None, json_lines: bool, out: TextIO, say: Say) -> int:
    """Print every case with its acts, the last acted on first; with `state` those that stand so today."""
    book = Casebook(ledger_url=settings.ledger_url, data_dir=settings.data_dir)
    if state is not None and state not in list(CaseState):
        say(f"{state!r} is none of {', '.join(CaseState)}")
        return WRONG_USAGE
    listed = [case for case in book.cases() if state is None or case.state(now.date()) == state]
    for case in listed:
        if json_lines:
            out.write(json.dumps(as_json(case, now.date()), ensure_ascii=False) + "\n")
        else:
            out.write(_text(case, now.date()))
    say(f"{len(listed)} cases")
    return DONE


def as_json(case: Case, today: date) -> dict[str, Any]:
    """One case: its decision, where it stands, and every act."""
    return {
        "event": case.event,
        "state": case.state(today).value,
        "acts": [_entry(entry) for entry in case.entries],
    }


def _entry(entry: Entry) -> dict[str, Any]:
    full = {
        "review": entry.review,
        "act": entry.act.value,
        "reason": entry.reason,
        "by": entry.who,
        "at": instant_text(entry.at),
        "until": None if entry.until is None else entry.until.isoformat(),
        "saw": entry.saw,
    }
    return {name: value for name, value in full.items() if value is not None}


def _text(case: Case, today: date) -> str:
    saw = case.entries[0].saw
    about = " ".join(saw[name] for name in ("kind", "seller", "model_version") if name in saw)
    lines = [f"{case.event}  {case.state(today).value}  {about}"]
    for entry in case.entries:
        until = "" if entry.until is None else f" until {entry.until}"
        lines.append(f"  {entry.at:%Y-%m-%d %H:%M} UTC  {entry.act.value}{until}  {entry.who}: {entry.reason}")
    return "\n".join(lines) + "\n"
