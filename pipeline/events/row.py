"""A row of the frame `events`: one decision from the moves that show it."""

import hashlib
import json
from collections import Counter
from datetime import datetime
from typing import Any

import pandas as pd

from pipeline.domain.conditions import canonical_json
from pipeline.domain.thresholds import Thresholds
from pipeline.domain.vocabulary import EffectiveBasis, EventClass
from pipeline.events import state
from pipeline.events.blend import BLENDED
from pipeline.events.explanation import explanation, price_text
from pipeline.events.hours import hours_sentence, windows_apart
from pipeline.events.state import Move
from pipeline.events.verdicts import VETOES

UNKNOWN = "unknown"


def event_row(group: list[Move], against: dict[str, str], now: datetime, thresholds: Thresholds) -> dict[str, Any]:
    """The row of a decision; the first move of `group` speaks for it, `against` is why by contradicting lineage."""
    lead = group[0]
    voices = sorted({str(move["lineage"]) for move in group if move["witness"]})
    contradicted = {lineage: why for lineage, why in sorted(against.items()) if lineage not in voices}
    confirmed = state.confirmed_by(group, contradicted)
    class_ = state.class_of(lead, confirmed, contradicted)
    standing = state.state_of(lead, class_, confirmed, contradicted, now=now, thresholds=thresholds)
    lifted = None
    if class_ is EventClass.MARKET_MOVE and confirmed and isinstance(lead["veto"], str):
        lifted, lead = VETOES[lead["veto"]].text, {**lead, "veto": None}
    since = state.effective(group)
    prices = prices_of(lead)
    first = min(group, key=lambda move: (move["at"], move["source"], move["listing_id"]))
    shown = voices or sorted({str(move["lineage"]) for move in group})
    said = explanation(
        lead=lead,
        by_hour=hours_sentence(lead, BLENDED) or windows_apart(lead, group, BLENDED),
        first=first,
        since=since,
        only_cited=state.only_cited(group, since),
        prices=prices,
        class_=class_,
        state=standing,
        lineages=shown,
        contradicted=contradicted,
        confirmed_by=confirmed,
        missing=state.missing(lead, class_, standing),
        lifted=lifted,
    )
    return {
        **_who(group, lead),
        **_when(group, first, since),
        "id": _identifier(first),
        "kind": str(lead["kind"]),
        "sources": _list(shown),
        "contradicted_by": _list(contradicted),
        "prices": json.dumps(prices),
        "change_b31": lead["change_b31"],
        "change_b721": lead["change_b721"],
        "class_": class_.value,
        "state": standing.value,
        "veto": lead["veto"].replace("_", " ") if isinstance(lead["veto"], str) else None,
        "explanation": said,
        "captures": json.dumps(_captures(group)),
        "flag": None,
    }


def _who(group: list[Move], lead: Move) -> dict[str, Any]:
    return {
        "maker": _maker(lead),
        "seller": lead["seller"],
        "market": lead["market"],
        "currency": lead["currency"],
        "vat_included": lead["vat_included"],
        "model_version": _most(move["model_version"] for move in group),
        "model_versions": _list(move["model_version"] for move in group),
        "labels": _list(move["label"] for move in group),
        "listing_ids": _list(move["listing_id"] for move in group),
    }


def _when(group: list[Move], first: Move, since: tuple[Any, EffectiveBasis]) -> dict[str, Any]:
    at, basis = since
    return {
        "recorded_at": min(move["recorded_at"] for move in group),
        "public_at": min(move["public_at"] for move in group),
        "effective_at": at,
        "effective_basis": basis.value,
        "bracket_from": first["bracket_from"],
        "bracket_to": first["at"],
    }


def prices_of(lead: Move) -> dict[str, dict[str, str | None]]:
    """Old and new of the blended meters, moved or standing, and of other meters that moved."""
    pairs = {meter: (lead[f"old_{meter}"], lead[f"new_{meter}"]) for meter in BLENDED}
    if isinstance(lead["other"], str):
        pairs |= {meter: tuple(pair) for meter, pair in json.loads(lead["other"]).items()}
    known = {meter: pair for meter, pair in pairs.items() if not all(pd.isna(value) for value in pair)}
    return {meter: {"old": price_text(old), "new": price_text(new)} for meter, (old, new) in known.items()}


def _identifier(first: Move) -> str:
    """DOORS: maker, kind, day of the move, currency, old and new amounts that moved, as first recorded."""
    moved = {meter: pair for meter, pair in prices_of(first).items() if pair["old"] != pair["new"]}
    key: list[Any] = [_maker(first), str(first["kind"]), f"{first['at']:%Y-%m-%d}", str(first["currency"]), moved]
    if _maker(first) == UNKNOWN:
        key += [str(first["seller"]), str(first["label"])]
    return hashlib.sha256(canonical_json(key).encode()).hexdigest()[:16]


def _maker(move: Move) -> str:
    return UNKNOWN if pd.isna(move["maker"]) else str(move["maker"])


def _most(values: Any) -> str | None:
    counts = Counter(str(value) for value in values if not pd.isna(value))
    return min(counts, key=lambda value: (-counts[value], value)) if counts else None


def _list(values: Any) -> str:
    return json.dumps(sorted({str(value) for value in values if not pd.isna(value)}), ensure_ascii=False)


def _captures(group: list[Move]) -> list[str]:
    """The bodies that show it, those of the move that speaks for it first."""
    bodies = (move[name] for move in group for name in ("old_payload", "new_payload", "struck_payload"))
    return list(dict.fromkeys(str(body) for body in bodies if not pd.isna(body)))
