"""Were we watching, over a window of days? Stretches of each source's coverage, for a page beside its chart."""

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from pipeline.domain.vocabulary import CoverageState
from pipeline.normalise.coverage import spans
from pipeline.query.snapshot import Snapshot

READ = (CoverageState.CHANGED.value, CoverageState.UNCHANGED.value)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Watched:
    """A window's stretches (columns of `normalise.coverage.spans`) and its counts of days over all sources."""

    stretches: pd.DataFrame
    since: pd.Timestamp
    until: pd.Timestamp
    days: int
    due: int
    read: int


def watched(snapshot: Snapshot, sources: Iterable[str], since: pd.Timestamp, until: pd.Timestamp) -> Watched:
    """The coverage of those sources from one day (UTC) to another; `due` leaves out days on which no look was due.

    A source that was looked at first within the window begins there.
    """
    first, last = (at.tz_localize("UTC") if at.tzinfo is None else at for at in (since, until))
    found = spans(
        snapshot["coverage"], sources=sorted(set(sources)), since=first.to_pydatetime(), until=last.to_pydatetime()
    )
    days = found.groupby("state")["days"].sum()
    due = int(days.drop(CoverageState.NOT_DUE.value, errors="ignore").sum())
    read = int(sum(days.get(state, 0) for state in READ))
    return Watched(stretches=found, since=since, until=until, days=int(days.sum()), due=due, read=read)
