"""Time-of-week windows as one price: the mean over the 168 hours of the week (METHODS 1).

A seller with peak hours sells one model at two prices. Enters spells, listings and the paired changes; leaves the pairs
in which the windows of one offer are one weekly mean, so that no calendar ever makes a price move. An offer whose
windows do not fill the week, or that is also sold flat at the same time, keeps its prices apart.
"""

import json
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

import pandas as pd

from pipeline.domain.conditions import canonical_json
from pipeline.events.blend import BLENDED
from pipeline.events.changes import joined
from pipeline.events.charged import charged
from pipeline.events.hours import by_hour, in_every_hour, window_text
from pipeline.normalise.windows import week_share

_WEEK_MINUTES = 7 * 24 * 60
_PLACE = ["source", "offer", "currency", "per_unit"]
Spell = dict[str, Any]
_PLAIN: dict[str, Any] = {"windows": False, "dropped": False, "every_hour": False, "hours_new": None, "whole": False}


class _State(NamedTuple):
    """What one meter of an offer costs at an instant: the standing spells by listing, and their weekly mean."""

    spells: dict[str, Spell]
    nano: int | None


def with_weekly_means(pairs: pd.DataFrame, spells: pd.DataFrame, listings: pd.DataFrame) -> pd.DataFrame:
    """`pairs` with windowed offers replaced by their weekly means.

    `windows`: the windows themselves changed. `dropped`: they went, and the lowest of their prices stayed.
    `every_hour`: no hour of the week moved the other way. `hours_new`: JSON {window: price} where there are windows.
    `whole`: a mean of the offer's base conditions, whichever listing its windows stand under.
    """
    offers = _offers(listings)
    if offers.empty:
        return pairs.assign(**_PLAIN)
    minutes_of = zip(offers["listing_id"], offers["minutes"], strict=True)
    shares = {str(listing): None if pd.isna(minutes) else int(minutes) for listing, minutes in minutes_of}
    windowed = {key for key, minutes in shares.items() if minutes is not None}
    whole = set(offers.loc[offers["base"], "listing_id"].astype("str"))
    near = charged(spells[spells["listing_id"].isin(offers["listing_id"]) & spells["meter"].isin(BLENDED)])
    texts = dict.fromkeys(("source", "listing_id", "meter", "currency", "per_unit"), "str")
    near = near.astype(texts).merge(offers[["listing_id", "offer", "hours"]], on="listing_id", how="left")
    rows: list[Spell] = []
    replaced: set[tuple[str, str, str]] = set()
    own = near.assign(windowed=near["listing_id"].isin(windowed))
    own = own[own.groupby(_PLACE)["windowed"].transform("any")].drop(columns="windowed")
    # One list of all rows: a frame of each offer and meter would cost more than all that is done with it.
    ordered = own.sort_values([*_PLACE, "meter"], kind="stable").to_dict("records")
    for _, offer in groupby(ordered, key=itemgetter(*_PLACE)):
        group = list(offer)
        found = list(_changes(group, shares))
        if None in found:
            continue
        rows += [{**row, "whole": str(row["listing_id"]) in whole} for row in found if row is not None]
        replaced |= {(row["source"], row["listing_id"], row["currency"]) for row in group}
    return _replaced(pairs, rows, replaced)


def _offers(listings: pd.DataFrame) -> pd.DataFrame:
    """Listings of offers with windows: `offer`, `hours` in words, minutes of the week (None: flat; −1: the rest), and
    `base` where one listing of the offer is a base listing."""
    windowed = listings["conditions"].str.contains('"window"', regex=False)
    near = listings[listings["label"].isin(listings.loc[windowed, "label"])] if windowed.any() else listings[windowed]
    models = near["model_version"].where(near["model_version"].notna(), "label:" + near["label"])
    near = listings[listings["model_version"].isin(models) | listings.index.isin(near.index)]
    rows = []
    for row in near.to_dict("records"):
        terms = json.loads(row["conditions"])
        window = terms.pop("window", None)
        model = row["label"] if pd.isna(row["model_version"]) else row["model_version"]
        place = [str(row[name]) for name in ("seller", "served_by", "market", "region")]
        minutes = None if window is None else round(week_share(window) * _WEEK_MINUTES) if window.get("hours") else -1
        rows.append(
            {
                "listing_id": row["listing_id"],
                "offer": canonical_json([*place, model, terms]),
                "hours": None if window is None else window_text(window),
                "minutes": minutes,
                "base": bool(row["base"]),
            }
        )
    table = pd.DataFrame(rows, columns=["listing_id", "offer", "hours", "minutes", "base"]).astype({"minutes": "Int64"})
    table["base"] = table.groupby("offer")["base"].transform("any")
    return table[table["offer"].isin(table.loc[table["minutes"].notna(), "offer"])].reset_index(drop=True)


def _changes(group: list[Any], shares: dict[str, int | None]) -> Iterator[Spell | None]:
    """Steps of one offer in one source, whose spells are ordered by meter; None where its windows make no week."""
    by_meter = {str(meter): list(rows) for meter, rows in groupby(group, key=itemgetter("meter"))}
    ends = {row["not_after"] for row in group if not pd.isna(row["not_after"])}
    instants = sorted({row["first_seen"] for row in group} | ends)
    last: dict[str, _State] = {}
    for instant in instants:
        states = {meter: _state(rows, instant, shares) for meter, rows in by_meter.items()}
        if any(state.spells and state.nano is None for state in states.values()):
            yield None
            return
        standing = {meter: state for meter, state in states.items() if state.nano is not None}
        both = [meter for meter in standing if meter in last]
        windows = any(set(last[meter].spells) != set(standing[meter].spells) for meter in both)
        if windows or any(last[meter].nano != standing[meter].nano for meter in both):
            for meter in both:
                yield _row(meter, last[meter], standing[meter], instant, windows, shares)
        last = standing


def _state(rows: list[Any], instant: Any, shares: dict[str, int | None]) -> _State:
    spells = {row["listing_id"]: row for row in rows if row["first_seen"] <= instant <= row["last_seen"]}
    parts = {listing: shares[listing] for listing in spells}
    if len(spells) == 1 and None in parts.values():
        return _State(spells, next(iter(spells.values()))["nano_per_million"])
    rest = [listing for listing, minutes in parts.items() if minutes == -1]
    fixed = {listing: minutes for listing, minutes in parts.items() if minutes is not None and minutes >= 0}
    left = _WEEK_MINUTES - sum(fixed.values())
    whole = (len(rest) == 1 and left > 0) or (not rest and left == 0)
    if None in parts.values() or not spells or not whole:
        return _State(spells, None)
    minutes = fixed | dict.fromkeys(rest, left)
    total = sum(minutes[listing] * int(spell["nano_per_million"]) for listing, spell in spells.items())
    return _State(spells, round(total / _WEEK_MINUTES))


def _row(meter: str, old: _State, new: _State, instant: Any, windows: bool, shares: dict[str, int | None]) -> Spell:
    """One paired change of the weekly mean, under the listing of the rest of the week."""
    lead = new.spells[min(new.spells, key=lambda listing: (shares[listing] not in (None, -1), listing))]
    before = list(old.spells.values())
    after = list(new.spells.values())
    begun = [spell for spell in after if spell["first_seen"] == instant] or after
    dated = [spell for spell in begun if not pd.isna(spell["effective_at"])]
    first = begun[0]
    # A window that stood on was last seen at the old mean when the new one was not there yet.
    absent = [spell["not_before"] for spell in begun if spell["first_seen"] == instant]
    looked = max((at for at in absent if not pd.isna(at)), default=instant)
    return {
        **{
            name: lead[name] for name in ("source", "listing_id", "currency", "per_unit", "vat_included", "price_basis")
        },
        "meter": meter,
        "beside": False,
        "windows": windows,
        "dropped": _dropped(old, new, shares),
        "every_hour": in_every_hour(old.spells, new.spells),
        "hours_new": by_hour(new.spells),
        "old_nano": old.nano,
        "new_nano": new.nano,
        "last_seen_old": min(min(spell["last_seen"], looked) for spell in before),
        "since_old": max(spell["first_seen"] for spell in before),
        "first_seen_new": instant,
        "looks_new": min(spell["captures"] for spell in after),
        "last_seen_new": min(spell["last_seen"] for spell in after),
        "effective_at": dated[0]["effective_at"] if dated else pd.NaT,
        "effective_basis": dated[0]["effective_basis"] if dated else None,
        "public_at": max(instant, *(spell["public_at"] for spell in begun)),
        "recorded_at": max(spell["recorded_at"] for spell in begun),
        "new_payload": first["first_payload"],
        "old_payload": before[0]["last_payload"],
        "vat_old": before[0]["vat_included"],
        "basis_old": before[0]["price_basis"],
        "promotion_old": before[0]["promotion"],
        "promotion_new": lead["promotion"],
        "across_gap": any(spell["ended"] == "gap" for spell in before),
        "where_new": first["where"],
    }


def _dropped(old: _State, new: _State, shares: dict[str, int | None]) -> bool:
    flat = all(shares[listing] is None for listing in new.spells)
    windowed = all(shares[listing] is not None for listing in old.spells)
    return flat and windowed and new.nano == min(int(spell["nano_per_million"]) for spell in old.spells.values())


def _replaced(pairs: pd.DataFrame, rows: list[Spell], replaced: set[tuple[str, str, str]]) -> pd.DataFrame:
    """`pairs` without the steps of windowed offers, with their weekly steps instead; first launches stay."""
    if not replaced:
        return pairs.assign(**_PLAIN)
    near = pairs[pairs["listing_id"].isin({listing for _, listing, _ in replaced}) & pairs["meter"].isin(BLENDED)]
    own = [key in replaced for key in zip(near["source"], near["listing_id"], near["currency"], strict=True)]
    step = pairs.index.isin(near.index[own])
    weekly = pd.DataFrame(rows, columns=[*rows[0]] if rows else ["first_seen_new", "source"])
    instants = set(zip(weekly["source"], weekly["first_seen_new"], strict=True))
    met = [key in instants for key in zip(near["source"], near["first_seen_new"], strict=True)]
    launch = pairs["old_nano"].isna() & ~pairs.index.isin(near.index[met])
    kept = pairs[~step | launch].assign(**_PLAIN)
    if not rows:
        return kept
    return joined([kept, weekly])
