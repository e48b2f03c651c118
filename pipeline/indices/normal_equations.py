"""The (T-1) by (T-1) system that multilateral methods end in: one unknown a period, that of the first period given."""

import numpy as np

from pipeline.indices.elementary import Truths, Vector


def solved(system: Vector, right: Vector, *, first: float) -> Vector:
    r"""The x of :math:`Ax = b` with :math:`x_0` given, for a system that is singular without it.

    `system` is T by T; two periods are compared where its cell is not zero. NaN for periods that no chain of compared
    periods leads to from the first.
    """
    reached = _reached(system != 0)
    unknown = np.flatnonzero(reached)[1:]
    found = np.full(len(right), np.nan)
    found[0] = first
    if len(unknown):
        found[unknown] = np.linalg.solve(system[np.ix_(unknown, unknown)], right[unknown] - first * system[unknown, 0])
    return found


def _reached(compared: Truths) -> Truths:
    """Which periods a chain of compared periods leads to from the first."""
    reached = np.zeros(len(compared), dtype=np.bool_)
    reached[0] = True
    while True:
        further = reached | compared[reached].any(axis=0)
        if (further == reached).all():
            return reached
        reached = further
