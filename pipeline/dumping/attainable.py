"""The margins that some choice of quantities can reach: worst and best weights (METHODS 6, averages).

Where quantities are not public, days at a price stand in for them. Whatever the true quantities were, the margin of
averages, of pairs within a group, or of an average with transactions lies between these two.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from pipeline.domain.errors import InvalidValueError
from pipeline.dumping.exact import as_decimal, percent
from pipeline.dumping.margin import Period
from pipeline.dumping.sales import Sale, Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Attainable:
    """Signed per cents of the export value: `best` for the seller (lowest) and `worst` (highest).

    `worst` is None where a free export is among the prices: no per cent bounds it.
    """

    best: Decimal | None
    worst: Decimal | None


def attainable(sales: Sequence[Sale], *, period: Period) -> Attainable:
    """Worst: all quantity at the dearest home and the cheapest export price of the group where that is most.

    Groups are products, or products and months. Raises InvalidValueError naming the line of an export without a
    normal value in its group.
    """
    at_home = _prices(sales, Side.NORMAL_VALUE, period)
    ends: list[tuple[Fraction | None, Fraction | None]] = []
    for key, exports in _prices(sales, Side.EXPORT_PRICE, period).items():
        home = at_home.get(key)
        if home is None:
            line = min(sale.line for sale in sales if _key(sale, period) == key)
            raise InvalidValueError(f"line {line}: no normal value of {' in '.join(key)}")
        ends.append((_per_cent(min(home), max(exports)), _per_cent(max(home), min(exports))))
    lows = [low for low, _ in ends if low is not None]
    highs = [high for _, high in ends if high is not None]
    return Attainable(
        best=as_decimal(min(lows)) if lows else None,
        worst=as_decimal(max(highs)) if ends and len(highs) == len(ends) else None,
    )


def _per_cent(normal_value: Fraction, export_price: Fraction) -> Fraction | None:
    return percent(normal_value - export_price, export_price) if export_price else None


def _prices(sales: Sequence[Sale], side: Side, period: Period) -> dict[tuple[str, ...], list[Fraction]]:
    found: dict[tuple[str, ...], list[Fraction]] = {}
    for sale in sales:
        if sale.side is side:
            found.setdefault(_key(sale, period), []).append(Fraction(sale.price))
    return found


def _key(sale: Sale, period: Period) -> tuple[str, ...]:
    return (sale.product, sale.month) if period is Period.MONTH else (sale.product,)
