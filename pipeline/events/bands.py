"""An offer's standard price goes on when its context bands are drawn anew (METHODS 1: the shortest band is the base).

A seller that splits one price into two bands, moves their bound or joins them again gives its listing another name.
Enters spells and listings; leaves spells in which the base listings that followed each other in one source are one, so
that a cut made together with new bands is seen as a cut. Base listings that a source states side by side stay apart.
"""

import json
from typing import Any

import pandas as pd

from pipeline.domain.conditions import canonical_json
from pipeline.normalise.codes import row_codes

_BOUNDS = ("context_min", "context_max", "output_min", "output_max")
_OFFER = ["seller", "served_by", "market", "region", "model", "terms"]
_PRICE = ["source", "offer", "currency", "per_unit"]


def continued(spells: pd.DataFrame, listings: pd.DataFrame) -> "tuple[pd.DataFrame, pd.Series[bool]]":
    """`spells` under the listing that each offer ended with, and which of them belong to such an offer."""
    offers = _offers(listings)
    near = spells.loc[spells["listing_id"].isin(offers["listing_id"]), ["source", "listing_id", "currency", "per_unit"]]
    near = near.astype("str").join(spells[["meter", "first_seen", "last_seen"]])
    near["offer"] = near["listing_id"].map(offers.set_index("listing_id")["offer"])
    near["price"] = row_codes(near, _PRICE)
    near = near[near.groupby("price")["listing_id"].transform("nunique") > 1]
    near = near[~near["price"].isin(_side_by_side(near))]
    newest = near.sort_values(["first_seen", "listing_id"], kind="stable").groupby("price")["listing_id"].last()
    touched = pd.Series(spells.index.isin(near.index), index=spells.index, dtype=bool)
    if near.empty:
        return spells, touched
    names = spells["listing_id"].astype("str")
    names.loc[near.index] = near["price"].map(newest)
    return spells.assign(listing_id=names.astype("category")), touched


def _offers(listings: pd.DataFrame) -> pd.DataFrame:
    """Base listings (`listing_id`) of the offers that have several, with the number of their `offer`."""
    base = listings[listings["base"].astype(bool)]
    keyed = base.assign(
        model=base["model_version"].where(base["model_version"].notna(), "label:" + base["label"]),
        terms=_without_bounds(base["conditions"]),
    )
    keyed["offer"] = row_codes(keyed, _OFFER)
    return keyed.loc[keyed.duplicated("offer", keep=False), ["listing_id", "offer"]]


def _without_bounds(conditions: "pd.Series[str]") -> "pd.Series[str]":
    def bare(text: str) -> str:
        terms: dict[str, Any] = json.loads(text)
        return canonical_json({name: value for name, value in terms.items() if name not in _BOUNDS})

    kept = {text: bare(text) for text in conditions.astype("object").unique()}
    return conditions.astype("object").map(kept)


def _side_by_side(near: pd.DataFrame) -> "pd.Series[int]":
    """Offers of which two listings priced the same meter at the same time."""
    rows = near.sort_values(["price", "meter", "first_seen", "last_seen"], kind="stable")
    meter = [rows["price"], rows["meter"].astype("str")]
    latest = rows.groupby(meter)["last_seen"].cummax().groupby(meter).shift(1)
    other = rows["listing_id"].ne(rows.groupby(meter)["listing_id"].shift(1))
    clash: pd.Series[int] = rows.loc[other & (rows["first_seen"] <= latest), "price"]
    return clash
