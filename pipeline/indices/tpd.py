r"""Time-product dummy: log prices explained by one constant a product and one a period.

:math:`\ln p_{ti} = \alpha_i + \beta_t + \varepsilon_{ti}`, by least squares with the weights :math:`w_{ti}`. The
products' constants are eliminated, :math:`\alpha_i = \sum_t w_{ti} (\ln p_{ti} - \beta_t) / w_{\cdot i}`, which leaves

.. math:: \beta_t w_{t \cdot} - \sum_u \beta_u \sum_i \frac{w_{ti} w_{ui}}{w_{\cdot i}}
          = \sum_i w_{ti} \Big(\ln p_{ti} - \frac{\sum_u w_{ui} \ln p_{ui}}{w_{\cdot i}}\Big)

with :math:`\beta_0 = 0`: T-1 equations, however many products there are. A product that is priced once adds nothing.

Sources: Summers (1973), *Review of Income and Wealth* 19, 1-16 (countries for periods); expenditure shares as weights:
Rao (2005), *Review of Income and Wealth* 51, 571-580, Diewert (2005), ibid., 561-570.
"""

import numpy as np

from pipeline.indices.elementary import Vector
from pipeline.indices.normal_equations import solved
from pipeline.indices.table import PriceTable


def time_product_dummy(table: PriceTable) -> Vector:
    """Log levels, the first 0; NaN where no chain of matched products leads to a period.

    Weights are the products' expenditure shares of their period where quantities are known, else one.
    """
    weights = _weights(table)
    logs = np.log(table.price)
    of_product = table.per_product(weights)
    mean = _ratio(table.per_product(weights * logs), of_product)
    share = _ratio(weights, of_product[table.product])
    system = np.diag(table.per_period(weights)) - table.cross(weights, share)
    return solved(system, table.per_period(weights * (logs - mean[table.product])), first=0.0)


def _weights(table: PriceTable) -> Vector:
    if np.isnan(table.quantity).all():
        return np.ones(len(table.price))
    return _ratio(table.value, table.per_period(table.value)[table.period])


def _ratio(above: Vector, below: Vector) -> Vector:
    """Zero where there is no weight at all."""
    return np.divide(above, below, out=np.zeros_like(above), where=below > 0)
