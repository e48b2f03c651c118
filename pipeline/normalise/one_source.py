"""What the quotes of one source say of prices: its listings and its spells, under what its labels mean.

A refresh and a replay ask the same, so that a day of the past is read as today.
"""

from typing import NamedTuple

import pandas as pd

from pipeline.domain.quote import Issue
from pipeline.domain.schedule import Schedule
from pipeline.normalise.listings import listings
from pipeline.normalise.releases import Releases, refuse_before_release
from pipeline.normalise.spells import spells


class OneSource(NamedTuple):
    """The listings of a source, their spells, and what a person must see."""

    listings: pd.DataFrame
    spells: pd.DataFrame
    issues: list[Issue]


def one_source(
    quotes: pd.DataFrame,
    captures: pd.DataFrame,
    resolved: pd.DataFrame,
    schedule: Schedule,
    releases: Releases,
    *,
    named: pd.DataFrame | None = None,
) -> OneSource:
    """Listings and spells of one source; a gap is two schedules without a look.

    `captures` and `resolved` are those of the source. `named` may give the unique labels of each body of `quotes`,
    where they are at hand.
    """
    found, keyed = listed(quotes, captures, resolved, releases, named=named)
    made, issues = spells(captures, keyed, schedule_gap=2 * schedule.interval)
    return OneSource(listings=found, spells=made, issues=issues)


def listed(
    quotes: pd.DataFrame,
    captures: pd.DataFrame,
    resolved: pd.DataFrame,
    releases: Releases,
    *,
    named: pd.DataFrame | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The listings of one source, and its quotes with their listing; of looks they ask the first at each body."""
    known = refuse_before_release(resolved, quotes if named is None else named, captures, releases)
    return listings(quotes, known)
