"""Exact arithmetic of margins: fractions while it is computed, decimals where it leaves.

A quotient of decimals need not end (a mean over three days), and a margin is compared with 2 % before rounding. So
figures are fractions, and leave with sixty digits, rounded down: a figure under a threshold stays under it.
"""

from collections.abc import Iterable
from decimal import ROUND_FLOOR, Context, Decimal, Inexact, localcontext
from fractions import Fraction

DIGITS = 60
_DOWN = Context(prec=DIGITS, rounding=ROUND_FLOOR)
_WHOLE = Context(prec=100_000, traps=[Inexact])
_PLACES = Decimal("1E-6")
_SMALL = Decimal("1E-3")


def as_decimal(value: Fraction) -> Decimal:
    """The decimal of sixty digits that is not above the fraction; exact where so many suffice."""
    return _DOWN.divide(Decimal(value.numerator), Decimal(value.denominator))


def percent(part: Fraction, whole: Fraction) -> Fraction:
    """100 · part / whole; raises ZeroDivisionError where the whole is 0, which is the caller's to name."""
    return 100 * part / whole


def weighted_mean(pairs: Iterable[tuple[Decimal | Fraction, Decimal | Fraction]]) -> Fraction:
    """The mean of (value, weight) pairs; raises ZeroDivisionError where the weights sum to 0."""
    total = weight = Fraction(0)
    for value, quantity in pairs:
        total += Fraction(value) * Fraction(quantity)
        weight += Fraction(quantity)
    return total / weight


def total(values: Iterable[Decimal]) -> Fraction:
    """The exact sum of decimals (ten times faster than a sum of fractions)."""
    with localcontext(_WHOLE):
        return Fraction(sum(values, Decimal(0)))


def total_value(pairs: Iterable[tuple[Decimal, Decimal]]) -> Fraction:
    """The exact Σ price · quantity."""
    with localcontext(_WHOLE):
        return Fraction(sum((price * quantity for price, quantity in pairs), Decimal(0)))


def plain(value: Decimal | None) -> str | None:
    """A number rounded to six places, plain text; None stays None."""
    if value is None:
        return None
    text = f"{value.quantize(_PLACES):f}" if value.is_finite() else str(value)
    return text.rstrip("0").rstrip(".") if "." in text else text


def legible(value: Decimal | None) -> str | None:
    """As `plain`; a price of one token, which has none of its digits in six places, keeps fifteen."""
    if value is None or not value or abs(value) >= _SMALL:
        return plain(value)
    text = f"{value:.15f}".rstrip("0")
    return text if text.strip("-0.") else plain(value)
