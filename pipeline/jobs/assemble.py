"""From what was read to the frames of a build: decisions, what is made of days, current prices and coverage.

Enters `Read`, the ledger's facts as frames; leaves every derived frame by its declared name and what a person must see.
Nothing here reads the ledger or a clock: the same facts give the same build, whatever of it was kept.
"""

import json
from collections.abc import Collection

import pandas as pd

from pipeline import frames
from pipeline.jobs.by_day import by_day
from pipeline.jobs.decided import decided
from pipeline.jobs.priced import kept_prices
from pipeline.jobs.read import Read
from pipeline.normalise.coverage import coverage
from pipeline.reference.load import Reference
from pipeline.store.digests import digests, together
from pipeline.store.keep import Keep, Made, Parts, anew, gathered

_OF_DAYS = ("sources", "listings", "resolved", "rates", "scores", "readings", "volumes")
_AS_READ = ("sources", "listings", "rates", "runs", "captures")


def assemble(read: Read, reference: Reference, keep: Keep = anew) -> Made:
    """Every frame of a build but `issues`, and the issues that its making found.

    Each stage is handed to `keep` with all that it is made of beside the program and its curated tables; `reference`
    must be the curated one where something is kept.
    """
    judged = decided(read, reference, keep)

    def days() -> str:
        return json.dumps([str(read.at.date()), read.spells.by_day(read["sources"], read.at)], sort_keys=True)

    def decisions() -> str:
        return judged.content("events")

    of_days = keep(
        "by_day",
        [days, decisions, *(read.given(name) for name in _OF_DAYS)],
        lambda: by_day(read.only(*_OF_DAYS), reference, judged.frames["events"], keep),
    )
    now = {
        "spells": read.spells.frame,
        "prices": kept_prices(read.spells, read["sources"], at=read.at, keep=keep),
        "coverage": _coverage(read, keep),
    }
    return gathered(read.facts.only(*_AS_READ), judged.only("changes"), of_days, Made(frames=now))


def _coverage(read: Read, keep: Keep) -> pd.DataFrame:
    """By source, of its runs, its schedule and the day."""
    sources = read["sources"]
    runs = read["runs"][["source", "due", "kind", "verdict", "ended_at"]]
    schedules = dict(zip(sources["source"], sources["schedule"], strict=True))

    def make(names: Collection[str]) -> Parts:
        made = coverage(runs[runs["source"].isin(names)], sources, until=read.at)
        return Parts(frames={"coverage": made.assign(part=made["source"])})

    ran = digests(runs, runs["source"])
    parts = together(ran, ran, schedules, shared=[str(read.at.date())])
    return keep.by_part("coverage", parts, make, frames.declared, now=read.at).frames["coverage"]
