"""A row of the frame `patterns`: something that no single step shows, in one plain sentence."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from pipeline.domain.amounts import decimal_text, from_nano, nano_per_million, parse_decimal
from pipeline.domain.vocabulary import EventClass, EventState
from pipeline.events.blend import four_b31

Row = dict[str, Any]
KNOWN = (EventState.PROBABLE, EventState.CONFIRMED, EventState.EXPIRED)


def finding(
    pattern: str,
    subject: str,
    at: pd.Timestamp,
    sentence: str,
    *,
    of: Mapping[str, Any] | None = None,
    days: int | None = None,
    size: float | None = None,
    p: float | None = None,
    events: Iterable[str] = (),
) -> Row:
    """`subject` tells it from others of its pattern and instant; `of` is the event or listing that it is about."""
    facts = of or {}
    names = ("maker", "seller", "market", "model_version", "currency")
    key = "|".join((pattern, subject, at.isoformat(), str(days)))
    return {
        "id": hashlib.sha256(key.encode()).hexdigest()[:16],
        "pattern": pattern,
        "at": at,
        **{name: None if pd.isna(facts.get(name)) else str(facts[name]) for name in names if name in facts},
        "days": days,
        "size": size,
        "p": p,
        "events": json.dumps(sorted(events)),
        "sentence": sentence,
    }


def moves_of_sellers(events: pd.DataFrame) -> pd.DataFrame:
    """Decisions read as market moves that left the state `recorded` and were not taken back."""
    return events[events["class_"].eq(EventClass.MARKET_MOVE) & events["state"].isin(KNOWN)]


def b31_of(event: Mapping[Any, Any]) -> tuple[int | None, int | None]:
    """Four times B31 before and after as whole numbers of 10⁻⁹ per million; None where input or output is not known."""
    prices = json.loads(event["prices"])
    sides = [[prices.get(meter, {}).get(side) for meter in ("input", "output")] for side in ("old", "new")]
    old, new = (None if None in texts else _fourfold(*texts) for texts in sides)
    return old, new


def _fourfold(*texts: str) -> int:
    input_, output = (nano_per_million(parse_decimal(text), 1_000_000) for text in texts)
    return four_b31(input_, output)


def blend_text(fourfold: int, currency: str) -> str:
    """`0.2625 USD`: a fourfold B31 as an amount."""
    return f"{decimal_text(from_nano(round(fourfold / 4)))} {currency}"


def who(event: Mapping[Any, Any]) -> str:
    """The model and who sells it, as an analyst names them."""
    model = event["model_version"]
    name = json.loads(event["labels"])[0] if pd.isna(model) else str(model)
    return name if event["seller"] == event["maker"] else f"{name} at {event['seller']}"


def percent(ratio: float) -> str:
    """`−39 %`; one decimal under 10 %."""
    digits = 0 if abs(ratio) >= 0.1 else 1
    return f"{100 * ratio:+.{digits}f} %".replace("-", "−")
