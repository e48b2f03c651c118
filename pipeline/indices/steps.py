"""Step functions of days: when a stated price holds, and the runs of days between which nothing changes.

Enters spells with their groups; leaves days (UTC midnights without a zone), first and last both included.
"""

from datetime import timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.frames.days import day_of

_DAY = pd.Timedelta(days=1)


def held(
    spells: pd.DataFrame,
    missed: "npt.NDArray[np.timedelta64]",
    between_copies: timedelta,
    until: pd.Timestamp,
) -> pd.DataFrame:
    """First and last day on which each spell is the price that its source stands for.

    A spell that changed holds up to the day before the next look; one that was withdrawn too, where that look came
    within `between_copies`; one before a gap and the newest one hold until looks were missed for the time `missed`, and
    none after `until`.
    """
    first = day_of(spells["first_seen"])
    seen = day_of(spells["last_seen"])
    next_look = day_of(spells["not_after"]) - _DAY
    soon = spells["not_after"] - spells["last_seen"] <= between_copies
    answered = (spells["ended"] == "changed") | ((spells["ended"] == "withdrawn") & soon)
    stale = day_of(spells["last_seen"] + pd.Series(missed, index=spells.index))
    silent = stale.where(spells["ended"].isin(["open", "gap"]), seen)
    silent = silent.where(spells["not_after"].isna(), np.minimum(silent, next_look))
    last = next_look.where(answered, silent)
    # A price that was only seen on the day of the next one's first look still held on its own days.
    last = last.where(last >= seen, seen)
    final = until.tz_localize(None).normalize()
    return pd.DataFrame({"first": first, "last": last.where(last <= final, final)})


def segments(held_: pd.DataFrame, group: list[str]) -> pd.DataFrame:
    """Each row once per run of days (`since`, `until`) of its group in which no row begins or ends.

    `held_` has the days `first` and `last`. A run of days that no row covers does not appear.
    """
    starts = held_[[*group, "first"]].rename(columns={"first": "since"})
    ends = held_[[*group, "last"]].rename(columns={"last": "since"})
    ends["since"] += _DAY
    points = pd.concat([starts, ends]).drop_duplicates().sort_values([*group, "since"], kind="stable")
    points["until"] = points.groupby(group)["since"].shift(-1) - _DAY
    points = points[points["until"].notna()]
    pairs = held_.merge(points, on=group, how="inner", validate="many_to_many")
    return pairs[(pairs["first"] <= pairs["since"]) & (pairs["until"] <= pairs["last"])].reset_index(drop=True)
