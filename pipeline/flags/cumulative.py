"""The 30-day reference of a cut in small steps (METHODS 5, last paragraph).

Enters decisions and spells; leaves per decision the highest net blend that stood at least 7 days within the 30 days
before its new price, in one source and one listing, and whether the new price is a sharp cut against it. No reference
crosses from one source, listing or currency to another.
"""

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from pipeline.domain.amounts import decimal_text, from_nano
from pipeline.domain.thresholds import Thresholds
from pipeline.events.blend import BLENDED, is_cut
from pipeline.events.charged import charged

_PLACE = ["source", "listing_id", "currency"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A decision's step against its reference: blends as exact integers (4·B31 or 10·B721 per million)."""

    sharp: bool
    text: str


def references(events: pd.DataFrame, spells: pd.DataFrame, thresholds: Thresholds) -> dict[str, Reference]:
    """The strictest reference of each event, by id; absent where none is a sharp cut."""
    if events.empty:
        return {}
    wanted = {listing for listings in events["listing_ids"] for listing in json.loads(listings)}
    near = spells[spells["listing_id"].isin(wanted) & spells["meter"].isin(BLENDED)]
    steps = _steps(charged(near))
    by_listing = {str(key): rows for key, rows in steps.groupby("listing_id", observed=True)}
    found: dict[str, Reference] = {}
    for event in events.to_dict("records"):
        rows = [by_listing[listing] for listing in json.loads(event["listing_ids"]) if listing in by_listing]
        reference = _reference(event, pd.concat(rows), thresholds) if rows else None
        if reference is not None:
            found[str(event["id"])] = reference
    return found


def _steps(spells: pd.DataFrame) -> pd.DataFrame:
    """Blends over time: one row per source, listing, currency and stretch in which every blended meter stood."""
    rows = spells[[*_PLACE, "meter", "nano_per_million", "first_seen", "last_seen"]]
    rows = rows.astype(dict.fromkeys((*_PLACE, "meter"), "str"))
    starts = rows[[*_PLACE, "first_seen"]].drop_duplicates().rename(columns={"first_seen": "since"})
    for meter in BLENDED:
        own = rows[rows["meter"] == meter].drop(columns="meter").rename(columns={"nano_per_million": meter})
        own = own.sort_values("first_seen", kind="stable")
        starts = pd.merge_asof(
            starts.sort_values("since", kind="stable"),
            own.rename(columns={"last_seen": f"last_{meter}"}),
            left_on="since",
            right_on="first_seen",
            by=_PLACE,
        ).drop(columns="first_seen")
        stands = starts[f"last_{meter}"] >= starts["since"]
        starts[meter] = starts[meter].astype("Int64").where(stands)
    starts = starts.dropna(subset=["input", "output"])
    lasts = starts[[f"last_{meter}" for meter in BLENDED]]
    starts["until"] = lasts.where(starts[list(BLENDED)].notna().to_numpy()).min(axis=1)
    return starts.sort_values([*_PLACE, "since"], kind="stable", ignore_index=True)


def _reference(event: dict[Any, Any], steps: pd.DataFrame, thresholds: Thresholds) -> Reference | None:
    """Try every source and listing that shows the event; the first that is sharp is the reference."""
    at = event["bracket_to"]
    own = steps[steps["currency"] == event["currency"]]
    for (source, _, currency), rows in own.groupby(_PLACE, sort=True):
        after = rows[(rows["since"] >= at) & (rows["since"] <= at + thresholds.corroborated_after)].head(1)
        if after.empty:
            continue
        moved = after["since"].iloc[0]
        start = moved - thresholds.reference_window
        before = rows[(rows["until"] >= start) & (rows["since"] < moved)]
        lasted = before["until"].clip(upper=moved) - before["since"].clip(lower=start)
        before = before[lasted >= thresholds.reference_standing]
        for name, old, new in _blend_pairs(before, after):
            if is_cut(old, new, thresholds.sharp_cut_percent):
                unit = 4 if name == "B31" else 10
                text = (
                    f"In {source} {name} had stood at {_amount(old, unit)} {currency} for a week within the 30 days "
                    f"before and is now {_amount(new, unit)} ({100 * (new / old - 1):+.1f} %)."
                )
                return Reference(sharp=True, text=text)
    return None


def _blend_pairs(before: pd.DataFrame, after: pd.DataFrame) -> list[tuple[str, int, int]]:
    if before.empty:
        return []
    new = after.iloc[0]
    found = [("B31", int((3 * before["input"] + before["output"]).max()), int(3 * new["input"] + new["output"]))]
    cached = before.dropna(subset=["cached_input"])
    if not pd.isna(new["cached_input"]) and len(cached):
        high = (7 * cached["cached_input"] + 2 * cached["input"] + cached["output"]).max()
        found.append(("B721", int(high), int(7 * new["cached_input"] + 2 * new["input"] + new["output"])))
    return found


def _amount(blend: int, unit: int) -> str:
    return decimal_text(from_nano(int(np.rint(blend / unit))))
