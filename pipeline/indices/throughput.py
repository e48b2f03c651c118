"""Throughput and latency of every listing by day, with its price beside it (METHODS 4). Workloads are never mixed.

Enters the frames `readings`, `blends` and `listings`; leaves the frame `throughput`: the median of a day's readings of
one statistic, kept apart by source, workload, and whatever tells two endpoints from each other.
"""

import pandas as pd

from pipeline import frames
from pipeline.frames.days import day_of

_WHO = ["source", "workload", "metric", "statistic", "seller", "served_by", "label", "region", "precision", "tier"]


def prices_beside(readings: pd.DataFrame, blends: pd.DataFrame, listings: pd.DataFrame) -> pd.DataFrame:
    """The priced days of the versions that were measured, up to the last day of a reading: model_version, seller,
    served_by, since, until, b31_usd."""
    wanted = listings["model_version"].isin(readings["model_version"].dropna().unique())
    facts = listings[wanted].set_index("listing_id")[["model_version", "seller", "served_by"]].astype("str")
    last: pd.Timestamp = day_of(readings["observed_at"]).max()
    place = facts.index.get_indexer(pd.Index(blends["listing_id"]))
    taking_part = (place >= 0) & blends["b31_usd"].gt(0) & (blends["since"] <= last)
    rows = blends.loc[taking_part, ["since", "until", "b31_usd"]].reset_index(drop=True)
    rows["until"] = rows["until"].where(rows["until"] <= last, last).astype("datetime64[us]")
    return pd.concat([facts.iloc[place[taking_part]].reset_index(drop=True), rows], axis=1)


def throughput(readings: pd.DataFrame, prices: pd.DataFrame) -> pd.DataFrame:
    """One row per day and measured endpoint: value, readings behind it, samples, price_usd and whose price that is;
    `prices` are `prices_beside` the readings.

    The price is B31 in USD per million tokens of the same seller's offer by the same host that day; else what the host
    itself asks for the version; the median where there are several, and missing where there is none.
    """
    if readings.empty:
        return frames.empty("throughput")
    rows = readings.assign(day=day_of(readings["observed_at"]))
    rows[_WHO] = rows[_WHO].astype("str")
    grouped = rows.groupby([*_WHO, "day"], dropna=False, sort=True)
    table = grouped.agg(model_version=("model_version", "first"), value=("value", "median"), readings=("value", "size"))
    table = table.join(grouped["samples"].sum(min_count=1)).reset_index()
    return frames.coerce(_with_price(table, prices), "throughput")


def _with_price(table: pd.DataFrame, priced: pd.DataFrame) -> pd.DataFrame:
    measured = table.loc[
        table["model_version"].notna(), ["model_version", "seller", "served_by", "day"]
    ].drop_duplicates()
    own = _standing(measured, priced, {"seller": "seller", "served_by": "served_by"})
    host = _standing(measured, priced[priced["seller"] == priced["served_by"]], {"served_by": "seller"})
    key = ["model_version", "seller", "served_by", "day"]
    table = table.merge(own.rename("own"), on=key, how="left").merge(host.rename("host"), on=key, how="left")
    basis = pd.Series("the host's own list", index=table.index).where(table["host"].notna())
    return table.assign(
        price_usd=table["own"].fillna(table["host"]), price_of=basis.mask(table["own"].notna(), "this offer")
    ).drop(columns=["own", "host"])


def _standing(measured: pd.DataFrame, priced: pd.DataFrame, on: dict[str, str]) -> "pd.Series[float]":
    """The median of the prices that stood on the day, by what was measured."""
    right = priced.rename(columns={name: f"{name}_" for name in ("seller", "served_by")})
    keys = ["model_version", *(f"{name}_" for name in on.values())]
    pairs = measured.merge(right, left_on=["model_version", *on], right_on=keys, how="inner")
    pairs = pairs[pairs["day"].between(pairs["since"], pairs["until"])]
    return pairs.groupby(["model_version", "seller", "served_by", "day"])["b31_usd"].median()
