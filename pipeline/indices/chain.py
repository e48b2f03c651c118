"""Bilateral indices over many periods: direct (every period against the first) or chained (neighbours linked).

Enters a table of prices, leaves one level a period, the first 1. A product that is missing in one of the two periods of
a link drops out of that link. NaN where a link has no matched product; in a chain it is NaN from there on.

Source: *Consumer Price Index Manual* (2004), chapter 15, paragraphs on fixed base and chained indices; *Producer Price
Index Manual* (2004), paragraph 9.19.
"""

from collections.abc import Callable, Mapping

import numpy as np

from pipeline.indices.elementary import Vector, carli, dutot, jevons
from pipeline.indices.table import Matched, PriceTable
from pipeline.indices.weighted import fisher, laspeyres, paasche, tornqvist

BILATERAL: Mapping[str, Callable[[Matched], float]] = {
    "jevons": lambda m: jevons(m.p0, m.p1),
    "dutot": lambda m: dutot(m.p0, m.p1),
    "carli": lambda m: carli(m.p0, m.p1),
    "laspeyres": lambda m: laspeyres(m.p0, m.p1, m.q0),
    "paasche": lambda m: paasche(m.p0, m.p1, m.q1),
    "fisher": lambda m: fisher(m.p0, m.p1, m.q0, m.q1),
    "tornqvist": lambda m: tornqvist(m.p0, m.p1, m.q0, m.q1),
}


def direct(table: PriceTable, formula: Callable[[Matched], float]) -> Vector:
    r"""Levels :math:`I_t = P(0, t)`."""
    return np.array([1.0, *(formula(table.matched(0, t)) for t in range(1, len(table.periods)))])


def chained(table: PriceTable, formula: Callable[[Matched], float]) -> Vector:
    r"""Levels :math:`I_t = \prod_{s \le t} P(s - 1, s)`."""
    return np.cumprod(np.array([1.0, *(formula(table.matched(t - 1, t)) for t in range(1, len(table.periods)))]))
