"""The price a buyer is charged, in one sequence per price: net where a source states it, else list.

A page that runs a promotion states two amounts at once. Enters the frame `spells`; leave spells of one price that do
not overlap (`charged`), and the list amounts that stood beside net ones (`listed_beside`). `track` tells sequences of
one price apart that a page states side by side (with and without tax).
"""

from typing import Any

import pandas as pd

from pipeline import frames
from pipeline.domain.vocabulary import PriceBasis
from pipeline.normalise.codes import row_codes

Spell = dict[Any, Any]
PRICE = ("source", "listing_id", "meter", "currency", "per_unit")


def charged(spells: pd.DataFrame) -> pd.DataFrame:
    """Spells without overlap within (price, track). A list spell is cut where a net one stands."""
    ordered, overlapping = _overlapping(spells)
    plain = ordered[~overlapping].drop(columns="key")
    if not overlapping.any():
        return plain
    by_price: dict[int, list[Spell]] = {}
    for spell in ordered[overlapping].to_dict("records"):
        by_price.setdefault(int(spell["key"]), []).append({str(name): value for name, value in spell.items()})
    parts = [spell for key in sorted(by_price) for spell in _without_overlap(by_price[key])]
    table = pd.DataFrame(parts)
    return pd.concat([plain, frames.coerce(table, "spells").assign(track=table["track"])])


def listed_beside(spells: pd.DataFrame) -> pd.DataFrame:
    """List spells of the prices for which some source also states a net amount at the same time."""
    ordered, overlapping = _overlapping(spells)
    rows = ordered[overlapping]
    with_net = rows.loc[rows["price_basis"] == PriceBasis.NET.value, "key"]
    beside = rows["key"].isin(with_net) & (rows["price_basis"] != PriceBasis.NET.value)
    return rows[beside].drop(columns="key")


def _overlapping(spells: pd.DataFrame) -> tuple[pd.DataFrame, "pd.Series[bool]"]:
    rows = spells.assign(key=row_codes(spells, PRICE), track=0)
    rows = rows.sort_values(["key", "first_seen", "last_seen"], kind="stable", ignore_index=True)
    latest = rows.groupby("key")["last_seen"].cummax().shift(1)
    meets = (rows["key"] == rows["key"].shift(1)) & (rows["first_seen"] <= latest)
    return rows, rows["key"].isin(rows.loc[meets, "key"])


def _without_overlap(rows: list[Spell]) -> list[Spell]:
    """One price's spells: each tax basis a track of its own, list spells cut by net ones."""
    parts: list[Spell] = []
    for track, basis in enumerate(sorted({str(spell["vat_included"]) for spell in rows})):
        spells = [{**spell, "track": track} for spell in rows if spell["vat_included"] == basis]
        net = [spell for spell in spells if spell["price_basis"] == PriceBasis.NET.value]
        other = [spell for spell in spells if spell["price_basis"] != PriceBasis.NET.value]
        pieces = [piece for spell in other for piece in _pieces(spell, net)]
        followed = {piece["first_seen"] for piece in pieces}
        parts += pieces
        parts += [{**spell, "ended": "changed"} if spell["not_after"] in followed else spell for spell in net]
    return parts


def _pieces(spell: Spell, net: list[Spell]) -> list[Spell]:
    """What is left of a list spell outside the net spells (ordered in time)."""
    pieces, start = [], spell["first_seen"]
    for cover in net:
        if cover["last_seen"] < start or cover["first_seen"] > spell["last_seen"]:
            continue
        if cover["first_seen"] > start:
            last = start if cover["not_before"] is pd.NaT else max(start, cover["not_before"])
            pieces.append(_from(spell, start) | {"last_seen": last, "ended": "changed"})
        if cover["not_after"] is pd.NaT:
            return pieces
        start = cover["not_after"]
    if start <= spell["last_seen"]:
        pieces.append(_from(spell, start))
    return pieces


def _from(spell: Spell, start: Any) -> Spell:
    """What a buyer is charged from `start` on: nobody can have read or recorded it before."""
    return {**spell, "first_seen": start, **{name: max(spell[name], start) for name in ("public_at", "recorded_at")}}
