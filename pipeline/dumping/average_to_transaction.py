"""Average-to-transaction, offered only with both of its legs (19 U.S.C. 1677f-1(d)(1)(B); METHODS 6).

(i) a pattern by buyer, region or time, and (ii) averages hide it: against transactions the margin crosses de minimis,
or, not being de minimis on either side, is 25 % higher or more.
"""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from pipeline.domain.indicator import Indicator, Input, Outcome
from pipeline.dumping import citations
from pipeline.dumping.exact import as_decimal, percent, weighted_mean
from pipeline.dumping.margin import INVESTIGATION, Margin, Method, Period, dumping_margin
from pipeline.dumping.pattern import Comparison, leads_to
from pipeline.dumping.sales import Sale, Side

HIGHER_PERCENT = Decimal(25)


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondLeg:
    """What averages give, what the alternative gives, and whether that one is offered; `reason` says why or why not."""

    standard: Margin
    alternative_percent: Decimal | None
    relative_change_percent: Decimal | None
    crosses_de_minimis: bool
    offered: bool
    reason: str


def average_to_transaction(
    sales: Sequence[Sale],
    *,
    share_percent: Decimal | None,
    passing_lines: Set[int],
    de_minimis: Decimal = INVESTIGATION,
) -> SecondLeg:
    """The second leg over `sales`; `share_percent` is the pattern's share, None where it was not evaluable.

    `passing_lines` are the lines of the exports in groups that passed, which alone meet an average where the share
    lies between 33 and 66 %.
    """
    standard = dumping_margin(sales, method=Method.AVERAGE_TO_AVERAGE, period=Period.WHOLE, zeroing=False)
    if share_percent is None:
        return _not_offered(standard, "the pattern of prices is not evaluable")
    lines = passing_lines
    match leads_to(share_percent):
        case Comparison.AVERAGES:
            return _not_offered(standard, "no pattern: at most 33 % of the value differs")
        case Comparison.TRANSACTIONS:
            lines = {sale.line for sale in sales if sale.side is Side.EXPORT_PRICE}
        case Comparison.MIXED:
            pass
    averaged, alternative = _legal(sales, frozenset()), _legal(sales, lines)
    if averaged is None or alternative is None:
        return _not_offered(standard, "exports for nothing have no per cent")
    return _judged(standard, averaged, alternative, Fraction(de_minimis))


def mixed_percent(sales: Sequence[Sale], passing_lines: Set[int]) -> Decimal | None:
    """The legal per cent where passing exports meet the average one by one, and the others as averages.

    Neither part is under 0. None where the exports' value is 0. Every export's product has a normal value.
    """
    legal = _legal(sales, passing_lines)
    return None if legal is None else as_decimal(legal)


def second_leg_indicator(found: SecondLeg, *, subject: str, inputs: Sequence[Input]) -> Indicator:
    """The alternative's per cent; passes where average-to-transaction is offered."""
    tested = found.alternative_percent is not None
    outcome = Outcome.PASSES if found.offered else Outcome.FAILS
    return Indicator(
        name="average-to-transaction, second leg",
        subject=subject,
        value=found.alternative_percent,
        unit="% of the export value",
        threshold="crosses de minimis, or 25 % higher than averages",
        outcome=outcome if tested else Outcome.NOT_EVALUABLE,
        reason=found.reason,
        inputs=tuple(inputs),
        rests_on=(citations.COMPARISON_METHODS, citations.MEANINGFUL_DIFFERENCE),
    )


def _legal(sales: Sequence[Sale], passing_lines: Set[int]) -> Fraction | None:
    home: dict[str, list[Sale]] = {}
    for sale in sales:
        if sale.side is Side.NORMAL_VALUE:
            home.setdefault(sale.product, []).append(sale)
    mean = {product: weighted_mean((sale.price, sale.quantity) for sale in own) for product, own in home.items()}
    one_by_one = together = value = Fraction(0)
    for sale in sales:
        if sale.side is Side.EXPORT_PRICE:
            amount = (mean[sale.product] - Fraction(sale.price)) * Fraction(sale.quantity)
            value += Fraction(sale.price) * Fraction(sale.quantity)
            if sale.line in passing_lines:
                one_by_one += max(amount, Fraction(0))
            else:
                together += amount
    return percent(one_by_one + max(together, Fraction(0)), value) if value else None


def _judged(standard: Margin, averaged: Fraction, alternative: Fraction, de_minimis: Fraction) -> SecondLeg:
    crosses = averaged < de_minimis <= alternative
    change = percent(alternative - averaged, averaged) if averaged else None
    higher = averaged >= de_minimis and change is not None and change >= Fraction(HIGHER_PERCENT)
    reason = "averages do not hide the pattern"
    if crosses:
        reason = "averages hide the pattern: the margin crosses de minimis"
    elif higher:
        reason = "averages hide the pattern: the margin is 25 % higher or more"
    return SecondLeg(
        standard=standard,
        alternative_percent=as_decimal(alternative),
        relative_change_percent=None if change is None else as_decimal(change),
        crosses_de_minimis=crosses,
        offered=crosses or higher,
        reason=reason,
    )


def _not_offered(standard: Margin, reason: str) -> SecondLeg:
    return SecondLeg(
        standard=standard,
        alternative_percent=None,
        relative_change_percent=None,
        crosses_de_minimis=False,
        offered=False,
        reason=reason,
    )
