"""The frame `patterns`: what decisions show together that none of them shows alone (issue of METHODS 5 and 6).

Enters frames of a build; leaves one row per finding with a plain sentence. Nothing here is an input of a flag.
"""

import pandas as pd

from pipeline import frames
from pipeline.domain.thresholds import Thresholds
from pipeline.events.patterns import calendar, chains, kinds, launches, wars

SEED = 20261123


def patterns(
    events: pd.DataFrame,
    spells: pd.DataFrame,
    listings: pd.DataFrame,
    quality_prices: pd.DataFrame,
    thresholds: Thresholds,
) -> pd.DataFrame:
    """The frame `patterns`, ordered by `at` and `id`; random tests are drawn with a fixed seed."""
    found = chains.chains(events)
    sharp = wars.cuts(events, thresholds)
    rows = [
        *chains.drawdowns(found, thresholds),
        *chains.new_lows(found),
        *launches.below_peers(events, quality_prices),
        *kinds.to_free(events),
        *kinds.cached_only(events),
        *kinds.channel_moves(events, thresholds),
        *kinds.standing_discounts(spells, listings),
        *kinds.promotions(events, spells, listings, thresholds),
        *calendar.weekdays(events, seed=SEED),
        *calendar.hours(spells, listings),
        *wars.followers(sharp),
        *wars.wars(sharp, seed=SEED),
    ]
    if not rows:
        return frames.empty("patterns")
    table = pd.DataFrame(rows, columns=list(frames.FRAMES["patterns"].columns))
    table = table.drop_duplicates("id").sort_values(["at", "id"], kind="stable", ignore_index=True)
    return frames.coerce(table, "patterns")
