"""The fixed grid of switches over one pair, and what it says of the sign of its margin (METHODS 7).

tax {as stated; each of both where unknown}, rate {reference of the day, United States rule}, mix {input, output, B31,
B721}, peak {off peak, week, peak}, price {net, list}, weights {days, worst, best}. Enter runs of days at standing
prices of both sides; leave the sensitivity, the margins per meter of the base, and an outcome: passes where the base is
not de minimis, every defined combination keeps its sign and both prices are the seller's own words (else indicated).
Where tax alone can turn the sign it is not evaluable.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from pipeline.domain.indicator import Indicator, Input, Outcome
from pipeline.domain.vocabulary import Meter, PriceBasis
from pipeline.dumping import citations
from pipeline.dumping.exact import as_decimal, percent, total_value, weighted_mean
from pipeline.dumping.margin import INVESTIGATION
from pipeline.dumping.meters import B31, B721, MeterMargins, meter_margins
from pipeline.dumping.normal_value import OFFER, VIABILITY_NOT_TESTED
from pipeline.dumping.offered import METERS, OWN_WORDS
from pipeline.dumping.pairs import Pair
from pipeline.dumping.standard import Peak, quoted
from pipeline.dumping.switches import Choice, Sensitivity, evaluate
from pipeline.dumping.tax import TaxTreatment, under_treatment
from pipeline.dumping.tax_basis import TaxBasis

Prices = Mapping[Meter, Decimal]
MIXES: Mapping[str, Mapping[Meter, Decimal]] = {
    "b31": B31,
    "b721": B721,
    "input": {Meter.INPUT: Decimal(1)},
    "output": {Meter.OUTPUT: Decimal(1)},
}
WEIGHTS = ("days", "worst", "best")
TAX_DECIDES = "not evaluable (tax basis)"
PRICE_DOUBTED = "not evaluable (price doubted)"
DOUBTED_FROM = Decimal(200)
"""Percent; more than this is doubted. Two prices of the "same" model more than three times apart may be of two models
(METHODS 1), and a catalogue's word is not enough that they are not: it may have copied or misread one."""


class RateSwitch(StrEnum):
    REFERENCE = "reference"
    UNITED_STATES = "united_states"


class TaxSwitch(StrEnum):
    """Whether the home and the export price include tax."""

    HOME_YES_EXPORT_NO = "home yes, export no"
    BOTH_YES = "both yes"
    BOTH_NO = "both no"
    HOME_NO_EXPORT_YES = "home no, export yes"


_TREATMENTS = {
    TaxSwitch.HOME_YES_EXPORT_NO: TaxTreatment.NOT_COLLECTED_ON_EXPORT,
    TaxSwitch.BOTH_YES: TaxTreatment.BOTH_GROSS,
    TaxSwitch.BOTH_NO: TaxTreatment.BOTH_NET,
}
_SIDES = {
    TaxSwitch.HOME_YES_EXPORT_NO: ("yes", "no"),
    TaxSwitch.BOTH_YES: ("yes", "yes"),
    TaxSwitch.BOTH_NO: ("no", "no"),
    TaxSwitch.HOME_NO_EXPORT_YES: ("no", "yes"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Days on which both sides stood at one price. `home_rates` and `export_rates` are units of each side's currency
    per dollar by rate switch; None where there is no rate."""

    pair: Pair
    days: int
    home_rates: Mapping[RateSwitch, Decimal | None]
    export_rates: Mapping[RateSwitch, Decimal | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class PairMargin:
    """The grid of one pair. `meters` is the base choice's margin per meter and blend (None: no figure).

    `by_tax` has, per treatment that the tax basis leaves open, the per cents with all other switches at their base.
    """

    sensitivity: Sensitivity
    percent: Decimal | None
    meters: MeterMargins | None
    by_tax: Mapping[TaxSwitch, MeterMargins | None]
    outcome: Outcome
    reason: str


def open_treatments(tax: TaxBasis) -> tuple[TaxSwitch, ...]:
    """The treatments that what is stated leaves open, each of both where a side is unknown."""
    return tuple(
        switch
        for switch, (home, export) in _SIDES.items()
        if tax.home in (home, "unknown") and tax.export in (export, "unknown")
    )


def margin_grid(runs: Sequence[Run], tax: TaxBasis) -> PairMargin:
    """Every combination of the switches over `runs` of one pair of like products.

    The base is the first treatment left open, the reference rate, B31, the weekly mean, net prices and days as
    weights. A combination is undefined where a price, a rate or a tax rate that it needs is not known.
    """
    grid = {
        "tax": tuple(switch.value for switch in open_treatments(tax)),
        "rate": tuple(switch.value for switch in RateSwitch),
        "mix": tuple(MIXES),
        "peak": (Peak.WEEK.value, Peak.OFF_PEAK.value, Peak.PEAK.value),
        "price": (PriceBasis.NET.value, PriceBasis.LIST.value),
        "weights": WEIGHTS,
    }
    priced = _Priced(runs, tax)
    found = evaluate(grid, priced.figure)
    outcome, reason = _outcome(found, runs)
    by_tax = {switch: priced.meters({**found.base.choice, "tax": switch.value}) for switch in open_treatments(tax)}
    return PairMargin(
        sensitivity=found,
        percent=found.base.figure,
        meters=priced.meters(found.base.choice),
        by_tax=by_tax,
        outcome=outcome,
        reason=reason,
    )


def margin_grid_indicator(found: PairMargin, pair: Pair, *, inputs: Sequence[Input]) -> Indicator:
    """The grid as an indicator: the base's signed per cent between the lowest and highest defined combination."""
    figures = [each.figure for each in found.sensitivity.combinations if each.figure is not None]
    return Indicator(
        name="home-market margin under every switch",
        subject=f"{pair.home.model_version} of {pair.export.seller}, {pair.home.market} and {pair.export.market}",
        value=found.percent,
        unit="% of the export price",
        threshold=f"{INVESTIGATION} % or more, its sign kept under every switch",
        low=min(figures, default=None),
        high=max(figures, default=None),
        outcome=found.outcome,
        reason=found.reason,
        inputs=tuple(inputs),
        rests_on=(citations.DUMPING_MARGIN, citations.WEIGHTED_AVERAGE_MARGIN, citations.TAX, citations.EXCHANGE_RATE),
        labels=(OFFER, VIABILITY_NOT_TESTED, *pair.likeness.labels),
    )


class _Priced:
    """Prices of all runs, each asked for once per choice that moves it."""

    def __init__(self, runs: Sequence[Run], tax: TaxBasis) -> None:
        self._runs = runs
        self._tax = tax
        self._known: dict[tuple[str, ...], list[tuple[int, Prices, Prices]] | None] = {}
        self._at_mix: dict[tuple[str, ...], list[tuple[int, Fraction, Fraction]] | None] = {}
        self._figures: dict[tuple[str, ...], Decimal | None] = {}
        # Without windows, or beside no struck price, several choices ask the same prices: these are priced once.
        self._stated: dict[tuple[Decimal | None, ...], tuple[str, str]] = {}
        self._alike: dict[tuple[str, str], tuple[str, str]] = {}

    def figure(self, choice: Choice) -> Decimal | None:
        """The signed margin in per cent of the export price."""
        peak, basis = self._first_alike(choice["peak"], choice["price"])
        key = (choice["tax"], choice["rate"], peak, basis, choice["mix"])
        if key not in self._at_mix:
            self._at_mix[key] = self._mixed({**choice, "peak": peak, "price": basis})
        pairs = self._at_mix[key]
        if pairs is None:
            return None
        weights = choice["weights"] if len(pairs) > 1 else WEIGHTS[0]  # one run weighs alike under all of them
        if (*key, weights) not in self._figures:
            self._figures[*key, weights] = _weighted(pairs, weights)
        return self._figures[*key, weights]

    def meters(self, choice: Choice) -> MeterMargins | None:
        """Margins per meter and blend of the latest run under a choice."""
        peak, basis = self._first_alike(choice["peak"], choice["price"])
        priced = self._prices({**choice, "peak": peak, "price": basis})
        if not priced:
            return None
        _, home, export = priced[-1]
        return meter_margins(home, export) if _complete(home) and _complete(export) else None

    def _first_alike(self, peak: str, basis: str) -> tuple[str, str]:
        """The first hours and basis under which every run states these very prices."""
        asked = (peak, basis)
        if asked not in self._alike:
            sides = [(offer, run.pair.band) for run in self._runs for offer in (run.pair.home, run.pair.export)]
            stated = tuple(
                None if band is None else quoted(offer, meter, band, basis=PriceBasis(basis), peak=Peak(peak))
                for offer, band in sides
                for meter in METERS
            )
            self._alike[asked] = self._stated.setdefault(stated, asked)
        return self._alike[asked]

    def _mixed(self, choice: Choice) -> list[tuple[int, Fraction, Fraction]] | None:
        """Days and both sides at the mix; None where a price that the mix needs is not known."""
        pairs: list[tuple[int, Fraction, Fraction]] = []
        for days, home, export in self._prices(choice) or []:
            at_home, abroad = _mixed(home, export, MIXES[choice["mix"]])
            if at_home is None or abroad is None:
                return None
            pairs.append((days, at_home, abroad))
        return pairs or None

    def _prices(self, choice: Choice) -> list[tuple[int, Prices, Prices]] | None:
        key = (choice["tax"], choice["rate"], choice["peak"], choice["price"])
        if key not in self._known:
            self._known[key] = self._in_dollars(choice)
        return self._known[key]

    def _in_dollars(self, choice: Choice) -> list[tuple[int, Prices, Prices]] | None:
        made = []
        for run in self._runs:
            rate = RateSwitch(choice["rate"])
            home_rate, export_rate = run.home_rates[rate], run.export_rates[rate]
            if run.pair.band is None or home_rate is None or export_rate is None:
                return None
            treated = self._treated(run, choice, home_rate, export_rate)
            if treated is None:
                return None
            made.append((run.days, *treated))
        return made

    def _treated(
        self, run: Run, choice: Choice, home_rate: Decimal, export_rate: Decimal
    ) -> tuple[Prices, Prices] | None:
        """Both sides in dollars under the treatment; None where it needs a tax rate that is not known."""
        switch = TaxSwitch(choice["tax"])
        home = _quoted(run.pair, choice, home_rate, at_home=True)
        export = _quoted(run.pair, choice, export_rate, at_home=False)
        if switch is TaxSwitch.HOME_NO_EXPORT_YES:
            if self._tax.export_rate is None:
                return None
            divisor = 1 + Fraction(self._tax.export_rate)
            return home, {meter: as_decimal(Fraction(price) / divisor) for meter, price in export.items()}
        if self._tax.rate is None:
            return None if switch is TaxSwitch.HOME_YES_EXPORT_NO else (home, export)
        treatment, rate = _TREATMENTS[switch], self._tax.rate
        return (
            {m: under_treatment(p, Decimal(0), treatment, rate=rate).normal_value for m, p in home.items()},
            {m: under_treatment(Decimal(0), p, treatment, rate=rate).export_price for m, p in export.items()},
        )


def _quoted(pair: Pair, choice: Choice, rate: Decimal, *, at_home: bool) -> dict[Meter, Decimal]:
    offer = pair.home if at_home else pair.export
    found: dict[Meter, Decimal] = {}
    if pair.band is None:
        return found
    for meter in METERS:
        price = quoted(offer, meter, pair.band, basis=PriceBasis(choice["price"]), peak=Peak(choice["peak"]))
        if price is not None:
            found[meter] = as_decimal(Fraction(price) / Fraction(rate))
    return found


def _complete(prices: Prices) -> bool:
    return Meter.INPUT in prices and Meter.OUTPUT in prices


def _mixed(home: Prices, export: Prices, mix: Mapping[Meter, Decimal]) -> tuple[Fraction | None, Fraction | None]:
    """Both sides at a mix of tokens; a cached price that either side lacks is the input price on both."""
    if Meter.CACHED_INPUT in mix and not (Meter.CACHED_INPUT in home and Meter.CACHED_INPUT in export):
        home, export = ({**side, Meter.CACHED_INPUT: side[Meter.INPUT]} if Meter.INPUT in side else side
                        for side in (home, export))  # fmt: skip
    if any(meter not in side for side in (home, export) for meter in mix):
        return None, None
    at_home, abroad = (total_value((share, side[meter]) for meter, share in mix.items()) for side in (home, export))
    return at_home, abroad


def _weighted(pairs: Sequence[tuple[int, Fraction, Fraction]], weights: str) -> Decimal | None:
    """The margin of averages with days as quantities, or at the worst or best attainable weights."""
    at_home, abroad = [home for _, home, _ in pairs], [export for _, _, export in pairs]
    match weights:
        case "worst":
            home, export = max(at_home), min(abroad)
        case "best":
            home, export = min(at_home), max(abroad)
        case _ if len(pairs) == 1:
            home, export = at_home[0], abroad[0]
        case _:
            home = weighted_mean((price, Fraction(days)) for days, price, _ in pairs)
            export = weighted_mean((price, Fraction(days)) for days, _, price in pairs)
    return as_decimal(percent(home - export, export)) if export else None


def _outcome(found: Sensitivity, runs: Sequence[Run]) -> tuple[Outcome, str]:
    if found.base.figure is None:
        return Outcome.NOT_EVALUABLE, found.text
    if "tax" in found.flips:
        return Outcome.NOT_EVALUABLE, f"{TAX_DECIDES}: {found.text}"
    if found.base.figure < INVESTIGATION:
        return Outcome.FAILS, f"de minimis or no margin: {found.text}"
    if not found.keeps_sign:
        return Outcome.FAILS, f"{found.text}; turned by {', '.join(found.flips)}"
    hearsay = sorted(
        {each.source for run in runs for each in (run.pair.home, run.pair.export) if each.trust not in OWN_WORDS}
    )
    if hearsay and found.base.figure > DOUBTED_FROM:
        return Outcome.NOT_EVALUABLE, (
            f"{PRICE_DOUBTED}: {found.text}; more than three times apart, with a price by {', '.join(hearsay)}, "
            "not by the seller: it may be copied from another seller's list, or of another model"
        )
    if hearsay:
        # Catalogues mix up markets, regions and serving: their prices are where to look, not evidence of a margin.
        return Outcome.INDICATED, f"{found.text}; a price by {', '.join(hearsay)}, not by the seller"
    return Outcome.PASSES, found.text
