"""A party's offers of one model version over a period: stretches of days at standing prices.

Enter `Ground` and a period; leave, per pair of offers that can be compared, the days on which each side stood and what
each day's price is in dollars under a choice of switches.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pandas as pd

from pipeline.domain.vocabulary import Meter, PriceBasis, Tier
from pipeline.dumping.comparisons import Ground, ruled_rate
from pipeline.dumping.exact import as_decimal
from pipeline.dumping.exchange_rate import reference_rate
from pipeline.dumping.foreign_like import likeness, shared_bands
from pipeline.dumping.grid import MIXES, RateSwitch
from pipeline.dumping.offered import METERS, Band, Offer, offers_on
from pipeline.dumping.pairs import Pair
from pipeline.dumping.reference_rates import DOLLAR
from pipeline.dumping.standard import Peak, quoted

_DAY = timedelta(days=1)
Prices = dict[Meter, Decimal]
InMarket = Callable[[str], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Days on which one set of offers stood unchanged."""

    first: date
    last: date
    offers: tuple[Offer, ...]

    @property
    def days(self) -> Iterator[date]:
        return (self.first + timedelta(days=number) for number in range((self.last - self.first).days + 1))


def stretches(asked: Ground, model_version: str, party: str, first: date, last: date) -> list[Stretch]:
    """The party's offers in the standard tier, from change to change."""
    at, until = pd.Timestamp(first), pd.Timestamp(last)
    own = asked.standing[asked.standing["model_version"] == model_version]
    own = own[(own["last"] >= at) & (own["first"] <= until)]
    sellers = own["seller"].astype("str").map(lambda name: asked.facts.owners.get(name, name))
    own = own[(sellers == party) & (own["tier"] == Tier.STANDARD.value)]
    begins = {day.date() for day in own["first"]} | {day.date() + _DAY for day in own["last"]}
    starts = sorted({first} | {day for day in begins if first < day <= last}) if first <= last else []
    ends = [*(day - _DAY for day in starts[1:]), last]
    found = [(start, end, offers_on(own, start)) for start, end in zip(starts, ends, strict=True)]
    return [Stretch(first=start, last=end, offers=tuple(offers)) for start, end, offers in found if offers]


def latest_pair(
    runs: list[Stretch], asked: Ground, normal: InMarket, export: InMarket
) -> tuple[Pair | None, tuple[str, ...]]:
    """The like pair of the last day on which both markets had one, and of pairs that are not like the differences."""
    differences: dict[str, None] = {}
    for run in reversed(runs):
        for home in run.offers:
            for abroad in run.offers:
                if normal(home.market) and export(abroad.market):
                    for pair in paired(home, abroad, asked):
                        if pair.likeness.like:
                            return pair, ()
                        differences.update(dict.fromkeys(pair.likeness.differences))
    return None, tuple(differences)


def paired(home: Offer, abroad: Offer, asked: Ground) -> Iterator[Pair]:
    """Two offers of one version, once per band that both state, else once without."""
    for band in shared_bands(home, abroad) or (None,):
        yield Pair(home=home, export=abroad, band=band, likeness=likeness(home, abroad, band, asked.facts))


def days_of(runs: list[Stretch], offer: Offer, band: Band) -> Iterator[tuple[date, Offer]]:
    """Every day on which that offer stood in that band, with the offer as it stood."""
    for run in runs:
        for each in run.offers:
            if each.key == offer.key and band in each.bands:
                yield from ((day, each) for day in run.days)


def net_week(offer: Offer, band: Band) -> Prices:
    """The net weekly mean of each meter in the seller's own currency per million tokens."""
    found = {meter: quoted(offer, meter, band, basis=PriceBasis.NET, peak=Peak.WEEK) for meter in METERS}
    return {meter: price for meter, price in found.items() if price is not None}


def at_mix(prices: Prices, mix: str, *, cached: bool) -> Fraction | None:
    """The price of a mix per unit of its weights; without `cached` the cached price is the input price."""
    known = dict(prices)
    if Meter.INPUT in known and not (cached and Meter.CACHED_INPUT in known):
        known[Meter.CACHED_INPUT] = known[Meter.INPUT]
    shares = MIXES[mix]
    if any(meter not in known for meter in shares):
        return None
    total = sum((Fraction(share) * Fraction(known[meter]) for meter, share in shares.items()), Fraction(0))
    return total / sum((Fraction(share) for share in shares.values()), Fraction(0))


class Rates:
    """Units of a currency per dollar on a day, under either rule, each asked for once."""

    def __init__(self, asked: Ground) -> None:
        self._asked = asked
        self._known: dict[tuple[str, date, RateSwitch], Decimal | None] = {}

    def of(self, currency: str, day: date, rule: RateSwitch) -> Decimal | None:
        """1 for dollars; None where no rate of the last seven days, or no band of 40 rates, is known."""
        if currency == DOLLAR:
            return Decimal(1)
        key = (currency, day, rule)
        if key not in self._known:
            found = None
            if currency in self._asked.rates:
                plain = rule is RateSwitch.REFERENCE
                published = self._asked.rates[currency]
                found = reference_rate(published, day) if plain else ruled_rate(self._asked, currency, day)
            self._known[key] = None if found is None else found.rate
        return self._known[key]


def in_dollars(price: Fraction, rate: Decimal) -> Decimal:
    return as_decimal(price / Fraction(rate))
