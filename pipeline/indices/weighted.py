r"""Weighted bilateral price indices of matched products: prices with the quantities of both periods.

Enters: prices (one currency and unit) and quantities (one unit per product, none negative) of the same products, in
the same order, of a base (0) and a current period (1); leaves the index of the current period, 1 where nothing moved.
NaN where nothing is matched or the weights add up to nothing.

Source: *Consumer Price Index Manual* (ILO, IMF, OECD, UNECE, Eurostat, World Bank 2004), chapter 15, equations (15.5),
(15.6), (15.12) and (15.81); the same equations in the *Producer Price Index Manual* (2004), chapter 15.
"""

import math

import numpy as np

from pipeline.indices.elementary import Vector


def laspeyres(p0: Vector, p1: Vector, q0: Vector) -> float:
    r"""Cost of the basket of the base period, :math:`\sum_i p_i^1 q_i^0 / \sum_i p_i^0 q_i^0`."""
    return _ratio(float(p1 @ q0), float(p0 @ q0))


def paasche(p0: Vector, p1: Vector, q1: Vector) -> float:
    r"""Cost of the basket of the current period, :math:`\sum_i p_i^1 q_i^1 / \sum_i p_i^0 q_i^1`."""
    return _ratio(float(p1 @ q1), float(p0 @ q1))


def fisher(p0: Vector, p1: Vector, q0: Vector, q1: Vector) -> float:
    r"""Geometric mean of Laspeyres and Paasche, :math:`(P_L P_P)^{1/2}`; superlative, passes time reversal."""
    return math.sqrt(laspeyres(p0, p1, q0) * paasche(p0, p1, q1))


def tornqvist(p0: Vector, p1: Vector, q0: Vector, q1: Vector) -> float:
    r"""Geometric mean of the relatives, weighted by the mean of both periods' expenditure shares.

    :math:`\prod_i (p_i^1 / p_i^0)^{(s_i^0 + s_i^1)/2}`, :math:`s_i^t = p_i^t q_i^t / \sum_j p_j^t q_j^t` over the
    matched products. Superlative, passes time reversal.
    """
    value0, value1 = p0 * q0, p1 * q1
    if value0.sum() == 0 or value1.sum() == 0:
        return math.nan
    shares = (value0 / value0.sum() + value1 / value1.sum()) / 2
    return math.exp(shares @ np.log(p1 / p0))


def _ratio(above: float, below: float) -> float:
    return above / below if below > 0 and above > 0 else math.nan
