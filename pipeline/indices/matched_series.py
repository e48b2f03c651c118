"""Series I1: what the same models cost, week by week, with its interval and its drift check (METHODS 4).

Enters the panel of first-party prices; leaves rows of the frame `series`: one chain with every model version counted
once, one with every maker counted once, and the transitive index over rolling windows that tells how far chaining
drifts.
"""

import pandas as pd

from pipeline.indices.levels import index_levels
from pipeline.indices.matched_model import matched_model
from pipeline.indices.standing import first_party_prices

DRAWS, SEED = 500, 20260101
WINDOW = 13
LONGEST_GAP = pd.Timedelta(days=42)


def matched_series(panel: pd.DataFrame, *, blend: str, every: str) -> pd.DataFrame:
    """Rows `series, variant, blend, every, period, value, low, high, models, makers` of I1; 100 in the first period."""
    prices = since_the_last_gap(first_party_prices(panel))
    if prices["period"].nunique() < 2:
        return pd.DataFrame()
    counted = prices.groupby("period").agg(makers=("maker", "nunique"))
    parts = [
        _levels(prices, "model_version", "per model version", counted),
        _levels(prices, "maker", "per maker", counted),
    ]
    return pd.concat(parts, ignore_index=True).assign(series="matched_model", blend=blend, every=every)


def drift_check(monthly: pd.DataFrame, *, blend: str) -> pd.DataFrame:
    """The same prices by rolling-13-month GEKS-Jevons with mean splice: transitive, so without chain drift."""
    prices = since_the_last_gap(first_party_prices(monthly))
    if prices["period"].nunique() < 2:
        return pd.DataFrame()
    window = min(WINDOW, prices["period"].nunique())
    found = index_levels(
        prices[["period", "product", "price"]], method="geks-jevons", window=window, splice="mean"
    ).reset_index()
    counted = prices.groupby("period").agg(models=("product", "nunique"), makers=("maker", "nunique"))
    table = found.rename(columns={"level": "value"}).join(counted, on="period")
    return table.assign(
        series="matched_model", variant="GEKS-Jevons, 13 months, mean splice", blend=blend, every="month"
    )


def since_the_last_gap(prices: pd.DataFrame) -> pd.DataFrame:
    """The prices after the last time that none stood for six weeks: a chain carries nothing across such a gap."""
    periods = pd.to_datetime(pd.Series(sorted(prices["period"].unique()), dtype="str"))
    jumps = periods[periods.diff() > LONGEST_GAP]
    return prices if jumps.empty else prices[pd.to_datetime(prices["period"]) >= jumps.iloc[-1]]


def _levels(prices: pd.DataFrame, per: str, variant: str, counted: pd.DataFrame) -> pd.DataFrame:
    columns = ["period", "product", "price", per]
    levels = matched_model(prices[columns], per=per, draws=DRAWS, seed=SEED)
    table = levels.rename(columns={"level": "value", "matched": "models"})
    return table.join(counted, on="period").assign(variant=variant)
