"""From quotes and resolved labels to listings: the things that have a price (DESIGN 1, DOORS Names).

Only unique combinations are looked at: 1.5 million quotes of 160 captures hold about ten thousand.
"""

import json
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from pipeline import frames
from pipeline.domain.conditions import canonical_json
from pipeline.domain.errors import UnalignedFramesError
from pipeline.domain.listing import listing_id
from pipeline.domain.vocabulary import Tier
from pipeline.normalise.codes import Codes, first_rows, row_codes
from pipeline.normalise.identity import Refused
from pipeline.normalise.windows import week_share

_IDENTITY = ("source", "seller", "label", "alias_of")
_PLACE = ("seller", "served_by", "market", "region")
_PRICE = (
    "payload_sha256",
    "observed_at",
    "effective_at",
    "meter",
    "currency",
    "per_unit",
    "vat_included",
    "price_basis",
)
_SPECIAL = r"\+(?:region|variant|router_alias)"
"""Normal forms that take something off a label which often has a price of its own."""
_NOT_OF_THE_LISTING = ("promotion", "as_published")


def labels(quotes: pd.DataFrame) -> pd.DataFrame:
    """The unique (source, seller, label, alias_of) of a frame of quotes: what identity resolves."""
    codes = row_codes(quotes, _IDENTITY)
    return quotes[list(_IDENTITY)].iloc[first_rows(codes)].astype("str").reset_index(drop=True)


def every_label(parts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """The labels of several sources as one frame, typed where there is none."""
    none = pd.DataFrame({column: pd.Series([], dtype="str") for column in _IDENTITY})
    return pd.concat([none, *parts], ignore_index=True)


def listings(quotes: pd.DataFrame, resolved: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The listings that the quotes of one source price, and the quotes with a column `listing_id` (categorical).

    `resolved` is `identity.resolve` of `labels(quotes)`. Of several labels of one listing the row names the one that
    does not float, then one that names no region and no variant, then the one stated most often, then the shortest,
    then the first: the order of the quotes does not matter. A label whose price ever differs from a better label's in
    the same sheet is another thing, whatever its name says: it is unmatched, refused as `price_apart`; its maker stays
    known. `conditions` are without promotion and without the source's own words.
    """
    codes = row_codes(quotes, (*_IDENTITY, *_PLACE[1:], "conditions"))
    combos = quotes[[*_IDENTITY, *_PLACE[1:], "conditions"]].iloc[first_rows(codes)].astype("str")
    combos = combos.merge(resolved, on=list(_IDENTITY), how="left", validate="many_to_one")
    if combos["rule"].isna().any():
        label = combos.loc[combos["rule"].isna(), "label"].iloc[0]
        raise UnalignedFramesError(f"the label {label!r} was not handed to identity.resolve")
    texts = pd.Series(combos["conditions"].unique())
    conditions = dict(zip(texts, texts.map(_conditions), strict=True))
    combos["terms"] = combos["conditions"].map(conditions)
    combos["conditions"] = combos["terms"].map(canonical_json)
    combos["stated"] = np.bincount(codes, minlength=len(combos))
    combos["listing_id"] = _listing_ids(combos)
    apart = _price_apart(quotes, codes, combos)
    combos.loc[apart, "model_version"] = None
    combos.loc[apart, "refused"] = Refused.PRICE_APART.value
    combos.loc[apart, "listing_id"] = _listing_ids(combos[apart])
    ids = pd.Categorical(combos["listing_id"])
    keyed = quotes.assign(
        listing_id=pd.Series(pd.Categorical.from_codes(ids.codes[codes], dtype=ids.dtype), index=quotes.index)
    )
    return _listing_rows(combos), keyed


def merged(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """The listings of several sources as one frame; which are base is decided over all of them.

    A listing that several sources price is described by the label that does not float, then the shortest, the first.
    """
    full = [part for part in parts if len(part)]
    if not full:
        return frames.empty("listings")
    whole = pd.concat([part.astype({"label": "str"}) for part in full], ignore_index=True)
    whole = whole.assign(length=whole["label"].str.len())
    ordered = whole.sort_values(["listing_id", "floating", "length", "label", "identity_rule"], kind="stable")
    rows = ordered.drop_duplicates("listing_id").reset_index(drop=True)
    rows["base"] = _base(rows.assign(terms=terms_of(rows["conditions"])))
    return frames.coerce(rows, "listings")


def terms_of(conditions: "pd.Series[str]") -> "pd.Series[Any]":
    """The conditions of every row as what they say, for reading only: rows of one text share one answer."""
    texts = conditions.astype("object")
    return texts.map({text: json.loads(text) for text in texts.unique()}).astype("object")


def _price_apart(quotes: pd.DataFrame, codes: Codes, combos: pd.DataFrame) -> "pd.Series[bool]":
    """The combinations whose label states another amount than a better label of the same listing in the same sheet."""
    rank = pd.Series(range(len(combos)), index=_by_name(combos).index).reindex(combos.index).to_numpy()
    labelled = combos.drop_duplicates(["listing_id", "label"])["listing_id"].value_counts()
    several = combos["listing_id"].isin(labelled[labelled > 1].index).to_numpy()
    rows = several[codes].nonzero()[0]
    said = quotes.iloc[rows][[*_PRICE, "nano_per_million"]]
    said = said.assign(combo=codes[rows], listing=combos["listing_id"].to_numpy()[codes[rows]])
    said = said.assign(price=row_codes(said, [*_PRICE, "listing"]), rank=rank[said["combo"]])
    best = said.sort_values("rank", kind="stable").drop_duplicates("price").set_index("price")
    apart = said["nano_per_million"] != said["price"].map(best["nano_per_million"])
    apart &= said["combo"] != said["price"].map(best["combo"])
    pairs = pd.MultiIndex.from_frame(combos[["listing_id", "label"]])
    return pd.Series(pairs.isin(pairs[said.loc[apart, "combo"].unique()]), index=combos.index)


def _conditions(text: str) -> dict[str, Any]:
    return {name: value for name, value in json.loads(text).items() if name not in _NOT_OF_THE_LISTING}


def _listing_ids(combos: pd.DataFrame) -> list[str]:
    regions = combos["region"].astype("object").where(combos["region"].notna(), None)
    versions = combos["model_version"].astype("object")
    versions = versions.where(versions.notna(), "label:" + combos["label"].astype("object"))
    columns = (combos["seller"], combos["served_by"], combos["market"], regions, versions, combos["terms"])
    return [
        listing_id(
            seller=seller, served_by=served_by, market=market, region=region, model_version=version, conditions=terms
        )
        for seller, served_by, market, region, version, terms in zip(*columns, strict=True)
    ]


def _by_name(combos: pd.DataFrame) -> pd.DataFrame:
    stated = combos.groupby(["listing_id", "label"])["stated"].transform("sum")
    ordered = combos.assign(
        special=combos["rule"].str.contains(_SPECIAL, regex=True),
        seldom=-stated,
        length=combos["label"].str.len(),
    )
    return ordered.sort_values(
        ["listing_id", "floating", "special", "seldom", "length", "label", "source"], kind="stable"
    )


def _listing_rows(combos: pd.DataFrame) -> pd.DataFrame:
    rows = _by_name(combos).drop_duplicates("listing_id").reset_index(drop=True)
    rows["identity_rule"] = rows["rule"].where(rows["model_version"].notna(), rows["refused"])
    rows["tier"] = [terms["tier"] for terms in rows["terms"]]
    rows["base"] = _base(rows)
    return frames.coerce(rows, "listings")


def offer_codes(listings_: pd.DataFrame) -> "np.ndarray[Any, np.dtype[np.int64]]":
    """One code per listing for its offer: seller, served_by, market, region, model (or label) and precision.

    The listings of one offer differ only in tier, window, bands, cache lifetime and thinking.
    """
    terms = terms_of(listings_["conditions"])
    model = (
        listings_["model_version"]
        .astype("object")
        .where(listings_["model_version"].notna(), "label:" + listings_["label"].astype("str"))
    )
    keyed = listings_[list(_PLACE)].assign(model=model, precision=[str(term.get("precision")) for term in terms])
    return row_codes(keyed, list(keyed.columns))


def _base(rows: pd.DataFrame) -> "pd.Series[bool]":
    """METHODS 1: standard tier, shortest bands, not thinking unless nothing else is offered, the rest of the week.

    Where windows fill the whole week the longest one stands for it. A listing with a cache lifetime prices cache
    writes only and is none.
    """
    terms = rows["terms"]
    windows = [term.get("window", {}) for term in terms]
    rank = pd.DataFrame(
        {
            "offer": offer_codes(rows),
            "thinking": [bool(term.get("thinking")) for term in terms],
            "context": [term.get("context_min") or 0 for term in terms],
            "output": [term.get("output_min") or 0 for term in terms],
            "timed": [-week_share(window) if window.get("hours") else -1.0 for window in windows],
        },
        index=rows.index,
    )
    plain = [term["tier"] == Tier.STANDARD and "cache_ttl" not in term for term in terms]
    keep = rank[np.array(plain, dtype=bool)]
    for column in ("thinking", "context", "output", "timed"):
        keep = keep[keep[column] == keep.groupby("offer")[column].transform("min")]
    return pd.Series(rows.index.isin(keep.index), index=rows.index)
