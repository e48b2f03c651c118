"""The family of series of one build (METHODS 4): I1 to I4 over both blends, each row with what it rests on.

Enters `blends`, `listings`, `scores` and the curated facts; leaves the frames `series` and `frontier`.
"""

import pandas as pd

from pipeline import frames
from pipeline.indices.frontier import frontier, vintage
from pipeline.indices.matched_series import drift_check, matched_series
from pipeline.indices.quality_adjusted import hedonic_series, origin_gap, priced_models
from pipeline.indices.standing import BLENDS, no_sequels, period_ends, standing

BENCHMARK = "arena overall"
LADDER = [1250.0, 1300.0, 1350.0, 1400.0, 1450.0]
"""Rungs of the frontier in points of the benchmark: fixed, so that a rung means the same in every build."""


def series(
    blends: pd.DataFrame,
    listings: pd.DataFrame,
    scores: pd.DataFrame,
    events: pd.DataFrame,
    *,
    makers: pd.DataFrame,
    models: pd.DataFrame,
    routers: frozenset[str],
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(`series`, `frontier`) of a build: I1 weekly with a monthly drift check, I2 weekly, I3 and I4 monthly."""
    if blends.empty:
        return frames.empty("series"), frames.empty("frontier")
    first, last = blends["since"].min(), blends["until"].max()
    weeks, months = period_ends(first, last, "week"), period_ends(first, last, "month")
    scored = vintage(scores, BENCHMARK)
    breaks = no_sequels(events)
    rows, ladders = [], []
    for blend in BLENDS:
        weekly = standing(blends, listings, weeks, blend=blend, breaks=breaks)
        monthly = standing(blends, listings, months, blend=blend, breaks=breaks)
        priced = priced_models(monthly, scored, makers, models)
        rows += [
            matched_series(weekly, blend=blend, every="week"),
            drift_check(monthly, blend=blend),
            hedonic_series(priced, blend=blend),
            origin_gap(priced, blend=blend) if len(priced) else pd.DataFrame(),
        ]
        ladders.append(frontier(weekly, scored, LADDER, routers=routers).assign(blend=blend))
    published = scored["published_at"].max() if len(scored) else pd.NaT
    ladder = _union(ladders, "frontier", published)
    return _union(rows, "series", published), ladder


def _union(parts: list[pd.DataFrame], name: str, published: object) -> pd.DataFrame:
    full = [part for part in parts if len(part)]
    if not full:
        return frames.empty(name)
    table = pd.concat(full, ignore_index=True).assign(benchmark=BENCHMARK)
    table["period"] = pd.to_datetime(table["period"])
    table = table.assign(vintage=pd.Series([published] * len(table), dtype="datetime64[us, UTC]"))
    columns = list(frames.FRAMES[name].columns)
    return frames.coerce(table.reindex(columns=columns), name)
