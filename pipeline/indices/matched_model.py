r"""The matched-model index: chained Jevons over what is on sale in both of two neighbouring periods, with an interval.

:math:`\ln I_t = \sum_{s \le t} \mathrm{mean}_{u \in M(s-1,s)} r_{us}`, r the log price relative of the unit u. A unit
is a model version, or a maker (the mean of its matched model versions), so that a maker with many versions counts once.
No price is carried forward. The interval is the percentile bootstrap over units: what the level owes to who is in the
sample, not to the readings.

Sources: *Consumer Price Index Manual* (2004), chapters 7 and 20 (matched models, Jevons); Efron and Tibshirani (1993),
*An Introduction to the Bootstrap*, chapter 13.
"""

import numpy as np
import pandas as pd

from pipeline.indices.elementary import Vector
from pipeline.indices.panel import tables


def matched_model(
    panel: pd.DataFrame, *, per: str | None, draws: int, seed: int, confidence: float = 0.95
) -> pd.DataFrame:
    """Levels of a panel without groups, 100 in the first period, with bounds of the bootstrap over units.

    Parameters
    ----------
    panel
        `period, product, price`, one row per period and product, in one currency and unit.
    per
        None: every product is a unit. Else the column that names each product's unit (the maker), one per product.
    draws, seed, confidence
        Bootstrap samples, the seed they are drawn with, and the share of levels within the bounds.

    Returns
    -------
    `period, level, low, high, matched` (products behind the link to the period before). NaN from the first link on that
    matches nothing; bounds are over the samples in which every link matches something.

    Raises
    ------
    PanelError
        As `pipeline.indices.panel.tables`.
    """
    ((_, table),) = tables(panel[["period", "product", "price"]], with_quantities=False)
    logs = np.full((len(table.periods), table.products), np.nan)
    logs[table.period, table.product] = np.log(table.price)
    moves = np.diff(logs, axis=0)
    matched = np.isfinite(moves).sum(axis=1)
    units = moves if per is None else _unit_means(moves, _units(panel, per))
    levels = _chained(units, np.ones((1, units.shape[1])))[0]
    low, high = _bounds(units, levels, draws=draws, seed=seed, confidence=confidence)
    return pd.DataFrame(
        {"period": table.periods, "level": levels, "low": low, "high": high, "matched": np.concatenate([[0], matched])}
    )


def _units(panel: pd.DataFrame, per: str) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    """The number of every product's unit, products in the order of the table (by name)."""
    named = panel[["product", per]].drop_duplicates("product").sort_values("product", kind="stable")
    return pd.factorize(named[per], sort=True)[0].astype(np.int64)


def _unit_means(moves: Vector, units: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> Vector:
    known = np.isfinite(moves)
    order = np.argsort(units, kind="stable")
    starts = np.flatnonzero(np.append(True, np.diff(units[order]) > 0))
    counts = np.add.reduceat(known[:, order].astype(np.float64), starts, axis=1)
    sums: Vector = np.add.reduceat(np.where(known, moves, 0.0)[:, order], starts, axis=1)
    return np.divide(sums, counts, out=np.full_like(counts, np.nan), where=counts > 0)


def _chained(units: Vector, counts: Vector) -> Vector:
    """Levels by sample (rows) and period, units counted as often as `counts` (samples by units) says."""
    known = np.isfinite(units)
    matched = counts @ known.T
    sums = counts @ np.where(known, units, 0.0).T
    links = np.divide(sums, matched, out=np.full_like(sums, np.nan), where=matched > 0)
    first = np.zeros((len(counts), 1))
    levels: Vector = 100.0 * np.exp(np.cumsum(np.concatenate([first, links], axis=1), axis=1))
    return levels


def _bounds(units: Vector, levels: Vector, *, draws: int, seed: int, confidence: float) -> tuple[Vector, Vector]:
    size = units.shape[1]
    counts = np.random.default_rng(seed).multinomial(size, np.full(size, 1.0 / size), size=draws).astype(np.float64)
    samples = _chained(units, counts)
    low, high = np.full_like(levels, np.nan), np.full_like(levels, np.nan)
    for place in np.flatnonzero(np.isfinite(levels)):
        reached = samples[np.isfinite(samples[:, place]), place]
        if len(reached):
            low[place], high[place] = np.quantile(reached, [(1 - confidence) / 2, (1 + confidence) / 2])
    return low, high
