"""What every listing cost on chosen days: the panel that the series are computed over.

Enters the frames `blends` and `listings`; leaves one row per day and listing whose price stood on that day. A gap
has no row, and nothing is carried forward.
"""

import json

import numpy as np
import pandas as pd

from pipeline.domain.vocabulary import EventClass

BLENDS = {"b31": "b31_usd", "b721": "b721_usd"}
_DAY = pd.Timedelta(days=1)


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
) -> pd.DataFrame:
    """Prices above zero that stood on those days: period (ISO day), listing_id, model_version, maker, seller,
    first_party, price (USD per million tokens), own_price (in the currency of the price), currency, spoken (which run
    of one source's word it is). A change of source is no change of price, and neither is a correction, an alias that
    moved or a change of scope: `breaks` (listing_id, day) names the days from which a price is not the sequel of the
    one before.

    Only offers whose label was matched take part, and no label that floats: it may be priced as one version and scored
    as another. Zero is free, and no logarithm of it exists.
    """
    facts = listings[~listings["floating"].astype(bool)].set_index("listing_id")
    rows = blends.join(facts[["model_version", "maker", "seller", "first_party", "market"]], on="listing_id")
    rows = rows[rows["model_version"].notna() & rows[BLENDS[blend]].gt(0)].sort_values(["listing_id", "since"])
    rows = rows.astype({"first_party": bool, "model_version": str, "maker": str, "seller": str})
    rows = rows.assign(spoken=rows["source_changed"].astype("int64").groupby(rows["listing_id"]).cumsum())
    rows = rows.assign(own_price=_own(rows, blend), spoken=rows["spoken"] + _broken(rows, breaks))
    parts = []
    for day in days:
        on = rows[(rows["since"] <= day) & (rows["until"] >= day)]
        parts.append(on.assign(period=f"{day:%Y-%m-%d}"))
    found = pd.concat(parts, ignore_index=True) if parts else rows.iloc[:0].assign(period="")
    found = found.rename(columns={BLENDS[blend]: "price"})
    columns = ["period", "listing_id", "model_version", "maker", "seller", "first_party", "market"]
    return found[[*columns, "price", "own_price", "currency", "spoken", "since"]].reset_index(drop=True)


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
    """listing_id and day of every recorded change that was read as anything but a move of the market."""
    other = events[events["class_"].ne(EventClass.MARKET_MOVE.value) & events["bracket_to"].notna()]
    listed = other.assign(listing_id=other["listing_ids"].map(json.loads)).explode("listing_id")
    days = listed["bracket_to"].dt.tz_convert(None).dt.normalize()
    return pd.DataFrame({"listing_id": listed["listing_id"], "day": days}).dropna().drop_duplicates()


def _broken(rows: pd.DataFrame, breaks: pd.DataFrame | None) -> "pd.Series[int]":
    """How many breaks of its listing lie at or before the first day of each row."""
    counts = pd.Series(0, index=rows.index, dtype="int64")
    if breaks is None or breaks.empty:
        return counts
    days = {key: np.sort(own.to_numpy()) for key, own in breaks.groupby("listing_id")["day"]}
    for key, own in rows[rows["listing_id"].isin(days.keys())].groupby("listing_id"):
        counts.loc[own.index] = np.searchsorted(days[str(key)], own["since"].to_numpy(), side="right")
    return counts


def _own(rows: pd.DataFrame, blend: str) -> "pd.Series[float]":
    if blend == "b31":
        return (3 * rows["input"] + rows["output"]) / 4
    cached = rows["cached_input"].fillna(rows["input"])
    return (7 * cached + 2 * rows["input"] + rows["output"]) / 10
