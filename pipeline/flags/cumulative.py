"""The 30-day reference of a cut in small steps (METHODS 5, last paragraph).

Enters decisions and spells; leaves per decision the highest net blend that stood at least 7 days within the 30 days
before its new price, in one source and one listing. No reference crosses from one source, listing or currency to
another, and none crosses a step that was read as anything but a market move.
"""

import json
from dataclasses import dataclass
from typing import Any

import pandas as pd

from pipeline.domain.amounts import decimal_text, from_nano, nano_per_million, parse_decimal
from pipeline.domain.thresholds import Thresholds
from pipeline.domain.vocabulary import EventClass, EventState
from pipeline.events.blend import BLENDED, four_b31, is_cut, ten_b721
from pipeline.events.charged import charged

_PLACE = ["source", "listing_id", "currency"]
_Triple = tuple[int | None, int | None, int | None]
_Step = tuple[str, _Triple, _Triple]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A reference against which a decision's new price is a sharp cut; whether all steps between are confirmed."""

    confirmed: bool
    text: str


def references(
    events: pd.DataFrame, small: pd.DataFrame, spells: pd.DataFrame, thresholds: Thresholds
) -> dict[str, Reference]:
    """By id of the events in `small`: the reference that makes one a sharp cut; absent where there is none.

    `events` are all decisions: they tell which steps between reference and new price were market moves.
    """
    wanted = {listing for listings in small["listing_ids"] for listing in json.loads(listings)}
    near = spells[spells["listing_id"].isin(wanted) & spells["meter"].isin(BLENDED)]
    if near.empty:
        return {}
    read = _readings(events, wanted)
    by_listing: dict[str, list[pd.DataFrame]] = {}
    for (_, listing, _), rows in _stretches(charged(near)).groupby(_PLACE, sort=True):
        by_listing.setdefault(str(listing), []).append(rows)
    found: dict[str, Reference] = {}
    for event in small.to_dict("records"):
        series = [rows for listing in json.loads(event["listing_ids"]) for rows in by_listing.get(listing, [])]
        own = [
            _reference(event, rows, read, thresholds)
            for rows in series
            if rows["currency"].iloc[0] == event["currency"]
        ]
        best = sorted((one for one in own if one is not None), key=lambda one: (not one.confirmed, one.text))
        if best:
            found[str(event["id"])] = best[0]
    return found


def _readings(events: pd.DataFrame, wanted: set[str]) -> dict[_Step, tuple[str, str]]:
    """(class, state) of each known step: listing, prices before, prices after."""
    found = {}
    for event in events[["listing_ids", "prices", "class_", "state"]].to_dict("records"):
        listings = wanted.intersection(json.loads(event["listing_ids"]))
        if not listings:
            continue
        prices = json.loads(event["prices"])
        before, after = _side(prices, "old"), _side(prices, "new")
        for listing in listings:
            found[listing, before, after] = (str(event["class_"]), str(event["state"]))
    return found


def _side(prices: dict[str, dict[str, str | None]], side: str) -> _Triple:
    input_, cached, output = (_nano(prices, meter, side) for meter in BLENDED)
    return input_, cached, output


def _nano(prices: dict[str, dict[str, str | None]], meter: str, side: str) -> int | None:
    text = prices.get(meter, {}).get(side)
    return None if text is None else nano_per_million(parse_decimal(text), 1_000_000)


def _stretches(spells: pd.DataFrame) -> pd.DataFrame:
    """One row per source, listing, currency and stretch in which no blended meter moved; input and output are known."""
    rows = spells[[*_PLACE, "meter", "nano_per_million", "first_seen", "last_seen"]]
    rows = rows.astype(dict.fromkeys((*_PLACE, "meter"), "str"))
    starts = rows[[*_PLACE, "first_seen"]].drop_duplicates().rename(columns={"first_seen": "since"})
    for meter in BLENDED:
        own = rows[rows["meter"] == meter].drop(columns="meter").rename(columns={"nano_per_million": meter})
        starts = pd.merge_asof(
            starts.sort_values("since", kind="stable"),
            own.sort_values("first_seen", kind="stable").rename(columns={"last_seen": f"last_{meter}"}),
            left_on="since",
            right_on="first_seen",
            by=_PLACE,
        ).drop(columns="first_seen")
        starts[meter] = starts[meter].astype("Int64").where(starts[f"last_{meter}"] >= starts["since"])
    starts = starts.dropna(subset=["input", "output"])
    lasts = starts[[f"last_{meter}" for meter in BLENDED]]
    starts["until"] = lasts.where(starts[list(BLENDED)].notna().to_numpy()).min(axis=1)
    return starts.sort_values([*_PLACE, "since"], kind="stable", ignore_index=True)


def _reference(
    event: dict[Any, Any], rows: pd.DataFrame, read: dict[_Step, tuple[str, str]], thresholds: Thresholds
) -> Reference | None:
    """The strictest reference in one source's view of one listing (`rows`, in order of time)."""
    late = event["bracket_to"] + thresholds.corroborated_before
    new_prices = _side(json.loads(event["prices"]), "new")
    stretches = rows.to_dict("records")
    for place, after in enumerate(stretches):
        if event["bracket_to"] <= after["since"] <= late and _triple(after) == new_prices:
            return _against(after, stretches[:place], read, thresholds)
    return None


def _against(
    after: dict[Any, Any], before: list[dict[Any, Any]], read: dict[_Step, tuple[str, str]], thresholds: Thresholds
) -> Reference | None:
    start = after["since"] - thresholds.reference_window
    later, confirmed = after, True
    best: Reference | None = None
    for stretch in reversed(before):
        step = read.get((str(after["listing_id"]), _triple(stretch), _triple(later)))
        if step is None or step[0] != EventClass.MARKET_MOVE or stretch["until"] < start:
            break
        confirmed = confirmed and step[1] in (EventState.CONFIRMED, EventState.EXPIRED)
        stood = min(stretch["until"], after["since"]) - max(stretch["since"], start)
        if stood >= thresholds.reference_standing and best is None:
            best = _sharp(stretch, after, confirmed, thresholds)
        later = stretch
    return best


def _sharp(old: dict[Any, Any], new: dict[Any, Any], confirmed: bool, thresholds: Thresholds) -> Reference | None:
    pairs = [("B31", 4, *(four_b31(side["input"], side["output"]) for side in (old, new)))]
    if not pd.isna(old["cached_input"]) and not pd.isna(new["cached_input"]):
        both = (ten_b721(side["input"], side["cached_input"], side["output"]) for side in (old, new))
        pairs.append(("B721", 10, *both))
    for name, unit, high, low in pairs:
        if is_cut(int(high), int(low), thresholds.sharp_cut_percent):
            text = (
                f"In {new['source']} {name} had stood at {_amount(high, unit)} {new['currency']} for a week within the "
                f"30 days before and is now {_amount(low, unit)} ({100 * (low / high - 1):+.1f} %)."
            )
            return Reference(confirmed=confirmed, text=text)
    return None


def _triple(stretch: dict[Any, Any]) -> _Triple:
    input_, cached, output = (None if pd.isna(stretch[meter]) else int(stretch[meter]) for meter in BLENDED)
    return input_, cached, output


def _amount(blend: int, unit: int) -> str:
    return decimal_text(from_nano(round(blend / unit)))
