"""Six decisions, from a confirmed cut to a moved label, and the one flag that was raised on the first."""

import json
from typing import Any

import pandas as pd

from tests.dashboard.snapshot.facts import digest
from tests.dashboard.snapshot.listings import listing
from tests.dashboard.snapshot.prices import spells

_EVENTS: list[dict[str, Any]] = [
    {
        "listings": ["ds", "ds_night"],
        "kind": "cut",
        "old_new": {"input": ("0.28", "0.14"), "cached_input": ("0.028", "0.0028"), "output": ("0.42", "0.28")},
        "at": "2026-11-03",
        "from": "2026-11-02",
        "basis": "seller_dated",
        "b31": -0.4444,
        "b721": -0.6132,
        "sources": ["deepseek", "litellm"],
        "against": [],
        "state": "confirmed",
        "class_": "market_move",
        "flag": "sharp_cut",
        "explanation": "A market move: no structural, identity or scope rule speaks against it. Confirmed: the seller's"
        " own page dates it 3 November, and LiteLLM shows the same old and new price from 8 November.",
    },
    {
        "listings": ["ds_cn"],
        "kind": "cut",
        "currency": "CNY",
        "vat": "yes",
        "market": "CN",
        "old_new": {"input": ("2", "1"), "cached_input": ("0.2", "0.02"), "output": ("3", "2")},
        "at": "2026-11-03",
        "from": "2026-11-02",
        "basis": "seller_observed",
        "b31": -0.4444,
        "b721": -0.6215,
        "sources": ["deepseek_cn"],
        "against": [],
        "state": "confirmed",
        "class_": "market_move",
        "flag": "sharp_cut",
        "explanation": "A market move, seen on the seller's own Chinese page in two captures.",
    },
    {
        "listings": ["o3", "o3_batch"],
        "kind": "cut",
        "old_new": {"input": ("10", "2"), "cached_input": ("2.5", "0.5"), "output": ("40", "8")},
        "at": "2026-10-20",
        "from": "2026-10-17",
        "basis": "catalogue_dated",
        "b31": -0.8,
        "b721": -0.8,
        "sources": ["litellm", "genai_prices"],
        "against": [],
        "state": "confirmed",
        "class_": "market_move",
        "flag": "sharp_cut",
        "explanation": "A market move. Two independent catalogues show the old and the new price within a day.",
    },
    {
        "listings": ["qwen"],
        "kind": "cut",
        "old_new": {"input": ("0.40", "0.15"), "output": ("1.20", "0.60")},
        "at": None,
        "to": "2026-11-15",
        "from": "2026-11-14",
        "basis": "first_seen",
        "b31": -0.5625,
        "b721": -0.5455,
        "sources": ["together"],
        "against": [],
        "state": "probable",
        "class_": "market_move",
        "flag": "watch",
        "explanation": "No rule speaks against a market move, but nobody else has shown it yet.",
    },
    {
        "listings": ["latest"],
        "kind": "rise",
        "old_new": {"input": ("1.25", "1.75"), "output": ("10", "14")},
        "at": None,
        "to": "2026-11-18",
        "from": "2026-11-17",
        "basis": "first_seen",
        "b31": 0.4,
        "b721": 0.4,
        "sources": ["litellm"],
        "against": ["genai_prices"],
        "state": "recorded",
        "class_": "alias_move",
        "veto": "floating label",
        "flag": None,
        "explanation": "An alias move: the label gpt-latest was pointed to another version; no version's price moved.",
    },
    {
        "listings": ["ds_tg"],
        "kind": "launch",
        "old_new": {"input": (None, "0.30"), "output": (None, "0.55")},
        "at": "2026-09-12",
        "from": None,
        "basis": "seller_observed",
        "b31": None,
        "b721": None,
        "sources": ["together"],
        "against": [],
        "state": "confirmed",
        "class_": "market_move",
        "flag": None,
        "explanation": "First price of this listing.",
    },
]


def events() -> list[dict[str, Any]]:
    return [_event(number, given) for number, given in enumerate(_EVENTS)]


def _event(number: int, given: dict[str, Any]) -> dict[str, Any]:
    concerned = [listing(name) for name in given["listings"]]
    first = concerned[0]
    to = pd.Timestamp(given.get("to") or given["at"], tz="UTC")
    return {
        "id": digest("event", str(number))[:16],
        "kind": given["kind"],
        "maker": first["maker"],
        "seller": first["seller"],
        "market": given.get("market", "international"),
        "model_version": first["model_version"],
        "model_versions": json.dumps([first["model_version"]]),
        "labels": json.dumps([row["label"] for row in concerned]),
        "listing_ids": json.dumps([row["listing_id"] for row in concerned]),
        "sources": json.dumps(given["sources"]),
        "contradicted_by": json.dumps(given["against"]),
        "recorded_at": to,
        "public_at": to,
        "effective_at": given["at"] and pd.Timestamp(given["at"], tz="UTC"),
        "bracket_from": given["from"] and pd.Timestamp(given["from"], tz="UTC"),
        "bracket_to": to,
        "effective_basis": given["basis"],
        "currency": given.get("currency", "USD"),
        "vat_included": given.get("vat", "unknown"),
        "prices": json.dumps({meter: {"old": old, "new": new} for meter, (old, new) in given["old_new"].items()}),
        "change_b31": given["b31"],
        "change_b721": given["b721"],
        "class_": given["class_"],
        "state": given["state"],
        "veto": given.get("veto"),
        "explanation": given["explanation"],
        "captures": json.dumps(_documents(given["sources"], [row["listing_id"] for row in concerned])),
        "flag": given["flag"],
    }


def _documents(sources: list[str], ids: list[str]) -> list[str]:
    """The first document of each source with the last price of the listings."""
    found = {
        row["source"]: row["first_payload"] for row in spells() if row["listing_id"] in ids and row["ended"] == "open"
    }
    return [found[source] for source in sources]


def flags() -> list[dict[str, Any]]:
    """The first decision as judged: a sharp cut under every other maker, of whom there are too few."""
    return [
        {
            "id": digest("flag")[:16],
            "kind": "sharp_cut",
            "trigger": "sharp_cut",
            "event": digest("event", "0")[:16],
            "maker": "deepseek",
            "seller": "deepseek",
            "market": "international",
            "model_version": "deepseek/deepseek-v4-flash",
            "day": "2026-11-03",
            "public_at": "2026-11-03T00:00:00Z",
            "state": "confirmed",
            "confirmed": True,
            "price_usd": 0.175,
            "outlier": "not_evaluable",
            "hosts": "not_evaluable",
            "cost": "not_evaluable",
            "margin": "fails",
            "makers": 12,
            "p": 1 / 13,
            "kept": 96,
            "defined": 144,
            "undefined": 432,
            "conditions": json.dumps(
                [
                    {
                        "name": "outlier among makers",
                        "outcome": "not_evaluable",
                        "value": "0.0769231",
                        "unit": "p",
                        "low": None,
                        "high": None,
                        "threshold": "p ≤ 0.05, 19 makers or more",
                        "reason": "not evaluable (lowest of 12 makers)",
                        "labels": ["12 models of other makers"],
                        "rests_on": [],
                    }
                ]
            ),
            "explanations": json.dumps(
                [{"name": "host exit", "outcome": "possible", "text": "1 of 4 other sellers of 90 days before is gone"}]
            ),
            "not_tested": json.dumps([{"name": "viability", "reason": "volumes are not public"}]),
            "missing": json.dumps(["outlier among makers: not evaluable (lowest of 12 makers)"]),
            "stopped_at": "outlier evaluable",
            "stopped_by": "fewer other makers than a rank needs",
            "captures": "[]",
            "text": "Sharp cut: deepseek.",
            "legal": "An indicator, not a finding. Low prices are lawful.",
        }
    ]
