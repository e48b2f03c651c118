"""The rows of the page Prices, filtered in one place for the grid and for its download."""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import pandas as pd

from dashboard.components import unconfirmed, words
from dashboard.components.glossary import gloss
from dashboard.components.listings import listing_name
from pipeline.domain.conditions import conditions_in_words
from pipeline.exports.tables import addresses
from pipeline.query.mix import Mix
from pipeline.query.prices import current
from pipeline.query.snapshot import Snapshot

FILTERS = ("q", "maker", "seller", "market", "source", "mix", "only")
_NUMBER = {"type": "rightAligned", "cellClass": "number", "minWidth": 70}
_AMOUNT = _NUMBER | {"width": 80, "comparator": {"function": "byNumber"}}
_BLEND = _NUMBER | {
    "width": 84,
    "valueFormatter": {"function": "asBlend(params.value, params.data.no_blend)"},
    "tooltipField": "no_blend",
}
# What a price is worth little without (who, how old, which state, which tax) fits beside it on 1,440 pixels.
COLUMNS: list[dict[str, Any]] = [
    {
        "field": "model",
        "headerName": "Model",
        "pinned": "left",
        "width": 184,
        "cellRenderer": "InternalLink",
        "cellRendererParams": {"to": "model_href"},
        "tooltipField": "model",
    },
    {"field": "listing", "headerName": "Seller, buyers, conditions", "width": 130, "tooltipField": "listing"},
    {"field": "input", "headerName": "Input per M", **_AMOUNT},
    {"field": "cached_input", "headerName": "Cached input per M", **_AMOUNT},
    {"field": "output", "headerName": "Output per M", **_AMOUNT},
    {"field": "currency", "headerName": "Currency", "width": 82, "minWidth": 82},
    {"field": "b31_usd", "headerName": "B31 USD per M", **_BLEND},
    {"field": "b721_usd", "headerName": "B721 USD per M", **_BLEND},
    {"field": "mix_usd", "headerName": "My mix USD per M", **_BLEND, "hide": True},
    {
        "field": "source",
        "headerName": "Who says it",
        "width": 100,
        "cellRenderer": "InternalLink",
        "cellRendererParams": {"to": "evidence_href"},
    },
    {"field": "against", "headerName": "Who disagrees", "width": 104, "tooltipField": "against"},
    {"field": "state", "headerName": "State", "width": 82, "tooltipField": "state"},
    {"field": "since", "headerName": "Since", "width": 98},
    {"field": "age_days", "headerName": "Age (days)", **_NUMBER, "width": 70},
    {"field": "tax", "headerName": "Tax", "width": 116, "tooltipField": "tax"},
    {"field": "agreeing", "headerName": "Who agrees", "width": 150, "tooltipField": "agreeing"},
    {"field": "other_meters", "headerName": "Other meters", "width": 260, "tooltipField": "other_meters"},
    {"field": "label", "headerName": "Name as printed", "width": 220, "tooltipField": "label"},
    {"field": "gloss", "headerName": "In English", "width": 160},
    {"field": "last_seen", "headerName": "Last look (UTC)", "width": 150},
]


def filtered(snapshot: Snapshot, asked: Mapping[str, str]) -> pd.DataFrame:
    """Rows of `pipeline.query.prices.current` under the filters of the URL. A bad mix raises InvalidValueError."""
    mix = Mix.parse(asked["mix"]) if asked.get("mix") else None
    rows = _all(snapshot, mix)
    for name in ("maker", "seller", "market", "source"):
        if asked.get(name):
            rows = rows[rows[name] == asked[name]]
    only = asked.get("only", "base")
    if only == "disagree":
        rows = rows[rows["contradicting"].notna()]
    elif only == "stale":
        rows = rows[rows["stale"] | rows["withdrawn"]]
    elif only == "base":
        rows = rows[rows["base"].astype(bool) & ~rows["withdrawn"] & (rows["input"].notna() | rows["output"].notna())]
    names = rows["model_version"].astype("str").fillna("") + " " + rows["label"].astype("str")
    names = names + " " + rows["seller"].astype("str")
    for word in asked.get("q", "").casefold().split():
        hit = names.str.casefold().str.contains(word, regex=False)
        rows, names = rows[hit], names[hit]
    return rows


@lru_cache(maxsize=4)
def _all(snapshot: Snapshot, mix: Mix | None) -> pd.DataFrame:
    """Every row, newest change first: what an analyst looks for."""
    return current(snapshot, mix=mix).sort_values("first_seen", ascending=False, kind="stable")


def grid_rows(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Plain JSON objects for the grid: text as it is shown, numbers as numbers, missing as null."""
    return [_grid_row(row) for row in rows.to_dict("records")]


def _grid_row(row: dict[Any, Any]) -> dict[str, Any]:
    version, label = row["model_version"], words.shown(row["label"])
    return {
        "key": f"{row['listing_id']} {row['currency']}",
        "model": label if words.missing(version) else words.shown(version),
        "model_href": None if words.missing(version) else f"/models/{version}",
        "listing": listing_name(row),
        **{name: _text(row[name]) for name in ("input", "cached_input", "output", "other_meters")},
        "currency": row["currency"],
        "tax": words.TAX[str(row["vat_included"])],
        **{name: _number(row[name]) for name in ("b31_usd", "b721_usd", "mix_usd")},
        "no_blend": _text(row["no_blend"]),
        "source": row["source"],
        "evidence_href": f"/evidence/{row['payload_sha256']}",
        "since": words.day(row["first_seen"]),
        "age_days": int(row["age_days"]),
        "state": state(row),
        "against": _names(row["contradicting"]),
        "agreeing": _names(row["agreeing"]),
        "label": label,
        "gloss": gloss(label),
        "last_seen": words.minute(row["last_seen"]),
    }


def csv_frame(snapshot: Snapshot, rows: pd.DataFrame) -> pd.DataFrame:
    """The same rows for a file: ISO instants, plain numbers, units in the titles, the document of each row."""
    address = addresses(snapshot.frames)
    return pd.DataFrame(
        {
            "model version": rows["model_version"],
            "name as printed": rows["label"],
            "maker": rows["maker"],
            "seller": rows["seller"],
            "served by": rows["served_by"],
            "market (buyer's country)": rows["market"],
            "region": rows["region"],
            "conditions": [conditions_in_words(str(text)) for text in rows["conditions"]],
            "input per million tokens": rows["input"],
            "cached input per million tokens": rows["cached_input"],
            "output per million tokens": rows["output"],
            "currency": rows["currency"],
            "VAT included": rows["vat_included"],
            "list or net": rows["price_basis"],
            "B31 (USD per million tokens)": rows["b31_usd"],
            "B721 (USD per million tokens)": rows["b721_usd"],
            "my mix (USD per million tokens)": rows["mix_usd"],
            "why no blend": rows["no_blend"],
            "other meters": rows["other_meters"],
            "source": rows["source"],
            "at this price since (UTC)": rows["first_seen"].dt.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "last seen (UTC)": rows["last_seen"].dt.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "state": [state(row) for row in rows.to_dict("records")],
            "who disagrees": rows["contradicting"].map(_names),
            "who agrees": rows["agreeing"].map(_names),
            "address": rows["payload_sha256"].map(address),
            "SHA-256 of the document": rows["payload_sha256"],
        }
    )


def state(row: dict[Any, Any]) -> str:
    standing = "withdrawn" if row["withdrawn"] else "stale" if row["stale"] else "current"
    standing = standing if row["confirmed"] else f"{standing}, {unconfirmed.TEXT}"
    return standing if words.missing(row["handed_in_by"]) else f"{standing}, handed in by {row['handed_in_by']}"


def _names(text: object) -> str:
    return "" if words.missing(text) else ", ".join(json.loads(str(text)))


def _text(value: object) -> str | None:
    return None if words.missing(value) else str(value)


def _number(value: float) -> float | None:
    return None if words.missing(value) else float(f"{value:.4g}")
