"""Series I1: what the same models cost, week by week, with its interval and its drift check (METHODS 4).

Enters the panel of standing prices; leaves rows of the frame `series`: one chain with every model version counted once,
one with every maker counted once, one with the median of hosts for open weights that their maker does not sell, and the
transitive index over rolling windows that tells how far chaining drifts.
"""

import pandas as pd

from pipeline.indices.host_medians import host_medians
from pipeline.indices.levels import index_levels
from pipeline.indices.matched_model import matched_model
from pipeline.indices.standing import first_party_prices

DRAWS, SEED = 500, 20260101
WINDOW = 13
LONGEST_GAP = pd.Timedelta(days=42)
_LAST_PART = r"\|[^|]*$"  # of a product: the run of prices of one offer (`indices.standing`)
FEWEST_MAKERS = 3


def matched_series(
    panel: pd.DataFrame, *, blend: str, every: str, open_weights: frozenset[str] = frozenset()
) -> pd.DataFrame:
    """Rows `series, variant, blend, every, period, value, low, high, models, makers, coverage` of I1.

    100 in the first period; `coverage` is the share of the offers on sale that have a price in the period before.
    `open_weights` names model versions whose hosts' median may stand in where the maker sells none.
    """
    prices = unbroken(first_party_prices(panel))
    if prices["period"].nunique() < 2:
        return pd.DataFrame()
    parts = [
        _levels(prices, "model_version", "per model version"),
        _levels(prices, "maker", "per maker"),
    ]
    hosted = host_medians(panel[panel["period"].isin(prices["period"].unique())], open_weights)
    if len(hosted):
        both = pd.concat([prices, hosted], ignore_index=True)
        parts.append(_levels(both, "model_version", "per model version, with hosts of open weights"))
    return pd.concat(parts, ignore_index=True).assign(series="matched_model", blend=blend, every=every)


def drift_check(monthly: pd.DataFrame, *, blend: str) -> pd.DataFrame:
    """One offer of every version by rolling-13-month GEKS-Jevons with mean splice: transitive, so without chain drift.

    A version counts once, as in the chain: by the offer that stood in most months, of equals the first by name.
    """
    prices = _one_offer_each(unbroken(first_party_prices(monthly)))
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


def _one_offer_each(prices: pd.DataFrame) -> pd.DataFrame:
    offer = prices["product"].str.replace(_LAST_PART, "", regex=True).rename("offer")
    months = prices.groupby(["model_version", offer])["period"].nunique().reset_index(name="months")
    longest = months.sort_values(["months", "offer"], ascending=[False, True]).drop_duplicates("model_version")
    return prices[offer.isin(longest["offer"])]


def unbroken(prices: pd.DataFrame) -> pd.DataFrame:
    """The prices of the last run of periods of which every neighbour matches offers of three makers or more.

    A chain carries nothing across a time when none stood (six weeks), and what one or two makers did is no index of a
    market: an old catalogue that lists a single maker would carry the chain alone. Where fewer makers ever match, as
    many as ever do. A last period that matches nothing ends the run before it.
    """
    named = prices["period"].astype("str")
    periods = sorted(named.unique())
    rows = prices[["product", "maker"]].astype("str")
    # Of no rows at all a map makes texts, which have no difference.
    rows = rows.assign(place=named.map({name: place for place, name in enumerate(periods)}).astype("int64"))
    rows = rows.sort_values(["product", "place"], kind="stable")
    again = rows["product"].eq(rows["product"].shift()) & rows["place"].diff().eq(1)
    makers = rows[again].groupby("place")["maker"].nunique().reindex(range(len(periods)), fill_value=0)
    fewest = max(1, min(FEWEST_MAKERS, int(makers.max()) if len(makers) else 1))
    days = pd.to_datetime(pd.Series(periods, dtype="str"))
    linked = (makers.ge(fewest) & ~days.diff().gt(LONGEST_GAP)).to_numpy()
    ends = [place for place in range(1, len(periods)) if linked[place]]
    if not ends:
        return prices.iloc[:0]
    start = ends[-1] - 1
    while start > 0 and linked[start]:
        start -= 1
    return prices[named.isin(periods[start : ends[-1] + 1])]


def _levels(prices: pd.DataFrame, per: str, variant: str) -> pd.DataFrame:
    columns = ["period", "product", "price", per]
    levels = matched_model(prices[columns], per=per, draws=DRAWS, seed=SEED)
    counted = prices.groupby("period").agg(makers=("maker", "nunique"), offers=("product", "nunique"))
    table = levels.rename(columns={"level": "value", "matched": "models"}).join(counted, on="period")
    coverage = (table["models"] / table["offers"]).mask(table.index == 0)
    return table.assign(variant=variant, coverage=coverage).drop(columns="offers")
