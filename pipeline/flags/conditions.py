"""The conditions of METHODS 7 over one trigger: outlier among makers, hosts of the same weights, cost, margin.

Enters a trigger and `Evidence`, all that is asked; leaves one indicator per condition. What could not be tested says so
with a reason and is never a pass. A comparison counts only where the offer that stood that day asked the trigger's own
price: another source's price proves nothing about this one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

import pandas as pd

from pipeline.domain.indicator import Indicator, Outcome
from pipeline.domain.thresholds import Thresholds
from pipeline.domain.vocabulary import Meter, Tier
from pipeline.dumping.comparisons import (
    Ground,
    PairExamined,
    cost_coverage_on,
    margins_on,
    rate_of,
    same_weights_on,
    standard_price_of,
)
from pipeline.dumping.cost_coverage import not_evaluable as cost_not_evaluable
from pipeline.dumping.exact import as_decimal, weighted_mean
from pipeline.dumping.meters import B31
from pipeline.dumping.outlier_rank import OutlierRank
from pipeline.dumping.pairs import sold_at_home_and_abroad
from pipeline.dumping.peers import Candidate, Limits, Market, Ranked, ranked, unplaced
from pipeline.dumping.reference_rates import DOLLAR
from pipeline.dumping.same_weights import same_weights_indicator
from pipeline.dumping.switches import Sensitivity
from pipeline.flags.triggers import Trigger, party

MARGIN_NAME = "margin on a home price, under every switch"
HOSTS_NAME = "price under the second lowest independent host of the same weights"
_FOR_THE_SELLER = (Outcome.FAILS, Outcome.NOT_EVALUABLE, Outcome.INDICATED, Outcome.PASSES)
"""Of several pairs that could be compared, the one that speaks most for the seller decides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """One indicator per condition. `ranked` is behind `outlier`, `grid` behind `margin` (None: nothing computed)."""

    price_usd: Decimal | None
    outlier: Indicator
    hosts: Indicator
    cost: Indicator
    margin: Indicator
    ranked: Ranked
    grid: Sensitivity | None


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
        self.limits = Limits(
            model_age=thresholds.model_age,
            score_points=thresholds.peer_score_points,
            fewest_peers=thresholds.fewest_peers,
        )
        stands = ground.standing
        self._by_model = {str(name): rows for name, rows in stands.groupby("model_version", observed=True)}
        self._readings = {str(name): rows for name, rows in ground.readings.groupby("model_version", observed=True)}
        both = sold_at_home_and_abroad(stands, ground.seats, ground.facts)
        self._both = set(zip(both["model_version"].astype("str"), both["party"].astype("str"), strict=True))
        throughputs = {row.model_version for row in ground.facts.throughputs}
        self._stood: dict[str, list[_Stood]] = {}
        self._costed: Mapping[str, bool] = dict.fromkeys(throughputs, True)

    def of(self, model_version: str) -> Ground:
        """The ground of one model alone."""
        return replace(
            self.ground,
            standing=self._by_model.get(model_version, self.ground.standing.iloc[:0]),
            readings=self._readings.get(model_version, self.ground.readings.iloc[:0]),
        )

    def stood(self, model_version: str, day: date) -> list[_Stood]:
        """Who sold and served a model in which market on a day."""
        if model_version not in self._stood:
            rows = self._by_model.get(model_version, self.ground.standing.iloc[:0])
            named = rows[["seller", "served_by", "market"]].astype("str")
            days = rows[["first", "last"]].apply(lambda column: column.dt.date)
            table = pd.concat([named, days], axis=1).drop_duplicates()
            self._stood[model_version] = [_Stood(*row) for row in table.itertuples(index=False)]
        return [each for each in self._stood[model_version] if each.first <= day <= each.last]

    def sold_at_home(self, model_version: str, seller: str) -> bool:
        return (model_version, party(seller, self.ground.facts)) in self._both

    def costed(self, model_version: str) -> bool:
        return model_version in self._costed

    def at_home(self, trigger: Trigger) -> bool:
        return trigger.market == self.ground.seats.get(trigger.maker)

    def by_maker(self, trigger: Trigger) -> bool:
        return party(trigger.seller, self.ground.facts) == trigger.maker


def conditions(asked: Evidence, trigger: Trigger) -> Conditions:
    """Every condition of one trigger, as of the day on which it was public."""
    price = price_usd(asked.ground, trigger)
    placed = _ranked(asked, trigger, price)
    margin, grid = _margin(asked, trigger, price)
    return Conditions(
        price_usd=price,
        outlier=_outlier(placed, trigger, asked.thresholds),
        hosts=_hosts(asked, trigger, price),
        cost=_cost(asked, trigger, price),
        margin=margin,
        ranked=placed,
        grid=grid,
    )


def price_usd(ground: Ground, trigger: Trigger) -> Decimal | None:
    """B31 of the trigger in dollars per million tokens at the reference rate of its day, tax as published."""
    sides = (trigger.prices.get(Meter.INPUT), trigger.prices.get(Meter.OUTPUT))
    if None in sides:
        return None
    own = _b31(trigger.prices)
    if trigger.currency == DOLLAR:
        return own
    rate = rate_of(ground, trigger.currency, trigger.judged_on) if trigger.currency in ground.rates else None
    return None if rate is None else as_decimal(Fraction(own) / Fraction(rate.rate))


def _b31(prices: Mapping[Meter, Decimal]) -> Decimal:
    return as_decimal(weighted_mean((prices[meter], share) for meter, share in B31.items()))


def _ranked(asked: Evidence, trigger: Trigger, price: Decimal | None) -> Ranked:
    if trigger.model_version is None or not asked.by_maker(trigger) or asked.at_home(trigger):
        return unplaced(_cause(asked, trigger), reason=_no_maker(asked, trigger))
    candidate = Candidate(
        model_version=trigger.model_version,
        maker=trigger.maker,
        price=None if price is None else float(price),
        day=trigger.day,
        known_at=trigger.public_at,
    )
    return ranked(asked.market, candidate, asked.limits)


def _cause(asked: Evidence, trigger: Trigger) -> str:
    if trigger.model_version is None:
        return "the label was matched with no model version"
    return "an offer in the maker's own country" if asked.at_home(trigger) else "not a price of the maker itself"


def _no_maker(asked: Evidence, trigger: Trigger) -> str:
    if trigger.model_version is None:
        return "the label was matched with no model version"
    if asked.at_home(trigger):
        return "an offer in the maker's own country: a flag is judged per export market"
    return f"a price of {trigger.seller}, not of the maker {trigger.maker}: makers are the units of the rank"


def _outlier(placed: Ranked, trigger: Trigger, thresholds: Thresholds) -> Indicator:
    outcome, reason = _outlier_outcome(placed.rank, placed.reason, thresholds)
    labels = [f"scores: {placed.vintage}"] if placed.vintage else []
    if placed.rank is not None:
        labels.append(f"{placed.models} models of other makers")
        labels.append(_undercut_text(placed, thresholds))
    return Indicator(
        name="outlier among makers",
        subject=_subject(trigger),
        value=None if placed.rank is None else placed.rank.p,
        unit="p",
        threshold=f"p ≤ {Decimal(thresholds.outlier_permille) / 1000}, {thresholds.outlier_makers} makers or more",
        outcome=outcome,
        reason=reason,
        rests_on=(),
        labels=tuple(labels),
    )


def _outlier_outcome(rank: OutlierRank | None, reason: str, thresholds: Thresholds) -> tuple[Outcome, str]:
    if rank is None:
        return Outcome.NOT_EVALUABLE, reason
    if rank.makers < thresholds.outlier_makers:
        return Outcome.NOT_EVALUABLE, rank.text
    passed = 1000 * rank.p <= thresholds.outlier_permille
    return (Outcome.PASSES if passed else Outcome.FAILS), rank.text


def _undercut_text(placed: Ranked, thresholds: Thresholds) -> str:
    if placed.undercut_percent is None:
        return f"undercut not evaluable: {len(placed.peers)} peers, {thresholds.fewest_peers} are needed"
    side = "under" if placed.undercut_percent >= 0 else "over"
    return f"{abs(placed.undercut_percent):.1f} % {side} the median of {len(placed.peers)} peers"


def _hosts(asked: Evidence, trigger: Trigger, price: Decimal | None) -> Indicator:
    reason = None
    if trigger.model_version is None or not asked.by_maker(trigger):
        reason = _no_maker(asked, trigger)
    elif (is_open := asked.market.open(trigger.model_version, trigger.judged_on)) is not True:
        reason = "the weights are not open" if is_open is False else "whether its weights are open is not known"
    if reason is not None or trigger.model_version is None:
        return _not_evaluable(HOSTS_NAME, trigger, reason or "")
    hosts = _hosts_on(asked, trigger.model_version, trigger)
    if len(hosts) < asked.thresholds.fewest_hosts:
        return _not_evaluable(HOSTS_NAME, trigger, f"{len(hosts)} hosts, {asked.thresholds.fewest_hosts} are needed")
    found = same_weights_on(asked.of(trigger.model_version), trigger.model_version, trigger.judged_on)
    if found is None or found.maker is None or found.b31 is None:
        return _not_evaluable(
            HOSTS_NAME, trigger, "no offer of it stood on that day" if found is None else found.reason
        )
    if not _same(found.maker.b31, price, asked.thresholds):
        return _not_evaluable(HOSTS_NAME, trigger, _other_price(found.maker.offer.source))
    made = same_weights_indicator(found.b31, subject=_subject(trigger), inputs=())
    return replace(made, name=HOSTS_NAME)


def _hosts_on(asked: Evidence, model_version: str, trigger: Trigger) -> set[str]:
    """Who serves it that day and is neither its maker nor a router."""
    facts, day = asked.ground.facts, trigger.judged_on
    return {
        each.served_by
        for each in asked.stood(model_version, day)
        if each.served_by not in facts.routers
        and facts.affiliated(each.served_by, trigger.maker, each.market, day=day) != "yes"
    }


def _cost(asked: Evidence, trigger: Trigger, price: Decimal | None) -> Indicator:
    model = trigger.model_version
    if model is None or not asked.by_maker(trigger):
        return _not_evaluable("recovery of constructed value", trigger, _no_maker(asked, trigger))
    if not asked.costed(model):
        return cost_not_evaluable(model, "no document states the throughput of a replica of it")
    if price is None:
        return cost_not_evaluable(model, "it has no B31 in dollars")
    return cost_coverage_on(asked.of(model), model, trigger.seller, trigger.market, trigger.judged_on)


def _margin(asked: Evidence, trigger: Trigger, price: Decimal | None) -> tuple[Indicator, Sensitivity | None]:
    model = trigger.model_version
    if model is None or asked.at_home(trigger):
        return _not_evaluable(MARGIN_NAME, trigger, _no_maker(asked, trigger)), None
    if not asked.sold_at_home(model, trigger.seller):
        return _not_evaluable(MARGIN_NAME, trigger, "no price of it in the maker's own country is on record"), None
    if not _both_stood(asked, model, trigger):
        return _not_evaluable(MARGIN_NAME, trigger, "home and export prices did not stand on one day"), None
    pairs = [
        each
        for each in margins_on(asked.of(model), model, trigger.judged_on)
        if each.pair.export.market == trigger.market
        and each.pair.export.tier == Tier.STANDARD
        and party(each.pair.export.seller, asked.ground.facts) == party(trigger.seller, asked.ground.facts)
    ]
    if not pairs:
        return _not_evaluable(MARGIN_NAME, trigger, "home and export prices did not stand on one day"), None
    at_price = [each for each in pairs if _same(_export_b31(asked.ground, each), price, asked.thresholds)]
    if not at_price:
        return _not_evaluable(MARGIN_NAME, trigger, _other_price(pairs[0].pair.export.source)), None
    like = [each for each in at_price if each.found is not None] or at_price
    decisive = min(like, key=lambda each: _FOR_THE_SELLER.index(each.indicator.outcome))
    grid = None if decisive.found is None else decisive.found.sensitivity
    return replace(decisive.indicator, name=MARGIN_NAME), grid


def _both_stood(asked: Evidence, model_version: str, trigger: Trigger) -> bool:
    """Whether the seller's party had an offer at home and one in the trigger's market on that day."""
    facts = asked.ground.facts
    own = [
        each.market
        for each in asked.stood(model_version, trigger.judged_on)
        if party(each.seller, facts) == party(trigger.seller, facts)
    ]
    return trigger.market in own and asked.ground.seats.get(trigger.maker) in own


def _export_b31(ground: Ground, examined: PairExamined) -> Decimal | None:
    prices = standard_price_of(ground, examined.pair.export).prices
    return _b31(prices) if {Meter.INPUT, Meter.OUTPUT} <= prices.keys() else None


def _same(one: Decimal | None, other: Decimal | None, thresholds: Thresholds) -> bool:
    """Whether two prices are one but for rounding and exchange residue."""
    if one is None or other is None:
        return False
    return 100 * abs(one - other) <= thresholds.same_price_percent * other


def _other_price(source: str) -> str:
    return f"the offer that {source} states for that day has another price than this one"


def _not_evaluable(name: str, trigger: Trigger, reason: str) -> Indicator:
    return Indicator(
        name=name,
        subject=_subject(trigger),
        value=None,
        unit="%",
        outcome=Outcome.NOT_EVALUABLE,
        reason=reason,
        rests_on=(),
    )


def _subject(trigger: Trigger) -> str:
    return f"{trigger.model_version or 'an unmatched label'} of {trigger.seller}, {trigger.market}"
