"""Amounts of money: exact decimals, their plain text, and integers per million units.

A spell compares amounts. Catalogues carry float noise (`2.9999999999999997e-06`), so the ledger keeps the text as
published and compares integers of 10⁻⁹ of the currency per million units, rounded half even.
"""

from decimal import ROUND_HALF_EVEN, Context, Decimal, InvalidOperation

from pipeline.domain.errors import AmountError

NANO = 1_000_000_000
MILLION = 1_000_000
_EXACT = Context(prec=60, rounding=ROUND_HALF_EVEN)


def decimal_text(value: Decimal) -> str:
    """Plain decimal text as the number was written: no exponent, no separators, trailing zeros kept."""
    if not value.is_finite():
        raise AmountError(f"{value} is not an amount")
    return format(value, "f")


def parse_decimal(text: str) -> Decimal:
    """Read plain or exponent decimal text exactly (`3e-7` is `0.0000003`)."""
    if not text.isascii() or "_" in text:  # Decimal would read full-width digits and 1_000
        raise AmountError(f"{text!r} is not a decimal number")
    try:
        value = Decimal(text)
    except InvalidOperation as error:
        raise AmountError(f"{text!r} is not a decimal number") from error
    if not value.is_finite():
        raise AmountError(f"{text!r} is not an amount")
    return value


def nano_per_million(amount: Decimal, per: int) -> int:
    """`amount` of a currency for `per` units → integer 10⁻⁹ of that currency per million units, half even."""
    if per <= 0:
        raise AmountError(f"a price per {per} units is none")
    scaled = _EXACT.divide(_EXACT.multiply(amount, Decimal(MILLION * NANO)), Decimal(per))
    return int(scaled.to_integral_value(rounding=ROUND_HALF_EVEN, context=_EXACT))


def from_nano(nano: int) -> Decimal:
    """The amount per million units of a spell's integer, without trailing zeros (`10`, `0.0028`)."""
    value = Decimal(nano).scaleb(-9, context=_EXACT).normalize(context=_EXACT)
    exponent = value.as_tuple().exponent
    return value.quantize(Decimal(1)) if isinstance(exponent, int) and exponent > 0 else value
