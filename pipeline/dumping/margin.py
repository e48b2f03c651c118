"""The margin of dumping over sales that are given (an analogy for a service, not a finding).

Formula, by comparison: the amount is NV - EP (19 U.S.C. 1677(35)(A)); as a per cent, 100 · Σ amount / Σ EP · q (35)(B).
`signed` counts negative comparisons as offsets. `legal` is not under 0, and leaves negative comparisons out where
averages meet transactions, or where zeroing is asked for. De minimis, on the figure before rounding: under 2 % in an
investigation, under .5 % in a review.

Averages are weighted by quantity (19 CFR 351.414). Fractions throughout, decimals where they leave: at exactly 2 %
float64 errs, and so do decimals of means that do not end.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext
from enum import StrEnum
from fractions import Fraction
from typing import Any

from pipeline.domain.amounts import decimal_text
from pipeline.domain.errors import InvalidValueError
from pipeline.dumping.exact import DIGITS, as_decimal, percent, total, total_value
from pipeline.dumping.sales import Sale, Side

INVESTIGATION, REVIEW = Decimal(2), Decimal("0.5")
_EXACT = Context(prec=DIGITS, rounding=ROUND_HALF_EVEN)
_PLACES = Decimal("1E-9")

Group = tuple[str, ...]


class Method(StrEnum):
    AVERAGE_TO_AVERAGE = "aa"
    TRANSACTION_TO_TRANSACTION = "tt"
    AVERAGE_TO_TRANSACTION = "at"


class Period(StrEnum):
    WHOLE = "whole"
    MONTH = "month"


@dataclass(frozen=True, slots=True, kw_only=True)
class Margin:
    """A margin over all comparisons; the per cents are None where the exports' value is 0."""

    method: Method
    period: Period
    amount: Decimal
    value: Decimal
    percent_signed: Decimal | None
    percent_legal: Decimal | None

    def as_json(self) -> dict[str, Any]:
        """The object of `undercut margin`; a per cent that is not defined is absent, and de minimis with it."""
        made: dict[str, Any] = {
            "method": self.method.value,
            "period": self.period.value,
            "amount": _plain(self.amount),
            "value": _plain(self.value),
        }
        if self.percent_signed is None or self.percent_legal is None:
            return made
        return {
            **made,
            "percent_signed": _percent(self.percent_signed),
            "percent_legal": _percent(self.percent_legal),
            "de_minimis": {"investigation": self.percent_legal < INVESTIGATION, "review": self.percent_legal < REVIEW},
        }


def dumping_margin(sales: Sequence[Sale], *, method: Method, period: Period, zeroing: bool) -> Margin:
    """The margin of all comparisons of the given sales.

    Raises InvalidValueError naming the line where an export has no normal value of its product (and month), or the
    numbers of both sides differ where transactions are paired in order.
    """
    compared = list(_comparisons(sales, method, period))
    amount = sum((each for each, _ in compared), Fraction(0))
    value = sum((each for _, each in compared), Fraction(0))
    counted = amount
    if zeroing or method is Method.AVERAGE_TO_TRANSACTION:
        counted = sum((max(each, Fraction(0)) for each, _ in compared), Fraction(0))
    return Margin(
        method=method,
        period=period,
        amount=as_decimal(amount),
        value=as_decimal(value),
        percent_signed=as_decimal(percent(amount, value)) if value else None,
        percent_legal=as_decimal(max(percent(counted, value), Fraction(0))) if value else None,
    )


def percent_of_cif(amount: Decimal, cif_value: Decimal | None) -> Decimal | None:
    """The margin as the Union states it: the amount as a per cent of the value free at its frontier, duty unpaid.

    A service has no such value: None ("not stated") unless the user gives one. Not under 0.
    """
    if not cif_value:
        return None
    return as_decimal(max(percent(Fraction(amount), Fraction(cif_value)), Fraction(0)))


def _comparisons(sales: Sequence[Sale], method: Method, period: Period) -> Iterator[tuple[Fraction, Fraction]]:
    """(amount, value of the exports) of each comparison; single sales come together where their sign is one."""
    normal = _groups((sale for sale in sales if sale.side is Side.NORMAL_VALUE), period)
    exports = _groups((sale for sale in sales if sale.side is Side.EXPORT_PRICE), period)
    if method is Method.TRANSACTION_TO_TRANSACTION:
        for group, unpaired in normal.items():
            if group not in exports:
                raise InvalidValueError(f"line {unpaired[0].line}: no export of {' in '.join(group)} to pair it with")
    for group, sold in exports.items():
        if group not in normal:
            raise InvalidValueError(f"line {sold[0].line}: no normal value of {' in '.join(group)}")
        at_home = normal[group]
        match method:
            case Method.TRANSACTION_TO_TRANSACTION:
                yield from _pairs(at_home, sold, group)
            case Method.AVERAGE_TO_TRANSACTION:
                mean = _mean(at_home)
                for cheaper in (True, False):
                    yield _compared(mean, [sale for sale in sold if (sale.price < mean) is cheaper])
            case Method.AVERAGE_TO_AVERAGE:
                yield _compared(_mean(at_home), sold)


def _pairs(at_home: list[Sale], sold: list[Sale], group: Group) -> Iterator[tuple[Fraction, Fraction]]:
    if len(at_home) != len(sold):
        longer = at_home if len(at_home) > len(sold) else sold
        line = longer[min(len(at_home), len(sold))].line
        name = " in ".join(group)
        raise InvalidValueError(
            f"line {line}: {len(at_home)} normal values and {len(sold)} exports of {name} do not pair"
        )
    paired = list(zip(at_home, sold, strict=True))
    for cheaper in (True, False):
        own = [(home, export) for home, export in paired if (export.price < home.price) is cheaper]
        value = total_value((export.price, export.quantity) for _, export in own)
        yield total_value((home.price, export.quantity) for home, export in own) - value, value


def _compared(normal_value: Fraction, exports: list[Sale]) -> tuple[Fraction, Fraction]:
    value = _value(exports)
    return normal_value * total(sale.quantity for sale in exports) - value, value


def _groups(sales: Iterable[Sale], period: Period) -> dict[Group, list[Sale]]:
    found: dict[Group, list[Sale]] = {}
    for sale in sales:
        key = (sale.product, sale.month) if period is Period.MONTH else (sale.product,)
        found.setdefault(key, []).append(sale)
    return found


def _mean(sales: list[Sale]) -> Fraction:
    """The average price, weighted by quantity."""
    return _value(sales) / total(sale.quantity for sale in sales)


def _value(sales: list[Sale]) -> Fraction:
    return total_value((sale.price, sale.quantity) for sale in sales)


def _plain(value: Decimal) -> str:
    """Plain decimal text; a quotient that does not end is written to 28 digits after the point."""
    with localcontext(_EXACT):
        exponent = value.as_tuple().exponent
        rounded = value.quantize(Decimal("1E-28")) if isinstance(exponent, int) and exponent < -28 else value
        text = decimal_text(rounded)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _percent(value: Decimal) -> str:
    with localcontext(_EXACT):
        rounded = value.quantize(_PLACES)
        return decimal_text(rounded if rounded else abs(rounded))
