"""`undercut sources`: every source, what it publishes, and when it was last read well."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, TextIO

import pandas as pd
from rich.table import Column, Table

from pipeline.domain.schedule import Schedule
from pipeline.domain.source import SourceFacts
from pipeline.domain.vocabulary import CoverageState
from pipeline.jobs.console import console
from pipeline.jobs.crawl import known_sources
from pipeline.jobs.reading import current
from pipeline.jobs.say import Say
from pipeline.normalise.speakers import speaker
from pipeline.settings import Settings, secret, secret_variable

_NARROW = 120
"""Columns of a terminal below which the facts of a source would be cut: they are in `--json` and on the page."""


def schedules(*, out: TextIO, json_lines: bool) -> int:
    """How often each source is looked at, by how much a look may wander, and when its prices are stale."""
    rows = [{"source": facts.name, **schedule_row(facts)} for facts in known_sources()]
    if json_lines:
        for row in rows:
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
        return 0
    shown = Table(_name(), "schedule", "earlier or later by up to", "prices stale after")
    for row in rows:
        shown.add_row(row["source"], row["schedule"], row["jitter"], row["stale_after"])
    console(out).print(shown)
    return 0


def _name() -> Column:
    """A name is typed again into the next command: it is never cut."""
    return Column("source", no_wrap=True, overflow="fold")


def schedule_row(facts: SourceFacts) -> dict[str, str]:
    """A source's schedule in words: `schedule`, `jitter`, `stale_after` (two missed looks); `-` where none is due."""
    schedule = Schedule.parse(facts.schedule)
    if schedule.when_asked:
        return {"schedule": facts.schedule, "jitter": "-", "stale_after": "-"}
    return {
        "schedule": facts.schedule,
        "jitter": in_words(schedule.jitter),
        "stale_after": in_words(2 * schedule.interval),
    }


def in_words(span: timedelta) -> str:
    """A span of time in its largest fitting unit (`36 min`, `2.4 h`, `2 days`)."""
    hours = span / timedelta(hours=1)
    if hours >= 48:
        return f"{hours / 24:g} days"
    return f"{hours:g} h" if hours >= 1 else f"{hours * 60:g} min"


def table(settings: Settings, *, out: TextIO, say: Say, json_lines: bool) -> int:
    frames, _ = current(settings, say)
    coverage = frames["coverage"].sort_values("day").drop_duplicates("source", keep="last").set_index("source")
    rows = [{**facts.as_json(), **_health(coverage, facts)} for facts in known_sources()]
    if json_lines:
        for row in rows:
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
        return 0
    paper = console(out)
    wide = paper.width >= _NARROW
    facts = ("what", "market", "who speaks", "lineage", "schedule") if wide else ()
    shown = Table(_name(), *facts, "last day was", "last good (UTC)")
    for row in rows:
        last = [str(row.get("state", "never")).replace("_", " "), str(row.get("last_good_at", "never"))]
        shown.add_row(row["name"], *(_facts(row) if wide else ()), *last)
    paper.print(shown)
    return 0


def _facts(row: Mapping[str, Any]) -> tuple[str, ...]:
    title = row["title"] if row["confirmed"] else f"{row['title']} (layout unconfirmed)"
    return title, ", ".join(row["markets"]), speaker(row["kind"], row["trust"]), row["lineage"], row["schedule"]


def _health(coverage: pd.DataFrame, facts: SourceFacts) -> dict[str, str]:
    if facts.needs_key is not None and secret(facts.needs_key) is None:
        return {"state": CoverageState.NEEDS_KEY.value, "key_in": secret_variable(facts.needs_key)}
    if facts.name not in coverage.index:
        return {}
    last = coverage.loc[facts.name]
    good: dict[str, str] = (
        {} if pd.isna(last["last_good_at"]) else {"last_good_at": f"{last['last_good_at']:%Y-%m-%dT%H:%M:%SZ}"}
    )
    return {"state": str(last["state"]), "day": f"{last['day']:%Y-%m-%d}", **good}
