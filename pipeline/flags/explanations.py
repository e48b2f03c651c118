"""The innocent explanations of a price, each tested and printed with how it came out (METHODS 7).

Enters a trigger and `Surroundings`, what else is known of those days; leaves ten rows in a fixed order. `excluded` says
that it cannot be the reason, `possible` that it may be, `not_tested` that the data do not tell. None of them raises or
clears a flag by itself: what a catalogue did to itself was never a market move, and the rest is for a reader to weigh.
"""

import json
import math
from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

import pandas as pd

from pipeline.domain.amounts import from_nano
from pipeline.domain.thresholds import Thresholds
from pipeline.domain.vocabulary import EventClass, EventKind, Meter
from pipeline.dumping.peers import Market
from pipeline.dumping.reference_rates import DOLLAR
from pipeline.events.hours import window_text
from pipeline.flags.triggers import Trigger, TriggerKind

_MOST_NAMED = 3
_OF_CUT = ["public_at", "maker", "model_version", "change_b31"]


class Tested(StrEnum):
    EXCLUDED = "excluded"
    POSSIBLE = "possible"
    NOT_TESTED = "not_tested"


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """One innocent explanation, how it came out, and on which evidence."""

    name: str
    outcome: Tested
    text: str


class Window(NamedTuple):
    """Hours of the week in words, and every price per million tokens that was stated for them."""

    text: str
    prices: frozenset[Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What stood around a price. `index`: period (day) and value of the matched-model index; `cuts`: instant, maker
    and words of makers' own cuts, in order of time; `promoted`: by listing, from and to of stated promotions;
    `timed`: by listing with a time window the window; `floating`: listings whose name may be pointed elsewhere."""

    market: Market
    index: tuple[tuple[pd.Timestamp, float], ...]
    cuts: tuple[tuple[Any, ...], ...]
    promoted: Mapping[str, tuple[tuple[pd.Timestamp, pd.Timestamp], ...]]
    timed: Mapping[str, "Window"]
    floating: frozenset[str]
    thresholds: Thresholds


def surroundings(
    events: pd.DataFrame,
    spells: pd.DataFrame,
    listings: pd.DataFrame,
    series: pd.DataFrame,
    market: Market,
    thresholds: Thresholds,
) -> Surroundings:
    """Frames of a build, made ready to be asked about many triggers."""
    weekly = series[
        series["series"].eq("matched_model") & series["variant"].eq("per model version") & series["blend"].eq("b31")
    ].sort_values("period")
    own = events[
        events["class_"].eq(EventClass.MARKET_MOVE)
        & events["maker"].astype("str").eq(events["seller"].astype("str"))
        & events["flag"].notna()
    ].sort_values("public_at", kind="stable")
    promoted: dict[str, list[tuple[pd.Timestamp, pd.Timestamp]]] = {}
    stated = spells[spells["promotion"].notna()]
    for listing, first, last in zip(stated["listing_id"], stated["first_seen"], stated["last_seen"], strict=True):
        promoted.setdefault(str(listing), []).append((first, last))
    return Surroundings(
        market=market,
        index=tuple(zip(weekly["period"], weekly["value"].astype("float64"), strict=True)),
        cuts=tuple(
            (at, maker, _cut(at, maker, model, change))
            for at, maker, model, change in own[_OF_CUT].itertuples(index=False, name=None)
        ),
        promoted={name: tuple(runs) for name, runs in promoted.items()},
        timed=_timed(spells, listings),
        floating=frozenset(listings.loc[listings["floating"].astype(bool), "listing_id"].astype("str")),
        thresholds=thresholds,
    )


def _timed(spells: pd.DataFrame, listings: pd.DataFrame) -> dict[str, Window]:
    windowed = listings[listings["conditions"].astype("str").str.contains('"window"', regex=False)]
    stated = spells[spells["listing_id"].isin(windowed["listing_id"])]
    prices = stated.groupby(stated["listing_id"].astype("str"))["nano_per_million"].unique().to_dict()
    return {
        str(name): Window(
            window_text(json.loads(str(terms))["window"]),
            frozenset(from_nano(int(amount)) for amount in prices.get(str(name), ())),
        )
        for name, terms in zip(windowed["listing_id"], windowed["conditions"], strict=True)
    }


def explanations(trigger: Trigger, around: Surroundings) -> tuple[Explanation, ...]:
    """All ten, in the order of METHODS 7."""
    return (
        _correction(trigger),
        _alias(trigger, around),
        _promotion(trigger, around),
        _time_of_day(trigger, around),
        _tax(trigger),
        _exchange_rate(trigger),
        _open_weights(trigger, around),
        _fall_of_cost(trigger, around),
        _host_exit(trigger, around),
        _others_first(trigger, around),
    )


def _correction(trigger: Trigger) -> Explanation:
    shown = ", ".join(trigger.sources) or "nobody"
    if trigger.confirmed:
        return Explanation(name="correction", outcome=Tested.EXCLUDED, text=f"the price is confirmed; shown by {shown}")
    if trigger.kind is TriggerKind.STANDING:
        text = f"it stood unchanged for the whole time, but only {shown} says so"
    else:
        text = f"no rule of a correction speaks, but the price is only {trigger.state}; shown by {shown}"
    return Explanation(name="correction", outcome=Tested.POSSIBLE, text=text)


def _alias(trigger: Trigger, around: Surroundings) -> Explanation:
    floating = [name for name in trigger.listings if name in around.floating]
    if not floating:
        text = "no name of it floats: each names one version"
        return Explanation(name="alias move", outcome=Tested.EXCLUDED, text=text)
    fixed = len(trigger.listings) - len(floating)
    outcome = Tested.EXCLUDED if fixed else Tested.POSSIBLE
    return Explanation(
        name="alias move", outcome=outcome, text=f"{len(floating)} names of it float, {fixed} name one version"
    )


def _promotion(trigger: Trigger, around: Surroundings) -> Explanation:
    if trigger.event_kind in (EventKind.PROMOTION_START, EventKind.PROMOTION_PERMANENT):
        text = "it is a public promotion; net prices are judged, and the card says which it is"
        return Explanation(name="promotion", outcome=Tested.POSSIBLE, text=text)
    day = pd.Timestamp(trigger.public_at).normalize()
    runs = [run for name in trigger.listings for run in around.promoted.get(name, ())]
    if any(first.normalize() <= day <= last.normalize() for first, last in runs):
        text = "a source states a public promotion of it on that day"
        return Explanation(name="promotion", outcome=Tested.POSSIBLE, text=text)
    return Explanation(name="promotion", outcome=Tested.EXCLUDED, text="no source states a promotion of it on that day")


def _time_of_day(trigger: Trigger, around: Surroundings) -> Explanation:
    timed = [around.timed[name] for name in trigger.listings if name in around.timed]
    asked = {trigger.prices[meter] for meter in (Meter.INPUT, Meter.OUTPUT) if meter in trigger.prices}
    own = sorted({window.text for window in timed if asked and asked <= window.prices})
    if own:
        text = f"it has windows of the week; the price is that of {' and '.join(own)}, and no calendar moves it"
    elif timed:
        text = "it has windows of the week; the price is the mean over all 168 hours, so a calendar moves nothing"
    else:
        text = "it has one price at all hours"
    return Explanation(name="time of day", outcome=Tested.EXCLUDED, text=text)


def _tax(trigger: Trigger) -> Explanation:
    said = f"tax included: {trigger.vat_included}"
    if trigger.kind is TriggerKind.SHARP_CUT:
        text = f"{said}, and the same before and after: a change of basis alone is no decision"
        return Explanation(name="tax", outcome=Tested.EXCLUDED, text=text)
    if trigger.vat_included == "unknown":
        text = f"{said}; prices of other makers may hold tax that this one does not"
        return Explanation(name="tax", outcome=Tested.POSSIBLE, text=text)
    return Explanation(name="tax", outcome=Tested.EXCLUDED, text=f"{said}, as stated")


def _exchange_rate(trigger: Trigger) -> Explanation:
    if trigger.currency == DOLLAR:
        text = "the price is set in dollars"
    elif trigger.kind is TriggerKind.SHARP_CUT:
        text = f"the step is one of {trigger.currency}, in which the seller asks"
    else:
        text = f"set in {trigger.currency}; dollars are at the reference rate of the day"
        return Explanation(name="exchange rate", outcome=Tested.POSSIBLE, text=text)
    return Explanation(name="exchange rate", outcome=Tested.EXCLUDED, text=text)


def _open_weights(trigger: Trigger, around: Surroundings) -> Explanation:
    known = None if trigger.model_version is None else around.market.open(trigger.model_version, trigger.judged_on)
    if known is None:
        return Explanation(
            name="open weights", outcome=Tested.NOT_TESTED, text="whether its weights are open is not known"
        )
    if known:
        text = "its weights are open: hosts may serve them, and no price of the maker can recover training from them"
        return Explanation(name="open weights", outcome=Tested.POSSIBLE, text=text)
    return Explanation(name="open weights", outcome=Tested.EXCLUDED, text="its weights are not open")


def _fall_of_cost(trigger: Trigger, around: Surroundings) -> Explanation:
    name = "market-wide fall of cost"
    moved = _index_move(around, pd.Timestamp(trigger.day), around.thresholds.earlier_causes)
    days = around.thresholds.earlier_causes.days
    if moved is None:
        text = f"no matched-model index covers the {days} days before"
        return Explanation(name=name, outcome=Tested.NOT_TESTED, text=text)
    said = f"the matched-model index moved by {moved:+.1f} % in the {days} days before"
    if moved >= 0:
        return Explanation(name=name, outcome=Tested.EXCLUDED, text=said)
    if trigger.change is not None and 100 * trigger.change < moved:
        text = f"{said}: less than this cut of {100 * trigger.change:+.1f} %, but a part of it may be"
    else:
        text = said
    return Explanation(name=name, outcome=Tested.POSSIBLE, text=text)


def _index_move(around: Surroundings, day: pd.Timestamp, window: timedelta) -> float | None:
    """Per cent by which the index moved over the window that ends on the last period before the day."""
    last = bisect_left(around.index, day, key=_instant) - 1
    first = bisect_right(around.index, day - window, key=_instant) - 1
    if first < 0 or not around.index[first][1] > 0 or math.isnan(around.index[last][1]):
        return None
    return 100.0 * (around.index[last][1] / around.index[first][1] - 1.0)


def _host_exit(trigger: Trigger, around: Surroundings) -> Explanation:
    if trigger.model_version is None:
        return Explanation(
            name="host exit", outcome=Tested.NOT_TESTED, text="the label was matched with no model version"
        )
    window = around.thresholds.earlier_causes
    now = around.market.hosts(trigger.model_version, trigger.judged_on)
    before = around.market.hosts(trigger.model_version, trigger.judged_on - window)
    gone = sorted(before - now)
    if gone:
        text = f"{len(gone)} of {len(before)} other sellers of {window.days} days before are gone: {_some(gone)}"
        return Explanation(name="host exit", outcome=Tested.POSSIBLE, text=text)
    return Explanation(
        name="host exit", outcome=Tested.EXCLUDED, text=f"none of the other sellers left ({len(now)} on that day)"
    )


def _others_first(trigger: Trigger, around: Surroundings) -> Explanation:
    at, window = pd.Timestamp(trigger.public_at), around.thresholds.earlier_causes
    begun, ended = (bisect_left(around.cuts, instant, key=_instant) for instant in (at - window, at))
    recent = [cut for cut in around.cuts[begun:ended] if cut[1] != trigger.maker]
    if not recent:
        text = f"no other maker cut a price by a fifth in the {window.days} days before"
        return Explanation(name="others cut first", outcome=Tested.EXCLUDED, text=text)
    named = "; ".join(words for _, _, words in recent[-_MOST_NAMED:])
    text = f"{len(recent)} cuts by other makers in the {window.days} days before, last {named}"
    return Explanation(name="others cut first", outcome=Tested.POSSIBLE, text=text)


def _instant(row: tuple[Any, ...]) -> pd.Timestamp:
    at: pd.Timestamp = row[0]
    return at


def _cut(at: pd.Timestamp, maker: str, model_version: str | None, change: float) -> str:
    size = "" if pd.isna(change) else f" {100 * change:+.0f} %"
    return f"{maker if pd.isna(model_version) else model_version}{size} on {at:%Y-%m-%d}"


def _some(names: list[str]) -> str:
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(names[:_MOST_NAMED]) + more


def as_json(found: tuple[Explanation, ...]) -> str:
    """A JSON list of name, outcome and text."""
    rows = [{"name": each.name, "outcome": each.outcome.value, "text": each.text} for each in found]
    return json.dumps(rows, ensure_ascii=False)
