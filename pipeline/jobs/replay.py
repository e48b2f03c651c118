"""`undercut replay`: history walked through day by day, and what each day would have said with what was public then.

Every day is walked (`history`); the days are shared out over processes. Rows are written as their days are done, so a
walk that was stopped can go on where it stopped.
"""

import csv
import io
import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import TextIO

from pipeline.domain.errors import InvalidValueError
from pipeline.jobs.appearances import COLUMNS, Row, View, appearances, delays
from pipeline.jobs.comparisons import asked_day
from pipeline.jobs.history import History, days_of
from pipeline.jobs.reading import sample_snapshot
from pipeline.jobs.say import Say
from pipeline.jobs.walk import views
from pipeline.settings import Settings
from pipeline.store import snapshots
from pipeline.store.engine import open_ledger

DONE, WRONG_USAGE = 0, 2
_SAID_EVERY = 15.0
"""Seconds between two lines about how far a walk has come."""


def replay(
    settings: Settings,
    *,
    since: str | None,
    until: str | None,
    every: int | None,
    models: Sequence[str] = (),
    suspicions: bool,
    out: Path | None,
    resume: bool = False,
    stream: TextIO,
    say: Say,
) -> int:
    """Write what each day from `since` to `until` would have said first; 2 for what is no day, interval or file.

    With `models` only the days on which something about one of them can have changed are looked at. With `resume` the
    walk goes on from the last day in `out`, a CSV file that an earlier walk of the same days wrote.
    """
    place = _place(settings, say)
    with open_ledger(*place) as ledger:
        days = days_of(ledger)
        if not days:
            say("nothing in the ledger was ever public: collect first")
            return DONE
        try:
            first, last = _bounds(days, since, until, every)
            begun = _begun(out) if resume else []
        except InvalidValueError as error:
            say(str(error))
            return WRONG_USAGE
        looked = History(ledger).days_about(models) if models and every is None else days
    walked = chosen(looked, first, last, every, eve=days[0] < first)
    start = date.fromisoformat(str(begun[-1]["public_on"])) if begun else first
    if begun and start not in walked:
        say(f"{out} ends with {start}, which is no day of this walk: begin anew, without --resume")
        return WRONG_USAGE
    walked = walked[max(0, walked.index(start) - 1) :] if begun else walked
    seen = _told(views(place, walked, suspicions=suspicions), start, len(walked), models, say)
    return _finished(seen, begun, out, stream, say)


def chosen(days: Sequence[date], first: date, last: date, every: int | None, *, eve: bool) -> list[date]:
    """The days to look at: every N days, else each of `days`; before them the eve, to know what stood already."""
    inside = [day for day in days if first <= day <= last]
    if every is not None:
        inside = [first + timedelta(days=count) for count in range(0, (last - first).days + 1, every)]
    return [*([first - timedelta(days=1)] if eve else []), *inside]


def _bounds(days: Sequence[date], since: str | None, until: str | None, every: int | None) -> tuple[date, date]:
    """The first and the last day asked for; raises InvalidValueError for what names no day of the ledger."""
    if every is not None and every < 1:
        raise InvalidValueError("--every takes a number of days, 1 or more")
    first, last = asked_day(since, days[0]), asked_day(until, days[-1])
    if first > last:
        raise InvalidValueError(f"--from {first} is after --to {last}")
    if first > days[-1] or last < days[0]:
        raise InvalidValueError(f"{first} to {last}: the ledger's documents were public from {days[0]} to {days[-1]}")
    return max(first, days[0]), min(last, days[-1])


def _begun(out: Path | None) -> list[Row]:
    """The rows that an earlier walk wrote; a last line that it did not finish is none.

    Raises
    ------
    InvalidValueError
        There is no such CSV file, or it has not the columns of a replay.
    """
    if out is None or out.suffix == ".json" or not out.exists():
        raise InvalidValueError("--resume goes on with a CSV file that an earlier walk wrote: name it with --out")
    whole = out.read_text(encoding="utf-8").rpartition("\n")[0]
    reader = csv.DictReader(io.StringIO(whole))
    if tuple(reader.fieldnames or ()) != COLUMNS:
        raise InvalidValueError(f"{out} has not the columns of a replay: begin anew, without --resume")
    return [dict(row) for row in reader]


Told = tuple[date, list[Row], View]
"""A day, what it said first, and all that it said."""


def _told(
    seen: Iterable[tuple[date, View]], start: date, count: int, models: Sequence[str], say: Say
) -> Iterator[Told]:
    """What each day from `start` said first, with a line now and then about how far the walk has come."""
    before: View = {}
    rows, began = 0, time.monotonic()
    said = began
    for place, (day, after) in enumerate(seen, start=1):
        found = appearances(before, after, day) if day >= start else []
        found = [row for row in found if not models or row["model_version"] in models]
        rows += len(found)
        before = after
        if time.monotonic() - said >= _SAID_EVERY:
            said = time.monotonic()
            say(f"{day}: day {place} of {count}, {rows} rows, {said - began:.0f} s")
        if day >= start:
            yield day, found, after


def _finished(seen: Iterator[Told], begun: list[Row], out: Path | None, stream: TextIO, say: Say) -> int:
    """Write every day as it is done; after `begun` only where its last day says what it said then."""
    rows: list[Row] = []
    last: View = {}
    days = 0
    if begun:
        day, found, last = next(seen)
        written = [row for row in begun if row["public_on"] == day.isoformat()]
        if _texts(found)[: len(written)] != _texts(written):
            say(f"{out} says otherwise of {day} than this ledger and these rules: begin anew, without --resume")
            return WRONG_USAGE
        rows, days = [*begun[: len(begun) - len(written)], *found], 1
    with _written(out, stream) as write:
        write(rows)
        for _, found, after in seen:
            write(found)
            rows += found
            last, days = after, days + 1
    say(f"as public on each day: {days} days walked, {len(rows)} rows")
    _tell_delays(rows, last, say)
    return DONE


@contextmanager
def _written(out: Path | None, stream: TextIO) -> Iterator[Callable[[Sequence[Row]], None]]:
    """A function that writes some rows at once; JSON is written whole at the end."""
    if out is None:
        yield _csv(stream)
    elif out.suffix == ".json":
        rows: list[Row] = []
        yield rows.extend
        text = json.dumps({"view": "as public on each day", "rows": rows}, ensure_ascii=False, indent=1)
        out.write_text(text + "\n", encoding="utf-8")
    else:
        with out.open("w", encoding="utf-8", newline="") as file:
            yield _csv(file)


def _csv(stream: TextIO) -> Callable[[Sequence[Row]], None]:
    writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
    writer.writeheader()

    def write(rows: Sequence[Row]) -> None:
        writer.writerows(rows)
        stream.flush()

    return write


def _texts(rows: Sequence[Row]) -> list[dict[str, str]]:
    """Rows as a CSV file says them."""
    return [{name: "" if row[name] is None else str(row[name]) for name in COLUMNS} for row in rows]


def _place(settings: Settings, say: Say) -> tuple[str, Path]:
    """The ledger's address and data directory; those of the sample where there is none."""
    if snapshots.current_build(settings.data_dir) is not None:
        return settings.ledger_url, settings.data_dir
    say("no ledger yet: replaying the shipped sample")
    folder = sample_snapshot(settings)
    return f"sqlite:///{folder / 'ledger.sqlite'}", folder


def _tell_delays(rows: list[Row], last: View, say: Say) -> None:
    """The delays of first appearance against the effective dates known at the end, of all and by state at the end."""
    effective = {key: decision["effective_at"] for key, decision in last.items()}
    found = delays(rows, effective)
    for state in (None, *sorted({str(last[key]["state"]) for key in found})):
        own = sorted(days for key, days in found.items() if state in (None, last[key]["state"]))
        if own:
            low, middle, high = (own[(len(own) - 1) * part // 4] for part in (1, 2, 3))
            say(
                f"{len(own)} decisions{'' if state is None else f' that are {state} at the end'} first shown {middle} "
                f"days (quartiles {low}, {high}) after they applied, by the dates known at the end"
            )
