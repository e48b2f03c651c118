"""Series I2: the cheapest screened price that reaches a score, on a fixed ladder of one frozen scale (METHODS 4).

Enters the panel of standing prices and the scores, either one frozen vintage (history as it looks now: a score that was
not yet public then is used, so it says what was on sale) or scores with the days on which they were public (what anyone
could have known). Leaves the rows of the frame `frontier`: the price, who holds it and who is next.
"""

import numpy as np
import pandas as pd
from statsmodels.regression.linear_model import OLS

SUSPECT = 0.4
"""A listing below this share of the median host of the same version is screened out, where there are three hosts."""
HOSTS = 3
STOOD = pd.Timedelta(days=2)
"""Seen in two looks: a price that had not stood so long is screened out."""
_QUARTER = 91
_LEAST_POINTS = 3
_EXACT = 1e-9
_OFFER = ["period", "model_version"]


def screened(panel: pd.DataFrame, routers: frozenset[str]) -> pd.DataFrame:
    """Prices that may hold the frontier: not a router's, stood two days, not far below the median host.

    A host counts once, with its lowest price, however many regions or labels it sells a version under.
    """
    kept = panel[~panel["seller"].isin(routers) & (panel["day"] - panel["since"] >= STOOD)]
    hosts = kept[~kept["first_party"]].groupby([*_OFFER, "seller"])["price"].min().groupby(_OFFER)
    beside = hosts.agg(median_host="median", hosts="count")
    kept = kept.join(beside, on=_OFFER)
    suspect = kept["hosts"].ge(HOSTS) & kept["price"].lt(SUSPECT * kept["median_host"])
    return kept[~suspect]


def scored_panel(panel: pd.DataFrame, scored: pd.DataFrame) -> pd.DataFrame:
    """The prices of scored models with their `score` and `band` (of a link, 0 without); on the days `scored` holds."""
    columns = [name for name in ("model_version", "score", "band", "since", "until") if name in scored]
    scores = scored[columns].rename(columns={"since": "scored_since", "until": "scored_until"})
    if "scored_since" not in scores:
        return panel.merge(scores.assign(band=0.0), on="model_version", validate="many_to_one")
    found = panel.merge(scores, on="model_version", validate="many_to_many")
    return found[found["day"].between(found["scored_since"], found["scored_until"])]


def frontier(
    panel: pd.DataFrame, scored: pd.DataFrame, ladder: list[float], *, routers: frozenset[str]
) -> pd.DataFrame:
    """As `held`, of the prices that pass the screens."""
    return held(screened(panel, routers), scored, ladder)


def held(offered: pd.DataFrame, scored: pd.DataFrame, ladder: list[float]) -> pd.DataFrame:
    """One row per period and rung of screened prices: score, price, holder (model version, seller, listing), runner_up.

    The runner-up is another model version. A rung that nothing on sale reaches has no row. `candidates` counts model
    versions that reach the rung, `coverage` is the share of the model versions on sale that have a score at all, and
    `holder_score` and `band` say how sure the holder is of its place.
    """
    with_score = scored_panel(offered, scored)
    cheapest = with_score.sort_values(["price", "model_version", "seller", "listing_id"], kind="stable")
    cheapest = cheapest.drop_duplicates(_OFFER).sort_values(["period", "price", "model_version"], kind="stable")
    priced = offered.drop_duplicates(_OFFER).groupby("period").size()
    coverage = cheapest.groupby("period").size() / priced
    parts = [_rung(cheapest[cheapest["score"] >= rung]).assign(score=rung) for rung in ladder]
    found = pd.concat(parts, ignore_index=True)
    return found.astype({"period": "str"}).join(coverage.rename("coverage").rename(index=str), on="period")


def _rung(reached: pd.DataFrame) -> pd.DataFrame:
    """Per period the first of the models that reach a rung, and the next; `reached` is ordered by period and price."""
    by_period = reached.groupby("period", sort=True)
    first = reached[by_period.cumcount().eq(0)].set_index("period")
    second = reached[by_period.cumcount().eq(1)].set_index("period")
    found = first[["price", "model_version", "seller", "listing_id", "band"]].assign(
        holder_score=first["score"],
        runner_up=second["model_version"].reindex(first.index),
        runner_up_price=second["price"].reindex(first.index),
        candidates=by_period.size(),
        cost_per_point=first["price"] / first["score"].where(first["score"] > 0),
    )
    return found.reset_index()


def slopes(ladder: pd.DataFrame) -> pd.DataFrame:
    """Change of each rung's price a year, in per cent, with a 95 % interval: score, which, value, low, high, periods.

    `all periods` weighs every week alike: while nothing happens the price stands. `new lows` has only the weeks in
    which the price was lower than ever before: how fast the way down is while it is walked. Least squares of the log
    price on time; over all periods the interval allows for errors that stay alike for a quarter (Newey and West 1987,
    *Econometrica* 55, 703-708), for a price that stands is one observation and not thirteen.
    """
    rows = []
    for rung, own in ladder.groupby("score"):
        ordered = own.sort_values("period")
        lows = ordered[ordered["price"] < ordered["price"].cummin().shift(fill_value=np.inf)]
        for which, points in (("all periods", ordered), ("new lows", lows)):
            value, low, high = _a_year(points, steady=which == "all periods")
            rows.append(
                {"score": rung, "which": which, "value": value, "low": low, "high": high, "periods": len(points)}
            )
    return pd.DataFrame(rows)


def _a_year(own: pd.DataFrame, *, steady: bool) -> tuple[float, float, float]:
    """Per cent a year with its interval; NaN below three points, and no interval where nothing is left over."""
    if len(own) < _LEAST_POINTS:
        return float("nan"), float("nan"), float("nan")
    days = (pd.to_datetime(own["period"]) - pd.Timestamp("2023-01-01")).dt.days.to_numpy(np.float64)
    logs, design = np.log(own["price"].to_numpy(np.float64)), np.column_stack([np.ones(len(days)), days / 365.25])
    lags = int(np.ceil(_QUARTER / np.median(np.diff(days)))) if steady else 0
    fit = OLS(logs, design).fit()
    value = float(100 * np.expm1(fit.params[1]))
    if np.abs(fit.resid).max() < _EXACT:
        return value, float("nan"), float("nan")
    bounds = (OLS(logs, design).fit(cov_type="HAC", cov_kwds={"maxlags": lags}) if lags else fit).conf_int()[1]
    return value, float(100 * np.expm1(bounds[0])), float(100 * np.expm1(bounds[1]))
