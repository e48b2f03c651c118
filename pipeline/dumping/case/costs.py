"""The cost tests of a case: normal value by rank under each regime, constructed value, home prices below cost.

Costs are curated rents and throughputs; a model whose throughput no document states has none of these figures.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from pipeline.domain.facts import known
from pipeline.domain.indicator import Indicator, Input, Outcome
from pipeline.domain.vocabulary import Meter
from pipeline.dumping import citations
from pipeline.dumping.below_cost import CostedSale, below_cost, below_cost_indicator
from pipeline.dumping.case.margins import Compared
from pipeline.dumping.case.stretches import Rates, Stretch, at_mix, in_dollars, net_week
from pipeline.dumping.case.subject import Subject, not_evaluable
from pipeline.dumping.comparisons import Ground
from pipeline.dumping.constructed_value import Recovery, recovery
from pipeline.dumping.cost_coverage import FULL_LOAD, RENT_ALONE, replica_hours
from pipeline.dumping.exact import as_decimal
from pipeline.dumping.grid import RateSwitch
from pipeline.dumping.margin import INVESTIGATION
from pipeline.dumping.normal_value import RANK_NAMES, Basis, Rank, Regime, normal_value
from pipeline.dumping.offered import Offer

CONSTRUCTED_MARGIN = "constructed value: margin"
_BREAK_EVEN = "break-even utilisation"
_NO_THROUGHPUT = "no document states the throughput of a replica of it"


def constructed(asked: Ground, subject: Subject, prices: Mapping[Meter, Decimal] | None) -> tuple[Indicator, ...]:
    """The margin on constructed value and the utilisation at which the price would pay the rent.

    `prices` are dollars per million tokens of the export offer; the cost is laid on the meters in proportion to them.
    """
    hours = replica_hours(subject.model_version, asked.facts, subject.day)
    if prices is None or not hours:
        reason = _NO_THROUGHPUT if not hours else "no price in dollars of the offer stood on that day"
        if not hours and _speeds(asked, subject):
            reason = "no rent of the machines that it was served on is known on that day"
        units = ((CONSTRUCTED_MARGIN, "% of the export price"), (_BREAK_EVEN, "share of full load"))
        return tuple(not_evaluable(name, subject, unit, reason) for name, unit in units)
    priced = {Meter.CACHED_INPUT: prices[Meter.INPUT], **prices}
    found = sorted((recovery(hour, priced) for hour in hours), key=lambda each: each.coverage)
    dearest, cheapest = found[0], found[-1]
    return (_margin(subject, cheapest, dearest), _utilisation(subject, cheapest, dearest))


def _speeds(asked: Ground, subject: Subject) -> bool:
    rows = asked.facts.throughputs
    return any(row.model_version == subject.model_version and known(row, subject.day) for row in rows)


def _margin(subject: Subject, cheapest: Recovery, dearest: Recovery) -> Indicator:
    """100 · (constructed value ÷ price - 1): under the low end it is at least the figure of the cheapest inputs."""
    low, high = (None if each.scale is None else 100 * (each.scale - 1) for each in (cheapest, dearest))
    passes = low is not None and low >= INVESTIGATION
    return Indicator(
        name=CONSTRUCTED_MARGIN,
        subject=subject.text,
        value=low,
        unit="% of the export price",
        low=low,
        high=high,
        threshold=f"{INVESTIGATION} % or more at the cheapest inputs",
        outcome=Outcome.INDICATED if passes else Outcome.NOT_EVALUABLE,
        reason="under the low end of cost" if passes else "not under the low end of cost, and no more is known",
        rests_on=(citations.COST_AND_CONSTRUCTED_VALUE,),
        labels=(RENT_ALONE, FULL_LOAD, "cost in proportion to the prices"),
    )


def _utilisation(subject: Subject, cheapest: Recovery, dearest: Recovery) -> Indicator:
    bounds = (cheapest.break_even_utilisation, dearest.break_even_utilisation)
    return Indicator(
        name=_BREAK_EVEN,
        subject=subject.text,
        value=bounds[0],
        unit="share of full load",
        low=bounds[0],
        high=bounds[1],
        outcome=Outcome.MEASURED,
        reason="above 1 no utilisation pays the rent",
        rests_on=(citations.COST_AND_CONSTRUCTED_VALUE,),
        labels=(RENT_ALONE,),
    )


def home_below_cost(asked: Ground, subject: Subject, runs: list[Stretch], period: tuple[date, date]) -> Indicator:
    """Home prices of the period against the rent of a replica-hour, at the rents that are cheapest for the seller."""
    name, unit = "home prices below cost", "% of days"
    seat = asked.seats.get(subject.maker)
    at_home = [(run, offer) for run in runs for offer in run.offers if offer.market == seat and offer.bands]
    if not at_home:
        return not_evaluable(name, subject, unit, f"no home price stood from {period[0]} to {period[1]}")
    hours = replica_hours(subject.model_version, asked.facts, period[1])
    if not hours:
        return not_evaluable(name, subject, unit, _NO_THROUGHPUT)
    rates, sales = Rates(asked), []
    for run, offer in at_home:
        for day in run.days:
            prices = _dollars(offer, rates, day)
            if prices is not None:
                best = max((recovery(hour, prices) for hour in hours), key=lambda each: each.coverage)
                sales.append(CostedSale(price=best.revenue, quantity=Decimal(1), unit_cost=best.cost_of_production))
    if not sales:
        return not_evaluable(name, subject, unit, "no rate of its currency is known on those days")
    found = below_cost(sales, first_day=period[0], last_day=period[1], volumes_known=False)
    made = below_cost_indicator(found, subject=subject.text, inputs=_of(found.average_price, found.average_cost))
    return replace(made, unit=unit, labels=(*made.labels, RENT_ALONE, FULL_LOAD))


def _of(price: Decimal, cost: Decimal) -> tuple[Input, ...]:
    unit = "USD per replica-hour"
    return (
        Input(name="average revenue at home prices", value=price, unit=unit, source="prices and throughput"),
        Input(name="average cost of production", value=cost, unit=unit, source="curated rents"),
    )


def _dollars(offer: Offer, rates: Rates, day: date) -> dict[Meter, Decimal] | None:
    rate, prices = rates.of(offer.currency, day, RateSwitch.REFERENCE), net_week(offer, offer.bands[0])
    if rate is None or not {Meter.INPUT, Meter.OUTPUT} <= prices.keys():
        return None
    priced = {Meter.CACHED_INPUT: prices[Meter.INPUT], **prices}
    return {meter: in_dollars(Fraction(price), rate) for meter, price in priced.items()}


def by_rank(
    asked: Ground, subject: Subject, found: tuple[Compared, ...], rates: Rates, scale: Decimal | None
) -> Iterator[Indicator]:
    """Which normal value stands under each regime, on B31 in dollars, and why none above it does.

    `scale` is what the price would have to be multiplied by to cover constructed value (None: not known).
    """
    bases = [_basis(each, rates) for each in found]
    price = (
        None
        if scale is None or subject.price_usd is None
        else as_decimal(Fraction(scale) * Fraction(subject.price_usd))
    )
    regions = sorted({row.region for row in asked.facts.rents}) if price is not None else []
    bases.append(
        Basis(
            rank=Rank.CONSTRUCTED,
            price=price,
            source="curated rents and throughput",
            missing=None if price is not None else _NO_THROUGHPUT,
            surrogate=", ".join(regions) or None,
        )
    )
    for regime in Regime:
        stands = normal_value(bases, regime=regime)
        name = f"normal value by rank, regime {regime.value}"
        if stands is None:
            why = "; ".join(f"{RANK_NAMES[each.rank]}: {each.missing or 'set aside'}" for each in bases)
            yield not_evaluable(name, subject, "USD per million tokens, B31", why)
            continue
        yield Indicator(
            name=name,
            subject=subject.text,
            value=stands.price,
            unit="USD per million tokens, B31",
            outcome=Outcome.MEASURED,
            reason="; ".join([f"{RANK_NAMES[stands.rank]} ({stands.source})", *stands.passed_over]),
            rests_on=stands.rests_on,
            labels=stands.labels,
        )


def _basis(found: Compared, rates: Rates) -> Basis:
    pair = found.pair
    if pair is None or pair.band is None:
        return Basis(rank=found.rank, price=None, source="", missing=found.indicators[0].reason)
    rate = rates.of(pair.home.currency, pair.home.day, RateSwitch.REFERENCE)
    price = at_mix(net_week(pair.home, pair.band), "b31", cached=False)
    if rate is None or price is None:
        return Basis(rank=found.rank, price=None, source="", missing="no rate of its currency on its day")
    where = f"{pair.home.source}, buyers: {pair.home.market}, {pair.home.day}, tax as stated ({pair.home.vat_included})"
    return Basis(rank=found.rank, price=in_dollars(price, rate), source=where)
