"""What the conditions of a flag are asked of: the ground of comparisons and the market of makers, by model."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from pipeline.domain.indicator import Indicator, Outcome
from pipeline.domain.thresholds import Thresholds
from pipeline.domain.vocabulary import Meter
from pipeline.dumping.by_model import ByModel
from pipeline.dumping.case.stretches import Rates
from pipeline.dumping.comparisons import Ground, rate_of
from pipeline.dumping.exact import as_decimal, weighted_mean
from pipeline.dumping.meters import B31
from pipeline.dumping.pairs import sold_at_home_and_abroad
from pipeline.dumping.peers import Limits, Market
from pipeline.dumping.reference_rates import DOLLAR
from pipeline.flags.triggers import Trigger, party


class _Stood(NamedTuple):
    seller: str
    served_by: str
    market: str
    first: date
    last: date


class Evidence:
    """The ground of comparisons and the market of makers, by model."""

    def __init__(self, ground: Ground, market: Market, thresholds: Thresholds) -> None:
        self.ground = ground
        self.market = market
        self.thresholds = thresholds
        self.rates = Rates(ground)
        self.limits = Limits(
            model_age=thresholds.model_age,
            score_points=thresholds.peer_score_points,
            fewest_peers=thresholds.fewest_peers,
        )
        self._by_model = ByModel(ground)
        both = sold_at_home_and_abroad(ground.standing, ground.seats, ground.facts)
        self._both = set(zip(both["model_version"].astype("str"), both["party"].astype("str"), strict=True))
        self._markets: dict[tuple[str, str], set[str]] = {}
        self._stood: dict[str, list[_Stood]] = {}
        distinct = ground.standing[["model_version", *_Stood._fields]].drop_duplicates()
        names = [distinct[column].tolist() for column in ("model_version", "seller", "served_by", "market")]
        days = [distinct[column].to_numpy().astype("datetime64[D]").tolist() for column in ("first", "last")]
        for model, seller, served_by, market_, first, last in zip(*names, *days, strict=True):
            self._markets.setdefault((model, party(seller, ground.facts)), set()).add(market_)
            self._stood.setdefault(model, []).append(_Stood(seller, served_by, market_, first, last))
        self._costed = frozenset(row.model_version for row in ground.facts.throughputs)

    def of(self, model_version: str) -> Ground:
        """The ground of one model alone."""
        return self._by_model.of(model_version)

    def stood(self, model_version: str, day: date) -> list[_Stood]:
        """Who sold and served a model in which market on a day."""
        return [each for each in self._stood.get(model_version, ()) if each.first <= day <= each.last]

    def span(
        self, model_version: str, seller: str, markets: set[str], first: date, last: date
    ) -> tuple[date, date] | None:
        """The first and the last day, of those from `first` to `last`, on which the seller's party offered it in one of
        these markets; None where it did on none."""
        own = party(seller, self.ground.facts)
        found = [
            (max(each.first, first), min(each.last, last))
            for each in self._stood.get(model_version, ())
            if each.market in markets
            and each.first <= last
            and first <= each.last
            and party(each.seller, self.ground.facts) == own
        ]
        return (min(begun for begun, _ in found), max(ended for _, ended in found)) if found else None

    def markets(self, model_version: str, seller: str) -> set[str]:
        """Every market in which the seller's party ever offered it."""
        return self._markets.get((model_version, party(seller, self.ground.facts)), set())

    def sold_at_home(self, model_version: str, seller: str) -> bool:
        return (model_version, party(seller, self.ground.facts)) in self._both

    def costed(self, model_version: str) -> bool:
        return model_version in self._costed

    def at_home(self, trigger: Trigger) -> bool:
        return trigger.market == self.ground.seats.get(trigger.maker)

    def by_maker(self, trigger: Trigger) -> bool:
        return party(trigger.seller, self.ground.facts) == trigger.maker


def price_usd(ground: Ground, trigger: Trigger) -> Decimal | None:
    """B31 of the trigger in dollars per million tokens at the reference rate of its day, tax as published."""
    sides = (trigger.prices.get(Meter.INPUT), trigger.prices.get(Meter.OUTPUT))
    if None in sides:
        return None
    own = b31(trigger.prices)
    if trigger.currency == DOLLAR:
        return own
    rate = rate_of(ground, trigger.currency, trigger.judged_on) if trigger.currency in ground.rates else None
    return None if rate is None else as_decimal(Fraction(own) / Fraction(rate.rate))


def b31(prices: Mapping[Meter, Decimal]) -> Decimal:
    return as_decimal(weighted_mean((prices[meter], share) for meter, share in B31.items()))


def no_maker_cause(asked: Evidence, trigger: Trigger) -> str:
    if trigger.model_version is None:
        return "the label was matched with no model version"
    return "an offer in the maker's own country" if asked.at_home(trigger) else "not a price of the maker itself"


def no_maker(asked: Evidence, trigger: Trigger) -> str:
    if trigger.model_version is None:
        return "the label was matched with no model version"
    if asked.at_home(trigger):
        return "an offer in the maker's own country: a flag is judged per export market"
    return f"a price of {trigger.seller}, not of the maker {trigger.maker}: makers are the units of the rank"


def same_price(one: Decimal | None, other: Decimal | None, thresholds: Thresholds) -> bool:
    """Whether two prices are one but for rounding and exchange residue."""
    if one is None or other is None:
        return False
    return 100 * abs(one - other) <= thresholds.same_price_percent * other


def other_price(source: str) -> str:
    return f"the offer that {source} states for that day has another price than this one"


def not_evaluable(name: str, trigger: Trigger, reason: str) -> Indicator:
    return Indicator(
        name=name,
        subject=subject_of(trigger),
        value=None,
        unit="%",
        outcome=Outcome.NOT_EVALUABLE,
        reason=reason,
        rests_on=(),
    )


def subject_of(trigger: Trigger) -> str:
    return f"{trigger.model_version or 'an unmatched label'} of {trigger.seller}, {trigger.market}"
