"""What every listing cost on chosen days: the panel that the series are computed over.

Enters the frames `blends` and `listings`; leaves one row per day and listing whose price stood on that day. A gap
has no row, and nothing is carried forward.
"""

import json
import re

import numpy as np
import pandas as pd

from pipeline.domain.vocabulary import EventClass, EventState, Tier
from pipeline.frames.days import day_of
from pipeline.normalise.blends import b31, b721
from pipeline.normalise.listings import offer_codes

BLENDS = {"b31": "b31_usd", "b721": "b721_usd"}
SLIPPED = 50
_FACTS = ["model_version", "maker", "seller", "first_party", "market"]
_PANEL = ["period", "day", "listing_id", *_FACTS, "price", "own_price", "currency", "spoken", "since"]
_NAMES = ["listing_id", "model_version", "maker", "seller", "market", "currency"]
_READ = ["listing_id", *_FACTS, "since", "until", "currency", "spoken", "input", "cached_input", "output"]
_READ += BLENDS.values()
_DAYS = 1_000_000  # more than there are days since 1970, so that listings do not run into each other


def period_ends(first: pd.Timestamp, last: pd.Timestamp, every: str) -> list[pd.Timestamp]:
    """The last days of the whole periods between two days: `day`, `week` (Sundays) or `month`."""
    rule = {"day": "D", "week": "W-SUN", "month": "ME"}[every]
    return list(pd.date_range(first.normalize(), last.normalize(), freq=rule))


def standing(
    blends: pd.DataFrame,
    listings: pd.DataFrame,
    days: list[pd.Timestamp],
    *,
    blend: str = "b31",
    breaks: pd.DataFrame | None = None,
    not_text: re.Pattern[str] | None = None,
) -> pd.DataFrame:
    """Prices above zero that stood on those days, as `on_days` gives them of `priced_offers`."""
    return on_days(priced_offers(blends, listings, breaks=breaks, not_text=not_text), days, blend=blend)


def priced_offers(
    blends: pd.DataFrame,
    listings: pd.DataFrame,
    *,
    breaks: pd.DataFrame | None = None,
    not_text: re.Pattern[str] | None = None,
) -> pd.DataFrame:
    """The rows of `blends` that series are made of, with the facts of their listing and `spoken`.

    Only offers whose label was matched take part, and no label that floats: it may be priced as one version and scored
    as another. A model of `not_text` takes none, and no price of which the input or the output is zero or missing: zero
    is free and has no logarithm, and embeddings have no output. `spoken` counts which run of one source's word a price
    belongs to: a change of source is no change of price, and neither is a correction, an alias that moved or a change
    of scope. `breaks` (listing_id, day) names the days from which a price is not the sequel of the one before.
    """
    known = listings[~listings["floating"].astype(bool) & listings["model_version"].notna()]
    if not_text is not None:
        versions = known["model_version"].astype("object")
        other = {version: bool(not_text.fullmatch(version)) for version in versions.unique()}
        known = known[~versions.map(other).astype(bool)]
    facts = known.set_index("listing_id")[_FACTS]
    taking_part = facts.index.get_indexer(pd.Index(blends["listing_id"])) >= 0
    rows = blends[taking_part & blends["input"].gt(0) & blends["output"].gt(0)]
    rows = rows.join(facts, on="listing_id").sort_values(["listing_id", "since"], kind="stable")
    # Names are repeated for every day and offer: as categories they are numbers.
    rows = rows.astype({"first_party": bool, **dict.fromkeys(_NAMES, "category")})
    spoken = rows["source_changed"].astype("int64").groupby(rows["listing_id"]).cumsum()
    return rows.assign(spoken=spoken + _broken(rows, breaks)).reset_index(drop=True)


def at_period_ends(offers: pd.DataFrame) -> pd.DataFrame:
    """The rows of `priced_offers` that stood on the last day of a whole week or month, up to the last such day.

    Panels by week and by month are the same of them as of all rows, and what a price did since the last such day, or
    between two of them, is not in them: a series is made anew only where one of its prices moved.
    """
    if offers.empty:
        return offers
    first, last = offers["since"].min(), offers["until"].max()
    days = pd.DatetimeIndex(sorted({day for every in ("week", "month") for day in period_ends(first, last, every)}))
    if days.empty:
        return offers.iloc[:0]
    place = np.searchsorted(days.to_numpy("datetime64[us]"), offers["until"].to_numpy("datetime64[us]"), "right") - 1
    until = pd.Series(days.astype("datetime64[us]").take(place.clip(0)), index=offers.index)
    stood = (place >= 0) & (until >= offers["since"])
    rows = offers.assign(until=until)[_READ][stood].reset_index(drop=True)
    return rows.assign(**{name: rows[name].cat.remove_unused_categories() for name in _NAMES})


def on_days(offers: pd.DataFrame, days: list[pd.Timestamp], *, blend: str) -> pd.DataFrame:
    """The offers that stood on each of the days, in their order.

    Returns period (ISO day), day, listing_id, model_version, maker, seller, first_party, market, price (USD per million
    tokens), own_price (in the currency of the price), currency, spoken, since. A gap has no row.
    """
    rows = offers[offers[BLENDS[blend]].gt(0)]
    if rows.empty or not days:
        nothing = offers.iloc[:0]
        return nothing.assign(period="", day=nothing["since"], price=np.nan, own_price=np.nan)[_PANEL]
    calendar = pd.DatetimeIndex(days).astype("datetime64[us]")
    first = np.searchsorted(calendar, rows["since"].to_numpy("datetime64[us]"), side="left")
    after = np.searchsorted(calendar, rows["until"].to_numpy("datetime64[us]"), side="right")
    many = np.maximum(after - first, 0)
    place = np.repeat(first - np.concatenate([[0], many.cumsum()[:-1]]), many) + np.arange(many.sum())
    order = np.argsort(place, kind="stable")
    place, row = place[order], np.repeat(np.arange(len(rows)), many)[order]
    found = rows.assign(own_price=_own(rows, blend), price=rows[BLENDS[blend]]).iloc[row]
    named = pd.CategoricalDtype([f"{day:%Y-%m-%d}" for day in calendar], ordered=True)
    text = pd.Categorical.from_codes(place, dtype=named)
    found = found.assign(period=text, day=calendar[place])
    return found[_PANEL].reset_index(drop=True)


def first_party_prices(panel: pd.DataFrame) -> pd.DataFrame:
    """The makers' own offers as products of an index: period, product, maker, model_version, price (own currency).

    `product` names offer, currency and run of one source, so that a chained index leaves out the link where another
    source takes over, and no relative ever holds an exchange rate.
    """
    own = panel[panel["first_party"]].copy()
    own["product"] = own["model_version"].astype(str) + "|" + own["currency"].astype(str) + "|"
    own["product"] += own["listing_id"].astype(str).str[:8] + "|" + own["spoken"].astype(str)
    return own[["period", "product", "maker", "model_version", "own_price"]].rename(columns={"own_price": "price"})


def no_sequels(events: pd.DataFrame) -> pd.DataFrame:
    """listing_id and day of every recorded change that was read as anything but a move of the market.

    A price that moved fiftyfold or more on one meter, and that nothing confirms, is taken for a slipped unit too.
    """
    elsewise = events["class_"].ne(EventClass.MARKET_MOVE.value)
    asked = ~elsewise & events["state"].ne(EventState.CONFIRMED.value)
    slipped = events.loc[asked, "prices"].map(_slipped).astype(bool).reindex(events.index, fill_value=False)
    other = events[(elsewise | slipped) & events["bracket_to"].notna()]
    listed = other.assign(listing_id=other["listing_ids"].map(json.loads)).explode("listing_id")
    days = day_of(listed["bracket_to"])
    return pd.DataFrame({"listing_id": listed["listing_id"], "day": days}).dropna().drop_duplicates()


def of_offers(breaks: pd.DataFrame, listings: pd.DataFrame) -> pd.DataFrame:
    """The breaks of standard listings for every listing of their offer: any of them may stand for it in `blends`."""
    coded = listings.assign(offer=offer_codes(listings), listing_id=listings["listing_id"].astype("str"))
    standard = coded.loc[coded["tier"].eq(Tier.STANDARD.value), ["listing_id", "offer"]]
    broken = breaks.merge(standard, on="listing_id", validate="many_to_one")[["offer", "day"]].drop_duplicates()
    return standard.merge(broken, on="offer", validate="many_to_many")[["listing_id", "day"]]


def _slipped(prices: str) -> bool:
    """Whether a meter went to a fiftieth, or to fifty times, of what it was; 0 is no number here."""
    pairs = [(moved.get("old"), moved.get("new")) for moved in json.loads(prices).values()]
    ratios = [float(new) / float(old) for old, new in pairs if old and new and float(old) > 0 and float(new) > 0]
    return any(ratio >= SLIPPED or ratio <= 1 / SLIPPED for ratio in ratios)


def _broken(rows: pd.DataFrame, breaks: pd.DataFrame | None) -> "pd.Series[int]":
    """How many breaks of its listing lie at or before the first day of each row."""
    if breaks is None or breaks.empty:
        return pd.Series(0, index=rows.index, dtype="int64")
    codes, listed = pd.factorize(rows["listing_id"])
    own = pd.Index(listed).get_indexer(breaks["listing_id"])
    known = own >= 0
    # One number for listing and day, so that one search counts the breaks of every row.
    day = (breaks["day"].to_numpy("datetime64[D]").astype(np.int64) + _DAYS * own)[known]
    at = rows["since"].to_numpy("datetime64[D]").astype(np.int64) + _DAYS * codes
    day.sort()
    before = np.searchsorted(day, _DAYS * codes, side="left")
    return pd.Series(np.searchsorted(day, at, side="right") - before, index=rows.index, dtype="int64")


def _own(rows: pd.DataFrame, blend: str) -> "pd.Series[float]":
    if blend == "b31":
        return b31(rows["input"], rows["output"])
    return b721(rows["input"], rows["cached_input"].fillna(rows["input"]), rows["output"])
