"""The margin of a suspicion: on a home price, else on a price to a third country, else on constructed value.

The first rank that has a like product decides, for or against; a lower rank stands only where the one above it has no
price that can be compared, and the reason says so. A third country is a market that is neither the maker's own nor the
trigger's, by comparing fields; an offer to the whole world is none.
"""

from dataclasses import replace
from decimal import Decimal

from pipeline.domain.indicator import Indicator, Outcome
from pipeline.domain.vocabulary import Meter, PriceBasis, Tier
from pipeline.dumping import citations
from pipeline.dumping.case.margins import INTERNATIONAL
from pipeline.dumping.comparisons import rate_of, standard_price_of
from pipeline.dumping.constructed_value import recovery
from pipeline.dumping.cost_coverage import FULL_LOAD, RENT_ALONE, replica_hours
from pipeline.dumping.margin import INVESTIGATION
from pipeline.dumping.offered import METERS, OWN_WORDS, Offer, offers_on
from pipeline.dumping.reference_rates import DOLLAR
from pipeline.dumping.standard import Peak, quoted
from pipeline.dumping.switches import Choice, Sensitivity, evaluate
from pipeline.flags.evidence import (
    Evidence,
    b31,
    no_maker,
    not_evaluable,
    other_price,
    same_price,
    subject_of,
)
from pipeline.flags.margin_period import compared, period
from pipeline.flags.triggers import Trigger

ON_HOME = "margin on a home price, under every switch"
ON_THIRD = "margin on a price to a third country, under every switch"
ON_CONSTRUCTED = "margin on constructed value, under every switch"
_FOR_THE_SELLER = (Outcome.FAILS, Outcome.NOT_EVALUABLE, Outcome.INDICATED, Outcome.PASSES)
"""Of several pairs that could be compared, the one that speaks most for the seller decides."""

Margin = tuple[Indicator, Sensitivity | None]


def margin_condition(asked: Evidence, trigger: Trigger, price: Decimal | None) -> Margin:
    """The indicator of the rank that stands, and its grid (None: no figure)."""
    model = trigger.model_version
    if model is None or asked.at_home(trigger):
        return not_evaluable(ON_HOME, trigger, no_maker(asked, trigger)), None
    at_home = _on_home(asked, trigger, model, price)
    if not isinstance(at_home, str):
        return at_home
    third = _on_third(asked, trigger, model, price)
    if not isinstance(third, str):
        return _after(third, f"home price: {at_home}")
    above = f"home price: {at_home}; price to a third country: {third}"
    found = _on_constructed(asked, trigger, model, price)
    if not isinstance(found, str):
        return _after(found, above)
    return not_evaluable(ON_HOME, trigger, at_home), None


def _after(found: Margin, passed_over: str) -> Margin:
    made, grid = found
    return replace(made, labels=(*made.labels, f"ranks above: {passed_over}")), grid


def _on_home(asked: Evidence, trigger: Trigger, model: str, price: Decimal | None) -> Margin | str:
    """The margin, or why there is no home price to compare."""
    if not asked.sold_at_home(model, trigger.seller):
        return "no price of it in the maker's own country is on record"
    return _decisive(asked, trigger, model, price, {str(asked.ground.seats.get(trigger.maker))}, ON_HOME)


def _on_third(asked: Evidence, trigger: Trigger, model: str, price: Decimal | None) -> Margin | str:
    kept_out = {asked.ground.seats.get(trigger.maker), trigger.market, INTERNATIONAL}
    others = asked.markets(model, trigger.seller) - kept_out
    if not others:
        return "none is on record"
    return _decisive(asked, trigger, model, price, others, ON_THIRD)


def _decisive(
    asked: Evidence, trigger: Trigger, model: str, price: Decimal | None, markets: set[str], name: str
) -> Margin | str:
    """Of the pairs at the trigger's own price the one that speaks most for the seller; why, where none is like."""
    first, last = period(trigger.judged_on)
    span = asked.span(model, trigger.seller, markets, first, last)
    if span is None:
        return f"none from {first} to {last}"
    pairs = compared(asked, trigger, model, price, markets, span)
    if isinstance(pairs, str):
        return pairs
    like = [each for each in pairs if each.found is not None]
    if not like:
        return pairs[0].indicator.reason
    decisive = min(like, key=lambda each: _FOR_THE_SELLER.index(each.indicator.outcome))
    grid = None if decisive.found is None else decisive.found.sensitivity
    return replace(decisive.indicator, name=name), grid


def _on_constructed(asked: Evidence, trigger: Trigger, model: str, price: Decimal | None) -> Margin | str:
    """Constructed value at the inputs that are cheapest for the seller, against every price of the offer.

    The cost is laid on the meters in proportion to their prices, so that the figure is one for every mix of tokens.
    """
    if not asked.costed(model):
        return "no throughput of a replica is stated"
    ground = asked.of(model)
    hours = replica_hours(model, ground.facts, trigger.judged_on)
    offer = next((each for each in offers_on(ground.standing, trigger.judged_on) if _is(each, trigger)), None)
    if offer is None or not offer.bands or not hours:
        return "no price of it, or no rent, stood on that day"
    rate = Decimal(1) if offer.currency == DOLLAR else getattr(rate_of(ground, offer.currency, offer.day), "rate", None)
    if rate is None:
        return "no rate of its currency is known on that day"
    if not same_price(b31(standard_price_of(ground, offer).prices), price, asked.thresholds):
        return other_price(offer.source)

    def figure(choice: Choice) -> Decimal | None:
        prices = _priced(offer, choice, rate)
        scales = [] if prices is None else [recovery(hour, prices).scale for hour in hours]
        known = [scale for scale in scales if scale is not None]
        return 100 * (min(known) - 1) if known else None

    grid = {
        "peak": (Peak.WEEK.value, Peak.OFF_PEAK.value, Peak.PEAK.value),
        "price": (PriceBasis.NET.value, PriceBasis.LIST.value),
    }
    found = evaluate(grid, figure)
    return _of_grid(found, offer, trigger), found


def _is(offer: Offer, trigger: Trigger) -> bool:
    return (offer.seller, offer.market, offer.tier) == (trigger.seller, trigger.market, Tier.STANDARD)


def _priced(offer: Offer, choice: Choice, rate: Decimal) -> dict[Meter, Decimal] | None:
    basis, peak = PriceBasis(choice["price"]), Peak(choice["peak"])
    found = {meter: quoted(offer, meter, offer.bands[0], basis=basis, peak=peak) for meter in METERS}
    known = {meter: price / rate for meter, price in found.items() if price is not None}
    if not {Meter.INPUT, Meter.OUTPUT} <= known.keys():
        return None
    return {Meter.CACHED_INPUT: known[Meter.INPUT], **known}


def _of_grid(found: Sensitivity, offer: Offer, trigger: Trigger) -> Indicator:
    base = found.base.figure
    if base is None or base < INVESTIGATION:
        # Rent alone at full load is the low end of cost: what covers it may still be under cost.
        outcome, reason = Outcome.NOT_EVALUABLE, "not under the low end of cost, and no more is known"
    elif not found.keeps_sign:
        outcome, reason = Outcome.FAILS, f"{found.text}; turned by {', '.join(found.flips)}"
    elif offer.trust not in OWN_WORDS:
        outcome, reason = Outcome.INDICATED, f"{found.text}; a price by {offer.source}, not by the seller"
    else:
        outcome, reason = Outcome.PASSES, found.text
    figures = [each.figure for each in found.combinations if each.figure is not None]
    return Indicator(
        name=ON_CONSTRUCTED,
        subject=subject_of(trigger),
        value=base,
        unit="% of the export price",
        low=min(figures, default=None),
        high=max(figures, default=None),
        threshold=f"{INVESTIGATION} % or more at the cheapest inputs, its sign kept under every switch",
        outcome=outcome,
        reason=reason,
        rests_on=(citations.COST_AND_CONSTRUCTED_VALUE,),
        labels=(RENT_ALONE, FULL_LOAD, "cost in proportion to the prices: one figure for every mix"),
    )
