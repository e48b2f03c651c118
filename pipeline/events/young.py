"""A listing younger than a week (METHODS 5, step 1), and who vouches for the price that it leaves.

Catalogues put new entries right within days: alone such a change is the catalogue's. Where another lineage had stated
the old price for a week before the entry began, a second lineage that shows the step decides.
"""

import pandas as pd

from pipeline.domain.thresholds import Thresholds
from pipeline.events.alias import stems
from pipeline.events.vetoes import is_step


def younger_than_a_week(
    moves: pd.DataFrame, spells: pd.DataFrame, listings: pd.DataFrame, sources: pd.DataFrame, thresholds: Thresholds
) -> "tuple[pd.Series[bool], pd.Series[bool]]":
    """The source had listed it for less than seven days; a listing of the source's first look has no known age.

    First those whose old price nobody else vouches for; then those whose old price another lineage had stated for
    seven days when this listing began: it had outlasted the week in which catalogues put new entries right. An offer
    whose windows changed has another listing each time: there the age is that of the price it left.
    """
    by_listing = spells.groupby(["source", "listing_id"], observed=True)
    born = by_listing.agg(first_seen=("first_seen", "min")).reset_index()
    watched = spells[spells["not_before"].notna()].merge(born, on=["source", "listing_id", "first_seen"])
    born = watched.drop_duplicates(["source", "listing_id"])[["source", "listing_id", "first_seen"]]
    born = born.astype({"source": "str", "listing_id": "str"})
    first = moves[["source", "listing_id"]].merge(born, how="left", on=["source", "listing_id"], validate="many_to_one")
    since = first["first_seen"].set_axis(moves.index).mask(moves["windows"], moves["since_old"])
    young = is_step(moves) & (moves["at"] - since < thresholds.young_listing)
    known = moves["move"].isin(_vouched(moves.assign(born=since)[young], spells, listings, sources, thresholds))
    return young & ~known, young & known


def _vouched(
    young: pd.DataFrame, spells: pd.DataFrame, listings: pd.DataFrame, sources: pd.DataFrame, thresholds: Thresholds
) -> "set[int]":
    """Moves whose old prices another lineage stated of that seller's model, before the entry and beside it."""
    lineage = sources.set_index("source")["lineage"]
    place = ["maker", "seller", "market", "family", "currency"]
    asked = young.assign(needed=young["moved_input"].astype(int) + young["moved_output"].astype(int))
    models = listings["model_version"].where(listings["model_version"].notna(), "label:" + listings["label"])
    near = listings[["listing_id", "maker", "seller", "market"]].assign(family=stems(models))
    near = near[near["family"].isin(asked["family"]) & listings["base"]]
    stated = spells[spells["listing_id"].isin(near["listing_id"]) & spells["meter"].isin(["input", "output"])]
    stated = stated[["source", "listing_id", "meter", "currency", "nano_per_million", "first_seen", "last_seen"]]
    stated = stated.astype(dict.fromkeys(("source", "listing_id", "meter", "currency"), "str")).merge(
        near, on="listing_id"
    )
    stated = stated.assign(voice=stated["source"].map(lineage))
    met = asked.astype({"currency": "str"}).merge(stated, on=place, suffixes=("", "_stated"))
    met = met[met["lineage"].ne(met["voice"]) & met["voice"].notna()]
    moved = met["moved_input"].where(met["meter"].eq("input"), met["moved_output"]).astype(bool)
    old = met["old_input"].where(met["meter"].eq("input"), met["old_output"]).astype("float64")
    same = (met["nano_per_million"] - old).abs() * 100 <= thresholds.same_price_percent * old
    before = (met["born"] - met["first_seen"] >= thresholds.young_listing) & (met["last_seen"] >= met["born"])
    told = met[moved & same & before].groupby(["move", "voice"])
    found = told.agg(meters=("meter", "nunique"), needed=("needed", "first")).reset_index()
    return set(found.loc[found["meters"] == found["needed"], "move"])
