"""Constructed value per replica-hour, over all meters, as a range over its input rows (METHODS 6).

cost = GPUs · rent; revenue = 3600 · u · Σ_m tokens/s_m · price_m at a stated mix; coverage = revenue ÷
(cost · (1 + SG&A)(1 + profit)). Break-even utilisation = cost ÷ revenue at u = 1, on rent alone and with overhead and
profit; above 1 no utilisation covers the cost. Cost of production is the same without profit (19 U.S.C. 1677b(b)(3)).

Every input is a row with its source; the cheapest and the dearest rows bound the result. Only a price whose coverage
is under 1 at the cheapest inputs is below; inside the range is not evaluable. Training and research are not included.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from pipeline.domain.errors import InvalidValueError
from pipeline.domain.indicator import Indicator, Input, Outcome
from pipeline.domain.vocabulary import Meter
from pipeline.dumping import citations
from pipeline.dumping.exact import as_decimal

SECONDS_PER_HOUR = 3600
MILLION = 1_000_000
NOT_INCLUDED = "training and research are not included"

Prices = Mapping[Meter, Decimal]
"""Dollars per million tokens of each meter."""


class Allocation(StrEnum):
    """How a replica-hour's cost is laid on single meters; a value per token names it."""

    ALL_ON_OUTPUT = "all on output"
    PROPORTIONAL_TO_PRICES = "in proportion to the prices"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplicaHour:
    """One choice of inputs. `tokens_s` are tokens per second of each meter at full load, for the whole replica.

    Shares are fractions: utilisation in (0, 1], SG&A of cost, profit of cost and SG&A.
    """

    gpus: Decimal
    rent_usd_gpu_hour: Decimal
    tokens_s: Mapping[Meter, Decimal]
    utilisation: Decimal
    sga: Decimal
    profit: Decimal

    def __post_init__(self) -> None:
        if not self.tokens_s or min(self.tokens_s.values()) < 0 or not any(self.tokens_s.values()):
            raise InvalidValueError("a replica that makes no tokens has no constructed value")
        if not 0 < self.utilisation <= 1:
            raise InvalidValueError(f"a utilisation of {self.utilisation} is not in (0, 1]")
        if min(self.gpus, self.rent_usd_gpu_hour) <= 0 or min(self.sga, self.profit) < 0:
            raise InvalidValueError("rent and GPUs are above 0, overhead and profit not under it")

    @property
    def rent(self) -> Fraction:
        """Dollars per replica-hour."""
        return Fraction(self.gpus) * Fraction(self.rent_usd_gpu_hour)

    @property
    def production(self) -> Fraction:
        """Cost of production: rent and overhead, no profit."""
        return self.rent * (1 + Fraction(self.sga))

    @property
    def full(self) -> Fraction:
        """Constructed value: rent, overhead and profit."""
        return self.production * (1 + Fraction(self.profit))


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """What the prices earn of one choice of inputs; dollars per replica-hour, the rest are ratios.

    `scale` is what every price would have to be multiplied by to cover constructed value.
    """

    cost: Decimal
    cost_of_production: Decimal
    constructed_value: Decimal
    revenue: Decimal
    coverage: Decimal
    scale: Decimal | None
    break_even_utilisation: Decimal | None
    break_even_utilisation_full: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryRange:
    """Coverage at the inputs that are cheapest and dearest for the seller."""

    cheapest: Recovery
    dearest: Recovery
    outcome: Outcome
    reason: str


def tokens_at_mix(output_tokens_s: Decimal, mix: Mapping[Meter, Decimal]) -> dict[Meter, Decimal]:
    """Tokens per second of each meter where `output_tokens_s` are made at a mix such as input 3 : output 1."""
    if not mix.get(Meter.OUTPUT):
        raise InvalidValueError("a mix states its share of output")
    each = Fraction(output_tokens_s) / Fraction(mix[Meter.OUTPUT])
    return {meter: as_decimal(each * Fraction(share)) for meter, share in mix.items()}


def recovery(inputs: ReplicaHour, prices: Prices) -> Recovery:
    """Cost and revenue of a replica-hour; every meter that is served needs its price (0 where it is free)."""
    at_full = _revenue_at_full_load(inputs, prices)
    revenue = at_full * Fraction(inputs.utilisation)
    return Recovery(
        cost=as_decimal(inputs.rent),
        cost_of_production=as_decimal(inputs.production),
        constructed_value=as_decimal(inputs.full),
        revenue=as_decimal(revenue),
        coverage=as_decimal(revenue / inputs.full),
        scale=as_decimal(inputs.full / revenue) if revenue else None,
        break_even_utilisation=as_decimal(inputs.rent / at_full) if at_full else None,
        break_even_utilisation_full=as_decimal(inputs.full / at_full) if at_full else None,
    )


def coverage_with_training(inputs: ReplicaHour, prices: Prices, training_usd_replica_hour: Decimal) -> Decimal:
    """Coverage where training and research are added to the rent: a separate line, never the default."""
    cost = inputs.rent + Fraction(training_usd_replica_hour)
    revenue = _revenue_at_full_load(inputs, prices) * Fraction(inputs.utilisation)
    return as_decimal(revenue / (cost * (1 + Fraction(inputs.sga)) * (1 + Fraction(inputs.profit))))


def recovery_range(rows: Sequence[ReplicaHour], prices: Prices) -> RecoveryRange:
    """The range over given choices of inputs: under the low end passes, inside it is not evaluable."""
    if not rows:
        raise InvalidValueError("no row of inputs is given to construct a value of")
    by_coverage = sorted((recovery(row, prices) for row in rows), key=lambda each: each.coverage)
    dearest, cheapest = by_coverage[0], by_coverage[-1]
    if cheapest.coverage < 1:
        outcome, reason = Outcome.PASSES, "not covered even at the cheapest inputs: under the low end of cost"
    elif dearest.coverage < 1:
        outcome, reason = Outcome.NOT_EVALUABLE, "inside the range of cost: covered at some inputs and not at others"
    else:
        outcome, reason = Outcome.FAILS, "covered even at the dearest inputs"
    return RecoveryRange(cheapest=cheapest, dearest=dearest, outcome=outcome, reason=reason)


def bounds(
    *,
    gpus: Decimal,
    rents: Sequence[Decimal],
    tokens_s: Sequence[Mapping[Meter, Decimal]],
    utilisations: Sequence[Decimal],
    overheads: Sequence[tuple[Decimal, Decimal]],
) -> list[ReplicaHour]:
    """Every combination of the rows of each input; `overheads` are (SG&A, profit)."""
    return [
        ReplicaHour(gpus=gpus, rent_usd_gpu_hour=rent, tokens_s=speed, utilisation=utilisation, sga=sga, profit=profit)
        for rent in rents
        for speed in tokens_s
        for utilisation in utilisations
        for sga, profit in overheads
    ]


def value_per_million(
    inputs: ReplicaHour, allocation: Allocation, *, prices: Prices | None = None, profit: bool = True
) -> dict[Meter, Decimal]:
    """Dollars per million tokens of the meters that carry the cost, without profit where it is cost of production.

    An allocation in proportion to the prices needs them; a price of 0 carries nothing.
    """
    cost = inputs.full if profit else inputs.production
    utilisation = Fraction(inputs.utilisation)
    if allocation is Allocation.ALL_ON_OUTPUT:
        made = Fraction(inputs.tokens_s[Meter.OUTPUT]) * SECONDS_PER_HOUR * utilisation
        if not made:
            raise InvalidValueError("no output is made to lay the cost on")
        return {Meter.OUTPUT: as_decimal(cost * MILLION / made)}
    if prices is None:
        raise InvalidValueError("an allocation in proportion to the prices needs the prices")
    revenue = _revenue_at_full_load(inputs, prices) * utilisation
    if not revenue:
        raise InvalidValueError("prices of 0 carry no cost")
    return {meter: as_decimal(Fraction(prices[meter]) * cost / revenue) for meter in inputs.tokens_s}


def constructed_value_indicator(found: RecoveryRange, *, subject: str, mix: str, inputs: Sequence[Input]) -> Indicator:
    """The range as an indicator: its value is none, its bounds are coverage in per cent."""
    return Indicator(
        name="recovery of constructed value",
        subject=subject,
        value=None,
        unit="% of constructed value, all meters",
        threshold="under 100 % at the cheapest inputs",
        low=100 * found.dearest.coverage,
        high=100 * found.cheapest.coverage,
        outcome=found.outcome,
        reason=found.reason,
        inputs=tuple(inputs),
        rests_on=(citations.COST_AND_CONSTRUCTED_VALUE,),
        labels=(f"mix {mix}", NOT_INCLUDED),
    )


def _revenue_at_full_load(inputs: ReplicaHour, prices: Prices) -> Fraction:
    missing = [meter.value for meter in inputs.tokens_s if meter not in prices]
    if missing:
        raise InvalidValueError(f"no price of {', '.join(missing)}: revenue is that of all meters")
    earned = sum((Fraction(speed) * Fraction(prices[meter]) for meter, speed in inputs.tokens_s.items()), Fraction(0))
    return earned * SECONDS_PER_HOUR / MILLION
