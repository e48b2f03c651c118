"""Whether each source was watched on each day: the ledger of runs as one state per source and UTC day.

Enters the frames `runs` and `sources`; leaves the frame `coverage`. Nothing is inferred from prices.
"""

from datetime import datetime

import pandas as pd

from pipeline import frames
from pipeline.domain.instants import utc
from pipeline.domain.schedule import Schedule
from pipeline.domain.vocabulary import CoverageState, RunKind, RunVerdict

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

    The best run of a day decides. A day without a run is `blind` where the schedule had one due by its end, after the
    source was first read on schedule; else `not_due`. A quarantined run was not believed: blind. An archived copy
    counts for the day it speaks for. `last_good_at` is the end of the last good run up to that day (for archived
    copies the instant they speak for). Runs that only listed copies count for nothing.
    """
    ended = runs[runs["verdict"].isin(_STATE)]
    if ended.empty:
        return frames.empty("coverage")
    archived = ended["kind"] == RunKind.BACKFILL.value
    looks = pd.DataFrame(
        {
            "source": ended["source"].astype("str"),
            "day": ended["due"].dt.tz_localize(None).dt.normalize(),
            "state": ended["verdict"].map(_STATE),
            "live": ~archived,
            "at": ended["ended_at"].fillna(ended["due"]).where(~archived, ended["due"]),
        }
    )
    schedules = dict(zip(sources["source"], sources["schedule"], strict=True))
    last = pd.Timestamp(utc(until)).tz_localize(None).normalize()
    parts = [
        _days(own, pd.Timedelta(Schedule.parse(schedules[source]).interval), last).assign(source=source)
        for source, own in looks.groupby("source", sort=True)
    ]
    return frames.coerce(pd.concat(parts, ignore_index=True), "coverage")


def _days(looks: pd.DataFrame, interval: pd.Timedelta, last: pd.Timestamp) -> pd.DataFrame:
    ranked = looks.assign(rank=looks["state"].map(_BEST_FIRST.index)).sort_values("rank", kind="stable")
    best = ranked.drop_duplicates("day").set_index("day")["state"]
    first = looks["day"].min()
    days = pd.date_range(first, max(last, looks["day"].max()), freq="D", unit="us", name="day")
    live = looks.loc[looks["live"], "day"]
    looked = pd.Series(live.unique(), index=live.unique()).reindex(days).ffill()
    overdue = looked.notna() & (pd.Series(days, index=days) + pd.Timedelta(days=1) - looked > interval)
    missing = overdue.map({True: CoverageState.BLIND.value, False: CoverageState.NOT_DUE.value})
    good = looks[looks["state"].isin(_GOOD)].groupby("day")["at"].max().reindex(days).cummax().ffill()
    return pd.DataFrame(
        {
            "day": days,
            "state": best.reindex(days).fillna(missing).to_numpy(),
            "runs": looks.groupby("day").size().reindex(days, fill_value=0).to_numpy(),
            "last_good_at": good.to_numpy(),
        }
    )
