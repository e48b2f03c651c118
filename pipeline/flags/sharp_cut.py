"""The flag *sharp cut*: a confirmed market move of −20 % or more on B31 or B721, net (METHODS 7).

Enters the frame `events`, and spells for cuts in small steps; leaves a flag per event: `sharp_cut`, `watch` where the
cut is not confirmed, or nothing. It says that a price fell, nothing else. Origin plays no part.
"""

import json
from decimal import Decimal
from typing import Any

import pandas as pd

from pipeline.domain.amounts import nano_per_million
from pipeline.domain.thresholds import Thresholds
from pipeline.domain.vocabulary import EventClass, EventKind, EventState, FlagKind
from pipeline.events.blend import four_b31, is_cut, ten_b721
from pipeline.flags.cumulative import Reference, references

_NO_CUT = (EventKind.LAUNCH, EventKind.WITHDRAWAL, EventKind.LIST_ONLY, EventKind.PROMOTION_PERMANENT)
_READ_OF_EVENT = ["id", "class_", "kind", "state", "prices", "explanation"]
_STANDS = (EventState.CONFIRMED, EventState.EXPIRED)
_WAITS = (EventState.RECORDED, EventState.PROBABLE)


def flagged(events: pd.DataFrame, spells: pd.DataFrame, thresholds: Thresholds) -> pd.DataFrame:
    """`events` with `flag` and, where one is set, what it rests on or what is missing added to `explanation`.

    Its own step is tried exactly, in the integers of a spell: 5·new ≤ 4·old for a threshold of 20 %; to free counts.
    Beside it an event is tried against the highest net weekly-mean blend that stood at least 7 days within
    the 30 days before, in one source: a cut in small steps counts as one.
    """
    against = references(events, _small_steps(events, thresholds), spells, thresholds)
    rows = events[_READ_OF_EVENT].to_dict("records")
    flags = [_flag(event, against.get(str(event["id"])), thresholds) for event in rows]
    texts = [
        str(event["explanation"]) + _because(flag, event, against.get(str(event["id"])))
        for event, flag in zip(rows, flags, strict=True)
    ]
    return events.assign(
        flag=pd.Series(flags, index=events.index, dtype="str"),
        explanation=pd.Series(texts, index=events.index, dtype="str"),
    )


def _small_steps(events: pd.DataFrame, thresholds: Thresholds) -> pd.DataFrame:
    """Market moves down that are too small for a flag by themselves."""
    down = events[["change_b31", "change_b721"]].min(axis=1) < 0
    moves = events[down & events["class_"].eq(EventClass.MARKET_MOVE) & ~events["kind"].isin(_NO_CUT)]
    sharp = [_step_is_sharp(event, thresholds) for event in moves.to_dict("records")]
    return moves[~pd.Series(sharp, index=moves.index, dtype=bool)]


def _flag(event: dict[Any, Any], reference: Reference | None, thresholds: Thresholds) -> str | None:
    if event["class_"] != EventClass.MARKET_MOVE or event["kind"] in _NO_CUT:
        return None
    own = _step_is_sharp(event, thresholds)
    if not own and reference is None:
        return None
    if event["state"] in _STANDS:
        sharp = own or (reference is not None and reference.confirmed)
        return FlagKind.SHARP_CUT.value if sharp else FlagKind.WATCH.value
    return FlagKind.WATCH.value if event["state"] in _WAITS else None


def _step_is_sharp(event: dict[Any, Any], thresholds: Thresholds) -> bool:
    if event["kind"] == EventKind.TO_FREE:
        return True
    prices = json.loads(event["prices"])
    sides = [_side(prices, side) for side in ("old", "new")]
    if any("input" not in side or "output" not in side for side in sides):
        return False
    if any("cached_input" not in side for side in sides):
        sides = [side | {"cached_input": side["input"]} for side in sides]
    old, new = (_blends(side) for side in sides)
    return any(is_cut(high, low, thresholds.sharp_cut_percent) for high, low in zip(old, new, strict=True))


def _side(prices: dict[str, dict[str, str | None]], side: str) -> dict[str, int]:
    known = {meter: pair[side] for meter, pair in prices.items()}
    return {meter: nano_per_million(Decimal(text), 1_000_000) for meter, text in known.items() if text is not None}


def _blends(prices: dict[str, int]) -> tuple[int, int]:
    input_, output = prices["input"], prices["output"]
    return four_b31(input_, output), ten_b721(input_, prices["cached_input"], output)


def _because(flag: str | None, event: dict[Any, Any], reference: Reference | None) -> str:
    if flag is None:
        return ""
    cumulative = f" {reference.text}" if reference is not None else ""
    if flag == FlagKind.SHARP_CUT:
        return f"{cumulative} Flag: sharp cut. It says that a price fell, nothing else."
    if event["state"] in _STANDS:
        return f"{cumulative} Watch: the cut is sharp in several steps, and not every step is confirmed."
    return f"{cumulative} Watch: the cut is sharp, but it is only {event['state']}; confirmation is missing."
