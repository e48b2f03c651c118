"""Recorded moves: the meters of one listing that changed together in one source.

Enters the paired changes of `changes.paired`, spells, listings and sources; leaves one row per source, listing,
currency and instant, with the prices of the blended meters on both sides (those that moved and those that stood).
Nothing is judged here.
"""

import json
from typing import Any

import numpy as np
import pandas as pd

from pipeline.domain.vocabulary import EventKind, Trust
from pipeline.events.alias import stems
from pipeline.events.blend import BLENDED, with_blends
from pipeline.events.charged import charged
from pipeline.normalise.codes import row_codes

_MOVE = ("source", "listing_id", "currency", "per_unit", "first_seen_new", "beside")
_TEXTS = ("vat_included", "vat_old", "promotion_old", "promotion_new", "old_payload", "new_payload", "effective_basis")
_FACTS = (
    *("listing_id", "seller", "served_by", "market", "region", "label", "conditions", "maker", "model_version"),
    *("first_party", "floating", "tier", "base"),
)


def recorded_moves(
    pairs: pd.DataFrame,
    spells: pd.DataFrame,
    listings: pd.DataFrame,
    sources: pd.DataFrame,
    *,
    resellers: frozenset[str] = frozenset(),
) -> pd.DataFrame:
    """One row per recorded move, ordered by `at` (first sight of the new prices), source and listing.

    `resellers` are sellers of others' computing (`resellers_of`, and those known to be).

    Columns of the listing and the source (`lineage`, `trust`, `own_sellers`), of the pair (`bracket_from`, `since_old`,
    `looks_new` …), `old_input` to `new_output` (Int64 of 10⁻⁹ per million units; standing prices too), `moved_input` …,
    `other` (JSON of further meters that moved), `kind`, `amounts` (text of the meters that moved) and both blends.
    """
    every = pairs.assign(move=row_codes(pairs, _MOVE))
    every["phase"] = np.select([every["old_nano"].isna(), every["new_nano"].isna()], ["launch", "withdrawal"], "change")
    step = every["phase"].eq("change")
    # A meter that a listing gained or lost as another moved is an entry completed, and no part of the move.
    alone = ~every["move"].isin(every.loc[step, "move"]) & _whole(every, spells)
    coded = every[step | alone]
    moves = _gathered(coded).merge(listings[list(_FACTS)], on="listing_id", how="left", validate="many_to_one")
    moves["base"] |= moves.pop("whole").astype(bool)
    voices = sources[["source", "lineage", "trust", "sellers", "confirmed"]].rename(columns={"sellers": "own_sellers"})
    moves = moves.merge(voices, on="source", how="left", validate="many_to_one")
    moves["model"] = moves["model_version"].where(moves["model_version"].notna(), "label:" + moves["label"])
    moves["family"] = stems(moves["model"])
    moves["reseller"] = moves["seller"].isin(resellers) & ~moves["first_party"]
    moves["own_page"] = _own_page(moves)
    moves = _with_prices(moves, coded, _standing(moves, every, spells))
    moves["kind"] = _kind(moves)
    moves["amounts"] = _amounts(moves)
    moves = with_blends(moves)
    return moves.sort_values(["at", "source", "listing_id", "currency", "beside"], kind="stable", ignore_index=True)


def _whole(coded: pd.DataFrame, spells: pd.DataFrame) -> "pd.Series[bool]":
    """Launches and withdrawals of a whole listing in a source, not of one of its meters."""
    span = spells.groupby(["source", "listing_id"], observed=True)[["first_seen", "last_seen"]]
    known = span.agg({"first_seen": "min", "last_seen": "max"}).reset_index()
    known = known.astype({"source": "str", "listing_id": "str"})
    rows = coded[["source", "listing_id"]].astype("str").merge(known, on=["source", "listing_id"], how="left")
    begins = coded["first_seen_new"].to_numpy() <= rows["first_seen"].to_numpy()
    ends = coded["first_seen_new"].to_numpy() > rows["last_seen"].to_numpy()
    return pd.Series(np.where(coded["phase"] == "launch", begins, ends), index=coded.index, dtype=bool)


def _gathered(coded: pd.DataFrame) -> pd.DataFrame:
    """One row per move: what its meters' changes have in common, the most careful value where they differ."""
    # A meter that stood was seen with its price until now: only one that moved says until when the old price did.
    stood = coded["old_nano"].eq(coded["new_nano"]).fillna(False)
    coded = coded.assign(last_seen_moved=coded["last_seen_old"].mask(stood))
    by_move = coded.sort_values(["move", "meter"], kind="stable").groupby("move", sort=True)
    rows = by_move[[*_MOVE, *_TEXTS]].first()
    late = by_move[["last_seen_old", "since_old", "not_before", "public_at", "recorded_at"]].max()
    early = by_move[["looks_new", "last_seen_new", "effective_at"]].min()
    rows = rows.join(late).join(early).join(by_move[["across_gap", "windows", "whole"]].any())
    rows = rows.join(by_move[["dropped", "every_hour"]].all())
    rows["last_seen_old"] = by_move["last_seen_moved"].max().fillna(rows["last_seen_old"])
    rows["bracket_from"] = rows["last_seen_old"].fillna(rows["not_before"])
    return rows.reset_index().rename(columns={"first_seen_new": "at"}).astype({"source": "str", "listing_id": "str"})


def resellers_of(listings: pd.DataFrame, sources: pd.DataFrame) -> frozenset[str]:
    """Sellers that resell others' computing: some listing names who computes, or their own document is an aggregator's.

    Such a seller states a mix: its price moves when another host is chosen.
    """
    named = listings.loc[listings["seller"].ne(listings["served_by"]) & ~listings["first_party"], "seller"]
    catalogues = sources[sources["trust"].isin([Trust.AGGREGATOR, Trust.COPY])]
    single = [json.loads(sellers) for sellers in catalogues["sellers"]]
    return frozenset({*named.astype("str"), *(sellers[0] for sellers in single if len(sellers) == 1)})


def _own_page(moves: pd.DataFrame) -> "pd.Series[bool]":
    """The source is the page (or an archived copy of it) of the seller, who computes or made the model itself."""
    own = [
        trust in (Trust.SELLER, Trust.ARCHIVE) and seller in json.loads(sellers)
        for trust, seller, sellers in zip(moves["trust"], moves["seller"], moves["own_sellers"], strict=True)
    ]
    return pd.Series(own, index=moves.index, dtype=bool) & ~moves["reseller"] & moves["confirmed"].astype(bool)


def _with_prices(moves: pd.DataFrame, coded: pd.DataFrame, standing: pd.DataFrame) -> pd.DataFrame:
    found = moves.set_index("move")
    for meter in BLENDED:
        own = coded[coded["meter"] == meter].set_index("move")[["old_nano", "new_nano"]]
        stood = standing[standing["meter"] == meter].set_index("move")["nano_per_million"].astype("Int64")
        moved = own["old_nano"].ne(own["new_nano"]).fillna(True)
        found[f"moved_{meter}"] = found.index.isin(own.index[moved])
        for side in ("old", "new"):
            value = own[f"{side}_nano"].reindex(found.index)
            found[f"{side}_{meter}"] = value.where(found.index.isin(own.index), stood.reindex(found.index))
        hours = coded[coded["meter"] == meter].set_index("move")["hours_new"]
        found[f"hours_{meter}"] = hours.reindex(found.index).astype("object")
    found["other"] = _other_meters(coded).reindex(found.index)
    return found.reset_index()


def _standing(moves: pd.DataFrame, every: pd.DataFrame, spells: pd.DataFrame) -> pd.DataFrame:
    """Blended meters of which `every` change tells nothing: their spells stood on both sides of the instant."""
    key = ["source", "listing_id", "currency", "per_unit"]
    texts = dict.fromkeys((*key, "meter"), "str")
    blended = spells["meter"].isin(BLENDED) & spells["listing_id"].isin(moves["listing_id"])
    prices = charged(spells[blended])[[*key, "meter", "nano_per_million", "first_seen", "last_seen"]].astype(texts)
    changes = moves.loc[moves["move"].isin(every.loc[every["phase"] == "change", "move"]), ["move", "at", *key]]
    met = changes.astype(dict.fromkeys(key, "str")).merge(prices, on=key, how="inner")
    met = met[(met["first_seen"] <= met["at"]) & (met["at"] <= met["last_seen"])]
    moved = pd.MultiIndex.from_frame(every[["move", "meter"]].astype({"meter": "str"}))
    met = met[~pd.MultiIndex.from_frame(met[["move", "meter"]]).isin(moved)]
    return met.sort_values(["move", "meter", "first_seen"]).drop_duplicates(["move", "meter"], keep="last")


def _other_meters(coded: pd.DataFrame) -> "pd.Series[str]":
    rows = coded[~coded["meter"].isin(BLENDED)].sort_values(["move", "meter"])
    found: dict[int, dict[str, list[int | None]]] = {}
    for move, meter, old, new in zip(rows["move"], rows["meter"], rows["old_nano"], rows["new_nano"], strict=True):
        found.setdefault(move, {})[str(meter)] = [None if pd.isna(value) else int(value) for value in (old, new)]
    return pd.Series({move: json.dumps(meters) for move, meters in found.items()}, dtype="str")


def _kind(moves: pd.DataFrame) -> "np.ndarray[Any, Any]":
    """The kind of each move, by the meters that moved: the blended ones, else the others."""
    falls, rises = _direction(moves)
    launch = moves[[f"old_{meter}" for meter in BLENDED]].isna().all(axis=1) & moves["last_seen_old"].isna()
    withdrawal = moves["looks_new"].isna() & ~launch
    began = moves["promotion_old"].isna() & moves["promotion_new"].notna()
    ended = moves["promotion_old"].notna() & moves["promotion_new"].isna()
    free = [_all_zero(moves, side) for side in ("new", "old")]
    return np.select(
        [
            launch,
            withdrawal,
            moves["windows"] & ~moves["every_hour"].astype(bool),
            moves["beside"] & ended,
            moves["beside"],
            free[0] & falls,
            free[1] & rises,
            falls & ~rises & began,
            rises & ~falls & ended,
            falls & ~rises,
            rises & ~falls,
        ],
        [
            *(EventKind.LAUNCH, EventKind.WITHDRAWAL, EventKind.WINDOWS),
            *(EventKind.PROMOTION_PERMANENT, EventKind.LIST_ONLY),
            *(EventKind.TO_FREE, EventKind.FROM_FREE, EventKind.PROMOTION_START, EventKind.PROMOTION_END),
            *(EventKind.CUT, EventKind.RISE),
        ],
        EventKind.MIXED,
    ).astype(object)


def _direction(moves: pd.DataFrame) -> "tuple[pd.Series[bool], pd.Series[bool]]":
    """Whether any meter fell and whether any rose."""
    falls, rises = (pd.Series(False, index=moves.index) for _ in range(2))
    for meter in BLENDED:
        old, new = moves[f"old_{meter}"], moves[f"new_{meter}"]
        falls |= (new < old).fillna(False).astype(bool)
        rises |= (new > old).fillna(False).astype(bool)
    none = ~falls & ~rises
    others = [json.loads(text) if isinstance(text, str) else {} for text in moves["other"]]
    known = [[pair for pair in meters.values() if None not in pair] for meters in others]
    fell = pd.Series([any(new < old for old, new in pairs) for pairs in known], index=moves.index, dtype=bool)
    rose = pd.Series([any(new > old for old, new in pairs) for pairs in known], index=moves.index, dtype=bool)
    return falls | (none & fell), rises | (none & rose)


def _all_zero(moves: pd.DataFrame, side: str) -> "pd.Series[bool]":
    """Input and output (those that are known) cost nothing on this side."""
    known = moves[[f"{side}_input", f"{side}_output"]]
    return ((known == 0) | known.isna()).fillna(True).all(axis=1) & known.notna().any(axis=1)


def _amounts(moves: pd.DataFrame) -> "pd.Series[str]":
    """Old and new amounts of input and output where they moved, else of the cached input, else of the other meters."""
    input_, cached, output = (_pair_text(moves, meter) for meter in BLENDED)
    core = input_ + output
    return core.where(core != "", cached.where(cached != "", moves["other"].fillna("").astype("str")))


def _pair_text(moves: pd.DataFrame, meter: str) -> "pd.Series[str]":
    old, new = (moves[f"{side}_{meter}"].fillna(-1).astype("str") for side in ("old", "new"))
    return (meter + ":" + old + ">" + new + ";").where(moves[f"moved_{meter}"], "").astype("str")
