r"""Cost per quality of every model, and I5: how far below its peers, and its place among makers (METHODS 4).

Enters the monthly prices of scored models (`priced_models`) and the cheapest screened prices; leaves the frame
`quality_prices`. A price divided by a score changes when a benchmark is rescaled, so it stands only beside the frontier
and the peers. A rank is no evidence by itself: about one in twenty of any panel is at p ≤ .05.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

Vector = npt.NDArray[np.float64]

PEER_POINTS = 3.0
PEERS = 3
MAKERS = 19
"""So many other makers can give a p of .05 at all."""
LEAST_MODELS = 30
CONFIDENCE = 0.8
_TIE = 1e-9
_YEAR = pd.Timedelta(days=365)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Month:
    """The scored models on sale in one month: logs of prices, regressors, and the numbers of their makers."""

    log_price: Vector
    design: Vector
    maker: npt.NDArray[np.int64]


def quality_prices(priced: pd.DataFrame, cheapest: pd.DataFrame, *, blend: str) -> pd.DataFrame:
    """One row per month and scored model version that was first seen in the 12 months before.

    Parameters
    ----------
    priced
        `period, product, price, score, maker, open, first_month`: one price per month and model version.
    cheapest
        `period, score, price`: the cheapest screened price of every model version, for the frontier beside it.

    Returns
    -------
    `cost_per_point` (USD per million tokens and point), `frontier_price` (the cheapest screened price that reaches the
    model's score), `undercut_pct` (100·(e^u - 1), u the log price less the median of `peers`: other makers' models
    within 3 points, openness the same; NaN under three), `expected_price` (least squares of the log price on score, and
    on openness where 30 models have it, without the model's maker), its 80 % conformal interval over makers, and p:
    (1 + other makers whose lowest residual is not above the model's) ÷ (makers + 1). NaN where fewer than 19 other
    makers cannot give .05.
    """
    parts = []
    for period, month in priced.groupby("period", sort=True):
        recent = month[pd.to_datetime(month["first_month"]) >= pd.Timestamp(str(period)) - _YEAR]
        if len(recent) >= LEAST_MODELS:
            on_sale = cheapest[cheapest["period"].eq(period)]
            parts.append(_month(recent.reset_index(drop=True), on_sale))
    if not parts:
        return pd.DataFrame()
    named = pd.concat(parts, ignore_index=True).rename(columns={"product": "model_version"})
    return named.assign(blend=blend, cost_per_point=named["price"] / named["score"].where(named["score"] > 0))


def _month(models: pd.DataFrame, on_sale: pd.DataFrame) -> pd.DataFrame:
    known = models["open"].notna()
    with_openness = known.sum() >= LEAST_MODELS and models.loc[known, "open"].nunique() == 2
    controls = ["score", "open"] if with_openness else ["score"]
    kept = models[known] if with_openness else models
    ranks = _ranks(kept, controls).assign(controls=" and ".join(controls).replace("open", "openness"))
    found = models.join([_undercut(models), ranks])
    prices, scores = on_sale["price"].to_numpy(np.float64), on_sale["score"].to_numpy(np.float64)
    reach = scores[np.newaxis, :] >= found["score"].to_numpy(np.float64)[:, np.newaxis]
    lowest = np.where(reach, prices, np.inf).min(axis=1, initial=np.inf)
    return found.assign(frontier_price=np.where(np.isfinite(lowest), lowest, np.nan))


def _undercut(models: pd.DataFrame) -> pd.DataFrame:
    """undercut_pct and peers of each model, by row."""
    logs, score = np.log(models["price"].to_numpy(np.float64)), models["score"].to_numpy(np.float64)
    maker, openness = pd.factorize(models["maker"])[0], models["open"].to_numpy(np.float64)
    near = np.abs(score[:, np.newaxis] - score) <= PEER_POINTS
    peer = near & (maker[:, np.newaxis] != maker) & (openness[:, np.newaxis] == openness)
    counts = peer.sum(axis=1)
    medians = [
        float(np.median(logs[row])) if count >= PEERS else np.nan for row, count in zip(peer, counts, strict=True)
    ]
    return pd.DataFrame({"undercut_pct": 100 * np.expm1(logs - np.array(medians)), "peers": counts}, index=models.index)


def _ranks(models: pd.DataFrame, controls: list[str]) -> pd.DataFrame:
    """expected_price with its interval, residual_pct, makers, not_above and p of each model, by row."""
    month = _Month(
        log_price=np.log(models["price"].to_numpy(np.float64)),
        design=np.column_stack([np.ones(len(models)), models[controls].to_numpy(np.float64)]),
        maker=pd.factorize(models["maker"])[0].astype(np.int64),
    )
    rows = np.full((len(models), 6), np.nan)
    for maker in range(int(month.maker.max()) + 1):
        rows[month.maker == maker] = _without(month, maker)
    columns = ["expected_price", "expected_low", "expected_high", "residual_pct", "makers", "not_above"]
    table = pd.DataFrame(rows, columns=columns, index=models.index)
    p = (1 + table["not_above"]) / (table["makers"] + 1)
    return table.assign(p=p.where(table["makers"] >= MAKERS))


def _without(month: _Month, maker: int) -> Vector:
    """The six numbers of each of a maker's models, from a regression without that maker."""
    own = month.maker == maker
    coefficients, _, rank, _ = np.linalg.lstsq(month.design[~own], month.log_price[~own], rcond=None)
    found = np.full((int(own.sum()), 6), np.nan)
    others = month.maker[~own]
    if rank < month.design.shape[1] or not len(others):
        return found
    rest = month.log_price[~own] - month.design[~own] @ coefficients
    lowest, middle = _by_maker(rest, others)
    fitted = month.design[own] @ coefficients
    residual = month.log_price[own] - fitted
    low, high = _conformal(middle)
    found[:, 0] = np.exp(fitted)
    found[:, 1], found[:, 2] = np.exp(fitted + low), np.exp(fitted + high)
    found[:, 3] = 100 * np.expm1(residual)
    found[:, 4] = len(lowest)
    found[:, 5] = (lowest[np.newaxis, :] <= residual[:, np.newaxis] + _TIE).sum(axis=1)
    return found


def _by_maker(residuals: Vector, makers: npt.NDArray[np.int64]) -> tuple[Vector, Vector]:
    """The lowest and the middle residual of every maker, each in its own order."""
    order = np.lexsort((residuals, makers))
    ordered, named = residuals[order], makers[order]
    starts = np.flatnonzero(np.append(True, named[1:] != named[:-1]))
    counts = np.diff(np.append(starts, len(named)))
    middle: Vector = (ordered[starts + (counts - 1) // 2] + ordered[starts + counts // 2]) / 2
    return ordered[starts], np.sort(middle)


def _conformal(residuals: Vector) -> tuple[float, float]:
    """Bounds that a further maker's residual keeps within with the confidence, whatever their distribution.

    `residuals` are sorted, one a maker. Vovk, Gammerman and Shafer (2005), *Algorithmic Learning in a Random World*,
    chapter 2: the k-th smallest on each side, k = ⌊(n + 1)·(1 - confidence)/2⌋. NaN where that is below 1.
    """
    k = int((len(residuals) + 1) * (1 - CONFIDENCE) / 2 + _TIE)
    return (float(residuals[k - 1]), float(residuals[-k])) if k >= 1 else (float("nan"), float("nan"))
