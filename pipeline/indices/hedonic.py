r"""Hedonic indices: prices of models of unlike quality, made comparable by a regression on their characteristics.

Enters a frame `period, product, price` and characteristics (numbers, truth values or text), one row per period and
product, prices in one currency and unit; leaves levels by period, 100 in the first. Text is one indicator a value, the
first value in the order of text being the base. No weights.

Sources: Triplett (2006), *Handbook on Hedonic Indexes and Quality Adjustments in Price Indexes* (OECD), chapter III;
*Consumer Price Index Manual* (2004), chapter 21; de Haan (2010), *Jahrbücher für Nationalökonomie und Statistik* 230,
772-791 (time dummy and double imputation compared).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import t as student
from statsmodels.regression.linear_model import OLS

from pipeline.domain.errors import InvalidValueError
from pipeline.indices.elementary import Vector
from pipeline.indices.periods import in_order

Numbers = npt.NDArray[np.integer[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Span:
    """One period, or neighbouring ones taken together: one row per product."""

    first: object
    last: object
    log_price: Vector
    design: Vector
    cluster: Numbers


def time_dummy(models: pd.DataFrame, *, characteristics: Sequence[str], confidence: float = 0.95) -> pd.DataFrame:
    r"""Time-dummy index: one regression over all periods, :math:`\ln p_{it} = \alpha + x_{it}\gamma + \delta_t`.

    Levels :math:`100 e^{\delta_t}` with their confidence bounds: `period, level, low, high`. Assumes that the price of
    a characteristic is the same in every period. Raises InvalidValueError where a value is missing or not above zero,
    or the characteristics and periods cannot be told apart.
    """
    periods = _ordered(_checked(models, characteristics))
    design = _design(models, characteristics)
    dummies = (models["period"].to_numpy()[:, np.newaxis] == np.array(periods[1:], dtype=object)).astype(np.float64)
    regressors = np.concatenate([design, dummies], axis=1)
    if not _full_rank(regressors):
        raise InvalidValueError(f"periods and {', '.join(characteristics)} cannot be told apart in these models")
    fitted = OLS(np.log(models["price"].to_numpy(np.float64)), regressors).fit()
    bounds = fitted.conf_int(alpha=1 - confidence)[design.shape[1] :]
    logs = np.concatenate([np.zeros((1, 3)), np.column_stack([fitted.params[design.shape[1] :], bounds])])
    level, low, high = 100.0 * np.exp(logs).T
    return pd.DataFrame({"period": periods, "level": level, "low": low, "high": high})


def double_imputation(
    models: pd.DataFrame,
    *,
    characteristics: Sequence[str],
    at_least: int,
    cluster: str | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    r"""Hedonic double imputation: a regression per period, both prices of every model of a link imputed.

    .. math:: \ln I_t = \sum_{s \le t} \tfrac12 \big[ \mathrm{mean}_{i \in s-1} (h_s - h_{s-1})(x_i)
              + \mathrm{mean}_{i \in s} (h_s - h_{s-1})(x_i) \big]

    with :math:`h_s` the regression of the log price on the characteristics in period s. Neighbouring periods are taken
    together until each has `at_least` models and its regression can be computed; a rest at the end joins the period
    before. A model that is in several of them counts once, with its mean log price and latest characteristics.

    Returns
    -------
    `period, until` (first and last period taken together), `level, low, high, models, r_squared`. The bounds are those
    of least squares with errors that may be alike within a `cluster` (a column; else within a product): the level is
    linear in the coefficients of all periods, and each cluster's pull on it counts once, over all periods together
    (Liang and Zeger 1986, *Biometrika* 73, 13-22, with the factor G/(G-1)). There are often a score of clusters: the
    quantiles are those of t at G-1.

    Raises
    ------
    InvalidValueError
        A value is missing or not above zero, or all periods together have too few models or cannot tell the
        characteristics apart.
    """
    spans = _spans(_checked(models, characteristics), characteristics, at_least, cluster or "product")
    fits = [OLS(span.log_price, span.design).fit() for span in spans]
    links = [0.0]
    for before, after, fit_before, fit_after in zip(spans, spans[1:], fits, fits[1:], strict=False):
        mean = (before.design.mean(axis=0) + after.design.mean(axis=0)) / 2
        links.append(float(mean @ (fit_after.params - fit_before.params)))
    logs = np.cumsum(links)
    clusters = 1 + max(int(span.cluster.max()) for span in spans)
    margin = student.ppf((1 + confidence) / 2, max(clusters - 1, 1)) * _standard_errors(
        spans, [fit.params for fit in fits]
    )
    return pd.DataFrame(
        {
            "period": [span.first for span in spans],
            "until": [span.last for span in spans],
            "level": 100.0 * np.exp(logs),
            "low": 100.0 * np.exp(logs - margin),
            "high": 100.0 * np.exp(logs + margin),
            "models": [len(span.log_price) for span in spans],
            "r_squared": [float(fit.rsquared) for fit in fits],
        }
    )


def _standard_errors(spans: list[_Span], coefficients: list[Vector]) -> Vector:
    """Standard error of every log level, 0 for the first."""
    number = 1 + max(int(span.cluster.max()) for span in spans)
    pulls = [_pulls(span, fitted, number) for span, fitted in zip(spans, coefficients, strict=True)]
    means = [span.design.mean(axis=0) for span in spans]
    weights = [np.zeros_like(means[0]), *((one + two) / 2 for one, two in pairwise(means))]
    settled = np.zeros(number)
    errors = []
    for place, weight in enumerate(weights):
        errors.append(float(np.sqrt(number / max(number - 1, 1) * ((settled + pulls[place] @ weight) ** 2).sum())))
        if place + 1 < len(weights):
            settled += pulls[place] @ (weight - weights[place + 1])
    return np.array([0.0, *errors[1:]])


def _pulls(span: _Span, coefficients: Vector, number: int) -> Vector:
    """What each cluster's residuals add to the coefficients of one period: clusters by coefficients."""
    rest = span.log_price - span.design @ coefficients
    each = (span.design * rest[:, np.newaxis]) @ np.linalg.inv(span.design.T @ span.design)
    summed: Vector = np.zeros((number, span.design.shape[1]))
    np.add.at(summed, span.cluster, each)
    return summed


def _spans(models: pd.DataFrame, characteristics: Sequence[str], at_least: int, cluster: str) -> list[_Span]:
    """The periods, taken together where one alone has too few models."""
    periods = _ordered(models)
    rank = models["period"].map({period: place for place, period in enumerate(periods)}).to_numpy(np.int64)
    design = _design(models, characteristics)
    clusters = pd.factorize(models[cluster])[0].astype(np.int64)
    spans: list[_Span] = []
    begins: list[int] = []
    start = 0
    for place in range(len(periods)):
        span = _span(models, design, clusters, rank, (start, place), periods)
        if len(span.log_price) >= at_least and _full_rank(span.design):
            spans.append(span)
            begins.append(start)
            start = place + 1
    if not spans:
        found = models["product"].nunique()
        raise InvalidValueError(f"{found} models in all periods do not carry a regression (at least {at_least})")
    if start < len(periods):
        spans[-1] = _span(models, design, clusters, rank, (begins[-1], len(periods) - 1), periods)
    return spans


def _span(
    models: pd.DataFrame,
    design: Vector,
    clusters: Numbers,
    rank: Numbers,
    bounds: tuple[int, int],
    periods: Sequence[object],
) -> _Span:
    first, last = bounds
    within = np.flatnonzero((rank >= first) & (rank <= last))
    rows = models.iloc[within]
    order = np.lexsort((rank[within], rows["product"].to_numpy(dtype=object).astype(str)))
    product = pd.factorize(rows["product"].iloc[order])[0]
    latest = np.flatnonzero(np.append(product[1:] != product[:-1], True))
    logs = np.log(rows["price"].to_numpy(np.float64))[order]
    return _Span(
        first=periods[first],
        last=periods[last],
        log_price=np.bincount(product, logs) / np.bincount(product),
        design=design[within][order][latest],
        cluster=clusters[within][order][latest],
    )


def _checked(models: pd.DataFrame, characteristics: Sequence[str]) -> pd.DataFrame:
    for name in ("period", "product", "price", *characteristics):
        missing = models.loc[models[name].isna()]
        if len(missing):
            row = missing.iloc[0]
            raise InvalidValueError(f"{name} of {row['product']} in {row['period']} is missing")
    if not (models["price"] > 0).all():
        row = models.loc[~(models["price"] > 0)].iloc[0]
        raise InvalidValueError(f"the price of {row['product']} in {row['period']} must be above zero")
    return models


def _ordered(models: pd.DataFrame) -> list[object]:
    found = list(models["period"].unique())
    return list(in_order(found)) if all(isinstance(period, str) for period in found) else sorted(found)


def _design(models: pd.DataFrame, characteristics: Sequence[str]) -> Vector:
    """A column of ones and the characteristics as numbers."""
    columns = [np.ones(len(models))]
    for name in characteristics:
        values = models[name]
        if pd.api.types.is_numeric_dtype(values):
            columns.append(values.to_numpy(np.float64))
        else:
            columns.extend((values == value).to_numpy(np.float64) for value in sorted(values.unique())[1:])
    return np.column_stack(columns)


def _full_rank(design: Vector) -> bool:
    """Whether every column can be told from the others, whatever its unit."""
    scaled = design / np.abs(design).max(axis=0).clip(min=np.finfo(np.float64).tiny)
    return bool(np.linalg.matrix_rank(scaled) == design.shape[1])
