"""Looks that only confirmed the newest document: what they add to the spells of a source is known without its quotes.

Such a look moves when the prices that stand were seen last, and counts one capture more. So spells are made of the
looks without the last ones that confirmed what the live one before them saw, and these are added to them: a source that
is looked at every hour and changes every month is read once a month.
"""

from datetime import timedelta
from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline.domain.vocabulary import RunKind
from pipeline.normalise.looks import document


class Confirmed(NamedTuple):
    """How many looks confirmed what the one of the instant `since` saw, and when the last of them was."""

    since: pd.Timestamp
    last: pd.Timestamp
    looks: int


def without_confirmations(captures: pd.DataFrame, schedule_gap: timedelta) -> tuple[pd.DataFrame, Confirmed | None]:
    """The captures of one source without the last live looks that brought the document of the live look before each,
    and these looks. None of a source of several documents: one may contradict what another confirms.

    For a source that dates none of its prices `spells` of all captures are the spells of these with what was confirmed
    (`confirmed`); `schedule_gap` is the longest distance of two live looks that is no gap. A dated price may begin at a
    look that confirmed its document.
    """
    rows = captures.sort_values(["public_at", "capture"], kind="stable")
    if len(set(map(document, rows["url"]))) > 1:
        return captures, None
    at, recorded = rows["public_at"], rows["recorded_at"]
    live = rows["kind"].ne(RunKind.BACKFILL.value)
    again = live & live.shift(fill_value=False)
    for name in ("url", "payload_sha256"):
        again &= rows[name].eq(rows[name].shift())
    distance = at - at.shift()
    again &= distance.gt(timedelta()) & distance.le(schedule_gap) & recorded.ge(recorded.shift())
    kept = len(rows) - int(np.logical_and.accumulate(again.to_numpy()[::-1]).sum())
    # Of two captures of one instant the look that is confirmed may not be the one that is believed.
    if kept == len(rows) or at.eq(at.iloc[kept - 1]).sum() > 1:
        return captures, None
    told = Confirmed(since=at.iloc[kept - 1], last=at.iloc[-1], looks=len(rows) - kept)
    return rows.iloc[:kept].sort_index().reset_index(drop=True), told


def confirmed(spells: pd.DataFrame, told: Confirmed | None) -> pd.DataFrame:
    """The spells with what was confirmed: those that the look of `since` saw last stood until the last one."""
    if told is None:
        return spells
    stood = spells["ended"].eq("open") & spells["last_seen"].eq(told.since)
    return spells.assign(
        last_seen=spells["last_seen"].mask(stood, told.last), captures=spells["captures"] + told.looks * stood
    )
