"""The price effects of a case: undercutting, underselling, depression and suppression of domestic peers.

A domestic peer is another maker's own offer of equal openness within three points, whose maker sits in the importing
country. Scores are those that were public with the price; where none were, those of the newest vintage, and the label
says so. These are event studies of days, and peers are no like products.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import numpy as np
import numpy.typing as npt

from pipeline.domain.facts import Facts
from pipeline.domain.indicator import Indicator, Input
from pipeline.domain.thresholds import Thresholds
from pipeline.dumping.case.subject import Subject, not_evaluable
from pipeline.dumping.cost_coverage import rents_per_chip
from pipeline.dumping.peers import Market
from pipeline.dumping.price_effect_indicators import depression_indicator, suppression_indicator, undercutting_indicator
from pipeline.dumping.price_effects import PeerPair, depression_with_placebos, suppression, undercutting

SEED = 20261130
OWN_COUNTRY = "its maker sits in the importing country: the price is no import"
_DAY = timedelta(days=1)
_UNDERCUTTING, _DEPRESSION, _SUPPRESSION = "undercutting", "price depression", "price suppression"
Vector = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Peers:
    """Domestic peers and controls on the day before the price applies: model version and log price. `vintage` are the
    scores used; `late` where they were published after the price; `reason` why there are none."""

    peers: Mapping[str, float]
    controls: frozenset[str]
    vintage: str
    late: bool
    reason: str


def domestic_peers(market: Market, subject: Subject, seats: Mapping[str, str], thresholds: Thresholds) -> Peers:
    """Who they are. Controls are the importing country's other models: no peers, by score or by openness."""
    if seats.get(subject.maker) == subject.importing_country:
        # A price of a domestic maker has no peers to undercut as an import.
        return Peers(peers={}, controls=frozenset(), vintage="", late=False, reason=OWN_COUNTRY)
    before, late = subject.since - _DAY, False
    known_at = end_of(subject.day)
    score = market.score(subject.model_version, known_at)
    if score is None:
        known_at, late = end_of(subject.as_of), True
        score = market.score(subject.model_version, known_at)
    is_open = market.open(subject.model_version, known_at.date())
    if score is None or is_open is None:
        reason = "no public score of this version" if score is None else "no document says whether its weights are open"
        return Peers(peers={}, controls=frozenset(), vintage="", late=late, reason=reason)
    panel = market.on(before, known_at)
    home = panel["maker"].map(dict(seats)).eq(subject.importing_country)
    others = panel[home & panel["own"] & panel["maker"].ne(subject.maker)]
    near = (others["score"] - score).abs().le(thresholds.peer_score_points) & others["open"].eq(float(is_open))
    peers = dict(zip(others.loc[near, "model_version"], others.loc[near, "log_price"], strict=True))
    reason = "" if peers else f"no other maker of {subject.importing_country} sold a peer on {before}"
    return Peers(
        peers={str(name): float(price) for name, price in peers.items()},
        controls=frozenset(str(name) for name in others.loc[~near, "model_version"]),
        vintage=market.vintage(known_at) or "",
        late=late,
        reason=reason,
    )


def effects(
    market: Market, subject: Subject, found: Peers, facts: Facts, thresholds: Thresholds
) -> Iterator[Indicator]:
    """The four, each evaluated or with its reason."""
    labels = [f"scores: {found.vintage}"] if found.vintage else []
    labels += ["published after this price: history on one vintage"] if found.late and found.vintage else []
    for each in (
        _undercutting(subject, found),
        not_evaluable(
            "underselling (Union sense)",
            subject,
            "% of CIF",
            "cost and profit of the domestic sellers are not public, and a service has no CIF value",
        ),
        _depression(market, subject, found, thresholds),
        _suppression(market, subject, found, facts, thresholds),
    ):
        yield replace(each, labels=(*each.labels, *labels))


def _undercutting(subject: Subject, found: Peers) -> Indicator:
    if not found.peers or subject.price_usd is None:
        return not_evaluable(
            _UNDERCUTTING, subject, "% of the domestic price", found.reason or "it has no B31 in dollars"
        )
    prices = {name: _price(log) for name, log in found.peers.items()}
    pairs = [
        PeerPair(type_=name, domestic_price=price, import_price=subject.price_usd, quantity=Decimal(1))
        for name, price in sorted(prices.items())
    ]
    unit, day = "USD per million tokens, B31", subject.since - _DAY
    inputs = [
        Input(name=f"peer {name}", value=price, unit=unit, source="its maker's own offer", day=day)
        for name, price in sorted(prices.items())
    ]
    inputs.append(Input(name="the price", value=subject.price_usd, unit=unit, source=subject.text, day=subject.since))
    made = undercutting_indicator(undercutting(pairs), subject=subject.text, volumes_given=False, inputs=inputs)
    return replace(made, labels=(*made.labels, f"{len(pairs)} peers, negative types kept"))


def _depression(market: Market, subject: Subject, found: Peers, thresholds: Thresholds) -> Indicator:
    unit = "% beyond trend, net of controls"
    window, trend = thresholds.depression_window.days, thresholds.depression_trend.days
    first = market.first_day
    if not found.peers or not found.controls or first is None:
        return not_evaluable(_DEPRESSION, subject, unit, found.reason or "no controls: every domestic model is a peer")
    if subject.since + thresholds.depression_window > subject.as_of:
        reason = f"the {window} days after {subject.since} are not over"
        return not_evaluable(_DEPRESSION, subject, unit, reason)
    rivals, controls = (_chained(market, names, first, subject.as_of) for names in (found.peers, found.controls))
    event = (subject.since - _DAY - first).days
    made = depression_indicator(
        depression_with_placebos(
            rivals, controls, event, window=window, trend_days=trend, generator=np.random.default_rng(SEED)
        ),
        subject=subject.text,
        inputs=(
            Input(name="rivals", value=Decimal(len(found.peers)), unit="models", source=", ".join(sorted(found.peers))),
            Input(
                name="controls",
                value=Decimal(len(found.controls)),
                unit="models",
                source=", ".join(sorted(found.controls)),
            ),
        ),
    )
    terms = (
        f"{window} days after, trend of {trend} days before, chained means of models on sale on both days; seed {SEED}"
    )
    return replace(made, labels=(*made.labels, terms))


def _chained(market: Market, models: Collection[str], first: date, last: date) -> Vector:
    """The mean log price of models, chained over those on sale on both of two days; NaN before the first of them."""
    table = market.own_logs(models, first, last)
    moves = np.diff(table, axis=1)
    known = (~np.isnan(moves)).sum(axis=0)
    mean = np.where(known > 0, np.nansum(moves, axis=0) / np.maximum(known, 1), 0.0)
    level = np.concatenate([[0.0], np.cumsum(mean)])
    level[(~np.isnan(table)).sum(axis=0) == 0] = np.nan
    return level


def _suppression(market: Market, subject: Subject, found: Peers, facts: Facts, thresholds: Thresholds) -> Indicator:
    unit = "points of cost in price"
    start, end = subject.since - _DAY, subject.since - _DAY + thresholds.depression_window
    if not found.peers:
        return not_evaluable(_SUPPRESSION, subject, unit, found.reason)
    if end > subject.as_of:
        return not_evaluable(_SUPPRESSION, subject, unit, f"the days to {end} are not over")
    rents = [{(chip, memory): low for chip, memory, low, _ in rents_per_chip(facts, day)} for day in (start, end)]
    chips = sorted(set(rents[0]) & set(rents[1]))
    if not chips:
        dates = ", ".join(sorted({f"{row.public_since:%Y-%m-%d}" for row in facts.rents}))
        reason = (
            f"costs of domestic sellers are not public, and no rent of a GPU is known on {start} (known since {dates})"
        )
        return not_evaluable(_SUPPRESSION, subject, unit, reason)
    costs = [sum((each[chip] for chip in chips), Decimal(0)) / len(chips) for each in rents]
    table = market.own_logs(found.peers, start, end)
    both = table[~np.isnan(table[:, [0, -1]]).any(axis=1)]
    if not len(both):
        return not_evaluable(_SUPPRESSION, subject, unit, "no peer was on sale on both days")
    prices = [_price(float(both[:, place].mean())) for place in (0, -1)]
    days = (start, end)
    made = suppression_indicator(
        suppression(cost_start=costs[0], price_start=prices[0], cost_end=costs[1], price_end=prices[1]),
        subject=subject.text,
        inputs=[
            *(
                Input(
                    name="mean of the lowest rents per GPU",
                    value=cost,
                    unit="USD per hour",
                    source="curated rents",
                    day=day,
                )
                for cost, day in zip(costs, days, strict=True)
            ),
            *(
                Input(
                    name="mean B31 of the peers",
                    value=price,
                    unit="USD per million tokens",
                    source="their own offers",
                    day=day,
                )
                for price, day in zip(prices, days, strict=True)
            ),
        ],
    )
    return replace(made, labels=(*made.labels, f"cost stands for rents of {len(chips)} GPUs: no seller's books"))


def _price(log: float) -> Decimal:
    return Decimal(f"{np.exp(log):.9g}")


def end_of(day: date) -> datetime:
    """The last second of a day: what was published on it counts."""
    return datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=UTC)
