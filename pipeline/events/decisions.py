"""Decisions of sellers, told apart from what catalogues do to themselves (METHODS 5).

Enters what sources recorded; leaves the frame `events`, one row per decision, and issues. A source is never compared
with another to find a change, only to believe one. The clock is handed in.
"""

import hashlib
import json
from collections import Counter
from datetime import datetime
from typing import Any

import pandas as pd

from pipeline import frames
from pipeline.domain.conditions import canonical_json
from pipeline.domain.instants import parse_instant
from pipeline.domain.quote import Issue
from pipeline.domain.thresholds import Thresholds
from pipeline.domain.vocabulary import EffectiveBasis, EventClass, EventKind, EventState, Trust
from pipeline.events.blend import BLENDED
from pipeline.events.changes import paired
from pipeline.events.charged import PRICE
from pipeline.events.evidence import NEVER_HAD, contradictions
from pipeline.events.explanation import explanation, price_text
from pipeline.events.grouping import grouped
from pipeline.events.moves import recorded_moves
from pipeline.events.slips import slips
from pipeline.events.verdicts import VETOES, with_vetoes
from pipeline.events.week import with_weekly_means

Move = dict[str, Any]
UNKNOWN = "unknown"
_TRUST = {trust.value: rank for rank, trust in enumerate(Trust)}


def decisions(
    changes: pd.DataFrame,
    spells: pd.DataFrame,
    listings: pd.DataFrame,
    sources: pd.DataFrame,
    *,
    now: datetime,
    thresholds: Thresholds,
    announcements: pd.DataFrame | None = None,
    rates: pd.DataFrame | None = None,
    aliases: pd.DataFrame | None = None,
    routers: frozenset[str] = frozenset(),
) -> tuple[pd.DataFrame, list[Issue]]:
    """The frame `events`, ordered by `recorded_at` and `id`, and issues.

    Parameters
    ----------
    changes
        What `recorded_changes(spells, sources)` found, or a part of it.
    now
        The instant of the view: nothing uncorroborated leaves `recorded` within 48 h of it.
    announcements
        Dated statements of sellers: columns `seller`, `label`, `effective_at`; one within the bracket (7 days either
        side; brackets of up to 45 days) dates and confirms a decision.
    rates
        Frame `rates`; without it no move is explained by an exchange rate.
    aliases
        Curated pointers of floating names: `maker`, `alias`, `slug`, `since`, `until` (days). Without them a floating
        name that moves alone is read as an alias move.
    routers
        Sellers known to pass requests on to others; further ones are told by their listings and their own sources.

    Notes
    -----
    `change_b31` and `change_b721` are those of one source, never of two; NaN where a part is unknown on either side.
    """
    pairs = _given(paired(spells), changes)
    if pairs.empty:
        return frames.empty("events"), []
    pairs = with_weekly_means(pairs, spells, listings)
    moves = recorded_moves(pairs, spells, listings, sources, routers=routers)
    moves = _first_launches(moves, spells, listings, thresholds)
    moves = with_vetoes(moves, pairs, spells, listings, rates=rates, aliases=aliases, thresholds=thresholds)
    if moves.empty:
        return frames.empty("events"), []
    moves = _ranked(grouped(_dated(moves, announcements, thresholds), thresholds))
    leads = moves.drop_duplicates("decision")
    against = contradictions(leads, spells, listings, sources, thresholds)
    said: dict[int, dict[str, str]] = {}
    for decision, lineage, why in against.itertuples(index=False):
        said.setdefault(int(decision), {})[str(lineage)] = str(why)
    members: dict[int, list[Move]] = {}
    for move in moves.to_dict("records"):
        members.setdefault(int(move["decision"]), []).append({str(name): value for name, value in move.items()})
    rows = [_event(group, said.get(decision, {}), now, thresholds) for decision, group in members.items()]
    return _frame(rows), slips(moves, spells, now=now, thresholds=thresholds)


def _given(pairs: pd.DataFrame, changes: pd.DataFrame) -> pd.DataFrame:
    key = [*PRICE, "price_basis", "first_seen_new"]
    texts = dict.fromkeys((*PRICE, "price_basis"), "str")
    known = pd.MultiIndex.from_frame(changes[key].astype(texts))
    return pairs[pd.MultiIndex.from_frame(pairs[key].astype(texts)).isin(known)].reset_index(drop=True)


def _first_launches(
    moves: pd.DataFrame, spells: pd.DataFrame, listings: pd.DataFrame, thresholds: Thresholds
) -> pd.DataFrame:
    """Without launches of models first seen 30 days before, and without withdrawals that a catalogue states."""
    version = listings.set_index("listing_id")["model_version"]
    born = spells.groupby(spells["listing_id"].astype("str").map(version))["first_seen"].min()
    age = moves["at"] - pd.to_datetime(moves["model_version"].map(born.to_dict()), utc=True)
    late = moves["kind"].eq(EventKind.LAUNCH) & ~(age <= thresholds.launch_after_release)
    catalogue = moves["kind"].eq(EventKind.WITHDRAWAL) & ~moves["own_page"]
    return moves[~late & ~catalogue].reset_index(drop=True)


def _dated(moves: pd.DataFrame, announcements: pd.DataFrame | None, thresholds: Thresholds) -> pd.DataFrame:
    """`moves` with `announced_at`: the seller's dated statement that falls into the bracket."""
    if announcements is None or announcements.empty:
        return moves.assign(announced_at=pd.Series(pd.NaT, index=moves.index, dtype="datetime64[us, UTC]"))
    said = announcements[["seller", "label", "effective_at"]].rename(columns={"effective_at": "announced_at"})
    met = moves[["move", "seller", "label", "bracket_from", "at"]].merge(said, on=["seller", "label"])
    start = met["bracket_from"].fillna(met["at"])
    met = met[met["at"] - start <= thresholds.corroborated_after]  # a wide bracket would take any statement
    within = met["announced_at"].between(start - thresholds.same_decision, met["at"] + thresholds.same_decision)
    met = met[within]
    first = met.groupby("move", as_index=False)["announced_at"].min()
    return moves.merge(first, on="move", how="left", validate="many_to_one")


def _ranked(moves: pd.DataFrame) -> pd.DataFrame:
    """The move that speaks for a decision first: unvetoed, the seller's own page, first party, base, most trusted."""
    ranked = moves.assign(
        vetoed=moves["veto"].notna().astype(int) + moves["vetoed_hard"].astype(int),
        other=moves["other"].astype("object"),
        rank=moves["trust"].map(_TRUST),
        **{f"not_{name}": ~moves[name].astype(bool) for name in ("own_page", "first_party", "base")},
        blendless=moves["change_b31"].isna(),
    )
    order = ["vetoed", "not_own_page", "not_first_party", "not_base", "rank", "blendless", "at", "source", "listing_id"]
    return ranked.sort_values(order, kind="stable", ignore_index=True)


def _event(group: list[Move], against: dict[str, str], now: datetime, thresholds: Thresholds) -> dict[str, Any]:
    lead = group[0]
    voices = sorted({str(move["lineage"]) for move in group if move["witness"]})
    contradicted = {lineage: why for lineage, why in sorted(against.items()) if lineage not in voices}
    confirmed_by = _confirmed_by(group)
    class_ = _class(lead, confirmed_by, contradicted)
    if class_ is EventClass.MARKET_MOVE and confirmed_by:
        lead = {**lead, "veto": None}
    state = _state(group, class_, confirmed_by, contradicted, now, thresholds)
    prices = _prices(lead)
    at, basis = _effective(group)
    shown = voices or sorted({str(move["lineage"]) for move in group})
    first = min(group, key=lambda move: (move["at"], move["source"], move["listing_id"]))
    return {
        "id": _identifier(first),
        "kind": str(lead["kind"]),
        "maker": _maker(lead),
        "seller": lead["seller"],
        "market": lead["market"],
        "model_version": _most(move["model_version"] for move in group),
        "model_versions": _list(move["model_version"] for move in group),
        "labels": _list(move["label"] for move in group),
        "listing_ids": _list(move["listing_id"] for move in group),
        "sources": _list(shown),
        "contradicted_by": _list(contradicted),
        "recorded_at": min(move["recorded_at"] for move in group),
        "public_at": first["at"],
        "effective_at": at,
        "bracket_from": first["bracket_from"],
        "bracket_to": first["at"],
        "effective_basis": basis.value,
        "currency": lead["currency"],
        "vat_included": lead["vat_included"],
        "prices": json.dumps(prices),
        "change_b31": lead["change_b31"],
        "change_b721": lead["change_b721"],
        "class_": class_.value,
        "state": state.value,
        "veto": lead["veto"].replace("_", " ") if isinstance(lead["veto"], str) else None,
        "explanation": explanation(
            lead=lead,
            first=first,
            prices=prices,
            class_=class_,
            state=state,
            lineages=shown,
            contradicted=contradicted,
            confirmed_by=confirmed_by,
            missing=_missing(lead, class_, state),
        ),
        "captures": json.dumps(_captures(group)),
        "flag": None,
    }


def _confirmed_by(group: list[Move]) -> str | None:
    """What confirms the decision, in words; None where nothing does.

    Lineages agree about a model, not about an amount: two that show the same step of two models confirm neither.
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
    voices: dict[str, set[str]] = {}
    for move in group:
        if move["witness"]:
            voices.setdefault(str(move["family"]), set()).add(str(move["lineage"]))
    agreed = sorted(set().union(*(own for own in voices.values() if len(own) > 1)))
    return f"independent lineages show the same step: {', '.join(agreed)}" if agreed else None


def _class(lead: Move, confirmed_by: str | None, contradicted: dict[str, str]) -> EventClass:
    if isinstance(lead["veto"], str) and not (VETOES[lead["veto"]].soft and confirmed_by):
        return VETOES[lead["veto"]].class_
    if confirmed_by or not contradicted:
        return EventClass.MARKET_MOVE
    return EventClass.CORRECTION if NEVER_HAD in contradicted.values() else EventClass.UNEXPLAINED


def _state(
    group: list[Move],
    class_: EventClass,
    confirmed_by: str | None,
    contradicted: dict[str, str],
    now: datetime,
    thresholds: Thresholds,
) -> EventState:
    lead = group[0]
    if class_ is not EventClass.MARKET_MOVE:
        return EventState.REVERTED if lead["back_again"] else EventState.RECORDED
    if confirmed_by:
        if lead["back_again"] and lead["own_page"]:
            return EventState.REVERTED
        return EventState.EXPIRED if _ended(lead, now, thresholds) else EventState.CONFIRMED
    young = pd.Timestamp(now) - lead["at"] < thresholds.hold
    return EventState.RECORDED if young or contradicted else EventState.PROBABLE


def _ended(lead: Move, now: datetime, thresholds: Thresholds) -> bool:
    """A promotion whose stated end has passed, and whose price was not seen after it."""
    if not isinstance(lead["promotion_new"], str):
        return False
    ends_at = json.loads(lead["promotion_new"]).get("ends_at")
    if ends_at is None or parse_instant(ends_at) >= now:
        return False
    return bool(lead["last_seen_new"] <= parse_instant(ends_at) + thresholds.hold)


def _missing(lead: Move, class_: EventClass, state: EventState) -> str | None:
    if class_ is not EventClass.MARKET_MOVE or state not in (EventState.RECORDED, EventState.PROBABLE):
        return None
    if lead["own_page"]:
        return "a second capture of the seller's own page, or an independent source that shows the same step"
    return "an independent source that shows the same step, or the seller's own page"


def _prices(lead: Move) -> dict[str, dict[str, str | None]]:
    """Old and new of the blended meters, moved or standing, and of other meters that moved."""
    pairs = {meter: (lead[f"old_{meter}"], lead[f"new_{meter}"]) for meter in BLENDED}
    if isinstance(lead["other"], str):
        pairs |= {meter: tuple(pair) for meter, pair in json.loads(lead["other"]).items()}
    known = {meter: pair for meter, pair in pairs.items() if not all(pd.isna(value) for value in pair)}
    return {meter: {"old": price_text(old), "new": price_text(new)} for meter, (old, new) in known.items()}


def _effective(group: list[Move]) -> tuple[Any, EffectiveBasis]:
    """The seller's date; else the earliest of the own page's first sight, a catalogue's date, and first sight.

    A date after the day on which somebody saw the new price is none.
    """
    good = [move for move in group if not move["vetoed_hard"]] or group
    announced = [move["announced_at"] for move in good if not pd.isna(move["announced_at"])]
    told = [(move["effective_at"], move["effective_basis"]) for move in good if not pd.isna(move["effective_at"])]
    known_by = min(move["at"] for move in good)
    dated = announced + [at for at, basis in told if basis == EffectiveBasis.SELLER_DATED and at <= known_by]
    if dated:
        return min(dated), EffectiveBasis.SELLER_DATED
    told = [(at, basis) for at, basis in told if at <= known_by]
    found = [(at, list(EffectiveBasis).index(EffectiveBasis(basis))) for at, basis in told]
    for move in good:
        basis = EffectiveBasis.SELLER_OBSERVED if move["own_page"] else EffectiveBasis.FIRST_SEEN
        found.append((move["at"], list(EffectiveBasis).index(basis)))
    at, rank = min(found)
    return at, list(EffectiveBasis)[rank]


def _identifier(first: Move) -> str:
    """DOORS: maker, kind, day of the move, currency, old and new amounts that moved, as first recorded."""
    moved = {meter: pair for meter, pair in _prices(first).items() if pair["old"] != pair["new"]}
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
    bodies = (move[name] for move in group for name in ("old_payload", "new_payload"))
    return list(dict.fromkeys(str(body) for body in bodies if not pd.isna(body)))


def _frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    table = pd.DataFrame(rows).sort_values(["recorded_at", "id"], kind="stable", ignore_index=True)
    return frames.coerce(table.drop_duplicates("id", keep="first").reset_index(drop=True), "events")
