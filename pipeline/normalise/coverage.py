"""Whether each source was watched on each day: the ledger of runs as one state per source and UTC day.

Enters the frames `runs` and `sources`; leaves the frame `coverage`, and its stretches for people. Nothing is inferred
from prices.
"""

from collections.abc import Sequence
from datetime import datetime

import pandas as pd

from pipeline import frames
from pipeline.domain.instants import utc
from pipeline.domain.schedule import Schedule
from pipeline.domain.vocabulary import CoverageState, RunKind, RunVerdict
from pipeline.frames.days import day_of

_STATE = {
    RunVerdict.CHANGED.value: CoverageState.CHANGED.value,
    RunVerdict.UNCHANGED.value: CoverageState.UNCHANGED.value,
    RunVerdict.NEEDS_KEY.value: CoverageState.NEEDS_KEY.value,
    RunVerdict.FAILED_PARSE.value: CoverageState.FAILED_PARSE.value,
    RunVerdict.FAILED_FETCH.value: CoverageState.FAILED_FETCH.value,
    RunVerdict.INTERRUPTED.value: CoverageState.FAILED_FETCH.value,
    RunVerdict.QUARANTINED.value: CoverageState.BLIND.value,
    RunVerdict.BLIND.value: CoverageState.BLIND.value,
}
_BEST_FIRST = [state.value for state in CoverageState]
_GOOD = (CoverageState.CHANGED.value, CoverageState.UNCHANGED.value)


def coverage(runs: pd.DataFrame, sources: pd.DataFrame, *, until: datetime) -> pd.DataFrame:
    """One row per source and UTC day, from its first run to `until`.

    The best run of a day decides. A day without a run is `missed` where the schedule had one due by its end, after the
    source was first looked at; else `not_due`. A document outside its bounds, or held back, was read and not believed:
    `blind`. An archived copy counts for the day it speaks for. `last_good_at` is the end of the last good run up to
    that day (for archived copies the instant they speak for). Runs that only listed copies count for nothing.
    """
    ended = runs[runs["verdict"].isin(_STATE)]
    if ended.empty:
        return frames.empty("coverage")
    archived = ended["kind"] == RunKind.BACKFILL.value
    looks = pd.DataFrame(
        {
            "source": ended["source"].astype("str"),
            "day": day_of(ended["due"]),
            "state": ended["verdict"].map(_STATE),
            "due": ended["due"].dt.tz_localize(None).where(~archived),
            "at": ended["ended_at"].fillna(ended["due"]).where(~archived, ended["due"]),
        }
    )
    schedules = dict(zip(sources["source"], sources["schedule"], strict=True))
    last = pd.Timestamp(utc(until)).tz_localize(None).normalize()
    parts = [
        _days(own, _late(Schedule.parse(schedules[source])), last).assign(source=source)
        for source, own in looks.groupby("source", sort=True)
    ]
    return frames.coerce(pd.concat(parts, ignore_index=True), "coverage")


def _late(schedule: Schedule) -> pd.Timedelta:
    """How long after a look the next one has come at the latest, where none was missed."""
    return pd.Timedelta(schedule.interval + schedule.jitter)


def _days(looks: pd.DataFrame, late: pd.Timedelta, last: pd.Timestamp) -> pd.DataFrame:
    ranked = looks.assign(rank=looks["state"].map(_BEST_FIRST.index)).sort_values("rank", kind="stable")
    best = ranked.drop_duplicates("day").set_index("day")["state"]
    first = looks["day"].min()
    days = pd.date_range(first, max(last, looks["day"].max()), freq="D", unit="us", name="day")
    looked = looks.dropna(subset="due").groupby("day")["due"].max().reindex(days).ffill()
    overdue = looked.notna() & (pd.Series(days, index=days) + pd.Timedelta(days=1) - looked > late)
    missing = overdue.map({True: CoverageState.MISSED.value, False: CoverageState.NOT_DUE.value})
    good = looks[looks["state"].isin(_GOOD)].groupby("day")["at"].max().reindex(days).cummax().ffill()
    return pd.DataFrame(
        {
            "day": days,
            "state": best.reindex(days).fillna(missing).to_numpy(),
            "runs": looks.groupby("day").size().reindex(days, fill_value=0).to_numpy(),
            "last_good_at": good.to_numpy(),
        }
    )


def spans(
    coverage: pd.DataFrame,
    *,
    sources: Sequence[str] | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> pd.DataFrame:
    """Stretches of days of one state of one source, in order: what a page or a file can show of a window.

    Columns source, since, until (days, both in), state, days, runs, last_good_at (at its end). A window cuts the
    stretches at its ends; None is no end.
    """
    days = coverage.astype({"source": "str", "state": "str"}).sort_values(["source", "day"], kind="stable")
    kept = pd.Series(True, index=days.index) if sources is None else days["source"].isin(list(sources))
    if since is not None:
        kept &= days["day"] >= pd.Timestamp(utc(since)).tz_localize(None).normalize()
    if until is not None:
        kept &= days["day"] <= pd.Timestamp(utc(until)).tz_localize(None).normalize()
    days = days[kept]
    same = (days["source"] == days["source"].shift()) & (days["state"] == days["state"].shift())
    found = days.groupby((~same).cumsum().to_numpy()).agg(
        source=("source", "first"),
        since=("day", "first"),
        until=("day", "last"),
        state=("state", "first"),
        days=("day", "size"),
        runs=("runs", "sum"),
        last_good_at=("last_good_at", "last"),
    )
    return found.reset_index(drop=True)
