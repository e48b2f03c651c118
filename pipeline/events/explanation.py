"""What an analyst reads about a decision: what changed, its class and state, on which evidence, what is missing."""

from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

import pandas as pd

from pipeline.domain.amounts import decimal_text, from_nano
from pipeline.domain.conditions import conditions_in_words
from pipeline.domain.vocabulary import EffectiveBasis, EventClass, EventKind, EventState
from pipeline.events.evidence import NEVER_HAD, PAGE_HAS
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
    EventClass.MARKET_MOVE: "a market move: nothing found says that the source fixed itself, that the name means "
    "another model, or that only one offer or channel changed",
    EventClass.CORRECTION: "a correction of the source",
    EventClass.ALIAS_MOVE: "an alias move: the name came to mean another model version",
    EventClass.SCOPE_CHANGE: "a scope change: the entry came to mean another offer",
    EventClass.CHANNEL_DISCOUNT: "a move of one channel's prices, not of the maker's",
    EventClass.UNEXPLAINED: "unexplained",
}
_SINCE = {
    EffectiveBasis.SELLER_DATED: "In force since {day}, by the seller's date.",
    EffectiveBasis.SELLER_OBSERVED: "In force on {day} at the latest: the seller's own page showed it then.",
    EffectiveBasis.CATALOGUE_DATED: "In force since {day}, by a catalogue's date; the seller's own is not known.",
}
_DATED = {
    EffectiveBasis.SELLER_DATED: "The entry is dated {day}, as the seller's date.",
    EffectiveBasis.SELLER_OBSERVED: "The seller's own page showed it on {day}.",
    EffectiveBasis.CATALOGUE_DATED: "The entry is dated {day}, by the catalogue.",
}
"""What is no move of a seller came into force never: the entry has a date, that is all."""


def explanation(
    *,
    lead: dict[str, Any],
    by_hour: str | None,
    first: dict[str, Any],
    since: tuple[Any, EffectiveBasis],
    only_cited: bool,
    prices: dict[str, dict[str, str | None]],
    class_: EventClass,
    state: EventState,
    lineages: list[str],
    contradicted: dict[str, str],
    confirmed_by: str | None,
    missing: str | None,
    lifted: str | None = None,
) -> str:
    """Plain sentences, no markup. `by_hour` is what the windows of the week did, `since` the effective date and who
    says so (`only_cited`: a catalogue, in the seller's name), `missing` what would confirm it, and `lifted` the rule
    that spoke against it until the confirmation."""
    parts = [f"{_WHAT[EventKind(lead['kind'])]}: {_prices(prices, str(lead['currency']))}{_blends(lead)}."]
    if by_hour:
        parts.append(by_hour)
    parts.append(_in_force(first, since, _SINCE if class_ is EventClass.MARKET_MOVE else _DATED))
    if only_cited:
        parts.append("A catalogue cites that date; no document of the seller here states it.")
    parts.append(f"Read as {_CLASS[class_]}{_because(lead, class_, contradicted)}.")
    parts.append(f"State {state.value}: {_evidence(first, lineages, confirmed_by)}")
    if lifted:
        parts.append(f"A rule spoke against it until then: {lifted}.")
    if missing:
        parts.append(f"Missing: {missing}.")
    if isinstance(lead["veto"], str) or class_ is EventClass.MARKET_MOVE:
        parts += [f"Against it: {_contradiction(lineage, why)}." for lineage, why in contradicted.items()]
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


def _in_force(first: dict[str, Any], since: tuple[Any, EffectiveBasis], sentences: Mapping[EffectiveBasis, str]) -> str:
    """Since when, and who says so; where nobody dates it, the two looks between which it happened."""
    at, basis = since
    if basis in sentences:
        return sentences[basis].format(day=f"{at:%Y-%m-%d}")
    if pd.isna(first["bracket_from"]):
        return f"Nobody dates it: first seen on {at:%Y-%m-%d}."
    return f"Nobody dates it: between the looks of {first['bracket_from']:%Y-%m-%d} and {at:%Y-%m-%d}."


def _because(lead: dict[str, Any], class_: EventClass, contradicted: dict[str, str]) -> str:
    if isinstance(lead["veto"], str):
        return f", because {VETOES[lead['veto']].text}"
    if class_ is EventClass.MARKET_MOVE:
        return ""
    return f", because {' and '.join(_contradiction(lineage, why) for lineage, why in contradicted.items())}"


def _contradiction(lineage: str, why: str) -> str:
    if why == NEVER_HAD:
        return f"{lineage} watched the same price and never stated the old one"
    if why == PAGE_HAS:
        return f"the seller's own page ({lineage}) still charged the old price two days later"
    return f"{lineage} still stated the old price 45 days later"


def _evidence(first: dict[str, Any], lineages: list[str], confirmed_by: str | None) -> str:
    if first["effective_at"] == first["at"]:  # an entry that its document dates: nobody here looked that day
        shown = f"entered for {first['at']:%Y-%m-%d} by {first['source']}"
        if first["public_at"].date() > first["at"].date():
            shown += f" in a document of {first['public_at']:%Y-%m-%d}"
    else:
        shown = f"first seen {first['at']:%Y-%m-%d} in {first['source']}"
        if not pd.isna(first["last_seen_old"]):
            shown += f", which last stated the old price on {first['last_seen_old']:%Y-%m-%d}"
    others = [lineage for lineage in lineages if lineage != first["lineage"]]
    if confirmed_by:
        return f"{shown}; {confirmed_by}."
    return f"{shown}; also recorded by {', '.join(others)}." if others else f"{shown}; no independent source shows it."


def _cautions(lead: dict[str, Any]) -> list[str]:
    found = []
    if lead["across_gap"]:
        found.append("The source was not looked at in between.")
    if not lead["base"]:
        terms = conditions_in_words(str(lead["conditions"]))
        found.append(f"It concerns one offer under its own conditions ({terms}), not the base price.")
    if lead["held"]:
        found.append("It is the seller's own page; a second capture of the same price lifts this.")
    return found


def price_text(value: Any) -> str | None:
    """Plain decimal text per million of a spell's integer; None where there is none."""
    return None if pd.isna(value) else _plain(int(value))


@lru_cache(maxsize=65536)
def _plain(nano: int) -> str:
    """Catalogues repeat the same few thousand amounts."""
    return decimal_text(from_nano(nano))
