"""The constructed export price of an affiliated seller (19 U.S.C. 1677a(d), (f)): what a list price leaves out.

Selling expenses and profit are rarely public; where they are not given the case says so, and the margin may be higher.
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from pipeline.dumping.exact import as_decimal

NOT_DEDUCTED = "selling expenses and profit not deducted: the margin may be higher"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConstructedExportPrice:
    price: Decimal
    profit: Decimal


def constructed_export_price(
    price: Decimal, *, selling_expenses: Decimal, total_profit: Decimal, total_expenses: Decimal
) -> ConstructedExportPrice:
    """The price to the first unaffiliated buyer less selling expenses and the profit that falls on them.

    The profit is selling expenses · total profit ÷ total expenses; a loss deducts nothing.
    """
    share = max(Fraction(total_profit), Fraction(0)) / Fraction(total_expenses)
    profit = Fraction(selling_expenses) * share
    return ConstructedExportPrice(
        price=as_decimal(Fraction(price) - Fraction(selling_expenses) - profit), profit=as_decimal(profit)
    )
