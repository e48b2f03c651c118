"""Averages to averages over the whole period and by month, side by side (METHODS 6).

A price that steps down inside the period makes the average of the whole overstate the margin; months do not. Both are
shown, neither is chosen.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.domain.errors import InvalidValueError
from pipeline.dumping.attainable import Attainable, attainable
from pipeline.dumping.margin import Margin, Method, Period, dumping_margin
from pipeline.dumping.normal_value import BorrowedMonth, contemporaneous
from pipeline.dumping.sales import Sale


@dataclass(frozen=True, slots=True, kw_only=True)
class Averages:
    """Both figures and what weights could make of them; `by_month` is None where a month has no normal value."""

    whole: Margin
    by_month: Margin | None
    by_month_missing: str | None
    borrowed: tuple[BorrowedMonth, ...]
    attainable: Attainable


def averages(sales: Sequence[Sale]) -> Averages:
    """The margins of `sales` with offsets; raises InvalidValueError where a product has no normal value at all."""
    whole = dumping_margin(sales, method=Method.AVERAGE_TO_AVERAGE, period=Period.WHOLE, zeroing=False)
    filled, borrowed = contemporaneous(sales)
    by_month: Margin | None = None
    missing: str | None = None
    try:
        by_month = dumping_margin(filled, method=Method.AVERAGE_TO_AVERAGE, period=Period.MONTH, zeroing=False)
    except InvalidValueError as error:
        missing = str(error)
    return Averages(
        whole=whole,
        by_month=by_month,
        by_month_missing=missing,
        borrowed=tuple(borrowed),
        attainable=attainable(sales, period=Period.WHOLE),
    )
