"""The three questions that a flag rule asks of a model on a day: its margin, its hosts, its cost.

Enters `Ground`, all that comparisons read; leaves pairs with their grids, the same-weights comparison and cost
coverage. Whatever cannot be tested says so with a reason, and that is never a pass.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

import pandas as pd

from pipeline.domain.facts import Facts
from pipeline.domain.indicator import Indicator, Outcome
from pipeline.domain.reading import Metric
from pipeline.domain.vocabulary import Meter
from pipeline.dumping.contexts import Served, served_on
from pipeline.dumping.cost_coverage import cost_coverage, not_evaluable
from pipeline.dumping.exchange_rate import Proceeding, Published, RateUsed, reference_rate, united_states_rate
from pipeline.dumping.grid import PairMargin, RateSwitch, Run, margin_grid, margin_grid_indicator
from pipeline.dumping.hosts import SameWeights, same_weights
from pipeline.dumping.offered import Offer, offers_on, standing
from pipeline.dumping.pairs import Pair
from pipeline.dumping.reference_rates import DOLLAR, per_dollar, quoted_in_dollars
from pipeline.dumping.standard import StandardPrice, StepName, standard_price
from pipeline.dumping.tax_basis import TaxBasis, tax_basis, tax_rate, vat_included

RATES_BEFORE = timedelta(days=366)
"""Rates are read from so long before the first price: a rule asks for forty of them before a day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What stood on which days, what channels said of context windows, reference rates by currency, makers' countries,
    and curated facts. `dollar_rates` are those of a list against the dollar (the Federal Reserve's H.10), where one is
    collected: the United States rule is applied to it, and without it to the reference rates."""

    standing: pd.DataFrame
    readings: pd.DataFrame
    rates: Mapping[str, list[Published]]
    seats: Mapping[str, str]
    facts: Facts
    dollar_rates: Mapping[str, list[Published]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PairExamined:
    """A pair with its margin under every switch; `found` is None where it is kept out, as `indicator` says why."""

    pair: Pair
    tax: TaxBasis
    rate: RateUsed | None
    found: PairMargin | None
    indicator: Indicator


def ground(
    spells: pd.DataFrame,
    listings: pd.DataFrame,
    sources: pd.DataFrame,
    rates: pd.DataFrame,
    readings: pd.DataFrame,
    *,
    seats: Mapping[str, str],
    facts: Facts,
    until: datetime,
) -> Ground:
    """Frames of a build, made ready to ask of many days."""
    stands = standing(spells, listings, sources, until=until)
    currencies = sorted(set(stands["currency"].unique()) - {DOLLAR})
    rates = rates[rates["day"] >= stands["first"].min() - RATES_BEFORE]
    return Ground(
        standing=stands,
        readings=readings[readings["metric"].eq(Metric.CONTEXT_WINDOW.value)],
        rates={currency: per_dollar(rates, currency) for currency in currencies},
        seats=seats,
        facts=facts,
        dollar_rates={currency: quoted_in_dollars(rates, currency) for currency in currencies},
    )


def examined(asked: Ground, pair: Pair) -> PairExamined:
    """The margin of one pair on its own day under every switch, or why it is kept out of one."""
    tax = tax_basis(pair.home, pair.export, asked.facts)
    rate = rate_of(asked, pair.home.currency, pair.home.day)
    if not pair.likeness.like:
        reason = f"similar, kept out of a margin: {'; '.join(pair.likeness.differences)}"
        return PairExamined(pair=pair, tax=tax, rate=rate, found=None, indicator=_kept_out(pair, reason))
    found = margin_grid([_run(asked, pair)], tax)
    indicator = margin_grid_indicator(found, pair, inputs=())
    return PairExamined(pair=pair, tax=tax, rate=rate, found=found, indicator=indicator)


def same_weights_on(
    asked: Ground, model_version: str, day: date, *, served: Served | None = None
) -> SameWeights | None:
    """The maker and the hosts of a model's weights on `day`; None where nobody offered it. Whether the weights are
    open is the caller's to know. `served` is what documents say of all hosts by that day, where many models are asked.
    """
    own = asked.standing[asked.standing["model_version"] == model_version]
    offers = offers_on(own, day)
    if not offers:
        return None
    known = served or served_on(asked.readings[asked.readings["model_version"] == model_version], day)
    return same_weights(
        offers,
        asked.facts,
        {currency: reference_rate(published, day) for currency, published in asked.rates.items()},
        seat=asked.seats.get(offers[0].maker, ""),
        contexts=known.contexts,
        precisions=known.precisions,
    )


def cost_coverage_on(asked: Ground, model_version: str, seller: str, market: str, day: date) -> Indicator:
    """What the standard prices of one seller's offer on `day` recover of the cost of serving."""
    offers = offers_on(asked.standing[asked.standing["model_version"] == model_version], day)
    for offer in offers:
        if (offer.seller, offer.market) == (seller, market):
            prices = standard_price_of(asked, offer).prices
            if {Meter.INPUT, Meter.OUTPUT} <= prices.keys():
                return cost_coverage(model_version, prices, asked.facts, day)
    return not_evaluable(model_version, f"no standard price of {seller} in {market} stood on {day}")


def standard_price_of(asked: Ground, offer: Offer, *, without: frozenset[StepName] = frozenset()) -> StandardPrice:
    """An offer's standard price with the reference rate of its day and what is known of its tax."""
    return standard_price(
        offer,
        rate=rate_of(asked, offer.currency, offer.day),
        vat_rate=tax_rate(offer.market, asked.facts),
        vat_included=vat_included(offer, asked.facts)[0],
        without=without,
    )


def rate_of(asked: Ground, currency: str, day: date) -> RateUsed | None:
    """Units of a currency per dollar on a day; None for dollars and where no rate of the last seven days exists."""
    return None if currency == DOLLAR else reference_rate(asked.rates[currency], day)


def _run(asked: Ground, pair: Pair) -> Run:
    return Run(
        pair=pair,
        days=1,
        home_rates=_switched(asked, pair.home.currency, pair.home.day),
        export_rates=_switched(asked, pair.export.currency, pair.export.day),
    )


def _switched(asked: Ground, currency: str, day: date) -> dict[RateSwitch, Decimal | None]:
    """The reference rate of the day, and the rate under the United States rule."""
    if currency == DOLLAR:
        return dict.fromkeys(RateSwitch, Decimal(1))
    plain = reference_rate(asked.rates[currency], day)
    ruled = ruled_rate(asked, currency, day)
    return {
        RateSwitch.REFERENCE: None if plain is None else plain.rate,
        RateSwitch.UNITED_STATES: None if ruled is None else ruled.rate,
    }


def ruled_rate(asked: Ground, currency: str, day: date) -> RateUsed | None:
    """Units of a currency per dollar under the United States rule: over the rates that are quoted against the dollar,
    and where these do not reach the day (40 rates before it, one of the last seven days) over the reference rates."""
    for published in (asked.dollar_rates.get(currency, []), asked.rates[currency]):
        found = united_states_rate(published, day, proceeding=Proceeding.INVESTIGATION)
        if found is not None:
            return found
    return None


def _kept_out(pair: Pair, reason: str) -> Indicator:
    return Indicator(
        name="home-market margin under every switch",
        subject=f"{pair.home.model_version} of {pair.export.seller}, {pair.home.market} and {pair.export.market}",
        value=None,
        unit="% of the export price",
        outcome=Outcome.NOT_EVALUABLE,
        reason=reason,
        rests_on=(),
        labels=pair.likeness.labels,
    )
