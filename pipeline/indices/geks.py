r"""GEKS: the transitive index that is nearest to all bilateral indices of a set of periods.

The log levels :math:`b` minimise :math:`\sum_{t,u} (\ln P_{tu} - (b_u - b_t))^2`. Where every pair of periods has
matched products this is the geometric mean over all linking periods, :math:`\prod_k (P_{0k} P_{kt})^{1/T}`; pairs
without matched products are left out of the sum. The bilateral formula must pass time reversal.

All pairs at once are three products of tables: with :math:`v` expenditure, :math:`l` log price, :math:`m` one where
priced, :math:`\sum_i v_{ti} m_{ui}`, :math:`\sum_i v_{ti} l_{ti} m_{ui}` and :math:`\sum_i v_{ti} l_{ui}`.

Sources: Gini (1931); Eltetö and Köves (1964); Szulc (1964); over time Ivancic, Diewert and Fox (2011), *Journal of
Econometrics* 161, 24-35; with Törnqvist Caves, Christensen and Diewert (1982), *Economic Journal* 92, 73-86.
"""

import numpy as np

from pipeline.indices.elementary import Truths, Vector
from pipeline.indices.normal_equations import solved
from pipeline.indices.table import PriceTable


def geks_jevons(table: PriceTable) -> Vector:
    """Log levels of GEKS over Jevons, the first 0; NaN where no chain of matched products leads to a period."""
    logs, ones = _centred_logs(table), np.ones(len(table.price))
    pairs = table.cross(ones, ones)
    ahead = table.cross(ones, logs)
    return _nearest(ahead - ahead.T, pairs, pairs > 0)


def geks_tornqvist(table: PriceTable) -> Vector:
    """Log levels of GEKS over Törnqvist, the first 0; NaN where no chain of matched products leads to a period."""
    logs, ones, value = _centred_logs(table), np.ones(len(table.price)), table.value
    total = table.cross(value, ones)
    moved = table.cross(value, logs) - table.cross(value * logs, ones)
    known = (total > 0) & (total.T > 0)
    by_base = np.divide(moved, total, out=np.zeros_like(moved), where=known)
    return _nearest(by_base - by_base.T, np.full_like(moved, 2.0), known)


def _centred_logs(table: PriceTable) -> Vector:
    """Log prices less each product's mean: only movements count, and small numbers keep their digits."""
    logs = np.log(table.price)
    means = table.per_product(logs) / table.per_product(np.ones(len(logs)))
    return logs - means[table.product]


def _nearest(moved: Vector, divisor: Vector, known: Truths) -> Vector:
    """Log levels nearest to the log index `moved / divisor` of every known pair (base by row)."""
    bilateral = np.divide(moved, divisor, out=np.zeros_like(moved), where=known)
    compared = known.astype(np.float64)
    np.fill_diagonal(compared, 0.0)
    return solved(np.diag(compared.sum(axis=0)) - compared, bilateral.sum(axis=0), first=0.0)
