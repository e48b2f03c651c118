"""Tables for people: prices and decisions with their sources, ready for CSV and XLSX.

In: frames of one snapshot. Out: frames whose column titles carry the unit. Amounts stay exact decimal text; a
spreadsheet gets numbers beside them only where it is asked to compute. Nothing is fetched and no clock is read.
"""

import json
from collections.abc import Hashable
from decimal import Decimal
from typing import Any

import pandas as pd

from pipeline.domain.amounts import decimal_text, from_nano
from pipeline.domain.conditions import conditions_in_words
from pipeline.domain.vocabulary import FlagKind, Redistribute
from pipeline.normalise.coverage import spans
from pipeline.normalise.doubted import givers, unconfirmed

Frames = dict[str, pd.DataFrame]
NOT_HELD = "not in this build"


def plain_price(nano: int | None) -> str:
    """The amount per million units of a spell's integer, as plain decimal text; empty where there is none."""
    return "" if nano is None or pd.isna(nano) else decimal_text(from_nano(int(nano)))


def as_published(amount: str, currency: str, per: int, per_unit: str) -> str:
    """The seller's own words: `0.0000025 USD per 1 token`."""
    unit = per_unit.replace("_", " ")
    return f"{amount} {currency} per {per:,} {unit}{'' if per == 1 else 's'}"


def addresses(frames: Frames) -> dict[str, str]:
    """Payload SHA-256 → the address (or package URL) where the body was read first."""
    captures = frames["captures"].drop_duplicates("payload_sha256")
    return dict(zip(captures["payload_sha256"].astype(str), captures["url"].astype(str), strict=True))


def withheld(frames: Frames) -> pd.DataFrame:
    """Sources whose terms forbid that their figures leave the ledger: a public export lists them, without figures."""
    sources = frames["sources"]
    return sources.loc[sources["redistribute"] == Redistribute.NO.value, ["source", "title", "licence"]]


def prices_table(frames: Frames, *, public: bool) -> pd.DataFrame:
    """One row per current price: who sells what to whom, at which price, who says so, since when, who disagrees."""
    prices = frames["prices"]
    if public:
        prices = prices[~prices["source"].isin(withheld(frames)["source"])]
    listings = frames["listings"].set_index("listing_id")
    address = addresses(frames)
    known = listings.loc[prices["listing_id"]]
    doubted, given = unconfirmed(frames["sources"]), givers(frames["captures"])
    rows = pd.DataFrame(
        {
            "model version": known["model_version"].to_numpy(),
            "label as printed": known["label"].to_numpy(),
            "maker": known["maker"].to_numpy(),
            "seller": known["seller"].to_numpy(),
            "served by": known["served_by"].to_numpy(),
            "market (buyer's country)": known["market"].to_numpy(),
            "region": known["region"].to_numpy(),
            "conditions": [conditions_in_words(text) for text in known["conditions"]],
            "meter": prices["meter"].to_numpy(),
            "price per million units": [plain_price(nano) for nano in prices["nano_per_million"]],
            "currency": prices["currency"].to_numpy(),
            "unit": prices["per_unit"].to_numpy(),
            "VAT included": prices["vat_included"].to_numpy(),
            "list or net": prices["price_basis"].to_numpy(),
            "promotion": [_promotion(text) for text in prices["promotion"]],
            "as published": [
                as_published(row["amount"], row["currency"], row["per"], row["per_unit"])
                for row in prices[["amount", "currency", "per", "per_unit"]].to_dict("records")
            ],
            "source": prices["source"].to_numpy(),
            "first seen (UTC)": _instants(prices["first_seen"]),
            "last seen (UTC)": _instants(prices["last_seen"]),
            "state": [_state(bool(row.stale), bool(row.withdrawn)) for row in prices.itertuples()],
            "layout": ["unconfirmed" if source in doubted else "" for source in prices["source"].astype("str")],
            "handed in by": [given.get(str(digest), "") for digest in prices["payload_sha256"]],
            "other sources say": [_others(text) for text in prices["others"]],
            "sources disagree": ["yes" if flag else "" for flag in prices["disagree"]],
            "address": [address.get(str(digest), "") for digest in prices["payload_sha256"]],
            "place in the document": prices["where"].to_numpy(),
            "SHA-256 of the document": prices["payload_sha256"].to_numpy(),
            "listing id": prices["listing_id"].to_numpy(),
        }
    )
    return rows.sort_values(
        ["model version", "seller", "served by", "conditions", "meter"], kind="stable", na_position="last"
    )


def coverage_table(frames: Frames) -> pd.DataFrame:
    """Whether each source was watched: one row per stretch of days of one state. A gap is a gap, never a flat line."""
    found = spans(frames["coverage"])
    days = {name: found[name].dt.strftime("%Y-%m-%d") for name in ("since", "until")}
    return pd.DataFrame(
        {
            "source": found["source"],
            "first day (UTC)": days["since"],
            "last day (UTC)": days["until"],
            "state": found["state"].str.replace("_", " "),
            "days": found["days"],
            "runs": found["runs"],
            "last good look (UTC)": _instants(found["last_good_at"]),
        }
    )


def events_table(frames: Frames, *, public: bool) -> pd.DataFrame:
    """One row per decision and meter that moved, flagged ones first, newest first."""
    events = frames["events"]
    if public:
        lineages = set(frames["sources"].loc[frames["sources"]["redistribute"] == Redistribute.NO.value, "lineage"])
        only_withheld = events["sources"].map(lambda text: bool(json.loads(text)) and set(json.loads(text)) <= lineages)
        events = events[~only_withheld.astype(bool)] if len(events) else events
    address = addresses(frames)
    rank = events["flag"].map({FlagKind.SHARP_CUT.value: 0, FlagKind.WATCH.value: 1}).fillna(2)
    events = events.assign(rank=rank).sort_values(["rank", "public_at", "id"], ascending=[True, False, True])
    captures = frames["captures"].astype({"source": "str"})
    of_doubted = captures[captures["source"].isin(unconfirmed(frames["sources"]))]
    doubted = dict(zip(of_doubted["payload_sha256"].astype(str), of_doubted["source"], strict=True))
    given = givers(frames["captures"])
    rows = [
        row
        for event in events.drop(columns="rank").to_dict("records")
        for row in _event_rows(event, address, doubted, given)
    ]
    return pd.DataFrame(rows, columns=_EVENT_COLUMNS)


_EVENT_COLUMNS = [
    "flag",
    "decision",
    "kind",
    "maker",
    "seller",
    "market (buyer's country)",
    "model version",
    "labels as printed",
    "meter",
    "old price per million tokens",
    "new price per million tokens",
    "currency",
    "VAT included",
    "change of the meter (%)",
    "change of B31 (%)",
    "change of B721 (%)",
    "class",
    "state",
    "in force from (UTC)",
    "basis of that date",
    "last seen old (UTC)",
    "first seen new (UTC)",
    "public since (UTC)",
    "recorded (UTC)",
    "shown by (independent lineages)",
    "contradicted by",
    "sources of unconfirmed layout",
    "documents handed in by",
    "explanation",
    "addresses",
    "SHA-256 of the documents",
]


def _event_rows(
    event: dict[Hashable, Any], address: dict[str, str], doubted: dict[str, str], given: dict[str, str]
) -> list[list[str]]:
    digests = json.loads(event["captures"])
    who = [_missing(event["flag"]), *(str(event[name]) for name in ("id", "kind", "maker", "seller", "market"))]
    who += [_missing(event["model_version"]), ", ".join(json.loads(event["labels"]))]
    how = [
        _percent(event["change_b31"]),
        _percent(event["change_b721"]),
        str(event["class_"]),
        str(event["state"]),
        _instant(event["effective_at"]),
        str(event["effective_basis"]),
        *(_instant(event[name]) for name in ("bracket_from", "bracket_to", "public_at", "recorded_at")),
        ", ".join(json.loads(event["sources"])),
        ", ".join(json.loads(event["contradicted_by"])),
        ", ".join(sorted({doubted[digest] for digest in digests if digest in doubted})),
        ", ".join(sorted({given[digest] for digest in digests if digest in given})),
        str(event["explanation"]),
        # One address a digest, in one order: the nth address is that of the nth document.
        " | ".join(address.get(digest, NOT_HELD) for digest in digests),
        " | ".join(digests),
    ]
    basis = [str(event["currency"]), str(event["vat_included"])]
    return [
        [*who, meter, pair["old"] or "", pair["new"] or "", *basis, _change(pair["old"], pair["new"]), *how]
        for meter, pair in json.loads(event["prices"]).items()
    ]


def _change(old: str | None, new: str | None) -> str:
    if old is None or new is None or Decimal(old) == 0:
        return ""
    return f"{(Decimal(new) - Decimal(old)) / Decimal(old) * 100:.2f}"


def _percent(change: float) -> str:
    return "" if pd.isna(change) else f"{100 * change:.2f}"


def _missing(value: Any) -> str:
    return "" if pd.isna(value) else str(value)


def _instant(value: pd.Timestamp) -> str:
    return "" if pd.isna(value) else value.strftime("%Y-%m-%dT%H:%M:%SZ")


def _instants(values: pd.Series) -> list[str]:
    return [_instant(value) for value in values]


def _state(stale: bool, withdrawn: bool) -> str:
    if withdrawn:
        return "withdrawn"
    return "stale" if stale else "current"


def _promotion(text: object) -> str:
    if not isinstance(text, str):
        return ""
    given = json.loads(text)
    percent = f"{given['percent']} % off" if "percent" in given else "promotion"
    return f"{percent} until {given['ends_at']}" if "ends_at" in given else percent


def _others(text: str) -> str:
    return ", ".join(f"{other['source']} {plain_price(other['nano_per_million'])}" for other in json.loads(text))
