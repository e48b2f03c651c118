r"""Geary-Khamis: price levels and average (international) prices of the products that imply each other.

.. math:: b_i = \sum_t \frac{q_{ti}}{q_{\cdot i}} \frac{p_{ti}}{P_t}, \qquad
          P_t = \frac{\sum_i p_{ti} q_{ti}}{\sum_i b_i q_{ti}}

With :math:`\pi_t = 1 / P_t` the products drop out: :math:`v_t \pi_t = \sum_u \pi_u \sum_i q_{ti} v_{ui} / q_{\cdot i}`
(v expenditure), a linear system of one unknown a period, with :math:`\pi_0 = 1`.

Sources: Geary (1958), *Journal of the Royal Statistical Society A* 121, 97-99; Khamis (1972), ibid. 135, 96-121; over
time Diewert and Fox (2020), *Journal of Business and Economic Statistics* 40, 355-369.
"""

import numpy as np

from pipeline.indices.elementary import Vector
from pipeline.indices.normal_equations import solved
from pipeline.indices.table import PriceTable


def geary_khamis(table: PriceTable) -> Vector:
    """Log levels, the first 0; NaN where no chain of matched products leads to a period, or nothing was sold in it."""
    value = table.value
    sold = table.per_product(table.quantity)[table.product]
    per_unit = np.divide(value, sold, out=np.zeros_like(value), where=sold > 0)
    spent = table.per_period(value)[:, np.newaxis]
    flows = table.cross(table.quantity, per_unit)
    shares = np.divide(flows, spent, out=np.zeros_like(flows), where=spent > 0)
    reciprocals = solved(np.eye(len(spent)) - shares, np.zeros(len(spent)), first=1.0)
    return -np.log(reciprocals)
