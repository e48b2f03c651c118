"""The margins of a case: home and third-country normal value over the period, by every method, treatment and rate.

Days at a price stand in for volumes. Beside each figure stand the worst and the best that any volumes could give.
Where the treatments that the stated tax basis leaves open turn the sign, no margin passes.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from pipeline.domain.errors import InvalidValueError
from pipeline.domain.indicator import Indicator, Input, Outcome
from pipeline.domain.vocabulary import Meter
from pipeline.dumping.attainable import Attainable
from pipeline.dumping.average_to_transaction import average_to_transaction, second_leg_indicator
from pipeline.dumping.averages import Averages, averages
from pipeline.dumping.case.stretches import Prices, Rates, Stretch, at_mix, days_of, in_dollars, latest_pair, net_week
from pipeline.dumping.case.subject import MarginRow, Subject, not_evaluable, stands_in
from pipeline.dumping.comparisons import Ground
from pipeline.dumping.exchange_rate import Proceeding
from pipeline.dumping.grid import MIXES, TAX_DECIDES, RateSwitch, TaxSwitch, open_treatments
from pipeline.dumping.margin import Margin, Method, Period, dumping_margin
from pipeline.dumping.margin_indicator import margin_indicator
from pipeline.dumping.normal_value import OFFER, RANK_NAMES, VIABILITY_NOT_TESTED, Rank, contemporaneous
from pipeline.dumping.offered import Offer
from pipeline.dumping.pairs import Pair
from pipeline.dumping.pattern import GroupedSale, pattern
from pipeline.dumping.sales import Sale, Side
from pipeline.dumping.switches import evaluate
from pipeline.dumping.tax_basis import TaxBasis, tax_basis

INTERNATIONAL = "international"
"""The market of an offer to the whole world: it names no country, and so is no third country."""
DAYS_FOR_VOLUMES = "days at a price stand in for volumes"
_UNIT = "% of the export value"
_SIDE = {Rank.HOME: "in the maker's own country", Rank.THIRD_COUNTRY: "in a third country"}
_NAMES = ("A-A, whole period", "A-A, by month", "T-T, by day", "A-T, second leg")


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One rank of normal value against the export: the pair that was compared (None: none), its figures, its tests."""

    rank: Rank
    pair: Pair | None
    rows: tuple[MarginRow, ...]
    indicators: tuple[Indicator, ...]


Day = tuple[date, str, Prices]
"""A day, the currency, and the net weekly mean of each meter in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sides:
    """A pair's priced days on either side; `cached` where both state a cached price."""

    pair: Pair
    tax: TaxBasis
    normal: tuple[Day, ...]
    export: tuple[Day, ...]
    cached: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sold:
    """The sales of one choice: `pooled` by month and price, `paired` one a side for each day on which both stood."""

    pooled: tuple[Sale, ...]
    paired: tuple[Sale, ...]


def compared(
    asked: Ground, subject: Subject, runs: list[Stretch], rank: Rank, period: tuple[date, date], rates: Rates
) -> Compared:
    """Margins of one rank over `runs`, the party's offers in the period."""
    seat = asked.seats.get(subject.maker)
    found = _pair(runs, asked, subject, rank, seat)
    if isinstance(found, str):
        told = f"{found} ({period[0]} to {period[1]})"
        made = tuple(not_evaluable(f"{RANK_NAMES[rank]}: {name}", subject, _UNIT, told) for name in _NAMES)
        return Compared(rank=rank, pair=None, rows=(), indicators=made)
    sides = _sides(found, tax_basis(found.home, found.export, asked.facts), runs)
    rows = tuple(_rows(sides, rank, rates))
    indicators = tuple(_indicators(subject, sides, rank, rates, rows))
    return Compared(rank=rank, pair=found, rows=rows, indicators=indicators)


def _sides(pair: Pair, tax: TaxBasis, runs: list[Stretch]) -> _Sides:
    normal, export = (_days(offer, pair, runs) for offer in (pair.home, pair.export))
    cached = all(_states_cached(offer, pair) for offer in (pair.home, pair.export))
    return _Sides(pair=pair, tax=tax, normal=normal, export=export, cached=cached)


def _days(offer: Offer, pair: Pair, runs: list[Stretch]) -> tuple[Day, ...]:
    if pair.band is None:
        return ()
    known: dict[int, Prices] = {}
    made = []
    for day, stood in days_of(runs, offer, pair.band):
        prices = known.setdefault(id(stood), {}) or net_week(stood, pair.band)
        known[id(stood)] = prices
        made.append((day, stood.currency, prices))
    return tuple(made)


def _pair(runs: list[Stretch], asked: Ground, subject: Subject, rank: Rank, seat: str | None) -> Pair | str:
    """The pair, or why there is none."""
    if subject.market == seat:
        return "an offer in the maker's own country is no export"

    def third(market: str) -> bool:
        return market not in (seat, subject.market, INTERNATIONAL)

    def own(market: str) -> bool:
        return market == subject.market

    def home(market: str) -> bool:
        return market == seat

    wanted: Callable[[str], bool] = home if rank is Rank.HOME else third
    pair, differences = latest_pair(runs, asked, wanted, own)
    if pair is not None:
        return pair
    if differences:
        return f"similar, kept out of a margin: {'; '.join(differences)}"
    sides = [any(test(each.market) for run in runs for each in run.offers) for test in (wanted, own)]
    missing = [name for name, there in zip((_SIDE[rank], "in the export market"), sides, strict=True) if not there]
    return f"no offer {' and none '.join(missing)} in the period" if missing else "the two never stood on one day"


def _rows(sides: _Sides, rank: Rank, rates: Rates) -> Iterator[MarginRow]:
    for treatment in open_treatments(sides.tax):
        for rule in RateSwitch:
            for mix in MIXES:
                sold = _sold(sides, rates, treatment, rule, mix)
                known = {"normal_value": RANK_NAMES[rank], "tax": treatment.value, "rate": rule.value, "mix": mix}
                if isinstance(sold, str):
                    yield _row(known, Method.AVERAGE_TO_AVERAGE, Period.WHOLE, None, None, sold)
                    continue
                found = averages(sold.pooled)
                yield _row(known, Method.AVERAGE_TO_AVERAGE, Period.WHOLE, found.whole, found.attainable, "")
                months, note = _by_month(sold)
                yield _row(known, Method.AVERAGE_TO_AVERAGE, Period.MONTH, months, None, note)
                for method, sales in (
                    (Method.TRANSACTION_TO_TRANSACTION, sold.paired),
                    (Method.AVERAGE_TO_TRANSACTION, sold.pooled),
                ):
                    margin = dumping_margin(sales, method=method, period=Period.WHOLE, zeroing=False) if sales else None
                    note = "" if sales else "the two never stood on one day"
                    yield _row(known, method, Period.WHOLE, margin, None, note)


def _by_month(sold: _Sold) -> tuple[Margin | None, str]:
    """Months that a home price of their own, or of a neighbour, answers; which were borrowed and which left out."""
    filled, borrowed = contemporaneous(sold.pooled)
    answered = {sale.month for sale in filled if sale.side is Side.NORMAL_VALUE}
    kept = [sale for sale in filled if sale.side is Side.NORMAL_VALUE or sale.month in answered]
    left_out = sorted({sale.month for sale in filled if sale.month not in answered})
    stands_for: dict[str, list[str]] = {}
    for each in borrowed:
        stands_for.setdefault(each.taken_from, []).append(each.month)
    notes = [f"the normal value of {month} stands for {', '.join(months)}" for month, months in stands_for.items()]
    notes += [f"no normal value near {', '.join(left_out)}: left out"] if left_out else []
    if all(sale.side is Side.NORMAL_VALUE for sale in kept):
        return None, "; ".join(notes)
    made = dumping_margin(kept, method=Method.AVERAGE_TO_AVERAGE, period=Period.MONTH, zeroing=False)
    return made, "; ".join(notes)


def _row(
    known: dict[str, str], method: Method, period: Period, margin: Margin | None, bounds: Attainable | None, note: str
) -> MarginRow:
    return MarginRow(
        **known,
        method=method.value,
        period=period.value,
        signed=None if margin is None else margin.percent_signed,
        legal=None if margin is None else margin.percent_legal,
        best=None if bounds is None else bounds.best,
        worst=None if bounds is None else bounds.worst,
        note=note,
    )


def _sold(asked: _Sides, rates: Rates, treatment: TaxSwitch, rule: RateSwitch, mix: str) -> _Sold | str:
    """Both sides in dollars under one choice, or why there is no figure."""
    divisors = _divisors(asked.tax, treatment)
    if divisors is None:
        return "the tax rate that this treatment needs is not known"
    sides: list[dict[date, Decimal]] = []
    for days, divisor in zip((asked.normal, asked.export), divisors, strict=True):
        side: dict[date, Decimal] = {}
        for day, currency, prices in days:
            price, rate = at_mix(prices, mix, cached=asked.cached), rates.of(currency, day, rule)
            if price is not None and rate is not None:
                side[day] = in_dollars(price / divisor, rate)
        sides.append(side)
    if not all(sides):
        return "no day with a price and a rate on both sides"
    product = asked.pair.home.model_version
    shared = sorted(set(sides[0]) & set(sides[1]))
    named = list(zip((Side.NORMAL_VALUE, Side.EXPORT_PRICE), sides, strict=True))
    return _Sold(
        pooled=tuple(sale for side, prices in named for sale in _pooled(side, product, prices)),
        paired=tuple(
            Sale(side=side, product=product, day=day, price=prices[day], quantity=Decimal(1), line=number)
            for side, prices in named
            for number, day in enumerate(shared)
        ),
    )


def _states_cached(offer: Offer, pair: Pair) -> bool:
    return pair.band is not None and Meter.CACHED_INPUT in net_week(offer, pair.band)


def _pooled(side: Side, product: str, prices: dict[date, Decimal]) -> Iterator[Sale]:
    """One sale per month and price, its quantity the number of days."""
    days: dict[tuple[str, Decimal], list[date]] = {}
    for day in sorted(prices):
        days.setdefault((day.strftime("%Y-%m"), prices[day]), []).append(day)
    for number, ((_, price), own) in enumerate(days.items()):
        line = 2 * number + (side is Side.EXPORT_PRICE)
        yield Sale(side=side, product=product, day=own[0], price=price, quantity=Decimal(len(own)), line=line)


def _divisors(tax: TaxBasis, treatment: TaxSwitch) -> tuple[Fraction, Fraction] | None:
    """What both prices are divided by; None where a rate that is needed is not known."""
    one = Fraction(1)
    if treatment is TaxSwitch.HOME_YES_EXPORT_NO:
        return None if tax.rate is None else (1 + Fraction(tax.rate), one)
    if treatment is TaxSwitch.HOME_NO_EXPORT_YES:
        return None if tax.export_rate is None else (one, 1 + Fraction(tax.export_rate))
    return one, one


def _indicators(
    subject: Subject, sides: _Sides, rank: Rank, rates: Rates, rows: Sequence[MarginRow]
) -> Iterator[Indicator]:
    """The four tests at the base: the first treatment that is open, the reference rate, B31."""
    pair, treatment = sides.pair, open_treatments(sides.tax)[0]
    sold = _sold(sides, rates, treatment, RateSwitch.REFERENCE, "b31")
    if isinstance(sold, str):
        for name in _NAMES:
            yield not_evaluable(f"{RANK_NAMES[rank]}: {name}", subject, _UNIT, sold)
        return
    found = averages(sold.pooled)
    inputs = tuple(_inputs(pair, rates, found, sold))
    days = [sum(sale.quantity for sale in sold.pooled if sale.side is side) for side in Side]
    labels = (
        f"normal value on {days[0]} days, export price on {days[1]}",
        DAYS_FOR_VOLUMES,
        OFFER,
        VIABILITY_NOT_TESTED,
        f"tax: {treatment.value}",
        *pair.likeness.labels,
    )
    paired = (
        dumping_margin(sold.paired, method=Method.TRANSACTION_TO_TRANSACTION, period=Period.WHOLE, zeroing=False)
        if sold.paired
        else None
    )
    by_month, note = _by_month(sold)
    margins = ((found.whole, found.attainable, ""), (by_month, None, note), (paired, None, ""))
    for name, (margin, weights, note) in zip(_NAMES, margins, strict=False):
        title = f"{RANK_NAMES[rank]}: {name}"
        if margin is None:
            yield not_evaluable(title, subject, _UNIT, note or "the two never stood on one day")
            continue
        made = margin_indicator(
            margin,
            subject=subject.text,
            proceeding=Proceeding.INVESTIGATION,
            inputs=inputs,
            weights=weights,
            labels=(*labels, note) if note else labels,
        )
        yield _tax_first(replace(made, name=title), rows, margin)
    yield _second_leg(subject, rank, pair, sold, inputs)


def _tax_first(made: Indicator, rows: Sequence[MarginRow], margin: Margin) -> Indicator:
    """With the sensitivity of its sign to tax, rate and mix; not evaluable where tax alone can turn it."""
    own = [row for row in rows if (row.method, row.period) == (margin.method.value, margin.period.value)]
    signed = {(row.tax, row.rate, row.mix): row.signed for row in own}
    grid = {name: tuple(dict.fromkeys(getattr(row, name) for row in own)) for name in ("tax", "rate", "mix")}
    found = evaluate(grid, lambda choice: signed.get((choice["tax"], choice["rate"], choice["mix"])))
    figures = [each for each in signed.values() if each is not None]
    turned = f", turned by {', '.join(found.flips)}" if found.flips else ""
    spread = f"{min(figures):.2f} to {max(figures):.2f} %" if figures else "no figure"
    labels = (*made.labels, f"{found.text} of tax, rate and mix{turned}: {spread}")
    if "tax" in found.flips:
        reason = f"{TAX_DECIDES}: the treatments that the pages leave open turn the sign"
        return replace(made, outcome=Outcome.NOT_EVALUABLE, reason=reason, labels=labels)
    if made.outcome is Outcome.PASSES and not found.keeps_sign:
        reason = f"{' and '.join(found.flips)} can turn the sign"
        return replace(made, outcome=Outcome.FAILS, reason=reason, labels=labels)
    return stands_in(replace(made, labels=labels))


def _second_leg(subject: Subject, rank: Rank, pair: Pair, sold: _Sold, inputs: tuple[Input, ...]) -> Indicator:
    exports = [sale for sale in sold.pooled if sale.side is Side.EXPORT_PRICE]
    quarters = [
        GroupedSale(group=_quarter(sale.day), product=sale.product, price=sale.price, quantity=sale.quantity)
        for sale in exports
    ]
    found = pattern(quarters)
    several = len({each.group for each in quarters}) > 1
    passing = {each.group for each in found.groups if each.passes}
    lines = {sale.line for sale in exports if _quarter(sale.day) in passing}
    title = f"{RANK_NAMES[rank]}: {_NAMES[-1]}"
    try:
        leg = average_to_transaction(
            sold.pooled, share_percent=found.share_percent if several else None, passing_lines=lines
        )
    except InvalidValueError as error:
        return not_evaluable(title, subject, _UNIT, str(error))
    made = second_leg_indicator(leg, subject=subject.text, inputs=inputs)
    share = "one quarter only" if not several else f"share that differs by quarter {found.share_percent:.2f} %"
    made = stands_in(made)
    return replace(made, name=title, labels=(f"first leg: {share}", DAYS_FOR_VOLUMES, *pair.likeness.labels))


def _quarter(day: date) -> str:
    return f"{day.year}Q{(day.month - 1) // 3 + 1}"


def _inputs(pair: Pair, rates: Rates, found: Averages, sold: _Sold) -> Iterator[Input]:
    for name, offer in (("normal value", pair.home), ("export price", pair.export)):
        if pair.band is None:
            return
        document = offer.stated[0].payload[:16]
        for meter, price in net_week(offer, pair.band).items():
            unit = f"{offer.currency} per million tokens, tax included: {offer.vat_included}"
            source = f"{offer.source}, document {document}"
            yield Input(name=f"{name}, {meter.value}", value=price, unit=unit, source=source, day=offer.day)
        rate = rates.of(offer.currency, offer.day, RateSwitch.REFERENCE)
        if rate is not None and rate != 1:
            unit = f"{offer.currency} per USD"
            yield Input(name=f"reference rate ({name})", value=rate, unit=unit, source="ECB", day=offer.day)
    for side, name in (
        (Side.NORMAL_VALUE, "days with a normal value"),
        (Side.EXPORT_PRICE, "days with an export price"),
    ):
        days = sum((sale.quantity for sale in sold.pooled if sale.side is side), Decimal(0))
        yield Input(name=name, value=days, unit="days", source="the looks of the source, from price to price")
    yield Input(
        name="value of the exports", value=found.whole.value, unit="USD per million tokens · days", source="Σ EP · days"
    )
