"""Step 2 of METHODS 5: a floating label that was pointed at another model version.

A label floats where its name says so (`-latest`), where it is a known alias at that time, or where dated siblings of it
were on sale. Its move is an alias move unless a version that does not float made the same move: then the label followed
a price. Where label and price moved together, and the version is sold under no name of its own, the listing itself
moved: what a buyer pays for it changed.
"""

import re
from collections.abc import Callable

import pandas as pd

from pipeline.domain.thresholds import Thresholds
from pipeline.domain.vocabulary import EventKind
from pipeline.events.vetoes import is_step

_DATE = re.compile(
    r"[-@:_]?(?:20\d{2}-?[01]\d-?[0-3]\d|2[3-9][01]\d|[01]\d-?[0-3]\d|20\d{2}-?[01]\d)(?:-v\d+(?::\d+)?)?$"
)
_LITERAL = r"[-:](?:latest|nightly)$"
_FOREVER = pd.Timestamp("2262-01-01", tz="UTC")


def alias_moves(
    moves: pd.DataFrame,
    spells: pd.DataFrame,
    listings: pd.DataFrame,
    aliases: pd.DataFrame | None,
    thresholds: Thresholds,
) -> "tuple[pd.Series[bool], pd.Series[bool], pd.Series[bool]]":
    """Alias moves, those whose other half is seen, and rises to what the maker already asks for another version.

    `aliases` (maker, alias, slug, since, until) tells labels that moved to another version from those that stayed. The
    other half of a floating label's move is a fixed version that had the new price before. A name that does not float
    and becomes as dear as such a version may have been retired, and is answered by that one.
    """
    births = _births(spells)
    literal = _names(moves["label"]).str.contains(_LITERAL, regex=True)
    target, turned = pointer(moves, aliases, thresholds)
    floating = is_step(moves) & (literal | _floats(moves, listings, births["first_seen"], target))
    followed = _followed(moves, floating, ("amounts",), thresholds)
    stood = _stood_elsewhere(moves.assign(turned=turned), spells, listings, births, thresholds)
    # Another catalogue may state another hour of the new price: the same way from the same old one is a move, too.
    followed |= _followed(moves, floating, ("stem", "rose", "old_input", "old_output"), thresholds) & ~stood
    together = ~literal & target.eq("changed") & ~stood
    hit = floating & ~followed & ~together & (literal | target.ne("same"))
    rose = moves["kind"].eq(EventKind.RISE) & moves["moved_input"] & moves["moved_output"]
    succeeded = stood & ~hit & rose & moves["first_party"].astype(bool)
    return hit, hit & stood, succeeded


def _births(spells: pd.DataFrame) -> pd.DataFrame:
    """By listing: when it was first seen anywhere, and `absent`, the last look of that source without it."""
    ordered = spells.sort_values(["first_seen", "not_before"], kind="stable")
    first = ordered.drop_duplicates("listing_id").rename(columns={"not_before": "absent"})
    return first.astype({"listing_id": "str"}).set_index("listing_id")[["first_seen", "absent"]]


def pointer(
    moves: pd.DataFrame, aliases: pd.DataFrame | None, thresholds: Thresholds
) -> "tuple[pd.Series[str], pd.Series[pd.Timestamp]]":
    """What the table says of a label between first sight of the old price and the move, and the day it turned.

    `same`: one version all the while, or the label did not float yet; `changed`: another version began; `unknown`: the
    label is in the table, but not for that time; `none`: it is not there.
    """
    state = pd.Series("none", index=moves.index)
    never = pd.Series(pd.NaT, index=moves.index, dtype="datetime64[us, UTC]")
    if aliases is None or aliases.empty:
        return state, never
    known = aliases.assign(
        model_version=aliases["maker"] + "/" + aliases["alias"],
        since=pd.to_datetime(aliases["since"], utc=True),
        until=pd.to_datetime(aliases["until"], utc=True).fillna(_FOREVER),
    )
    met = moves[["move", "model_version", "since_old", "at"]].merge(known, on="model_version")
    named = met["slug"].notna()
    began = named & (met["since"] > met["since_old"]) & (met["since"] <= met["at"] + thresholds.same_decision)
    stood = named & (met["since"] <= met["since_old"]) & (met["at"] <= met["until"])
    first = met.groupby("move")["since"].min()
    not_yet = first.index[first > moves.set_index("move")["at"].reindex(first.index) + thresholds.same_decision]
    state = state.mask(moves["move"].isin(met["move"]), "unknown")
    state = state.mask(moves["move"].isin(met.loc[stood, "move"]) | moves["move"].isin(not_yet), "same")
    turned = met[began].groupby("move")["since"].max()
    day = pd.to_datetime(moves["move"].map(turned.to_dict()), utc=True).astype("datetime64[us, UTC]")
    return state.mask(moves["move"].isin(turned.index), "changed"), day


def stems(labels: "pd.Series[str]") -> "pd.Series[str]":
    """Names without a date at their end: what a dated version and its undated sibling share."""
    return _each(labels, lambda label: _DATE.sub("", _name(label)))


def _names(labels: "pd.Series[str]") -> "pd.Series[str]":
    return _each(labels, _name)


def _name(label: str) -> str:
    return label.rsplit("/", 1)[-1].lower()


def _each(labels: "pd.Series[str]", said: Callable[[str], str]) -> "pd.Series[str]":
    """What is said of each label, none of which is missing; one that many moves share is asked once."""
    places, texts = pd.factorize(labels.astype("str"))
    return pd.Series([said(str(text)) for text in texts], dtype="str").take(places).set_axis(labels.index)


def _floats(
    moves: pd.DataFrame, listings: pd.DataFrame, births: "pd.Series[pd.Timestamp]", target: "pd.Series[str]"
) -> "pd.Series[bool]":
    """Floating when it moved: by the table, beside a dated sibling on sale, or by identity for other reasons."""
    names = _names(listings["label"])
    stem = stems(listings["label"])
    dated = listings.assign(stem=stem, born=listings["listing_id"].map(births))[stem != names]
    born = dated.groupby(["maker", "stem"], as_index=False)["born"].min()
    own = pd.DataFrame({"maker": moves["maker"], "stem": _names(moves["label"]), "at": moves["at"]})
    met = own.merge(born, how="left", on=["maker", "stem"]).set_axis(moves.index)
    beside = met["born"] <= met["at"]
    otherwise = moves["floating"] & met["born"].isna() & target.eq("none")
    return beside | otherwise | target.isin(["changed", "unknown"])


def _followed(
    moves: pd.DataFrame, floating: "pd.Series[bool]", same: tuple[str, ...], thresholds: Thresholds
) -> "pd.Series[bool]":
    """A version that does not float made a move that is the same in `same`, within the window of corroboration."""
    if not floating.any():
        return floating
    key = ["maker", "currency", *same]
    named = moves.assign(stem=stems(moves["label"]), rose=moves["change_b31"] > 0).dropna(subset=key)
    own = named.loc[~floating & is_step(named), [*key, "at"]]
    met = named.loc[floating, ["move", *key, "at"]].merge(own, on=key, suffixes=("", "_own"))
    near = (met["at_own"] - met["at"]).between(-thresholds.corroborated_before, thresholds.corroborated_after)
    return moves["move"].isin(met.loc[near, "move"])


def _stood_elsewhere(
    moves: pd.DataFrame, spells: pd.DataFrame, listings: pd.DataFrame, births: pd.DataFrame, thresholds: Thresholds
) -> "pd.Series[bool]":
    """Another name of the maker, not floating, that the same seller sold before the move at its new input and output.

    Catalogues write late. Where the day is known on which the label turned, and the other name was still absent then,
    both came at once: that is no price that stood before.
    """
    fixed = listings[~listings["floating"]][["listing_id", "maker", "seller", "market", "model_version"]]
    near = spells[spells["meter"].isin(["input", "output"]) & spells["listing_id"].isin(fixed["listing_id"])]
    columns = ["listing_id", "meter", "currency", "nano_per_million", "first_seen", "last_seen"]
    prices = near[columns].astype(dict.fromkeys(("listing_id", "meter", "currency"), "str"))
    prices = prices.merge(fixed, on="listing_id").join(births.rename(columns={"first_seen": "born"}), on="listing_id")
    asked = moves[is_step(moves) & moves["new_input"].notna() & moves["new_output"].notna()]
    found: list[set[tuple[int, str]]] = []
    for meter in ("input", "output"):
        own = asked[["move", "maker", "seller", "market", "currency", "at", "model", "turned"]].astype(
            {"currency": "str"}
        )
        own = own.assign(nano_per_million=asked[f"new_{meter}"].astype("int64"))
        met = own.merge(
            prices[prices["meter"] == meter], on=["maker", "seller", "market", "currency", "nano_per_million"]
        )
        stood = (met["born"] < met["at"]) & (met["first_seen"] <= met["at"]) & (met["last_seen"] >= met["at"])
        at_once = (met["absent"] >= met["turned"] - thresholds.same_decision) & (met["at"] >= met["turned"])
        stood &= ~at_once
        other = met[stood & met["model"].ne(met["model_version"])]
        found.append(set(zip(other["move"], other["model_version"], strict=True)))
    return moves["move"].isin({move for move, _ in found[0] & found[1]})
