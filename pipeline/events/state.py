"""Step 5 of METHODS 5: what confirms a decision, its class and state, and when it applies from.

Enters the moves of one decision, the one that speaks for it first (`decisions`); reads no frame and no clock.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pandas as pd

from pipeline.domain.instants import parse_instant
from pipeline.domain.thresholds import Thresholds
from pipeline.domain.vocabulary import EffectiveBasis, EventClass, EventState
from pipeline.events.blend import BLENDED
from pipeline.events.evidence import NEVER_HAD, PAGE_HAS
from pipeline.events.verdicts import VETOES

Move = dict[str, Any]
READ_OF_MOVE = (
    *("decision", "source", "lineage", "listing_id", "seller", "market", "label", "conditions", "maker"),
    *("model_version", "family", "base", "kind", "currency", "vat_included", "at", "bracket_from", "last_seen_old"),
    *("last_seen_new", "public_at", "recorded_at", "effective_at", "effective_basis", "announced_at", "struck_at"),
    *("struck_payload", "across_gap", "old_payload", "new_payload", "promotion_new", "other"),
    *("change_b31", "change_b721"),
    *(f"{side}_{meter}" for side in ("old", "new", "hours") for meter in BLENDED),
    *("veto", "vetoed_hard", "witness", "tried", "held", "settled", "back_again", "own_page"),
    "routed",
)
"""The columns of a move that a decision's row is made of."""
_RANK = list(EffectiveBasis)
_SELLER, _OBSERVED, _, _FIRST_SEEN = range(len(_RANK))


def confirmed_by(group: list[Move], contradicted: Mapping[str, str]) -> str | None:
    """What confirms the decision, in words; None where nothing does.

    Against the seller's own page catalogues confirm nothing. Lineages agree about a model, not an amount: two that
    show the same step of two models confirm neither. Those that only repeat what routers ask are one voice, the
    router's. A voice against which a rule speaks that two catalogues may break alike (`tried`) is none where a third
    contradicts.
    """
    good = [move for move in group if not move["vetoed_hard"]]
    if not good:
        return None
    if any(not pd.isna(move["announced_at"]) for move in good):
        return "a dated statement of the seller says so"
    if any(move["own_page"] and move["effective_basis"] == EffectiveBasis.SELLER_DATED for move in good):
        return "the seller's own page states it with its date"
    if any(move["settled"] for move in good):
        return "two captures of the seller's own page show it"
    pages = [move["struck_at"] for move in good if not pd.isna(move["struck_at"])]
    if pages:
        return f"the seller's own page of {min(pages):%Y-%m-%d} prints the old price as list price beside the new one"
    if all(move["routed"] for move in group) or PAGE_HAS in contradicted.values():
        return None
    voices: dict[str, set[str]] = {}
    for move in group:
        if move["witness"] and not (move["tried"] and contradicted):
            voices.setdefault(str(move["family"]), set()).add(str(move["lineage"]))
    agreed = sorted(set().union(*(own for own in voices.values() if len(own) > 1)))
    return f"independent lineages show the same step: {', '.join(agreed)}" if agreed else None


def class_of(lead: Move, confirmed: str | None, contradicted: dict[str, str]) -> EventClass:
    """The class its veto gives, unless a confirmation lifts it; without one, what the contradictions say."""
    if isinstance(lead["veto"], str) and (lead["vetoed_hard"] or not confirmed):
        return VETOES[lead["veto"]].class_
    if confirmed or not contradicted:
        return EventClass.MARKET_MOVE
    return EventClass.CORRECTION if NEVER_HAD in contradicted.values() else EventClass.UNEXPLAINED


def state_of(
    lead: Move,
    class_: EventClass,
    confirmed: str | None,
    contradicted: dict[str, str],
    *,
    now: datetime,
    thresholds: Thresholds,
) -> EventState:
    """How well the decision is known at `now`; what is no market move stays recorded, or was reverted."""
    if class_ is not EventClass.MARKET_MOVE:
        return EventState.REVERTED if lead["back_again"] else EventState.RECORDED
    if confirmed:
        if lead["back_again"] and lead["own_page"]:
            return EventState.REVERTED
        return EventState.EXPIRED if _ended(lead, now, thresholds) else EventState.CONFIRMED
    young = pd.Timestamp(now) - lead["at"] < thresholds.hold
    return EventState.RECORDED if young or contradicted else EventState.PROBABLE


def turns(lead: Move, thresholds: Thresholds) -> list[datetime]:
    """The instants at which the clock alone may change the state of the decision that `lead` speaks for."""
    ends_at = _promotion_end(lead)
    return [lead["at"] + thresholds.hold, *([] if ends_at is None else [ends_at])]


def _ended(lead: Move, now: datetime, thresholds: Thresholds) -> bool:
    """A promotion whose stated end has passed, and whose price was not seen after it."""
    ends_at = _promotion_end(lead)
    if ends_at is None or now < ends_at:
        return False
    return bool(lead["last_seen_new"] <= ends_at + thresholds.hold)


def _promotion_end(lead: Move) -> datetime | None:
    if not isinstance(lead["promotion_new"], str):
        return None
    ends_at = json.loads(lead["promotion_new"]).get("ends_at")
    return None if ends_at is None else parse_instant(ends_at)


def missing(lead: Move, class_: EventClass, state: EventState) -> str | None:
    """What would confirm a market move that is not confirmed, in words."""
    if class_ is not EventClass.MARKET_MOVE or state not in (EventState.RECORDED, EventState.PROBABLE):
        return None
    if lead["own_page"]:
        return "a second capture of the seller's own page, or an independent source that shows the same step"
    return "an independent source that shows the same step, or the seller's own page"


def effective(group: list[Move]) -> tuple[Any, EffectiveBasis]:
    """The seller's date; else the earliest of the own page's first sight, a catalogue's date, and first sight.

    A date after the day on which somebody saw the new price is none. A catalogue that cites the seller's date is
    believed before one that dates by itself.
    """
    good = [move for move in group if not move["vetoed_hard"]] or group
    seen = min(move["at"] for move in group)
    announced = [move["announced_at"] for move in good if not pd.isna(move["announced_at"])]
    entered = [move for move in good if not pd.isna(move["effective_at"])]
    told = [move for move in entered if move["effective_at"] <= seen]
    cited = [move for move in told if move["effective_basis"] == EffectiveBasis.SELLER_DATED]
    dated = [(at, _SELLER) for at in announced] + [(move["effective_at"], _SELLER) for move in cited]
    found = [(move["effective_at"], _RANK.index(EffectiveBasis(move["effective_basis"]))) for move in told]
    found += [(move["at"], _OBSERVED if move["own_page"] else _FIRST_SEEN) for move in group]
    found += [(move["struck_at"], _OBSERVED) for move in good if not pd.isna(move["struck_at"])]
    at, rank = min(dated or found)
    return at, _RANK[rank]


def only_cited(group: list[Move], since: tuple[Any, EffectiveBasis]) -> bool:
    """Whether the seller's date is known from catalogues alone: no document of the seller here states it."""
    at, basis = since
    said = [move["announced_at"] for move in group] + [move["effective_at"] for move in group if move["own_page"]]
    return basis is EffectiveBasis.SELLER_DATED and not any(own == at for own in said)
