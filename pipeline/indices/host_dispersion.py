"""What independent hosts ask for the same weights, month by month: how far apart they are, and how that moves.

Enters the panel of standing prices; leaves the frame `host_dispersion`. Routers are no hosts, a maker's own offer is
not counted among them, and a host counts once with its lowest price. Hosts that come and go move a median without any
price having moved: `matched_change_pct` compares only those that were there in the month before too.
"""

from itertools import pairwise

import numpy as np
import pandas as pd

HOSTS = 3
SLIPPED = 10.0
"""A host this many times above or below the median of the same weights has slipped by a unit: it is left out, and
counted (one catalogue printed a host's prices a hundred thousandfold for a year)."""
_VERSION = ["period", "model_version"]


def host_dispersion(panel: pd.DataFrame, *, routers: frozenset[str], blend: str) -> pd.DataFrame:
    """One row per period and model version with three hosts or more, in USD per million tokens.

    hosts, left_out, lowest, median, highest, spread_pct (100·(highest/lowest - 1)), log_sd (standard deviation of the
    log prices), maker_price (the lowest of the maker's own, NaN without one), gap_pct (100·(median - maker)/maker),
    matched_hosts and matched_change_pct (of the median over hosts of both periods; NaN in the first).
    """
    hosts = panel[~panel["first_party"] & ~panel["seller"].isin(routers)]
    if hosts.empty:
        return pd.DataFrame()
    asked = hosts.groupby([*_VERSION, "seller"])["price"].min().reset_index()
    asked = asked.astype(dict.fromkeys([*_VERSION, "seller"], "str")).assign(log=np.log(asked["price"]))
    apart = (asked["log"] - asked.groupby(_VERSION)["log"].transform("median")).abs()
    slipped = apart.gt(np.log(SLIPPED))
    left_out = slipped.groupby([asked[name] for name in _VERSION]).sum().rename("left_out")
    asked = asked[~slipped]
    found = (
        asked.groupby(_VERSION)
        .agg(
            hosts=("price", "count"),
            lowest=("price", "min"),
            median=("price", "median"),
            highest=("price", "max"),
            log_sd=("log", "std"),
        )
        .join(left_out)
    )
    own = panel[panel["first_party"]].groupby(_VERSION)["price"].min().rename("maker_price")
    table = found[found["hosts"] >= HOSTS].join(own).join(_matched(asked)).reset_index()
    return table.assign(
        blend=blend,
        spread_pct=100 * (table["highest"] / table["lowest"] - 1),
        gap_pct=100 * (table["median"] / table["maker_price"] - 1),
    )


def _matched(asked: pd.DataFrame) -> pd.DataFrame:
    """Change of the median over the hosts that stand in a period and in the one before."""
    periods = sorted(asked["period"].unique())
    after = dict(pairwise(periods))
    before = asked.assign(period=asked["period"].map(after))[[*_VERSION, "seller", "price"]].dropna()
    both = asked.merge(before, on=[*_VERSION, "seller"], suffixes=("", "_before"), validate="one_to_one")
    medians = both.groupby(_VERSION).agg(
        now=("price", "median"), then=("price_before", "median"), matched_hosts=("price", "count")
    )
    return medians.assign(matched_change_pct=100 * (medians["now"] / medians["then"] - 1)).drop(columns=["now", "then"])


def dispersion_series(table: pd.DataFrame) -> pd.DataFrame:
    """The middle of the standard deviations over all versions with hosts, in per cent: rows of the frame `series`."""
    if table.empty:
        return pd.DataFrame()
    spread = table.assign(value=100 * np.expm1(table["log_sd"])).groupby(["blend", "period"])["value"]
    found = spread.agg(value="median", low=lambda own: own.quantile(0.25), high=lambda own: own.quantile(0.75))
    counted = table.groupby(["blend", "period"]).size().rename("models")
    table = found.join(counted).reset_index()
    return table.assign(series="host_dispersion", variant="standard deviation, median version", every="month")
