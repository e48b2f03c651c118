"""How far a price stands under a reference: twelve cuts of 4 % are one of 39 %."""

from decimal import Decimal
from fractions import Fraction

from pipeline.domain.errors import InvalidValueError
from pipeline.dumping.exact import as_decimal, percent


def drawdown_percent(reference: Decimal, price: Decimal) -> Decimal:
    """100 · (reference - price) ÷ reference, exact; negative where the price is above its reference."""
    if reference <= 0:
        raise InvalidValueError(f"a reference of {reference} has nothing under it")
    return as_decimal(percent(Fraction(reference) - Fraction(price), Fraction(reference)))
