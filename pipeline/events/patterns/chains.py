"""What steps add up to: drawdowns from an earlier price, and new lows.

Enters the frame `events`; leaves findings. A chain is one offer's market moves, each beginning at the price at which
the one before ended; where they do not meet, something else than a market move lies between, and it begins anew.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pandas as pd

from pipeline.domain.thresholds import Thresholds
from pipeline.events.blend import is_cut
from pipeline.events.patterns.finding import Row, b31_of, blend_text, finding, moves_of_sellers, percent, who

WINDOWS = (30, 90, 365)
_OFFER = ("maker", "seller", "market", "currency")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One market move of one model: when it was seen, and the fourfold B31 on both sides."""

    event: dict[Any, Any]
    at: pd.Timestamp
    old: int
    new: int


def chains(events: pd.DataFrame) -> list[list[Step]]:
    """Steps of one offer and model that meet, in order of time."""
    by_offer: dict[tuple[str, ...], list[Step]] = {}
    moves = moves_of_sellers(events).sort_values(["bracket_to", "id"], kind="stable")
    for event in moves.to_dict("records"):
        old, new = b31_of(event)
        if old is None or new is None or not old or event["kind"] == "list_only":
            continue
        step = Step(event=event, at=event["bracket_to"], old=old, new=new)
        for model in json.loads(event["model_versions"]):
            by_offer.setdefault((*(str(event[name]) for name in _OFFER), model), []).append(step)
    return [chain for steps in by_offer.values() for chain in _unbroken(steps)]


def _unbroken(steps: list[Step]) -> Iterator[list[Step]]:
    chain: list[Step] = []
    for step in steps:
        if chain and chain[-1].new != step.old:
            yield chain
            chain = []
        chain = [*chain, step]
    if chain:
        yield chain


def drawdowns(found: list[list[Step]], thresholds: Thresholds) -> list[Row]:
    """Cuts that several steps add up to, against the highest price that stood a week in the last 30, 90 or 365 days.

    One row per decision and window, the deepest of its models. A window that reaches no higher than a shorter one, or
    no further back than the last step, has none.
    """
    deepest: dict[tuple[str, int], tuple[float, Row]] = {}
    for chain in found:
        for place, step in enumerate(chain):
            shorter = place
            for days in WINDOWS if step.new < step.old else ():
                first = _reference(chain[: place + 1], days, thresholds)
                sharp = is_cut(chain[first].old, step.new, thresholds.sharp_cut_percent)
                if first == shorter or not sharp:
                    continue
                shorter = first
                size = step.new / chain[first].old - 1
                key = (str(step.event["id"]), days)
                if key not in deepest or size < deepest[key][0]:
                    deepest[key] = (size, _drawdown(chain[first : place + 1], days, size))
    return [row for _, row in deepest.values()]


def _reference(steps: list[Step], days: int, thresholds: Thresholds) -> int:
    """Place of the step that left the highest price of the window; the last step where none stood long enough."""
    last = steps[-1]
    start = last.at - pd.Timedelta(days=days)
    best = len(steps) - 1
    for place, step in enumerate(steps):
        since = start if place == 0 else max(start, steps[place - 1].at)
        if step.at - since >= thresholds.reference_standing and step.old > steps[best].old:
            best = place
    return best


def _drawdown(steps: list[Step], days: int, size: float) -> Row:
    last = steps[-1].event
    currency = str(last["currency"])
    largest = min(step.new / step.old - 1 for step in steps)
    return finding(
        "drawdown",
        str(last["id"]),
        steps[-1].at,
        f"{who(last)}: in {len(steps)} steps within {days} days B31 came from {blend_text(steps[0].old, currency)} to "
        f"{blend_text(steps[-1].new, currency)} ({percent(size)}); the largest single step was {percent(largest)}.",
        of=last,
        days=days,
        size=size,
        events=[str(step.event["id"]) for step in steps],
    )


def new_lows(found: list[list[Step]]) -> list[Row]:
    """Cuts to a price below every earlier one of a chain of at least two steps; one row per decision."""
    rows: dict[str, Row] = {}
    for chain in found:
        lowest = chain[0].old
        for before, step in pairwise(chain):
            lowest = min(lowest, before.old, before.new)
            if step.new < lowest:
                rows.setdefault(str(step.event["id"]), _new_low(chain[0], step, lowest))
    return list(rows.values())


def _new_low(first: Step, step: Step, lowest: int) -> Row:
    currency = str(step.event["currency"])
    days = (step.at - first.at).days
    return finding(
        "new_low",
        str(step.event["id"]),
        step.at,
        f"{who(step.event)}: a new low of {blend_text(step.new, currency)}; the lowest B31 since its first recorded "
        f"move on {first.at:%Y-%m-%d} was {blend_text(lowest, currency)}.",
        of=step.event,
        days=days,
        size=step.new / lowest - 1,
        events=[str(step.event["id"])],
    )
