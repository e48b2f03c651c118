"""Home prices under cost of production: which are left out of normal value (METHODS 6).

An adjustment of normal value, not a finding (19 U.S.C. 1677b(b)(1)-(2)). Cost of production is the constructed value
without profit. Prices under it are left out when all three hold: over an extended period; in substantial quantities
(20 % of the volume or more, or the average price under the average cost); and not recovering cost within the period
(not above the period's average cost). Costs here are estimates, so the outcome is `indicated` at most, never `passes`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from pipeline.domain.errors import InvalidValueError
from pipeline.domain.indicator import Indicator, Input, Outcome
from pipeline.dumping import citations
from pipeline.dumping.exact import as_decimal, percent, weighted_mean

SUBSTANTIAL_PERCENT = Decimal(20)
SHORTEST_MONTHS, NORMAL_MONTHS = 6, 12
DAYS_PROXY = "20 % of days: proxy"


@dataclass(frozen=True, slots=True, kw_only=True)
class CostedSale:
    """A home price for a quantity, with the unit cost of production (no profit) at the time of sale."""

    price: Decimal
    quantity: Decimal
    unit_cost: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class BelowCost:
    """The three conditions, each shown; `remaining` are the sales that normal value is made of.

    `normal_value_after` is None where no sale remains: then normal value is a constructed value.
    """

    share_below_percent: Decimal
    average_price: Decimal
    average_cost: Decimal
    extended_period: bool
    volume_limb: bool
    average_limb: bool
    recovering: int
    remaining: tuple[CostedSale, ...]
    normal_value_before: Decimal
    normal_value_after: Decimal | None
    outcome: Outcome
    reason: str
    labels: tuple[str, ...]

    @property
    def disregarded(self) -> bool:
        return self.outcome is Outcome.INDICATED


def below_cost(sales: Sequence[CostedSale], *, first_day: date, last_day: date, volumes_known: bool) -> BelowCost:
    """The test of one product's home sales between two days; quantities are days where no volumes are known.

    All three conditions → `indicated`; one that fails → `fails`; a period under six months → `not_evaluable`.
    """
    if not sales:
        raise InvalidValueError("no home sale is given to test against cost")
    average_price = weighted_mean((sale.price, sale.quantity) for sale in sales)
    average_cost = weighted_mean((sale.unit_cost, sale.quantity) for sale in sales)
    under = [sale for sale in sales if sale.price < sale.unit_cost]
    lost = {sale for sale in under if Fraction(sale.price) <= average_cost}
    share = percent(_quantity(under), _quantity(sales))
    volume_limb, average_limb = share >= Fraction(SUBSTANTIAL_PERCENT), average_price < average_cost
    extended = _months_later(first_day, SHORTEST_MONTHS) <= last_day.toordinal() + 1
    outcome, reason = _outcome(extended, under=len(under), lost=len(lost), substantial=volume_limb or average_limb)
    remaining = [sale for sale in sales if outcome is not Outcome.INDICATED or sale not in lost]
    after = weighted_mean((sale.price, sale.quantity) for sale in remaining) if remaining else None
    labels = [] if volumes_known else [DAYS_PROXY]
    if extended and _months_later(first_day, NORMAL_MONTHS) > last_day.toordinal() + 1:
        labels.append("period under the normal 12 months")
    return BelowCost(
        share_below_percent=as_decimal(share),
        average_price=as_decimal(average_price),
        average_cost=as_decimal(average_cost),
        extended_period=extended,
        volume_limb=volume_limb,
        average_limb=average_limb,
        recovering=sum(sale not in lost for sale in under),
        remaining=tuple(remaining),
        normal_value_before=as_decimal(average_price),
        normal_value_after=None if after is None else as_decimal(after),
        outcome=outcome,
        reason=reason,
        labels=tuple(labels),
    )


def below_cost_indicator(found: BelowCost, *, subject: str, inputs: Sequence[Input]) -> Indicator:
    """The result as an indicator; its value is the share of the volume (or days) under cost."""
    return Indicator(
        name="home prices below cost",
        subject=subject,
        value=found.share_below_percent,
        unit="% of quantity",
        threshold="20 % of the quantity, or the average price under the average cost; no recovery; 6 months or more",
        outcome=found.outcome,
        reason=found.reason,
        inputs=tuple(inputs),
        rests_on=(citations.BELOW_COST,),
        labels=("an adjustment of normal value, not a finding", *found.labels),
    )


def _outcome(extended: bool, *, under: int, lost: int, substantial: bool) -> tuple[Outcome, str]:
    if not extended:
        return Outcome.NOT_EVALUABLE, "the period is shorter than six months"
    if not under:
        return Outcome.FAILS, "no home price is under cost"
    if not substantial:
        return Outcome.FAILS, "under 20 % of the quantity, and the average price is not under the average cost"
    if not lost:
        return Outcome.FAILS, "the prices under cost are above the period's average cost: they recover it"
    return Outcome.INDICATED, "prices under cost over an extended period, in substantial quantities, not recovering"


def _quantity(sales: Sequence[CostedSale]) -> Fraction:
    return sum((Fraction(sale.quantity) for sale in sales), Fraction(0))


def _months_later(day: date, months: int) -> int:
    """The ordinal of the day `months` calendar months after `day` (the month's last day where it is shorter)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    last = (following - date.resolution).day
    return date(year, month + 1, min(day.day, last)).toordinal()
