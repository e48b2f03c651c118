r"""Elementary price indices of matched products: prices alone, every product counts once.

Enters: prices of the same products, in the same order, of a base and a current period, in one currency and unit;
leaves the index of the current period, 1 where nothing moved. Matching is `pipeline.indices.table`'s.

Source: *Producer Price Index Manual* (ILO, IMF, OECD, UNECE, World Bank 2004), paragraphs 9.18-9.19, equations (9.1)
to (9.3), and chapter 20; the same in the *Consumer Price Index Manual* (2004), chapters 9 and 20.
"""

import math

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float64]
Truths = npt.NDArray[np.bool_]


def jevons(p0: Vector, p1: Vector) -> float:
    r"""Geometric mean of the price relatives, :math:`\prod_i (p_i^1 / p_i^0)^{1/n}` (equation 9.3).

    Passes the tests of time reversal, transitivity and change of units. NaN where nothing is matched.
    """
    return math.exp(np.log(p1 / p0).mean()) if len(p0) else math.nan


def dutot(p0: Vector, p1: Vector) -> float:
    r"""Ratio of the mean prices, :math:`\sum_i p_i^1 / \sum_i p_i^0` (equation 9.2).

    Changes with the units of the products: for one homogeneous product only. NaN where nothing is matched.
    """
    return float(p1.sum() / p0.sum()) if len(p0) else math.nan


def carli(p0: Vector, p1: Vector) -> float:
    r"""Arithmetic mean of the price relatives, :math:`\frac{1}{n} \sum_i p_i^1 / p_i^0` (equation 9.1).

    Fails time reversal and drifts upwards when chained. NaN where nothing is matched.
    """
    return float((p1 / p0).mean()) if len(p0) else math.nan
