"""The days of either side that a margin inside a flag compares (METHODS 6: three months back, labelled).

The export side is the trigger's own price on the days up to the one on which it is judged; nothing later is read, so
the two months forward that a case may use are not asked. A normal value of those same days stands by itself. Where
there is none, that of the nearest of the months allowed stands in, at the rate of the day of the judgement, and then no
margin passes: a price of before the move cannot show that the move was the export's alone.
"""

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from pipeline.domain.indicator import Outcome
from pipeline.domain.vocabulary import Meter
from pipeline.dumping.case.stretches import Stretch, paired, stretches
from pipeline.dumping.comparisons import Ground, PairExamined, examined, rate_of, standard_price_of
from pipeline.dumping.grid import RateSwitch, Run, margin_grid, margin_grid_indicator
from pipeline.dumping.normal_value import MONTHS_BACK, month_of_normal_value
from pipeline.dumping.offered import Offer
from pipeline.dumping.pairs import Pair
from pipeline.dumping.tax_basis import tax_basis
from pipeline.flags.evidence import Evidence, b31, other_price, same_price
from pipeline.flags.triggers import Trigger, party

_Key = tuple[object, ...]
_Rates = tuple[tuple[RateSwitch, Decimal | None], ...]


def period(judged_on: date) -> tuple[date, date]:
    """From the first day of the third month before that of the judgement, to its day."""
    months = judged_on.year * 12 + judged_on.month - 1 - MONTHS_BACK
    return date(months // 12, months % 12 + 1, 1), judged_on


def compared(
    asked: Evidence,
    trigger: Trigger,
    model_version: str,
    price: Decimal | None,
    markets: Set[str],
    span: tuple[date, date],
) -> list[PairExamined] | str:
    """Every pair of like offers of the party with its margin under every switch; where none is alike those that are
    kept out, each with its reason; else why there is none.

    `price` is B31 of the trigger in dollars, `markets` are those of the normal value, which stood within `span`.
    """
    ground = asked.of(model_version)
    own = party(trigger.seller, ground.facts)
    # What changed outside the span of the normal value cannot be compared with it, and is not looked at.
    beside = stretches(ground, model_version, own, *span)
    judged = stretches(ground, model_version, own, trigger.judged_on, trigger.judged_on)
    at_price = [_at_price(asked, ground, trigger, price, run) for run in (*beside, *judged)]
    if not any(at_price):
        abroad = [each for run in (*judged, *beside) for each in run.offers if each.market == trigger.market]
        return other_price(abroad[0].source) if abroad else f"no offer in the export market on {trigger.judged_on}"
    stood = [
        _Stood(run=run, normal=tuple(each for each in run.offers if each.market in markets), export=export)
        for run, export in zip(beside, at_price, strict=False)
    ]
    unlike: dict[_Key, Pair] = {}
    found = _together(asked, ground, stood, unlike)
    if not found:
        exports = [each for export in at_price[len(beside) :] for each in export]
        found = _standing_in(asked, ground, stood, exports, unlike)
    if found:
        return found
    return [examined(ground, pair) for pair in unlike.values()] or f"no offer at this price on {trigger.judged_on}"


def _at_price(
    asked: Evidence, ground: Ground, trigger: Trigger, price: Decimal | None, run: Stretch
) -> tuple[Offer, ...]:
    """The offers of a stretch in the trigger's market, at its price."""
    return tuple(
        each
        for each in run.offers
        if each.market == trigger.market and same_price(_dollars(ground, each), price, asked.thresholds)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stood:
    """Who asked a normal value, and who the trigger's price, over one stretch of days."""

    run: Stretch
    normal: tuple[Offer, ...]
    export: tuple[Offer, ...]


@dataclass(slots=True, kw_only=True)
class _Days:
    """The days of either side of one pair, each with the offer that stood on it."""

    runs: list[Run] = field(default_factory=list)
    normal: dict[date, Offer] = field(default_factory=dict)
    export: dict[date, Offer] = field(default_factory=dict)

    @property
    def pair(self) -> Pair:
        return self.runs[-1].pair


def _dollars(ground: Ground, offer: Offer) -> Decimal | None:
    prices = standard_price_of(ground, offer).prices
    return b31(prices) if {Meter.INPUT, Meter.OUTPUT} <= prices.keys() else None


def _together(asked: Evidence, ground: Ground, stood: Sequence[_Stood], unlike: dict[_Key, Pair]) -> list[PairExamined]:
    """Margins over the days on which both sides stood, each day at its rate; `unlike` is filled with the others."""
    found: dict[_Key, _Days] = {}
    for each in stood:
        for home in each.normal:
            for export in each.export:
                for pair in _like(home, export, ground, unlike):
                    days = found.setdefault(pair.key, _Days())
                    days.runs += _runs(asked, pair, each.run.days)
                    days.normal |= dict.fromkeys(each.run.days, home)
                    days.export |= dict.fromkeys(each.run.days, export)
    return [_margin(asked, days) for days in found.values()]


def _standing_in(
    asked: Evidence,
    ground: Ground,
    stood: Sequence[_Stood],
    exports: Sequence[Offer],
    unlike: dict[_Key, Pair],
) -> list[PairExamined]:
    """Margins on the normal value of the nearest month that has a like one, against each export of the day judged."""
    found: list[PairExamined] = []
    for export in exports:
        day = export.day
        months: dict[_Key, dict[str, _Days]] = {}
        for each in stood:
            # Terms are fixed on the export's day: the normal value that stands in takes the rate of that day.
            for home in (replace(home, day=day) for home in each.normal):
                for pair in _like(home, export, ground, unlike):
                    for month, own in _by_month(each.run.days).items():
                        days = months.setdefault(pair.key, {}).setdefault(month, _Days(export={day: export}))
                        days.runs += [replace(run, days=len(own)) for run in _runs(asked, pair, [day])]
                        days.normal |= dict.fromkeys(own, home)
        for by_month in months.values():
            nearest = month_of_normal_value(list(by_month), f"{day:%Y-%m}")
            if nearest is not None:
                found.append(_before_the_move(_margin(asked, by_month[nearest]), nearest))
    return found


def _like(home: Offer, export: Offer, ground: Ground, unlike: dict[_Key, Pair]) -> Iterator[Pair]:
    for pair in paired(home, export, ground):
        if pair.likeness.like:
            yield pair
        else:
            unlike[pair.key] = pair


def _by_month(days: Iterable[date]) -> dict[str, list[date]]:
    found: dict[str, list[date]] = {}
    for day in days:
        found.setdefault(f"{day:%Y-%m}", []).append(day)
    return found


def _runs(asked: Evidence, pair: Pair, days: Iterable[date]) -> list[Run]:
    """The days at a pair's prices, those of equal rates in one run."""
    counts: dict[tuple[_Rates, _Rates], int] = {}
    for day in days:
        rates = (_switched(asked, pair.home.currency, day), _switched(asked, pair.export.currency, day))
        counts[rates] = counts.get(rates, 0) + 1
    return [
        Run(pair=pair, days=number, home_rates=dict(home), export_rates=dict(export))
        for (home, export), number in counts.items()
    ]


def _switched(asked: Evidence, currency: str, day: date) -> _Rates:
    return tuple((rule, asked.rates.of(currency, day, rule)) for rule in RateSwitch)


def _margin(asked: Evidence, days: _Days) -> PairExamined:
    pair = days.pair
    tax = tax_basis(pair.home, pair.export, asked.ground.facts)
    found = margin_grid(days.runs, tax)
    made = margin_grid_indicator(found, pair, inputs=())
    said = (f"normal value on {_told(days.normal)}", f"export price on {_told(days.export)}")
    rate = rate_of(asked.ground, pair.home.currency, pair.home.day)
    return PairExamined(
        pair=pair, tax=tax, rate=rate, found=found, indicator=replace(made, labels=(*made.labels, *said))
    )


def _before_the_move(examined_: PairExamined, month: str) -> PairExamined:
    made = examined_.indicator
    labels = (*made.labels, f"no normal value on a day of this price: that of {month} stands in")
    made = replace(made, labels=labels)
    if made.outcome is Outcome.PASSES:
        reason = f"{made.reason}; the normal value was last seen in {month}, and may have moved with this price"
        made = replace(made, outcome=Outcome.INDICATED, reason=reason)
    return replace(examined_, indicator=made)


def _told(days: dict[date, Offer]) -> str:
    """How many days, the first and the last, and the documents that say so."""
    documents = {f"{each.source}, document {row.payload[:16]}": None for each in days.values() for row in each.stated}
    count = f"{len(days)} day{'s' if len(days) != 1 else ''}"
    span = f"{min(days)}" if len(days) == 1 else f"{min(days)} to {max(days)}"
    return f"{count}, {span} ({'; '.join(documents)})"
