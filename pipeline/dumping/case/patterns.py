"""Whether the export prices of a case differ by time, by region or by channel: the first leg of average to transaction.

Days at a price stand in for volumes. Time and region are those of the party's own exports over the period; channels are
those of everybody who sold the version abroad, on the last days of its months.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from pipeline.domain.facts import Channel
from pipeline.domain.indicator import Indicator, Input
from pipeline.domain.vocabulary import Tier
from pipeline.dumping.case.margins import DAYS_FOR_VOLUMES
from pipeline.dumping.case.stretches import Rates, Stretch, at_mix, in_dollars, net_week
from pipeline.dumping.case.subject import Subject, not_evaluable, stands_in
from pipeline.dumping.comparisons import Ground
from pipeline.dumping.grid import RateSwitch
from pipeline.dumping.offered import Offer, offers_on
from pipeline.dumping.pattern import GroupedSale, Pattern, cohens_d_indicator, pattern, pattern_indicator

_UNIT = "% of the export value"
_BY = ("time", "region", "channel")


def patterns(
    asked: Ground, subject: Subject, runs: list[Stretch], period: tuple[date, date], rates: Rates
) -> Iterator[Indicator]:
    """One pattern each by time, region and channel, and Cohen's d by time as history."""
    seat = asked.seats.get(subject.maker)
    exports = list(_exports(runs, seat, rates))
    by_time = [
        GroupedSale(group=f"{day.year}Q{(day.month - 1) // 3 + 1}", product=offer.market, price=price, quantity=days)
        for day, offer, price, days in exports
        if offer.market == subject.market
    ]
    by_region = [
        GroupedSale(
            group=" ".join([offer.market, offer.region or ""]).strip(), product="all", price=price, quantity=days
        )
        for _, offer, price, days in exports
    ]
    by_channel = list(_channels(asked, subject, seat, period, rates))
    for name, sales in zip(_BY, (by_time, by_region, by_channel), strict=True):
        yield _indicator(name, sales, subject, period)
    yield _history(by_time, subject)


def _indicator(name: str, sales: list[GroupedSale], subject: Subject, period: tuple[date, date]) -> Indicator:
    title = f"pattern of export prices by {name}"
    groups = sorted({each.group for each in sales})
    if len(groups) < 2:
        reason = f"only {groups[0]}" if groups else f"no export price stood from {period[0]} to {period[1]}"
        return not_evaluable(title, subject, _UNIT, reason)
    found = pattern(sales)
    made = pattern_indicator(found, subject=subject.text, inputs=_inputs(found, sales))
    return stands_in(replace(made, name=title, labels=(*made.labels, DAYS_FOR_VOLUMES)))


def _inputs(found: Pattern, sales: list[GroupedSale]) -> list[Input]:
    made = []
    for each in found.groups:
        days = sum(
            (sale.quantity for sale in sales if (sale.group, sale.product) == (each.group, each.product)), Decimal(0)
        )
        mean = Fraction(each.value) / Fraction(days)
        gap = "nothing to compare with" if each.percent is None else _gap(each.percent)
        unit = "USD per million tokens, B31"
        made.append(
            Input(
                name=f"mean price, {each.group}",
                value=Decimal(f"{float(mean):.9g}"),
                unit=unit,
                source=f"{days} days; {gap}",
            )
        )
    return made


def _gap(percent: Decimal) -> str:
    return f"{abs(percent):.2f} % {'under' if percent >= 0 else 'over'} the others"


def _history(sales: list[GroupedSale], subject: Subject) -> Indicator:
    groups = sorted({each.group for each in sales})
    last = groups[-1] if groups else ""
    test = [(each.price, each.quantity) for each in sales if each.group == last]
    rest = [(each.price, each.quantity) for each in sales if each.group != last]
    return cohens_d_indicator(
        test, rest, subject=f"{subject.text}, {last or 'no quarter'} against the others", inputs=()
    )


def _exports(runs: list[Stretch], seat: str | None, rates: Rates) -> Iterator[tuple[date, Offer, Decimal, Decimal]]:
    """Each stretch of each export offer: first day, offer, B31 in dollars at the rate of that day, days; a stretch that
    passes the end of a quarter is cut there."""
    for run in runs:
        for first, last in _quarters(run.first, run.last):
            for offer in run.offers:
                price = None if offer.market == seat else b31(offer, rates, first)
                if price is not None:
                    yield first, offer, price, Decimal((last - first).days + 1)


def _quarters(first: date, last: date) -> Iterator[tuple[date, date]]:
    while first <= last:
        months = first.year * 12 + 3 * ((first.month - 1) // 3) + 3
        end = min(last, date(months // 12, months % 12 + 1, 1) - timedelta(days=1))
        yield first, end
        first = end + timedelta(days=1)


def _channels(
    asked: Ground, subject: Subject, seat: str | None, period: tuple[date, date], rates: Rates
) -> Iterator[GroupedSale]:
    own = asked.standing[asked.standing["model_version"] == subject.model_version]
    for _, day in _months(*period):
        for offer in offers_on(own, day):
            channel = asked.facts.channel(offer.seller, offer.maker, offer.market, day=day)
            price = None if offer.market == seat or offer.tier != Tier.STANDARD else b31(offer, rates, day)
            if price is not None and channel not in (Channel.UNKNOWN, Channel.ROUTER):
                yield GroupedSale(group=channel.value, product="all", price=price, quantity=Decimal(1))


def _months(first: date, last: date) -> Iterator[tuple[date, date]]:
    while first <= last:
        months = first.year * 12 + first.month
        end = min(last, date(months // 12, months % 12 + 1, 1) - timedelta(days=1))
        yield first, end
        first = end + timedelta(days=1)


def b31(offer: Offer, rates: Rates, day: date) -> Decimal | None:
    """B31 of the shortest band in dollars, tax as stated; None without a price or a rate, or for nothing."""
    rate = rates.of(offer.currency, day, RateSwitch.REFERENCE)
    price = at_mix(net_week(offer, offer.bands[0]), "b31", cached=False) if offer.bands else None
    return in_dollars(price, rate) if price and rate is not None else None
