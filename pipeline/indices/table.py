"""Prices (and quantities) of one panel as a table of periods by products, and what two periods have in common.

Most panels are gaps for the most part, so rows are kept as a list ordered by period and product; tables for matrix
products are made dense or sparse by what they hold.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from pipeline.indices.elementary import Vector

# Below one filled cell in twenty a sparse product of two tables is faster than a dense one, and far smaller.
_DENSE_FROM = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """The products that two periods share: prices and quantities of the base (0) and the current period (1)."""

    p0: Vector
    p1: Vector
    q0: Vector
    q1: Vector


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceTable:
    """One price per period and product.

    `period` and `product` are the numbers of the rows' periods (0 to `len(periods) - 1`, in order of time) and
    products, `price` is positive, `quantity` NaN where it is not known; rows are ordered by period, then product, and
    `starts[t]` to `starts[t + 1]` are those of period t.
    """

    periods: Sequence[Hashable]
    products: int
    starts: npt.NDArray[np.int64]
    period: npt.NDArray[np.int64]
    product: npt.NDArray[np.int64]
    price: Vector
    quantity: Vector

    @property
    def value(self) -> Vector:
        """Expenditure of every row, price times quantity."""
        return self.price * self.quantity

    def window(self, first: int, last: int) -> "PriceTable":
        """The periods `first` to `last`, both included, with the products that they hold."""
        rows = slice(self.starts[first], self.starts[last + 1])
        kept, product = np.unique(self.product[rows], return_inverse=True)
        return PriceTable(
            periods=self.periods[first : last + 1],
            products=len(kept),
            starts=self.starts[first : last + 2] - self.starts[first],
            period=self.period[rows] - first,
            product=product,
            price=self.price[rows],
            quantity=self.quantity[rows],
        )

    def matched(self, base: int, current: int) -> Matched:
        """What periods `base` and `current` have in common."""
        rows0 = slice(self.starts[base], self.starts[base + 1])
        rows1 = slice(self.starts[current], self.starts[current + 1])
        _, at0, at1 = np.intersect1d(self.product[rows0], self.product[rows1], assume_unique=True, return_indices=True)
        return Matched(
            p0=self.price[rows0][at0],
            p1=self.price[rows1][at1],
            q0=self.quantity[rows0][at0],
            q1=self.quantity[rows1][at1],
        )

    def per_period(self, rows: Vector) -> Vector:
        """Sums of a quantity of every row by period."""
        return np.bincount(self.period, rows, minlength=len(self.periods)).astype(np.float64)

    def per_product(self, rows: Vector) -> Vector:
        """Sums of a quantity of every row by product."""
        return np.bincount(self.product, rows, minlength=self.products).astype(np.float64)

    def cross(self, left: Vector, right: Vector) -> Vector:
        r"""The square table :math:`C_{tu} = \sum_i l_{ti} r_{ui}` of two quantities of every row, gaps as zero."""
        shape = (len(self.periods), self.products)
        tables: list[Any] = [sparse.csr_array((rows, self.product, self.starts), shape=shape) for rows in (left, right)]
        if len(self.price) < _DENSE_FROM * shape[0] * shape[1]:
            product: Vector = (tables[0] @ tables[1].T).toarray()
            return product
        dense: Vector = tables[0].toarray() @ tables[1].toarray().T
        return dense
