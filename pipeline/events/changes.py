"""Recorded changes: neighbouring spells of one source and one price that differ (DESIGN 3).

Enters the frame `spells`; leaves the frame `changes` and issues. A source is compared with itself only, an amount with
its neighbour in time only; nothing is judged here. The price that is compared is what a buyer is charged: the net
amount where the source states one, else the list amount. A list amount that moves beside a net one is kept apart.
"""

from collections.abc import Hashable, Iterator
from typing import Any

import pandas as pd

from pipeline import frames
from pipeline.domain.quote import Issue
from pipeline.domain.vocabulary import IssueKind
from pipeline.events.charged import PRICE, charged, listed_beside
from pipeline.normalise.codes import row_codes

_SAME = {"source", "listing_id", "meter", "currency", "per_unit", "beside"}
_OF_NEW = {
    "vat_included": "vat_included",
    "price_basis": "price_basis",
    "nano_per_million": "new_nano",
    "first_seen": "first_seen_new",
    "effective_at": "effective_at",
    "effective_basis": "effective_basis",
    "public_at": "public_at",
    "recorded_at": "recorded_at",
    "first_payload": "new_payload",
    "promotion": "promotion_new",
    "captures": "looks_new",
    "where": "where_new",
    "last_seen": "last_seen_new",
}
_OF_OLD = {
    "nano_per_million": "old_nano",
    "last_seen": "last_seen_old",
    "last_payload": "old_payload",
    "vat_included": "vat_old",
    "price_basis": "basis_old",
    "promotion": "promotion_old",
    "first_seen": "since_old",
}


def changes_of(pairs: pd.DataFrame, sources: pd.DataFrame) -> pd.DataFrame:
    """The frame `changes` of what `paired` found, ordered by public time.

    A launch has no old price, a withdrawal no new one; the first look of a source launches nothing. The same amount on
    another tax or price basis is the issue `basis_changed` and no change. Across a gap the change keeps its bracket and
    `across_gap`; the same amount after a gap is none. `sources` gives the lineage.

    Raises
    ------
    FrameError
        A frame has not its declared columns.
    """
    changes = pairs[~same_amount(pairs)].reset_index(drop=True)
    changes["lineage"] = changes["source"].astype("str").map(sources.set_index("source")["lineage"])
    return frames.coerce(changes, "changes")


def basis_changes(pairs: pd.DataFrame) -> Iterator[tuple[str, Issue]]:
    """By listing the issues of what `paired` found: amounts that stayed on another basis."""
    for pair in pairs[same_amount(pairs)].to_dict("records"):
        yield str(pair["listing_id"]), _basis_issue(pair)


def ordered(changes: pd.DataFrame) -> pd.DataFrame:
    """Changes by public time."""
    return changes.sort_values(["first_seen_new", *PRICE, "price_basis"], kind="stable", ignore_index=True)


def same_amount(pairs: pd.DataFrame) -> "pd.Series[bool]":
    """Pairs of one amount on two bases: no change."""
    return (pairs["old_nano"] == pairs["new_nano"]).fillna(False).astype(bool)


def paired(spells: pd.DataFrame) -> pd.DataFrame:
    """Changes with all that is known of their two spells: the columns of `changes` but `lineage`, and more.

    Further columns: `not_before` (last look without the price, at a launch), `vat_old`, `basis_old`, `promotion_old`,
    `promotion_new`, `since_old` (first sight of the old price), `looks_new` (captures that state the new price),
    `last_seen_new`, `beside` (a list amount that moved while a net one stood). Equal amounts on another tax or price
    basis are rows too.
    """
    parts = [_pairs(charged(spells).assign(beside=False))]
    beside = listed_beside(spells)
    if len(beside):
        aside = _pairs(beside.assign(beside=True))
        parts.append(aside[aside["old_nano"].notna() & aside["new_nano"].notna()])
    return ordered(joined(parts).drop_duplicates([*PRICE, "price_basis", "first_seen_new"]))


def _pairs(spells: pd.DataFrame) -> pd.DataFrame:
    """Neighbours among spells that do not overlap within (price, track)."""
    spells = spells.assign(
        key=row_codes(spells, (*PRICE, "track")),
        nano_per_million=spells["nano_per_million"].astype("Int64"),  # a shift would make floats of int64
    )
    spells = spells.sort_values(["key", "first_seen"], kind="stable", ignore_index=True)
    old = spells.shift(1)
    follows = spells["key"].eq(old["key"])
    absent = follows & old["ended"].eq("withdrawn") & spells["first_seen"].gt(old["not_after"])
    # Two labels of one listing may be stated side by side: where the old price still stands nothing moved.
    beside = spells["first_seen"].lt(old["last_seen"])
    moved = follows & ~absent & ~beside & _differs(spells, old)
    appeared = (~follows & spells["not_before"].notna()) | absent
    last = spells["key"].ne(spells["key"].shift(-1)) & spells["ended"].eq("withdrawn")
    gone = (last | absent.shift(-1, fill_value=False)) & spells["not_after"].notna()
    return joined([_moved(old[moved], spells[moved]), _launches(spells[appeared]), _withdrawals(spells[gone])])


def _differs(new: pd.DataFrame, old: pd.DataFrame) -> "pd.Series[bool]":
    """Another amount, or the same on another basis."""
    amounts = new["nano_per_million"].ne(old["nano_per_million"]).fillna(False)
    rebased = new["vat_included"].astype("str").ne(old["vat_included"].astype("str"))
    return amounts.astype(bool) | rebased | new["price_basis"].astype("str").ne(old["price_basis"].astype("str"))


def _moved(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    rows = new[[*_SAME, *_OF_NEW]].rename(columns=_OF_NEW)
    before = old[list(_OF_OLD)].rename(columns=_OF_OLD)
    return rows.join(before).assign(across_gap=old["ended"].eq("gap"))


def _launches(new: pd.DataFrame) -> pd.DataFrame:
    rows = new[[*_SAME, *_OF_NEW, "not_before"]].rename(columns=_OF_NEW)
    return rows.assign(across_gap=False)


def _withdrawals(old: pd.DataFrame) -> pd.DataFrame:
    """The look that lacks the price is known by its instant only; the last body that stated it stands for it."""
    rows = old[[*_SAME, *_OF_OLD]].rename(columns=_OF_OLD)
    kept = old[["vat_included", "price_basis", "public_at", "recorded_at", "last_payload", "not_after"]]
    kept = kept.rename(columns={"last_payload": "new_payload", "not_after": "first_seen_new"})
    known = {name: kept[[name, "first_seen_new"]].max(axis=1) for name in ("public_at", "recorded_at")}
    return rows.join(kept.assign(**known)).assign(across_gap=False)


_INTEGERS = ("old_nano", "new_nano", "looks_new")
_INSTANTS = (
    *("last_seen_old", "first_seen_new", "effective_at", "public_at", "recorded_at"),
    *("since_old", "last_seen_new", "not_before"),
)


def joined(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """One table; what a launch or a withdrawal does not know is missing."""
    rows = pd.concat(parts, ignore_index=True)
    instants = {name: pd.to_datetime(rows[name], utc=True).astype("datetime64[us, UTC]") for name in _INSTANTS}
    return rows.assign(**{name: rows[name].astype("Int64") for name in _INTEGERS}, **instants)


def _basis_issue(pair: dict[Hashable, Any]) -> Issue:
    """Named as the spells of one source name it, so that the ledger keeps one issue of both."""
    return Issue(
        kind=IssueKind.BASIS_CHANGED.value,
        subject=f"{pair['listing_id']} {pair['meter']}",
        place=f"{pair['new_payload']} {pair['where_new']}",
        text=f"the same amount, but tax included: {pair['vat_old']} → {pair['vat_included']}, "
        f"price basis: {pair['basis_old']} → {pair['price_basis']}",
    )
