"""Series I3 and I4: prices at equal quality over time, and between makers' seats (METHODS 4).

Enters the monthly panel, one vintage of scores and the curated facts of makers and model versions; leaves rows of the
frame `series`. Seats are described here and are no input of any flag.
"""

import numpy as np
import pandas as pd
from scipy.stats import t as student
from statsmodels.regression.linear_model import OLS

from pipeline.domain.errors import InvalidValueError
from pipeline.indices.frontier import scored_panel
from pipeline.indices.hedonic import double_imputation

AT_LEAST = 30
FREQUENT = 5
"""Seats of fewer makers are taken together: one maker's models share a price list, and are no seat."""
_YEAR = pd.Timedelta(days=365)


def priced_models(
    monthly: pd.DataFrame,
    scored: pd.DataFrame,
    makers: pd.DataFrame,
    openness: pd.DataFrame,
    *,
    routers: frozenset[str] = frozenset(),
) -> pd.DataFrame:
    """period, product, price, score, maker, seat, open (missing where no document says so), first_month, coverage.

    A model has its maker's own price, the median over its offers; where the maker sells none, the median of its hosts,
    never the cheapest. `coverage` is the share of the month's model versions that have a score.
    """
    price = list_prices(monthly, routers)
    table = scored_panel(price, scored)
    coverage = (table.groupby("period").size() / price.groupby("period").size()).rename("coverage")
    table = table.merge(makers[["maker", "seat"]], on="maker", how="left", validate="many_to_one")
    known = openness[["model_version", "open_weights"]].dropna().drop_duplicates("model_version")
    table = table.merge(known, on="model_version", how="left", validate="many_to_one").join(coverage, on="period")
    seen = monthly.groupby("model_version")["period"].min().astype("str").rename(index=str)
    table["first_month"] = table["model_version"].map(seen)
    table["open"] = table["open_weights"].map({"yes": 1.0, "no": 0.0})
    named: pd.DataFrame = table.rename(columns={"model_version": "product"})
    return named.drop(columns="open_weights")


def list_prices(panel: pd.DataFrame, routers: frozenset[str]) -> pd.DataFrame:
    """One price per period and model version: period, day, model_version, maker, price, first_party, offers.

    A host counts once, with its median, however many regions it sells in.
    """
    kept = panel[~panel["seller"].isin(routers)]
    version = ["period", "day", "model_version", "maker", "first_party"]
    each = kept.groupby([*version, "seller"])["price"].agg(price="median", offers="size").reset_index()
    found = each.groupby(version).agg(price=("price", "median"), offers=("offers", "sum")).reset_index()
    found = found.astype(dict.fromkeys(["period", "model_version", "maker"], "str"))
    ordered = found.sort_values(["period", "model_version", "first_party"], ascending=[True, True, False])
    return ordered.drop_duplicates(["period", "model_version"]).reset_index(drop=True)


def hedonic_series(priced: pd.DataFrame, *, blend: str) -> pd.DataFrame:
    """I3: hedonic double imputation, once on the score and once with openness and seat beside it where both are known.

    Months are merged where fewer than 30 models are priced, and dated by the last of them; the interval is that of
    least squares, clustered by maker.
    """
    full = priced.dropna(subset=["open", "seat"])
    makers = full.groupby("seat")["maker"].nunique()
    frequent = makers.index[makers >= FREQUENT]
    full = full.assign(seat=full["seat"].where(full["seat"].isin(frequent), "other"))
    parts = [
        _imputed(priced, ["score"], "on the score"),
        _imputed(full, ["score", "open", "seat"], "on score, openness and seat"),
    ]
    found = pd.concat(parts, ignore_index=True)
    return found.assign(series="hedonic", blend=blend, every="month") if len(found) else found


def _imputed(priced: pd.DataFrame, characteristics: list[str], variant: str) -> pd.DataFrame:
    try:
        found = double_imputation(priced, characteristics=characteristics, at_least=AT_LEAST, cluster="maker")
    except InvalidValueError:
        return pd.DataFrame()
    named = found.rename(columns={"level": "value"})[["until", "value", "low", "high", "models"]]
    named = named.rename(columns={"until": "period"})
    beside = priced.groupby("period").agg(makers=("maker", "nunique"), coverage=("coverage", "first"))
    return named.join(beside, on="period").assign(variant=f"double imputation {variant}")


NOT_HELD, HELD = "openness not held constant", "openness of weights held constant"
"""What a gap of seats was compared at; neither is about open or closed models alone."""


def origin_gap(priced: pd.DataFrame, *, blend: str) -> pd.DataFrame:
    """I4: per cent by which models of each seat are priced above all others at equal score, in the last month.

    Models first seen in the last 12 months; least squares of the log price on score and seat, clustered by maker, with
    quantiles of t at one less than the makers (Cameron and Miller 2015, *Journal of Human Resources* 50, 317-372); a
    second row holds openness of the weights constant, too, over the models where that is known. A seat needs two
    makers.
    """
    if priced.empty:
        return pd.DataFrame()
    last = priced["period"].max()
    recent = priced[
        priced["period"].eq(last) & (pd.to_datetime(priced["first_month"]) >= pd.Timestamp(last) - _YEAR)
    ].dropna(subset=["seat"])
    rows = []
    for seat, own in recent.groupby("seat"):
        if own["maker"].nunique() >= 2:
            rows.append(_gap(recent, str(seat), ["score"], NOT_HELD))
            rows.append(_gap(recent.dropna(subset=["open"]), str(seat), ["score", "open"], HELD))
    found = pd.DataFrame([row for row in rows if row is not None])
    return found.assign(series="origin_gap", blend=blend, every="month", period=last) if len(found) else found


def _gap(models: pd.DataFrame, seat: str, controls: list[str], what: str) -> dict[str, object] | None:
    of_seat = models["seat"].eq(seat).to_numpy(np.float64)
    design = np.column_stack([np.ones(len(models)), of_seat, models[controls].to_numpy(np.float64)])
    clusters = pd.factorize(models["maker"])[0]
    if len(models) < AT_LEAST or np.linalg.matrix_rank(design) < design.shape[1] or len(set(clusters)) < 5:
        return None
    fit = OLS(np.log(models["price"].to_numpy(np.float64)), design).fit(
        cov_type="cluster", cov_kwds={"groups": clusters}
    )
    # The seat's own variance alone: another coefficient may have none, which rounding turns negative.
    error = float(np.sqrt(max(float(fit.cov_params()[1, 1]), 0.0)))
    # One observation a maker, in effect: of a score of them normal quantiles make the interval too narrow.
    rest = len(set(clusters)) - 1
    low, high = (fit.params[1] + side * student.ppf(0.975, rest) * error for side in (-1, 1))
    return {
        "variant": f"{seat}, {what}",
        "value": 100 * np.expm1(fit.params[1]),
        "low": 100 * np.expm1(low),
        "high": 100 * np.expm1(high),
        "p": float(2 * student.sf(abs(fit.params[1]) / error, rest)) if error > 0 else float("nan"),
        "models": len(models),
        "makers": int(models["maker"].nunique()),
        "coverage": float(models["coverage"].iloc[0]),
    }
