"""Step 2 of METHODS 5: a floating label that was pointed at another model version.

A label floats where identity says so (`-latest`, a known alias) or where dated siblings of it are sold. Its move is an
alias move unless a version that does not float made the same move: then the label followed a price.
"""

import re

import pandas as pd

from pipeline.domain.thresholds import Thresholds
from pipeline.events.vetoes import is_step

_DATE = re.compile(
    r"[-@:_]?(?:20\d{2}-?[01]\d-?[0-3]\d|2[3-9][01]\d|[01]\d-?[0-3]\d|20\d{2}-?[01]\d)(?:-v\d+(?::\d+)?)?$"
)
_FLOATING = re.compile(r"[-:]latest$")


def floats(listings: pd.DataFrame) -> "pd.Series[bool]":
    """One value per listing, keyed by `listing_id`."""
    names = listings["label"].astype("str").str.rsplit("/", n=1).str[-1].str.lower()
    stems = names.str.replace(_DATE, "", regex=True)
    makers = listings["maker"].astype("object")
    dated = stems != names
    siblings = set(zip(makers[dated], stems[dated], strict=True))
    undated = [pair in siblings for pair in zip(makers, names, strict=True)]
    named = names.str.contains(_FLOATING, regex=True)
    return (listings["floating"] | named | pd.Series(undated, index=listings.index)).set_axis(listings["listing_id"])


def alias_moved(
    moves: pd.DataFrame, listings: pd.DataFrame, aliases: pd.DataFrame | None, thresholds: Thresholds
) -> "pd.Series[bool]":
    """The label floats, and no version's own price made this move within the window of corroboration.

    A label that is known to have pointed to one version all the while made the move itself.
    """
    floating = moves["listing_id"].map(floats(listings)).fillna(False).astype(bool)
    candidates = moves.loc[floating & is_step(moves), ["move", "maker", "currency", "amounts", "at"]]
    own = moves.loc[~floating & is_step(moves), ["maker", "currency", "amounts", "at"]]
    met = candidates.merge(own, on=["maker", "currency", "amounts"], suffixes=("", "_own"))
    apart = met["at_own"] - met["at"]
    near = apart.between(-thresholds.corroborated_before, thresholds.corroborated_after)
    followed = moves["move"].isin(met.loc[near, "move"])
    return floating & is_step(moves) & ~followed & pointer(moves, aliases, thresholds).ne("same")


def pointer(moves: pd.DataFrame, aliases: pd.DataFrame | None, thresholds: Thresholds) -> "pd.Series[str]":
    """What is known of a label's target between first sight of the old price and the move: same, changed or unknown."""
    if aliases is None or aliases.empty:
        return pd.Series("unknown", index=moves.index)
    known = aliases.dropna(subset=["slug"]).assign(model_version=aliases["maker"] + "/" + aliases["alias"])
    known = known.assign(
        since=pd.to_datetime(known["since"], utc=True),
        until=pd.to_datetime(known["until"], utc=True).fillna(pd.Timestamp("2262-01-01", tz="UTC")),
    )
    met = moves[["move", "model_version", "since_old", "at"]].merge(known, on="model_version")
    began = (met["since"] > met["since_old"]) & (met["since"] <= met["at"] + thresholds.same_decision)
    stood = (met["since"] <= met["since_old"]) & (met["at"] <= met["until"])
    state = pd.Series("unknown", index=moves.index)
    state = state.mask(moves["move"].isin(met.loc[stood, "move"]), "same")
    return state.mask(moves["move"].isin(met.loc[began, "move"]), "changed")


def points_elsewhere(
    moves: pd.DataFrame,
    spells: pd.DataFrame,
    listings: pd.DataFrame,
    aliases: pd.DataFrame | None,
    thresholds: Thresholds,
) -> "pd.Series[bool]":
    """An alias move with its other half: the pointer is known to have changed, or a fixed version of the maker had the
    new input and output before.
    """
    hit = alias_moved(moves, listings, aliases, thresholds)
    asked = moves.loc[hit & moves["new_input"].notna() & moves["new_output"].notna()]
    fixed = floats(listings)
    versions = listings[~listings["listing_id"].map(fixed).astype(bool)][
        ["listing_id", "maker", "market", "model_version"]
    ]
    prices = spells[spells["meter"].isin(["input", "output"]) & spells["listing_id"].isin(versions["listing_id"])]
    columns = ["source", "listing_id", "meter", "currency", "nano_per_million", "first_seen", "last_seen"]
    texts = dict.fromkeys(("source", "listing_id", "meter", "currency"), "str")
    prices = prices[columns].astype(texts).merge(versions, on="listing_id")
    found = []
    for meter in ("input", "output"):
        keyed = asked.assign(nano_per_million=asked[f"new_{meter}"].astype("int64")).astype({"currency": "str"})
        own = keyed[["move", "maker", "market", "currency", "nano_per_million", "at"]]
        met = own.merge(prices[prices["meter"] == meter], on=["maker", "market", "currency", "nano_per_million"])
        stood = (met["first_seen"] <= met["at"]) & (met["last_seen"] >= met["at"] - thresholds.undone_within)
        found.append(set(zip(met.loc[stood, "move"], met.loc[stood, "model_version"], strict=True)))
    stood_there = moves["move"].isin({move for move, _ in found[0] & found[1]})
    return hit & (stood_there | pointer(moves, aliases, thresholds).eq("changed"))
