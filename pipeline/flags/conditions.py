"""The conditions of METHODS 7 over one trigger: outlier among makers, hosts of the same weights, cost, margin.

Enters a trigger and `Evidence`, all that is asked; leaves one indicator per condition. What could not be tested says so
with a reason and is never a pass. A comparison counts only where the offer that stood that day asked the trigger's own
price: another source's price proves nothing about this one.
"""

from dataclasses import dataclass, replace
from decimal import Decimal

from pipeline.domain.indicator import Indicator, Outcome
from pipeline.domain.thresholds import Thresholds
from pipeline.dumping.comparisons import cost_coverage_on, same_weights_on
from pipeline.dumping.cost_coverage import not_evaluable as cost_not_evaluable
from pipeline.dumping.outlier_rank import OutlierRank
from pipeline.dumping.peers import Candidate, Ranked, ranked, unplaced
from pipeline.dumping.same_weights import same_weights_indicator
from pipeline.dumping.switches import Sensitivity
from pipeline.flags.evidence import (
    Evidence,
    no_maker,
    no_maker_cause,
    not_evaluable,
    other_price,
    price_usd,
    same_price,
    subject_of,
)
from pipeline.flags.margin_condition import margin_condition
from pipeline.flags.triggers import Trigger

HOSTS_NAME = "price under the second lowest independent host of the same weights"


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


def conditions(asked: Evidence, trigger: Trigger) -> Conditions:
    """Every condition of one trigger, as of the day on which it was public."""
    price = price_usd(asked.ground, trigger)
    placed = _ranked(asked, trigger, price)
    margin, grid = margin_condition(asked, trigger, price)
    return Conditions(
        price_usd=price,
        outlier=_outlier(placed, trigger, asked.thresholds),
        hosts=_hosts(asked, trigger, price),
        cost=_cost(asked, trigger, price),
        margin=margin,
        ranked=placed,
        grid=grid,
    )


def _ranked(asked: Evidence, trigger: Trigger, price: Decimal | None) -> Ranked:
    if trigger.model_version is None or not asked.by_maker(trigger) or asked.at_home(trigger):
        return unplaced(no_maker_cause(asked, trigger), reason=no_maker(asked, trigger))
    return ranked(asked.market, candidate_of(trigger, trigger.model_version, price), asked.limits)


def candidate_of(trigger: Trigger, model_version: str, price: Decimal | None) -> Candidate:
    """The price of a trigger as it is put among the makers."""
    return Candidate(
        model_version=model_version,
        maker=trigger.maker,
        price=None if price is None else float(price),
        day=trigger.day,
        known_at=trigger.public_at,
    )


def _outlier(placed: Ranked, trigger: Trigger, thresholds: Thresholds) -> Indicator:
    outcome, reason = _outlier_outcome(placed.rank, placed.reason, thresholds)
    labels = [f"scores: {placed.vintage}"] if placed.vintage else []
    if placed.rank is not None:
        labels.append(f"{placed.models} models of other makers")
        labels.append(_undercut_text(placed, thresholds))
    return Indicator(
        name="outlier among makers",
        subject=subject_of(trigger),
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
        reason = no_maker(asked, trigger)
    elif (is_open := asked.market.open(trigger.model_version, trigger.judged_on)) is not True:
        reason = "the weights are not open" if is_open is False else "whether its weights are open is not known"
    if reason is not None or trigger.model_version is None:
        return not_evaluable(HOSTS_NAME, trigger, reason or "")
    hosts = _hosts_on(asked, trigger.model_version, trigger)
    if len(hosts) < asked.thresholds.fewest_hosts:
        return not_evaluable(HOSTS_NAME, trigger, f"{len(hosts)} hosts, {asked.thresholds.fewest_hosts} are needed")
    found = same_weights_on(asked.of(trigger.model_version), trigger.model_version, trigger.judged_on)
    if found is None or found.maker is None or found.b31 is None:
        return not_evaluable(HOSTS_NAME, trigger, "no offer of it stood on that day" if found is None else found.reason)
    if not same_price(found.maker.b31, price, asked.thresholds):
        return not_evaluable(HOSTS_NAME, trigger, other_price(found.maker.offer.source))
    made = same_weights_indicator(found.b31, subject=subject_of(trigger), inputs=())
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
        return not_evaluable("recovery of constructed value", trigger, no_maker(asked, trigger))
    if not asked.costed(model):
        return cost_not_evaluable(model, "no document states the throughput of a replica of it")
    if price is None:
        return cost_not_evaluable(model, "it has no B31 in dollars")
    return cost_coverage_on(asked.of(model), model, trigger.seller, trigger.market, trigger.judged_on)
