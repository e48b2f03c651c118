"""Series I3 and I4: prices at equal quality over time, and between makers' seats (METHODS 4).

Enters the monthly panel, one vintage of scores and the curated facts of makers and model versions; leaves rows of the
frame `series`. One price per model version and month: the median over its offers. Seats are described here and are no
input of any flag.
"""

import numpy as np
import pandas as pd
from statsmodels.regression.linear_model import OLS

from pipeline.domain.errors import InvalidValueError
from pipeline.indices.hedonic import double_imputation

AT_LEAST = 30
_YEAR = pd.Timedelta(days=365)


def priced_models(
    monthly: pd.DataFrame, scored: pd.DataFrame, makers: pd.DataFrame, models: pd.DataFrame
) -> pd.DataFrame:
    """period, product, price, score, maker, seat, open (missing where nobody reviewed it), first_month."""
    price = monthly.groupby(["period", "model_version", "maker"], as_index=False)["price"].median()
    table = price.merge(scored[["model_version", "score"]], on="model_version")
    table = table.merge(makers[["maker", "seat"]], on="maker", how="left")
    table = table.merge(models[["model_version", "open_weights"]], on="model_version", how="left")
    table["first_month"] = table["model_version"].map(monthly.groupby("model_version")["period"].min())
    table["open"] = table["open_weights"].map({"yes": 1.0, "no": 0.0})
    named: pd.DataFrame = table.rename(columns={"model_version": "product"})
    return named.drop(columns="open_weights")


def hedonic_series(priced: pd.DataFrame, *, blend: str) -> pd.DataFrame:
    """I3: hedonic double imputation on the score; merged months where fewer than 30 models are priced."""
    try:
        found = double_imputation(priced, characteristics=["score"], at_least=AT_LEAST)
    except InvalidValueError:
        return pd.DataFrame()
    return found.rename(columns={"level": "value"})[["period", "value", "models"]].assign(
        series="hedonic", variant="double imputation on the score", blend=blend, every="month"
    )


def origin_gap(priced: pd.DataFrame, *, blend: str) -> pd.DataFrame:
    """I4: per cent by which models of each seat are priced above all others at equal score, in the last month.

    Models first seen in the last 12 months; least squares of the log price on score and seat, clustered by maker; a
    second row adds open weights, over the models where that is known. A seat needs two makers.
    """
    last = priced["period"].max()
    recent = priced[
        priced["period"].eq(last) & (pd.to_datetime(priced["first_month"]) >= pd.Timestamp(last) - _YEAR)
    ].dropna(subset=["seat"])
    rows = []
    for seat, own in recent.groupby("seat"):
        if own["maker"].nunique() >= 2:
            rows.append(_gap(recent, str(seat), ["score"], "without open weights"))
            rows.append(_gap(recent.dropna(subset=["open"]), str(seat), ["score", "open"], "with open weights"))
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
    low, high = fit.conf_int()[1]
    return {
        "variant": f"{seat}, {what}",
        "value": 100 * np.expm1(fit.params[1]),
        "low": 100 * np.expm1(low),
        "high": 100 * np.expm1(high),
        "models": len(models),
        "makers": int(models["maker"].nunique()),
    }
