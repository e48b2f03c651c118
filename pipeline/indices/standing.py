"""What every listing cost on chosen days: the panel that the series are computed over.

Enters the frames `blends` and `listings`; leaves one row per day and listing whose price stood on that day. A gap
has no row, and nothing is carried forward.
"""

import pandas as pd

BLENDS = {"b31": "b31_usd", "b721": "b721_usd"}
_DAY = pd.Timedelta(days=1)


def period_ends(first: pd.Timestamp, last: pd.Timestamp, every: str) -> list[pd.Timestamp]:
    """The last days of the whole periods between two days: `day`, `week` (Sundays) or `month`."""
    rule = {"day": "D", "week": "W-SUN", "month": "ME"}[every]
    return list(pd.date_range(first.normalize(), last.normalize(), freq=rule))


def standing(
    blends: pd.DataFrame, listings: pd.DataFrame, days: list[pd.Timestamp], *, blend: str = "b31"
) -> pd.DataFrame:
    """Prices above zero that stood on those days: period (ISO day), listing_id, model_version, maker, seller,
    first_party, price (USD per million tokens), own_price (in the currency of the price), currency, spoken (which run
    of one source's word it is: a change of source is no change of price).

    Only offers whose label was matched take part, and no label that floats: it may be priced as one version and scored
    as another. Zero is free, and no logarithm of it exists.
    """
    facts = listings[~listings["floating"].astype(bool)].set_index("listing_id")
    rows = blends.join(facts[["model_version", "maker", "seller", "first_party", "market"]], on="listing_id")
    rows = rows[rows["model_version"].notna() & rows[BLENDS[blend]].gt(0)].sort_values(["listing_id", "since"])
    rows = rows.astype({"first_party": bool, "model_version": str, "maker": str, "seller": str})
    rows = rows.assign(spoken=rows["source_changed"].astype("int64").groupby(rows["listing_id"]).cumsum())
    rows = rows.assign(own_price=_own(rows, blend))
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


def _own(rows: pd.DataFrame, blend: str) -> "pd.Series[float]":
    if blend == "b31":
        return (3 * rows["input"] + rows["output"]) / 4
    cached = rows["cached_input"].fillna(rows["input"])
    return (7 * cached + 2 * rows["input"] + rows["output"]) / 10
