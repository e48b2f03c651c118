"""What an analyst reads about a decision: what changed, its class and state, on which evidence, what is missing."""

from decimal import Decimal
from typing import Any

import pandas as pd

from pipeline.domain.amounts import decimal_text, from_nano
from pipeline.domain.vocabulary import EventClass, EventKind, EventState
from pipeline.events.blend import BLENDED
from pipeline.events.evidence import NEVER_HAD
from pipeline.events.hours import hours_sentence
from pipeline.events.verdicts import VETOES

_WHAT = {
    EventKind.CUT: "Price cut",
    EventKind.RISE: "Price rise",
    EventKind.MIXED: "Some prices fell and some rose",
    EventKind.LAUNCH: "First price",
    EventKind.WITHDRAWAL: "No longer listed",
    EventKind.TO_FREE: "Became free",
    EventKind.FROM_FREE: "No longer free",
    EventKind.PROMOTION_START: "A promotion began",
    EventKind.PROMOTION_END: "A promotion ended",
    EventKind.PROMOTION_PERMANENT: "The list price came down to the promotional price",
    EventKind.LIST_ONLY: "Only the list price moved; nobody's bill changed",
    EventKind.WINDOWS: "The time-of-day windows changed; prices are means over the whole week",
}
_CLASS = {
    EventClass.MARKET_MOVE: "a market move",
    EventClass.CORRECTION: "a correction: the source fixed itself",
    EventClass.ALIAS_MOVE: "an alias move: the name points to another model version",
    EventClass.SCOPE_CHANGE: "a scope change: the entry came to mean something else",
    EventClass.CHANNEL_DISCOUNT: "a discount of one channel, not of the maker",
    EventClass.UNEXPLAINED: "unexplained",
}


def explanation(
    *,
    lead: dict[str, Any],
    first: dict[str, Any],
    prices: dict[str, dict[str, str | None]],
    class_: EventClass,
    state: EventState,
    lineages: list[str],
    contradicted: dict[str, str],
    confirmed_by: str | None,
    missing: str | None,
) -> str:
    """Plain sentences, no markup. `missing` is what would confirm it."""
    parts = [f"{_WHAT[EventKind(lead['kind'])]}: {_prices(prices, str(lead['currency']))}{_blends(lead)}."]
    hours = hours_sentence(lead, BLENDED)
    if hours:
        parts.append(hours)
    parts.append(f"Read as {_CLASS[class_]}" + (f", because {_why(lead)}." if isinstance(lead["veto"], str) else "."))
    parts.append(f"State {state.value}: {_evidence(first, lineages, confirmed_by)}")
    if missing:
        parts.append(f"Missing: {missing}.")
    for lineage, why in contradicted.items():
        parts.append(
            f"{lineage} never stated the old price."
            if why == NEVER_HAD
            else f"{lineage} still stated the old price 45 days later."
        )
    parts += _cautions(lead)
    return " ".join(parts)


def _prices(prices: dict[str, dict[str, str | None]], currency: str) -> str:
    moved = {meter: pair for meter, pair in prices.items() if pair["old"] != pair["new"]}
    texts = []
    for meter, pair in moved.items():
        name = meter.replace("_", " ")
        if pair["old"] is None:
            texts.append(f"{name} {pair['new']} {currency}")
        elif pair["new"] is None:
            texts.append(f"{name} was {pair['old']} {currency}")
        else:
            texts.append(f"{name} {pair['old']} to {pair['new']} {currency}{_percent(pair['old'], pair['new'])}")
    return ", ".join(texts) + " per million"


def _percent(old: str, new: str) -> str:
    if Decimal(old) == 0:
        return ""
    return f" ({(Decimal(new) / Decimal(old) - 1) * 100:+.1f} %)"


def _blends(lead: dict[str, Any]) -> str:
    known = [(name, lead[f"change_{name.lower()}"]) for name in ("B31", "B721")]
    texts = [f"{name} {100 * value:+.1f} %" for name, value in known if not pd.isna(value)]
    return f"; blends {' and '.join(texts)}" if texts else ""


def _why(lead: dict[str, Any]) -> str:
    return VETOES[lead["veto"]].text


def _evidence(first: dict[str, Any], lineages: list[str], confirmed_by: str | None) -> str:
    shown = f"first seen {first['at']:%Y-%m-%d} in {first['source']}"
    if not pd.isna(first["last_seen_old"]):
        shown += f", which last stated the old price on {first['last_seen_old']:%Y-%m-%d}"
    others = [lineage for lineage in lineages if lineage != first["lineage"]]
    if confirmed_by:
        return f"{shown}; {confirmed_by}."
    return f"{shown}; also recorded by {', '.join(others)}." if others else f"{shown}; nobody else shows it."


def _cautions(lead: dict[str, Any]) -> list[str]:
    found = []
    if lead["across_gap"]:
        found.append("The source was not looked at in between: the day is known only within the bracket.")
    if not lead["base"]:
        found.append(f"It concerns the conditions {lead['conditions']}, not the base price.")
    if lead["held"]:
        found.append("It is the seller's own page; a second capture of the same price lifts this.")
    return found


def price_text(value: Any) -> str | None:
    """Plain decimal text per million of a spell's integer; None where there is none."""
    return None if pd.isna(value) else decimal_text(from_nano(int(value)))
