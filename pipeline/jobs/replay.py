"""`undercut replay`: history walked through day by day, and what each day would have said with what was public then.

The view of a day is built by the stages of a refresh from the captures that were public by its end
(`normalise.as_public`), so a replay can never know more than a monitor that watched all along. Days on which nothing
can have changed are skipped. The days are shared out over processes; each keeps the spells of sources that a day did
not change.
"""

import csv
import json
import os
import threading
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from multiprocessing import get_context, parent_process
from pathlib import Path
from typing import TextIO

import pandas as pd

from pipeline import frames
from pipeline.domain.errors import InvalidValueError
from pipeline.domain.schedule import Schedule
from pipeline.domain.vocabulary import SourceKind
from pipeline.jobs.appearances import COLUMNS, Row, View, appearances, delays, view_of
from pipeline.jobs.assemble import Read, assemble, judged
from pipeline.jobs.comparisons import asked_day
from pipeline.jobs.reading import sample_snapshot
from pipeline.jobs.say import Say
from pipeline.normalise import as_public
from pipeline.normalise.identity import resolve
from pipeline.normalise.listings import labels, listings, merged
from pipeline.normalise.releases import Releases, refuse_before_release
from pipeline.normalise.spells import spells
from pipeline.reference.load import Reference, load_reference
from pipeline.reference.thresholds import load_thresholds
from pipeline.reviews import identity
from pipeline.settings import Settings
from pipeline.store import snapshots, tables
from pipeline.store.engine import open_ledger
from pipeline.store.ledger import Ledger

DONE, WRONG_USAGE = 0, 2
_CHUNK = 6
"""Days a process walks in a row: enough to gain from kept spells, few enough to share the late, long ones out."""
_NO_LABELS = pd.DataFrame({name: pd.Series([], dtype="str") for name in ("source", "seller", "label", "alias_of")})
_PROMOTION_END = r'"ends_at":"([^"]+)"'


@dataclass(frozen=True, slots=True, kw_only=True)
class _Facts:
    """All that a ledger holds of prices, read once: every view is a part of it."""

    sources: pd.DataFrame
    captures: dict[str, pd.DataFrame]
    quotes: dict[str, pd.DataFrame]
    announcements: pd.DataFrame
    rates: pd.DataFrame
    scores: pd.DataFrame
    readings: pd.DataFrame
    accepted: pd.DataFrame
    rejected: pd.DataFrame


class History:
    """The views of one ledger, day by day; spells of a source that a day did not change are kept.

    With `suspicions` a view's flags are those of a whole refresh (underpricing and dumping too), else sharp cuts and
    watch.
    """

    def __init__(self, ledger: Ledger, *, suspicions: bool = False) -> None:
        self._facts = _facts(ledger)
        self._suspicions = suspicions
        self._releases = Releases(load_reference())
        self._kept: dict[str, tuple[tuple[int, int], pd.DataFrame, pd.DataFrame]] = {}

    def days(self) -> list[date]:
        """The days on which a view can differ from the day before's."""
        facts = self._facts
        captures = pd.concat(list(facts.captures.values()) or [frames.empty("captures")], ignore_index=True)
        stated = [quotes["conditions"].drop_duplicates().astype("str") for quotes in facts.quotes.values()]
        ends = pd.concat(stated or [pd.Series([], dtype="str")]).str.extract(_PROMOTION_END)[0].drop_duplicates()
        found = as_public.days_of_change(captures, pd.to_datetime(ends, utc=True), pd.Timedelta(load_thresholds().hold))
        return [day for day in found if day <= captures["public_at"].max().date()]

    def days_about(self, models: Sequence[str]) -> list[date]:
        """Those of `days` on which a decision about one of `models` can have changed."""
        days = self.days()
        known, _ = self._read(as_public.end_of(days[-1]))
        standing = load_thresholds()
        waits = [pd.Timedelta(wait) for wait in (standing.hold, standing.undone_within, standing.corroborated_after)]
        near = as_public.days_about(models, known.spells, known.listings, known.captures, waits)
        return [day for day in days if day in near]

    def view(self, day: date) -> View:
        """The decisions that a refresh at the end of `day` would have published."""
        read, known = self._read(as_public.end_of(day))
        if read.captures.empty:
            return {}
        if self._suspicions:
            return view_of(assemble(read, known)[0]["events"])
        found = judged(
            read.spells,
            read.listings,
            read.sources,
            now=read.now,
            announcements=read.announcements,
            rates=read.rates,
            aliases=known.aliases,
        )
        return view_of(found.events)

    def _read(self, at: datetime) -> tuple[Read, Reference]:
        """What a refresh at `at` would have read of prices, scores and rates; runs and volumes make no flag."""
        facts, reference = self._facts, load_reference()
        captures = {name: as_public.captures_as_public(frame, at) for name, frame in facts.captures.items()}
        captures = {name: frame for name, frame in captures.items() if len(frame)}
        quotes = {name: as_public.quotes_as_public(facts.quotes[name], frame) for name, frame in captures.items()}
        named = pd.concat([labels(frame) for frame in quotes.values()] or [_NO_LABELS], ignore_index=True)
        known = replace(
            reference,
            aliases=as_public.aliases_as_public(reference.aliases, at),
            openness=reference.openness[~(reference.openness["public_since"] > pd.Timestamp(at.date()))],
        )
        resolved = resolve(named, known, reviewed=facts.accepted, rejected=facts.rejected)
        parts = [self._source(name, captures[name], quotes[name], resolved) for name in captures]
        made = [spells for _, spells in parts if len(spells)]
        looked = pd.concat(list(captures.values()) or [frames.empty("captures")], ignore_index=True)
        read = Read(
            sources=facts.sources,
            listings=merged([found for found, _ in parts]),
            spells=frames.coerce(pd.concat(made, ignore_index=True), "spells") if made else frames.empty("spells"),
            resolved=resolved,
            captures=looked,
            runs=frames.empty("runs"),
            rates=as_public.rates_as_public(facts.rates, at),
            scores=as_public.scores_as_public(facts.scores, at),
            readings=facts.readings[facts.readings["observed_at"] <= at].reset_index(drop=True),
            volumes=frames.empty("volumes"),
            announcements=as_public.announcements_as_public(facts.announcements, looked),
            now=at,
            at=at,
        )
        return read, known

    def _source(
        self, name: str, captures: pd.DataFrame, quotes: pd.DataFrame, resolved: pd.DataFrame
    ) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Listings and spells of one source, made anew where its captures or its names changed."""
        own = resolved[resolved["source"] == name].reset_index(drop=True)
        key = (len(captures), hash(own.to_csv(index=False)))
        kept = self._kept.get(name)
        if kept is not None and kept[0] == key:
            return kept[1], kept[2]
        schedule = Schedule.parse(str(self._facts.sources.set_index("source").loc[name, "schedule"]))
        found, keyed = listings(quotes, refuse_before_release(own, quotes, captures, self._releases))
        made, _ = spells(captures, keyed, schedule_gap=2 * schedule.interval)
        self._kept[name] = (key, found, made)
        return found, made


def _facts(ledger: Ledger) -> _Facts:
    sources = tables.sources(ledger)
    captures = {
        str(name): tables.captures(ledger, str(name))
        for name in sources.loc[sources["kind"] == SourceKind.PRICES.value, "source"]
    }
    captures = {name: frame for name, frame in captures.items() if len(frame)}
    accepted, rejected = identity.decided(ledger)
    return _Facts(
        sources=sources,
        captures=captures,
        quotes={name: tables.quotes(ledger, name) for name in captures},
        announcements=tables.announcements(ledger, by_document=True),
        rates=tables.rates(ledger),
        scores=tables.scores(ledger),
        readings=tables.readings(ledger),
        accepted=accepted,
        rejected=rejected,
    )


def replay(
    settings: Settings,
    *,
    since: str | None,
    until: str | None,
    every: int | None,
    models: Sequence[str] = (),
    suspicions: bool,
    out: Path | None,
    stream: TextIO,
    say: Say,
) -> int:
    """Write what each day from `since` to `until` would have said first; 2 for a day or an interval that is none.

    With `models` only the days on which something about one of them can have changed are looked at.
    """
    if every is not None and every < 1:
        say("--every takes a number of days, 1 or more")
        return WRONG_USAGE
    place = _place(settings, say)
    with open_ledger(*place) as ledger:
        history = History(ledger)
        days = history.days()
        looked = history.days_about(models) if models and every is None and days else days
    if not days:
        say("nothing in the ledger was ever public: collect first")
        return DONE
    try:
        first, last = asked_day(since, days[0]), asked_day(until, days[-1])
    except InvalidValueError as error:
        say(str(error))
        return WRONG_USAGE
    walked = chosen(days, first, last, every)
    walked = [day for day in walked if day in {*looked, walked[0]}] if every is None else walked
    rows: list[Row] = []
    before: View = {}
    for day, after in views(place, walked, suspicions=suspicions):
        if day >= first:
            rows += [row for row in appearances(before, after, day) if not models or row["model_version"] in models]
        before = after
    _write(rows, out, stream)
    _tell(rows, before, walked, say)
    return DONE


def chosen(days: Sequence[date], first: date, last: date, every: int | None) -> list[date]:
    """The days to look at: every N days, else each that counts; before them the eve, to know what stood already."""
    inside = [day for day in days if first <= day <= last]
    if every is not None:
        inside = [first + timedelta(days=count) for count in range(0, (last - first).days + 1, every)]
    eve = [first - timedelta(days=1)] if days[0] < first else []
    return [*eve, *inside]


def views(
    place: tuple[str, Path], days: Sequence[date], *, workers: int | None = None, suspicions: bool = False
) -> Iterable[tuple[date, View]]:
    """The views of `days` in order, from as many processes as there are cores; a few days are not worth a second."""
    wanted = min(os.cpu_count() or 1, len(days) // 8) if workers is None else workers
    if wanted < 2:
        with open_ledger(*place) as ledger:
            history = History(ledger, suspicions=suspicions)
        yield from ((day, history.view(day)) for day in days)
        return
    with ProcessPoolExecutor(wanted, get_context("spawn"), _begin, (*place, suspicions)) as pool:
        yield from zip(days, pool.map(_view, days, chunksize=_CHUNK), strict=True)


_HISTORY: list[History] = []
"""The one history of a worker process."""


def _begin(url: str, data_dir: Path, suspicions: bool) -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with open_ledger(url, data_dir) as ledger:
        _HISTORY.append(History(ledger, suspicions=suspicions))


def _end_with_parent() -> None:
    """A worker whose parent was killed would wait for work for ever."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _view(day: date) -> View:
    return _HISTORY[0].view(day)


def _place(settings: Settings, say: Say) -> tuple[str, Path]:
    """The ledger's address and data directory; those of the sample where there is none."""
    if snapshots.current_build(settings.data_dir) is not None:
        return settings.ledger_url, settings.data_dir
    say("no ledger yet: replaying the shipped sample")
    folder = sample_snapshot(settings)
    return f"sqlite:///{folder / 'ledger.sqlite'}", folder


def _write(rows: list[Row], out: Path | None, stream: TextIO) -> None:
    if out is None:
        _csv(rows, stream)
    elif out.suffix == ".json":
        text = json.dumps({"view": "as public on each day", "rows": rows}, ensure_ascii=False, indent=1)
        out.write_text(text + "\n", encoding="utf-8")
    else:
        with out.open("w", encoding="utf-8", newline="") as file:
            _csv(rows, file)


def _csv(rows: list[Row], stream: TextIO) -> None:
    writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)


def _tell(rows: list[Row], last: View, days: Sequence[date], say: Say) -> None:
    """How many rows, and the delays against the effective dates known at the end."""
    effective = {key: decision["effective_at"] for key, decision in last.items()}
    found = sorted(delays(rows, effective).values())
    say(f"as public on each day: {len(days)} days looked at, {len(rows)} rows")
    if found:
        quarter = [found[(len(found) - 1) * part // 4] for part in (1, 2, 3)]
        say(
            f"{len(found)} decisions first shown {quarter[1]} days (quartiles {quarter[0]}, {quarter[2]}) after they "
            "applied, by the dates known at the end"
        )
