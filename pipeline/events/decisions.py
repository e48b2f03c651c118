"""Decisions of sellers, told apart from what catalogues do to themselves (METHODS 5).

Enters what sources recorded; leaves decisions told apart, and of them at an instant the frame `events`, one row per
decision, and issues. A source is never compared with another to find a change, only to believe one.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

import pandas as pd

from pipeline import frames
from pipeline.domain.thresholds import Thresholds
from pipeline.domain.vocabulary import EffectiveBasis, EventKind, Trust
from pipeline.events.bands import continued
from pipeline.events.changes import joined, ordered, paired, same_amount
from pipeline.events.evidence import contradictions, struck
from pipeline.events.grouping import grouped
from pipeline.events.moves import recorded_moves
from pipeline.events.row import event_row
from pipeline.events.state import READ_OF_MOVE, Move
from pipeline.events.verdicts import with_vetoes
from pipeline.events.vetoes import is_step
from pipeline.events.week import with_weekly_means

_STEP = ["source", "at", "model", "listing_id"]
_TRUST = {trust.value: rank for rank, trust in enumerate(Trust)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Decisions told apart, before a clock is asked: the recorded moves of each, and why by contradicting lineage."""

    groups: tuple[tuple[list[Move], dict[str, str]], ...]
    moves: pd.DataFrame | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Recorded moves, the pairs that they are made of, and the spells that they lie between, under the listing that
    each offer ended with."""

    moves: pd.DataFrame
    pairs: pd.DataFrame
    spells: pd.DataFrame


def seen(
    pairs: pd.DataFrame,
    spells: pd.DataFrame,
    listings: pd.DataFrame,
    sources: pd.DataFrame,
    *,
    thresholds: Thresholds,
    resellers: frozenset[str] = frozenset(),
) -> Seen | None:
    """What sources recorded as moves of whole listings; None where nothing moved.

    `pairs` are what `changes.paired` found in `spells`, which are read `looks.followed`; `resellers` those of the whole
    ledger.
    """
    followed, redrawn = continued(spells, listings)
    pairs = _with_redrawn(pairs[~same_amount(pairs)], spells[redrawn], followed[redrawn])
    spells = followed
    if pairs.empty:
        return None
    pairs = with_weekly_means(pairs, spells, listings)
    moves = recorded_moves(pairs, spells, listings, sources, resellers=resellers)
    moves = _first_launches(moves, spells, listings, thresholds)
    return None if moves.empty else Seen(moves=moves, pairs=pairs, spells=spells)


def steps_of(found: Seen | None) -> pd.DataFrame:
    """What a bulk edit is counted in: source, instant, model and listing of every move from one price to another."""
    steps = pd.DataFrame(columns=_STEP) if found is None else found.moves.loc[is_step(found.moves), _STEP]
    return steps.astype(dict.fromkeys(_STEP, "str") | {"at": "datetime64[us, UTC]"})


def told_apart(
    found: Seen | None,
    listings: pd.DataFrame,
    sources: pd.DataFrame,
    bulk: pd.DataFrame,
    *,
    thresholds: Thresholds,
    announcements: pd.DataFrame | None = None,
    rates: pd.DataFrame | None = None,
    aliases: pd.DataFrame | None = None,
    closed: frozenset[str] = frozenset(),
) -> Told:
    """Every decision with the recorded moves that show it; no clock is asked.

    Parameters
    ----------
    bulk
        The `bulk_looks` among the steps of the whole ledger.
    announcements
        Dated statements of sellers: columns `seller`, `label`, `effective_at`; one within the bracket (7 days either
        side; brackets of up to 45 days) dates and confirms a decision.
    rates
        Frame `rates`; without it no move is explained by an exchange rate.
    aliases
        Curated pointers of floating names: `maker`, `alias`, `slug`, `since`, `until` (days). Without them a floating
        name that moves alone is read as an alias move.
    closed
        Model versions whose weights are known not to be open.

    Notes
    -----
    `change_b31` and `change_b721` are those of one source, never of two; NaN where a part is unknown on either side.
    """
    if found is None:
        return Told(groups=(), moves=None)
    moves, pairs, spells = found.moves, found.pairs, found.spells
    moves = with_vetoes(
        moves,
        pairs,
        spells,
        listings,
        sources,
        bulk,
        rates=rates,
        aliases=aliases,
        closed=closed,
        thresholds=thresholds,
    )
    moves = struck(_dated(moves, announcements, thresholds), spells, listings, sources, thresholds)
    moves = _ranked(grouped(moves, thresholds))
    leads = moves.drop_duplicates("decision")
    against = contradictions(leads, spells, listings, sources, thresholds)
    said: dict[int, dict[str, str]] = {}
    for decision, lineage, why in against.itertuples(index=False):
        said.setdefault(int(decision), {})[str(lineage)] = str(why)
    members: dict[int, list[Move]] = {}
    for move in cast(list[Move], moves[list(READ_OF_MOVE)].to_dict("records")):
        members.setdefault(int(move["decision"]), []).append(move)
    groups = tuple((group, said.get(decision, {})) for decision, group in members.items())
    return Told(groups=groups, moves=moves)


def standing(told: Told, now: datetime, thresholds: Thresholds) -> pd.DataFrame:
    """The frame `events` at an instant, `in_order`.

    Nothing uncorroborated leaves `recorded` within 48 h of `now`.
    """
    if not told.groups:
        return frames.empty("events")
    rows = pd.DataFrame([event_row(group, against, now, thresholds) for group, against in told.groups])
    return frames.coerce(in_order(rows).drop_duplicates("id", keep="first").reset_index(drop=True), "events")


def in_order(events: pd.DataFrame) -> pd.DataFrame:
    """Decisions by the instant at which they were recorded, and by their name."""
    return events.sort_values(["recorded_at", "id"], kind="stable", ignore_index=True)


def _with_redrawn(pairs: pd.DataFrame, was: pd.DataFrame, redrawn: pd.DataFrame) -> pd.DataFrame:
    """`pairs` with those of `redrawn`, spells that `was` had under several listings, in place of theirs; only where
    their source changed some price at that instant."""
    if redrawn.empty:
        return pairs.reset_index(drop=True)
    place, look = ["source", "listing_id", "currency", "per_unit"], ["source", "first_seen_new"]
    own = paired(redrawn)
    own = own[_keys(own, look).isin(_keys(pairs, look))]
    return ordered(joined([pairs[~_keys(pairs, place).isin(_keys(was, place))], own]))


def _keys(rows: pd.DataFrame, names: list[str]) -> pd.MultiIndex:
    texts = [name for name in names if name != "first_seen_new"]
    return pd.MultiIndex.from_frame(rows[names].astype(dict.fromkeys(texts, "str")))


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
    """`moves` with `announced_at`: the seller's dated statement that falls into the bracket, else the nearest to it.

    A statement about a model dates its launch or withdrawal and no price, one about a price no launch.
    """
    if announcements is None or announcements.empty:
        return moves.assign(announced_at=pd.Series(pd.NaT, index=moves.index, dtype="datetime64[us, UTC]"))
    said = announcements.reindex(columns=["seller", "label", "effective_at", "about"])
    said = said.rename(columns={"effective_at": "announced_at"})
    met = moves[["move", "kind", "seller", "label", "bracket_from", "at"]].merge(said, on=["seller", "label"])
    of_model = met["kind"].isin([EventKind.LAUNCH, EventKind.WITHDRAWAL]).map({True: "model", False: "price"})
    met = met[met["about"].isna() | met["about"].eq(of_model)]
    start = met["bracket_from"].fillna(met["at"])
    met = met[met["at"] - start <= thresholds.corroborated_after]  # a wide bracket would take any statement
    early, late = start - met["announced_at"], met["announced_at"] - met["at"]
    outside = pd.concat([early, late], axis=1).max(axis=1)
    met = met.assign(outside=outside.where(outside > pd.Timedelta(0), pd.Timedelta(0)))
    nearest = met[met["outside"] <= thresholds.same_decision].sort_values(["outside", "announced_at"], kind="stable")
    first = nearest.drop_duplicates("move")[["move", "announced_at"]]
    return moves.merge(first, on="move", how="left", validate="many_to_one")


def _ranked(moves: pd.DataFrame) -> pd.DataFrame:
    """The move that speaks for a decision first: base, unvetoed, the seller's own page, first party, most trusted.

    One that knows the windows of the week speaks before one that knows a flat price, and of those one that cites the
    seller's date: who cites it has read the hours where the seller states them, days of the week included.
    """
    hourless = moves["hours_input"].isna() & moves["hours_output"].isna()
    ranked = moves.assign(
        vetoed=moves["veto"].notna().astype(int) + moves["vetoed_hard"].astype(int),
        other=moves["other"].astype("object"),
        rank=moves["trust"].map(_TRUST),
        **{f"not_{name}": ~moves[name].astype(bool) for name in ("own_page", "first_party", "base")},
        blendless=moves["change_b31"].isna(),
        hourless=hourless,
        uncited=~hourless & moves["effective_basis"].ne(EffectiveBasis.SELLER_DATED),
    )
    order = [
        "not_base",
        "vetoed",
        "not_own_page",
        "not_first_party",
        "hourless",
        "uncited",
        "rank",
        "blendless",
        "at",
        "source",
        "listing_id",
    ]
    return ranked.sort_values(order, kind="stable", ignore_index=True)
