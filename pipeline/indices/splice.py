r"""Rolling windows of a multilateral index, spliced into one series that is never revised.

The first window gives the first levels. Each later window, one period further, gives one level more: the level before
times the new window's movement from a period of overlap to its end, over the old window's movement from that period to
its own end:

.. math:: I_t = I_{t-1} \, \frac{P^{new}_t / P^{new}_l}{P^{old}_{t-1} / P^{old}_l}

*movement* links at the last period of overlap (l = t-1), *window* at the first (l = t-w+1), *half* in the middle, and
*mean* takes the geometric mean over all of them. The old window is the one computed before, not the published series.

Sources: movement: Ivancic, Diewert and Fox (2011); window: Krsinich (2016), *Journal of Official Statistics* 32,
375-404; half: de Haan (2015), Ottawa Group; mean: Diewert and Fox (2020); compared in Chessa (2019), Ottawa Group.
"""

from collections.abc import Callable
from enum import StrEnum

import numpy as np

from pipeline.indices.elementary import Vector
from pipeline.indices.table import PriceTable


class Splice(StrEnum):
    """Where a new window is joined to the one before."""

    MOVEMENT = "movement"
    WINDOW = "window"
    HALF = "half"
    MEAN = "mean"


def spliced(table: PriceTable, index: Callable[[PriceTable], Vector], *, window: int, splice: Splice) -> Vector:
    """Log levels of the multilateral `index` over windows of `window` periods, the first 0.

    NaN where a window does not reach a period, or where the period of overlap is not known in both windows.
    """
    periods = len(table.periods)
    if window >= periods:
        return index(table)
    old = index(table.window(0, window - 1))
    levels = list(old)
    for last in range(window, periods):
        new = index(table.window(last - window + 1, last))
        levels.append(levels[-1] + _factor(old, new, splice))
        old = new
    return np.array(levels)


def _factor(old: Vector, new: Vector, splice: Splice) -> float:
    """Log movement of the newest period, over all or one of the periods that both windows hold."""
    factors = (new[-1] - new[:-1]) - (old[-1] - old[1:])
    if splice is Splice.MEAN:
        return float(factors.mean())
    place = {Splice.MOVEMENT: len(factors) - 1, Splice.WINDOW: 0, Splice.HALF: len(factors) // 2}[splice]
    return float(factors[place])
