"""Series I2: the cheapest screened price that reaches a score, on a fixed ladder of one frozen vintage (METHODS 4).

Enters the panel of standing prices, one vintage of one benchmark and the first day of every model; leaves the frame
`frontier`: the price, who holds it and who is next. History is computed on today's vintage and says so: a score that
was not yet public then is used, so the series says what was on sale, not what was known.
"""

import numpy as np
import pandas as pd

SUSPECT = 0.4
"""A listing below this share of the median host of the same version is screened out, where there are three hosts."""
HOSTS = 3
STOOD = pd.Timedelta(days=2)
"""Seen in two looks: a price that had not stood so long is screened out."""


def vintage(scores: pd.DataFrame, benchmark: str) -> pd.DataFrame:
    """The newest vintage of a benchmark as public: model_version, score, published_at; the best of several entries."""
    own = scores[scores["benchmark"].eq(benchmark) & scores["model_version"].notna()]
    own = own[own["published_at"].eq(own["published_at"].max())]
    best = own.sort_values("value").drop_duplicates("model_version", keep="last")
    return best[["model_version", "value", "published_at"]].rename(columns={"value": "score"}).reset_index(drop=True)


def screened(panel: pd.DataFrame, routers: frozenset[str]) -> pd.DataFrame:
    """Prices that may hold the frontier: not a router's, stood two days, not far below the median host."""
    kept = panel[~panel["seller"].isin(routers)]
    kept = kept[pd.to_datetime(kept["period"]) - kept["since"] >= STOOD]
    hosts = kept[~kept["first_party"]].groupby(["period", "model_version"])["price"]
    median = hosts.median().rename("median_host")
    count = hosts.count().rename("hosts")
    kept = kept.join(median, on=["period", "model_version"]).join(count, on=["period", "model_version"])
    suspect = kept["hosts"].ge(HOSTS) & kept["price"].lt(SUSPECT * kept["median_host"])
    return kept[~suspect]


def frontier(
    panel: pd.DataFrame, scored: pd.DataFrame, ladder: list[float], *, routers: frozenset[str]
) -> pd.DataFrame:
    """One row per period and rung: score, price, holder (model version, seller, listing), runner_up and its price.

    The runner-up is another model version. A rung that nothing on sale reaches has no row. `candidates` counts model
    versions that reach the rung.
    """
    offered = screened(panel, routers).merge(scored[["model_version", "score"]], on="model_version")
    cheapest = offered.sort_values(["price", "model_version", "seller"]).drop_duplicates(["period", "model_version"])
    rows = []
    for rung in ladder:
        for period, reached in cheapest[cheapest["score"] >= rung].groupby("period", sort=True):
            first = reached.iloc[0]
            second = reached.iloc[1] if len(reached) > 1 else None
            rows.append(
                {
                    "score": rung,
                    "period": period,
                    "price": first["price"],
                    "model_version": first["model_version"],
                    "seller": first["seller"],
                    "listing_id": first["listing_id"],
                    "runner_up": None if second is None else second["model_version"],
                    "runner_up_price": np.nan if second is None else second["price"],
                    "candidates": len(reached),
                    "cost_per_point": first["price"] / first["score"],
                }
            )
    return pd.DataFrame(rows)


def slopes(ladder: pd.DataFrame) -> pd.DataFrame:
    """Fall of each rung's price a year, in per cent: over all periods, and over new lows only."""
    rows = []
    for rung, own in ladder.groupby("score"):
        lows = own[own["price"] < own["price"].cummin().shift(fill_value=np.inf)]
        rows.append({"score": rung, "all_periods": _a_year(own), "new_lows": _a_year(lows), "periods": len(own)})
    return pd.DataFrame(rows)


def _a_year(own: pd.DataFrame) -> float:
    if len(own) < 3:
        return float("nan")
    days = (pd.to_datetime(own["period"]) - pd.Timestamp("2023-01-01")).dt.days.astype("float64").to_numpy()
    slope = np.polyfit(days / 365.25, np.log(own["price"].to_numpy(np.float64)), 1)[0]
    return float(100 * np.expm1(slope))
