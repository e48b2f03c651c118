"""The same-weights gap: the maker's price against independent hosts of the same weights (METHODS 6).

gap = 100 · (H - P) / P with H the median of three hosts or more, each seen twice, precision and context read. A
price-effect indicator: no normal value, never called a margin. Hosts follow the maker's list price, pay no training,
and a host in the importing country is a domestic seller.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from statistics import median

from pipeline.domain.errors import InvalidValueError
from pipeline.domain.indicator import Indicator, Input, Outcome
from pipeline.dumping.exact import as_decimal, percent

FEWEST_HOSTS = 3
SEEN_AT_LEAST = 2  # `jobs.looked` counts captures no further
NOT_A_MARGIN = "a price-effect indicator, not a normal value"


@dataclass(frozen=True, slots=True, kw_only=True)
class HostPrice:
    """One independent host's blended price; `seen` counts captures that stated it, None where a fact was not read."""

    host: str
    price: Decimal
    seen: int
    precision: str | None
    context_tokens: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SameWeightsGap:
    """The gap in per cent of the maker's price; the figures are None where they are not evaluable.

    `low` and `high` are the range with each host left out once. `under_second_lowest` is strict.
    """

    gap_percent: Decimal | None
    low: Decimal | None
    high: Decimal | None
    median_price: Decimal | None
    second_lowest: Decimal | None
    under_second_lowest: bool | None
    hosts: tuple[str, ...]
    left_out: tuple[str, ...]
    reason: str


def same_weights_gap(maker_price: Decimal, hosts: Sequence[HostPrice]) -> SameWeightsGap:
    """The gap of one model version, tier and blend; hosts that do not qualify are left out, each with its reason."""
    if len({each.host for each in hosts}) != len(hosts):
        raise InvalidValueError("a host has one price in a same-weights gap")
    left_out = {each.host: why for each in hosts if (why := _disqualified(each)) is not None}
    used = sorted((each for each in hosts if each.host not in left_out), key=lambda each: (each.price, each.host))
    names = tuple(each.host for each in used)
    reasons = tuple(f"{host}: {why}" for host, why in left_out.items())
    if len(used) < FEWEST_HOSTS or not maker_price:
        few = f"{len(used)} hosts qualify, {FEWEST_HOSTS} are needed"
        return SameWeightsGap(
            gap_percent=None,
            low=None,
            high=None,
            median_price=None,
            second_lowest=None,
            under_second_lowest=None,
            hosts=names,
            left_out=reasons,
            reason=few if len(used) < FEWEST_HOSTS else "the maker's price is 0",
        )
    prices = [Fraction(each.price) for each in used]
    own = Fraction(maker_price)
    without_one = [_gap(median(prices[:place] + prices[place + 1 :]), own) for place in range(len(prices))]
    return SameWeightsGap(
        gap_percent=as_decimal(_gap(median(prices), own)),
        low=as_decimal(min(without_one)),
        high=as_decimal(max(without_one)),
        median_price=as_decimal(median(prices)),
        second_lowest=used[1].price,
        under_second_lowest=maker_price < used[1].price,
        hosts=names,
        left_out=reasons,
        reason=f"median of {len(used)} independent hosts",
    )


def same_weights_indicator(found: SameWeightsGap, *, subject: str, inputs: Sequence[Input]) -> Indicator:
    """The gap as an indicator; it passes where the maker's price is under the second lowest independent host."""
    outcome = Outcome.NOT_EVALUABLE
    if found.under_second_lowest is not None:
        outcome = Outcome.PASSES if found.under_second_lowest else Outcome.FAILS
    return Indicator(
        name="same-weights gap",
        subject=subject,
        value=found.gap_percent,
        unit="% of the maker's price",
        threshold="under the second lowest independent host",
        low=found.low,
        high=found.high,
        outcome=outcome,
        reason=found.reason,
        inputs=tuple(inputs),
        rests_on=(),
        labels=(NOT_A_MARGIN, *found.left_out),
    )


def _gap(host_price: Fraction, maker_price: Fraction) -> Fraction:
    return percent(host_price - maker_price, maker_price)


def _disqualified(host: HostPrice) -> str | None:
    if host.seen < SEEN_AT_LEAST:
        return "seen in one capture only"
    if host.precision is None:
        return "precision not read"
    return "context not read" if host.context_tokens is None else None
