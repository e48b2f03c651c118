"""Blends of a price triple: input, cached input and output at fixed quantities (METHODS 2).

The same formulas for exact decimals and for columns of floats; amounts of one currency per one unit in, same out.
"""

from decimal import Decimal
from typing import TypeVar

import pandas as pd

Price = TypeVar("Price", Decimal, float, "pd.Series[float]")


def b31(input_: Price, output: Price) -> Price:
    r"""Three tokens read for one written: :math:`(3\,in + out)/4`, the convention of Artificial Analysis until 2026."""
    return (3 * input_ + output) / 4


def b721(input_: Price, cached: Price, output: Price) -> Price:
    r"""Seven read from the cache, two afresh, one written: :math:`(7\,cached + 2\,in + out)/10`, its newer convention.

    Where no cached price is published the caller passes the input price (`cached_or_input`) and says so.
    """
    return (7 * cached + 2 * input_ + output) / 10


def mix(input_: Price, cached: Price, output: Price, *, parts: tuple[int, int, int]) -> Price:
    """The user's own mix; whole parts of input, cached input and output, not all zero."""
    fresh, read, written = parts
    total = fresh + read + written
    return (fresh * input_ + read * cached + written * output) / total


def cached_or_input(
    input_: "pd.Series[float]", cached: "pd.Series[float]"
) -> tuple["pd.Series[float]", "pd.Series[bool]"]:
    """The cached price, or the input price where none is published; and where that was assumed."""
    assumed = cached.isna() & input_.notna()
    return cached.where(~assumed, input_), assumed
