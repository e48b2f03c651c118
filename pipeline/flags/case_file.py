"""The file of a case: every indicator that one decision can be asked for, with inputs, and what cannot be tested.

Enters the frames of a build as the flags read them; leaves a `CaseFile`. Nothing here raises or clears a flag: the
importing country and the regime are the analyst's choice, and no rule reads them.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from pipeline.domain.facts import FactName
from pipeline.domain.indicator import Indicator, Input, Outcome
from pipeline.domain.thresholds import Thresholds
from pipeline.domain.vocabulary import Meter
from pipeline.dumping.case.causes import causes
from pipeline.dumping.case.costs import CONSTRUCTED_MARGIN, by_rank, constructed, home_below_cost
from pipeline.dumping.case.effects import domestic_peers, effects, end_of
from pipeline.dumping.case.margins import compared
from pipeline.dumping.case.patterns import patterns
from pipeline.dumping.case.stretches import Rates, stretches
from pipeline.dumping.case.subject import SEAT, SERVED_FROM, CaseFile, Section, Subject, not_evaluable
from pipeline.dumping.comparisons import Ground, same_weights_on, standard_price_of
from pipeline.dumping.constructed_value import recovery
from pipeline.dumping.cost_coverage import replica_hours
from pipeline.dumping.normal_value import Rank, Regime
from pipeline.dumping.not_tested import NOT_TESTED
from pipeline.dumping.offered import offers_on
from pipeline.dumping.peers import Market
from pipeline.dumping.period import period_of_case
from pipeline.flags.conditions import Conditions, conditions
from pipeline.flags.evidence import Evidence
from pipeline.flags.judged import Asked
from pipeline.flags.triggers import party, trigger_of

Prices = dict[Meter, Decimal]
_FACTS = {
    FactName.LEGAL_ENTITY: "legal entity (seller of record)",
    FactName.COUNTRY: "country of the seller of record",
    FactName.SERVED_FROM: SERVED_FROM,
    FactName.VOLUME_TIERS: "published discounts by volume",
    FactName.VAT_INCLUDED: "tax included, by the words of its page",
}
_AFTER = {Regime.MARKET: timedelta(days=365), Regime.ARTICLE_6A: timedelta(days=365), Regime.NME: timedelta(days=182)}
"""Until when by default: the full quarters before that day hold the decision."""
_OF_EXPORTS = ("Margins over the period", "Patterns of export prices")
_NO_IMPORT = "no import: the importing country serves these tokens or is the maker's own, so there is no export price"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseGround:
    """What a case reads: a build's frames, made ready once."""

    asked: Asked
    evidence: Evidence
    as_of: date

    @property
    def ground(self) -> Ground:
        return self.evidence.ground

    @property
    def market(self) -> Market:
        return self.evidence.market

    @property
    def thresholds(self) -> Thresholds:
        return self.evidence.thresholds


def case_file(
    made: CaseGround, event: dict[Any, Any], *, importing_country: str, regime: Regime, as_of: date | None = None
) -> CaseFile | None:
    """The file of one row of `events`; None where its label was matched with no model version.

    The period of the margins are the last full quarters before `as_of`: by default a year after the decision was
    public (half a year under NME), or the last day of the data where that is earlier. A decision of a quarter that is
    not over by then has the quarters up to `as_of`. Where nothing is imported, no export price is indicated.
    """
    trigger = trigger_of(event)
    if trigger.model_version is None:
        return None
    found = conditions(made.evidence, trigger)
    subject = Subject(
        model_version=trigger.model_version,
        maker=trigger.maker,
        seller=trigger.seller,
        party=party(trigger.seller, made.ground.facts),
        market=trigger.market,
        since=trigger.day,
        day=trigger.judged_on,
        as_of=as_of or min(made.as_of, trigger.judged_on + _AFTER[regime]),
        price_usd=found.price_usd,
        importing_country=importing_country,
        regime=regime,
    )
    return _file(made, found, subject)


def _file(made: CaseGround, found: Conditions, subject: Subject) -> CaseFile:
    ground, rates = made.evidence.of(subject.model_version), Rates(made.ground)
    period = period_of_case(subject.as_of, subject.day, subject.regime)
    runs = stretches(ground, subject.model_version, subject.party, *period)
    around = stretches(ground, subject.model_version, subject.party, subject.since, subject.day)
    ranks = tuple(compared(ground, subject, runs, rank, period, rates) for rank in (Rank.HOME, Rank.THIRD_COUNTRY))
    prices = _prices(ground, subject)
    scale = _scale(made, subject, prices)
    peers = domestic_peers(made.market, subject, ground.seats, made.thresholds)
    told = f"{period[0]} to {period[1]}"
    sections = (
        Section(
            title="The rank among makers",
            text=f"As of {subject.day}, the day on which the price was public; other makers' prices of the day before.",
            indicators=(replace(found.outlier, inputs=tuple(_rank_inputs(made, found, subject))),),
        ),
        Section(
            title="The margin of the flag",
            text=f"As of {subject.day}, over the days that its labels name, under every switch of the grid.",
            indicators=(replace(found.margin, inputs=tuple(_grid_inputs(found))),),
        ),
        Section(
            title="Normal value by rank",
            text=f"The last day on which both sides stood in the period {told}, under each regime.",
            indicators=tuple(by_rank(ground, subject, ranks, rates, scale)),
        ),
        Section(
            title="Margins over the period",
            text=f"{_quarters(subject, period)}: {told}; regime {subject.regime}.",
            indicators=tuple(each for rank in ranks for each in rank.indicators),
        ),
        Section(
            title="Patterns of export prices",
            text=f"{told}. An average-to-transaction comparison needs one of them and a second leg.",
            indicators=tuple(patterns(ground, subject, runs, period, rates)),
        ),
        Section(
            title="Cost",
            text="Curated rents and throughputs; a range, and its low end decides.",
            indicators=(
                found.cost,
                *constructed(ground, subject, prices),
                home_below_cost(ground, subject, runs, period),
            ),
        ),
        Section(
            title="Hosts of the same weights",
            text=f"As of {subject.day}. A price effect, never called a margin.",
            indicators=(replace(found.hosts, inputs=tuple(_host_inputs(made, subject))),),
        ),
        Section(
            title=f"Price effects in {subject.importing_country}",
            text="Domestic peers are other makers of the importing country, within three points and of equal openness.",
            indicators=tuple(effects(made.market, subject, peers, ground.facts, made.thresholds)),
        ),
    )
    case = CaseFile(
        subject=subject,
        period=period,
        priced=any(
            (offer.seller, offer.market) == (subject.seller, subject.market) for run in runs for offer in run.offers
        ),
        sections=sections,
        margins=tuple(row for rank in ranks for row in rank.rows),
        causes=causes(
            subject,
            made.market,
            made.asked.events,
            made.asked.series,
            ground.seats,
            [*runs, *around],
            rates,
            made.thresholds.earlier_causes,
        ),
        facts=tuple(_facts(made, subject)),
        not_tested=NOT_TESTED,
    )
    return _without_exports(case) if case.no_import else case


def _quarters(subject: Subject, period: tuple[date, date]) -> str:
    if period[1] < subject.as_of:
        return f"The last full quarters before {subject.as_of}"
    return "The quarters up to that of the decision, which is not over"


def _without_exports(case: CaseFile) -> CaseFile:
    """The case where nothing is imported: what is said of export prices is said of none."""

    def of(section: Section, each: Indicator) -> Indicator:
        about_exports = section.title in _OF_EXPORTS or each.name == CONSTRUCTED_MARGIN
        if not about_exports or each.outcome is Outcome.NOT_EVALUABLE:
            return each
        return not_evaluable(each.name, case.subject, each.unit, _NO_IMPORT)

    sections = tuple(
        replace(section, indicators=tuple(of(section, each) for each in section.indicators))
        for section in case.sections
    )
    margins = tuple(
        replace(row, signed=None, legal=None, best=None, worst=None, note=_NO_IMPORT) for row in case.margins
    )
    return replace(case, sections=sections, margins=margins)


def _prices(ground: Ground, subject: Subject) -> Prices | None:
    """The standard prices of the seller's offer in that market on that day; None where none stood."""
    own = ground.standing[ground.standing["model_version"] == subject.model_version]
    for offer in offers_on(own, subject.day):
        if (offer.seller, offer.market) == (subject.seller, subject.market):
            prices = dict(standard_price_of(ground, offer).prices)
            if {Meter.INPUT, Meter.OUTPUT} <= prices.keys():
                return prices
    return None


def _scale(made: CaseGround, subject: Subject, prices: Prices | None) -> Decimal | None:
    hours = replica_hours(subject.model_version, made.ground.facts, subject.day)
    if prices is None or not hours:
        return None
    priced = {Meter.CACHED_INPUT: prices[Meter.INPUT], **prices}
    return min((scale for hour in hours if (scale := recovery(hour, priced).scale) is not None), default=None)


def _rank_inputs(made: CaseGround, found: Conditions, subject: Subject) -> Iterator[Input]:
    rank, unit, before = found.ranked, "USD per million tokens, B31", subject.since - timedelta(days=1)
    if found.price_usd is not None:
        where = "the decision, at the rate of its day; tax as stated"
        yield Input(name="the price", value=found.price_usd, unit=unit, source=where, day=subject.day)
    if rank.rank is None:
        return
    yield Input(name="other makers", value=Decimal(rank.rank.makers), unit="makers", source=rank.vintage or "")
    yield Input(name="their models of twelve months", value=Decimal(rank.models), unit="models", source="", day=before)
    panel = made.market.on(before, end_of(subject.day)).set_index("model_version")["log_price"]
    for name in rank.peers:
        price = Decimal(f"{math.exp(panel[name]):.9g}")
        yield Input(name=f"peer {name}", value=price, unit=unit, source="its maker's own offer", day=before)


def _grid_inputs(found: Conditions) -> Iterator[Input]:
    if found.grid is None:
        return
    yield Input(
        name="combinations with a figure",
        value=Decimal(found.grid.defined),
        unit="of the grid",
        source="grid of switches",
    )
    yield Input(
        name="that keep the sign", value=Decimal(found.grid.kept), unit="of the grid", source="grid of switches"
    )


def _host_inputs(made: CaseGround, subject: Subject) -> Iterator[Input]:
    served = same_weights_on(made.ground, subject.model_version, subject.day)
    if served is None:
        return
    for each in ([served.maker] if served.maker is not None else []) + list(served.hosts):
        facts = f"{each.precision or 'precision not read'}, served from {each.served_from}"
        yield Input(
            name=f"{each.role} {each.host}",
            value=each.b31,
            unit="USD per million tokens, B31",
            source=f"{each.offer.source}; {facts}",
            day=each.offer.day,
        )


def _facts(made: CaseGround, subject: Subject) -> Iterator[tuple[str, str, str]]:
    facts = made.ground.facts
    yield SEAT, made.ground.seats.get(subject.maker, "unknown"), "curated table of makers"
    yield (
        "affiliated with the maker",
        facts.affiliated(subject.seller, subject.maker, subject.market, day=subject.day),
        "curated table of makers and sellers",
    )
    yield (
        "level of trade",
        facts.channel(subject.seller, subject.maker, subject.market, day=subject.day).value.replace("_", " "),
        "curated facts",
    )
    for name, said in _FACTS.items():
        fact = facts.of(subject.seller, subject.market, name, day=subject.day)
        yield said, "unknown" if fact is None else fact.value, "" if fact is None else fact.source
