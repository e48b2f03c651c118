"""Whether export prices differ by buyer, region, channel or time: the first leg of average-to-transaction (METHODS 6).

A group's weighted mean price is set against that of all other groups of the same product. A difference of 2 % or more
passes; the share of the value that passes says what is compared with what. That the threshold is the law's was not
read. Cohen's d as Commerce coded it until 2025 is kept as history: it was held unreasonable for data like these, and
says nothing about list prices, which do not vary inside a group.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from pipeline.domain.indicator import Indicator, Input, Outcome
from pipeline.dumping import citations
from pipeline.dumping.exact import as_decimal, percent, weighted_mean

DIFFERENCE_PERCENT = Decimal(2)
FEW_PERCENT, MOST_PERCENT = Decimal(33), Decimal(66)
LEAST_OBSERVATIONS = 2
LEAST_COMPARISON_PERCENT = Decimal(5)
HISTORY_ONLY = "history only: held unreasonable for such data in Marmen v. United States; never an input of a flag"

Weighted = tuple[Decimal, Decimal]
"""A price and its quantity."""


class Comparison(StrEnum):
    """What the share of the value that passes leads to."""

    AVERAGES = "aa"
    MIXED = "mixed"
    TRANSACTIONS = "at"


_ALONE = "no two groups of one product with a value"
_LEADS_TO = {
    Comparison.AVERAGES: "averages to averages",
    Comparison.MIXED: "average to transaction for what differs, averages for the rest",
    Comparison.TRANSACTIONS: "average to transaction",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupedSale:
    """An export price with the group (buyer, region, channel or quarter) it was asked in."""

    group: str
    product: str
    price: Decimal
    quantity: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupDifference:
    """A group of a product against all others; `percent` is positive where it is cheaper, None without comparison."""

    group: str
    product: str
    percent: Decimal | None
    passes: bool
    value: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """Every group's difference, the share of the value that passes, and what that leads to (None: no value)."""

    groups: tuple[GroupDifference, ...]
    share_percent: Decimal | None
    leads_to: Comparison | None


def relative_difference(test: Sequence[Weighted], comparison: Sequence[Weighted]) -> Decimal | None:
    """100 · (comparison - test) ÷ comparison, of weighted means; None where the comparison is free."""
    other = weighted_mean(comparison)
    return as_decimal(percent(other - weighted_mean(test), other)) if other else None


def pattern(sales: Sequence[GroupedSale], *, threshold: Decimal = DIFFERENCE_PERCENT) -> Pattern:
    """The differences of all groups of all products; groups without another to be set against do not pass."""
    groups = [
        _difference(sales, product, group, threshold)
        for product, group in dict.fromkeys((sale.product, sale.group) for sale in sales)
    ]
    total = sum((Fraction(each.value) for each in groups), Fraction(0))
    passing = sum((Fraction(each.value) for each in groups if each.passes), Fraction(0))
    share = percent(passing, total) if total else None
    return Pattern(
        groups=tuple(groups),
        share_percent=None if share is None else as_decimal(share),
        leads_to=None if share is None else leads_to(as_decimal(share)),
    )


def leads_to(share_percent: Decimal) -> Comparison:
    """At most 33 % of the value: averages; 66 % or more: transactions; between: transactions for what passes."""
    if share_percent <= FEW_PERCENT:
        return Comparison.AVERAGES
    return Comparison.TRANSACTIONS if share_percent >= MOST_PERCENT else Comparison.MIXED


def cohens_d(test: Sequence[Weighted], comparison: Sequence[Weighted]) -> float | None:
    """|difference of means| ÷ √(mean of the two variances), means and population variances weighted by quantity.

    As coded, not as in textbooks: the two variances are averaged without weights. None (not evaluable) where both
    variances are 0, a group has fewer than two observations, or the comparison has under 5 % of the quantity.
    """
    if min(len(test), len(comparison)) < LEAST_OBSERVATIONS:
        return None
    quantity = sum((Fraction(each) for _, each in comparison), Fraction(0))
    total = quantity + sum((Fraction(each) for _, each in test), Fraction(0))
    if percent(quantity, total) < Fraction(LEAST_COMPARISON_PERCENT):
        return None
    variance = (_variance(test) + _variance(comparison)) / 2
    return float(abs(weighted_mean(test) - weighted_mean(comparison))) / math.sqrt(variance) if variance else None


def cohens_d_indicator(
    test: Sequence[Weighted], comparison: Sequence[Weighted], *, subject: str, inputs: Sequence[Input]
) -> Indicator:
    """Cohen's d as history: a figure without a threshold."""
    d = cohens_d(test, comparison)
    return Indicator(
        name="Cohen's d as Commerce coded it until 2025",
        subject=subject,
        value=None if d is None else Decimal(repr(d)),
        unit="standard deviations",
        outcome=Outcome.NOT_EVALUABLE if d is None else Outcome.MEASURED,
        reason="no variance, too few observations or too little to compare with" if d is None else "measured",
        inputs=tuple(inputs),
        rests_on=(citations.COHENS_D, citations.MARMEN),
        labels=(HISTORY_ONLY,),
    )


def pattern_indicator(found: Pattern, *, subject: str, inputs: Sequence[Input]) -> Indicator:
    """The pattern as an indicator: it passes where more than 33 % of the value differs by the threshold."""
    share = found.share_percent
    outcome = Outcome.NOT_EVALUABLE
    if share is not None and any(each.percent is not None for each in found.groups):
        outcome = Outcome.PASSES if share > FEW_PERCENT else Outcome.FAILS
    evaluable = outcome is not Outcome.NOT_EVALUABLE
    return Indicator(
        name="pattern of export prices",
        subject=subject,
        value=share if evaluable else None,
        unit="% of the export value",
        threshold="more than 33 % of the value in groups that differ by 2 % or more",
        outcome=outcome,
        reason=f"leads to {_LEADS_TO[found.leads_to]}"
        if evaluable and found.leads_to
        else "no two groups of one product with a value",
        inputs=tuple(inputs),
        rests_on=(citations.COMPARISON_METHODS, citations.PRICE_DIFFERENCES, citations.RATIO_TEST),
    )


def _difference(sales: Sequence[GroupedSale], product: str, group: str, threshold: Decimal) -> GroupDifference:
    own = [sale for sale in sales if sale.product == product]
    test = [(sale.price, sale.quantity) for sale in own if sale.group == group]
    rest = [(sale.price, sale.quantity) for sale in own if sale.group != group]
    gap = relative_difference(test, rest) if rest else None
    return GroupDifference(
        group=group,
        product=product,
        percent=gap,
        passes=gap is not None and abs(gap) >= threshold,
        value=as_decimal(sum((Fraction(price) * Fraction(quantity) for price, quantity in test), Fraction(0))),
    )


def _variance(pairs: Sequence[Weighted]) -> Fraction:
    mean = weighted_mean(pairs)
    return weighted_mean(((Fraction(price) - mean) ** 2, quantity) for price, quantity in pairs)
