"""A published snapshot in small: six sources, four makers, one of everything a page must be able to say.

Prices and dates follow real price lists in kind, not to the letter. Nothing here is computed by the code under test.
"""

import hashlib
import json
from itertools import pairwise
from typing import Any

import pandas as pd

from pipeline import frames
from pipeline.domain.listing import listing_id

DATA_TO = "2026-11-22T06:10:00Z"
BUILD = "20261122T062000Z-5ca1ab1e"
HOSTILE = "<img src=x onerror=alert(1)>=%{x}‮"

_SOURCES = {
    # name: (title, lineage, trust, licence, redistribute, schedule)
    "deepseek": ("DeepSeek API pricing", "deepseek", "seller", "site terms", "no", "every 6 hours"),
    "deepseek_cn": ("DeepSeek 模型价格", "deepseek_cn", "seller", "site terms", "no", "every 6 hours"),
    "litellm": ("LiteLLM price map", "litellm", "aggregator", "MIT", "yes", "every 1 day"),
    "genai_prices": ("genai-prices", "genai_prices", "aggregator", "MIT", "yes", "every 1 day"),
    "radar": ("OpenRouter catalogues", "openrouter", "archive", "terms", "no", "every 1 day"),
    "together": ("Together pricing", "together", "seller", "site terms", "no", "every 1 day"),
}
_LISTINGS: dict[str, dict[str, Any]] = {
    "ds": {"seller": "deepseek", "maker": "deepseek", "slug": "deepseek-v4-flash", "label": "deepseek-v4-flash"},
    "ds_cn": {
        "seller": "deepseek",
        "maker": "deepseek",
        "slug": "deepseek-v4-flash",
        "label": "deepseek-v4-flash",
        "market": "CN",
    },
    "ds_night": {
        "seller": "deepseek",
        "maker": "deepseek",
        "slug": "deepseek-v4-flash",
        "label": "deepseek-v4-flash",
        "conditions": {
            "tier": "standard",
            "window": {"name": "night", "hours": ["16:30-00:30"], "tz": "UTC", "weekdays": [1, 2, 3, 4, 5]},
        },
        "base": False,
    },
    "ds_or": {
        "seller": "openrouter",
        "served_by": "deepseek",
        "maker": "deepseek",
        "slug": "deepseek-v4-flash",
        "label": "deepseek/deepseek-v4-flash",
    },
    "ds_tg": {
        "seller": "together",
        "maker": "deepseek",
        "slug": "deepseek-v4-flash",
        "label": "deepseek-ai/DeepSeek-V4-Flash",
        "conditions": {"tier": "standard", "precision": "fp8"},
    },
    "o3": {"seller": "openai", "maker": "openai", "slug": "o3", "label": "o3"},
    "o3_batch": {
        "seller": "openai",
        "maker": "openai",
        "slug": "o3",
        "label": "o3",
        "conditions": {"tier": "batch"},
        "base": False,
    },
    "qwen": {"seller": "together", "maker": "qwen", "slug": "qwen3-32b", "label": "Qwen/Qwen3-32B"},
    "latest": {
        "seller": "openai",
        "maker": "openai",
        "slug": "gpt-5.6-sol",
        "label": "gpt-latest",
        "floating": True,
    },
    "hostile": {"seller": "hostile", "maker": None, "slug": None, "label": HOSTILE},
}

# (source, listing, meter, currency, VAT, [(first seen, amount per million)], last seen)
_D1, _D2, _END = "2025-12-02", "2026-08-01", "2026-11-22"
_HISTORIES: list[tuple[str, str, str, str, str, list[tuple[str, str]], str]] = [
    ("deepseek", "ds", "input", "USD", "unknown", [(_D2, "0.28"), ("2026-11-03", "0.14")], _END),
    ("deepseek", "ds", "cached_input", "USD", "unknown", [(_D2, "0.028"), ("2026-11-03", "0.0028")], _END),
    ("deepseek", "ds", "output", "USD", "unknown", [(_D2, "0.42"), ("2026-11-03", "0.28")], _END),
    ("litellm", "ds", "input", "USD", "unknown", [(_D1, "0.28"), ("2026-11-08", "0.14")], _END),
    ("litellm", "ds", "cached_input", "USD", "unknown", [(_D1, "0.028"), ("2026-11-08", "0.0028")], _END),
    ("litellm", "ds", "output", "USD", "unknown", [(_D1, "0.42"), ("2026-11-08", "0.28")], _END),
    ("genai_prices", "ds", "input", "USD", "unknown", [("2026-01-10", "0.28")], _END),
    ("genai_prices", "ds", "output", "USD", "unknown", [("2026-01-10", "0.42")], _END),
    ("deepseek", "ds_night", "input", "USD", "unknown", [(_D2, "0.14"), ("2026-11-03", "0.07")], _END),
    ("deepseek", "ds_night", "output", "USD", "unknown", [(_D2, "0.21"), ("2026-11-03", "0.14")], _END),
    ("deepseek_cn", "ds_cn", "input", "CNY", "yes", [(_D2, "2"), ("2026-11-03", "1")], _END),
    ("deepseek_cn", "ds_cn", "cached_input", "CNY", "yes", [(_D2, "0.2"), ("2026-11-03", "0.02")], _END),
    ("deepseek_cn", "ds_cn", "output", "CNY", "yes", [(_D2, "3"), ("2026-11-03", "2")], _END),
    ("radar", "ds_or", "input", "USD", "unknown", [("2026-02-01", "0.27"), ("2026-11-10", "0.15")], "2026-11-10"),
    ("radar", "ds_or", "output", "USD", "unknown", [("2026-02-01", "0.41"), ("2026-11-10", "0.29")], "2026-11-10"),
    ("together", "ds_tg", "input", "USD", "unknown", [("2026-09-12", "0.30")], _END),
    ("together", "ds_tg", "output", "USD", "unknown", [("2026-09-12", "0.55")], _END),
    ("litellm", "o3", "input", "USD", "unknown", [("2025-04-17", "10"), ("2026-10-20", "2")], _END),
    ("litellm", "o3", "cached_input", "USD", "unknown", [("2025-04-17", "2.5"), ("2026-10-20", "0.5")], _END),
    ("litellm", "o3", "output", "USD", "unknown", [("2025-04-17", "40"), ("2026-10-20", "8")], _END),
    ("litellm", "o3_batch", "input", "USD", "unknown", [("2025-04-17", "5"), ("2026-10-20", "1")], _END),
    ("litellm", "o3_batch", "output", "USD", "unknown", [("2025-04-17", "20"), ("2026-10-20", "4")], _END),
    ("genai_prices", "o3", "input", "USD", "unknown", [("2025-04-20", "10"), ("2026-10-21", "2")], _END),
    ("genai_prices", "o3", "output", "USD", "unknown", [("2025-04-20", "40"), ("2026-10-21", "8")], _END),
    ("together", "qwen", "input", "USD", "unknown", [("2026-03-01", "0.40"), ("2026-11-15", "0.15")], _END),
    ("together", "qwen", "output", "USD", "unknown", [("2026-03-01", "1.20"), ("2026-11-15", "0.60")], _END),
    ("litellm", "latest", "input", "USD", "unknown", [("2026-05-01", "1.25"), ("2026-11-18", "1.75")], _END),
    ("litellm", "latest", "output", "USD", "unknown", [("2026-05-01", "10"), ("2026-11-18", "14")], _END),
    ("litellm", "hostile", "input", "USD", "unknown", [("2026-11-20", "1")], _END),
]

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


def digest(*parts: str) -> str:
    return hashlib.sha256("|".join(parts).encode()).hexdigest()


def snapshot() -> tuple[dict[str, pd.DataFrame], dict[str, Any]]:
    """Frames and meta as `pipeline.store.snapshots.read` gives them."""
    listings = {name: _listing(name) for name in _LISTINGS}
    spells = [row for history in _HISTORIES for row in _spells(history, listings)]
    made = {name: frames.empty(name) for name in frames.FRAMES}
    rows = {
        "sources": [_source(name) for name in _SOURCES],
        "listings": list(listings.values()),
        "spells": spells,
        "events": [_event(number, listings) for number in range(len(_EVENTS))],
        "prices": _prices(spells),
        "blends": _blends(spells),
        "issues": _issues(),
        "coverage": _coverage(),
        "runs": _runs(),
        "captures": _captures(spells),
        "scores": _scores(),
        "flags": _flags(),
        "rates": _rates(),
    }
    for name, table in rows.items():
        made[name] = frames.coerce(pd.DataFrame(table, columns=list(frames.FRAMES[name].columns)), name)
    return made, _meta(made)


def _meta(made: dict[str, pd.DataFrame]) -> dict[str, Any]:
    return {
        "build": BUILD,
        "built_at": "2026-11-22T06:20:00Z",
        "data_to": DATA_TO,
        "method_version": "1",
        "view": "as recorded by 2026-11-22T06:20:00Z",
        "head": {"seq": 4211, "sha256": digest("head")},
        "sample": True,
        "left_out": [
            {"source": "radar", "reason": "its terms do not allow redistribution"},
            {"source": "together", "reason": "its terms do not allow redistribution"},
        ],
        "counts": {"captures": len(made["captures"]), "quotes": 5120, "changes": 41}
        | {name: len(made[name]) for name in ("listings", "spells", "events")},
    }


def _source(name: str) -> dict[str, Any]:
    title, lineage, trust, licence, redistribute, schedule = _SOURCES[name]
    return {
        "source": name,
        "title": title,
        "kind": "prices",
        "sellers": json.dumps([name]),
        "markets": json.dumps(["CN" if name.endswith("_cn") else "international"]),
        "urls": json.dumps([f"https://{name.replace('_', '-')}.example/pricing"]),
        "schedule": schedule,
        "lineage": lineage,
        "trust": trust,
        "licence": licence,
        "redistribute": redistribute,
        "needs_key": None,
        "confirmed": name != "together",
    }


def _listing(name: str) -> dict[str, Any]:
    facts = _LISTINGS[name]
    conditions = facts.get("conditions", {"tier": "standard"})
    served_by, market = facts.get("served_by", facts["seller"]), facts.get("market", "international")
    version = f"{facts['maker']}/{facts['slug']}" if facts["slug"] else None
    return {
        "listing_id": listing_id(
            seller=facts["seller"],
            served_by=served_by,
            market=market,
            region=None,
            model_version=version or f"label:{facts['label']}",
            conditions=conditions,
        ),
        "seller": facts["seller"],
        "served_by": served_by,
        "market": market,
        "region": None,
        "label": facts["label"],
        "conditions": json.dumps(conditions, sort_keys=True, separators=(",", ":")),
        "maker": facts["maker"],
        "model_version": version,
        "identity_rule": "curated" if version else "unknown",
        "first_party": facts["seller"] == facts["maker"],
        "floating": facts.get("floating", False),
        "tier": conditions["tier"],
        "base": facts.get("base", True),
    }


def _spells(history: Any, listings: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    source, listing, meter, currency, vat, steps, end = history
    days = [pd.Timestamp(day, tz="UTC") for day, _ in steps] + [pd.Timestamp(end, tz="UTC")]
    rows = []
    for number, (first, until) in enumerate(pairwise(days)):
        last = until if number == len(steps) - 1 else until - pd.Timedelta(days=1)
        amount = steps[number][1]
        rows.append(
            {
                "source": source,
                "listing_id": listings[listing]["listing_id"],
                "meter": meter,
                "currency": currency,
                "per_unit": "token",
                "vat_included": vat,
                "price_basis": "list",
                "nano_per_million": round(float(amount) * 1e9),
                "amount": amount,
                "per": 1_000_000,
                "first_seen": first,
                "last_seen": last,
                "not_before": first - pd.Timedelta(days=1) if number else None,
                "not_after": until if number < len(steps) - 1 else None,
                "effective_at": first if source == "deepseek" and number else None,
                "effective_basis": "seller_dated" if source == "deepseek" and number else None,
                "ended": "changed" if number < len(steps) - 1 else "open",
                "captures": max(1, (last - first).days),
                "recorded_at": first,
                "first_payload": digest(source, str(first)),
                "last_payload": digest(source, str(last)),
                "where": f"table:1 row:{number + 2} column:3",
                "promotion": None,
            }
        )
    return rows


def _captures(spells: list[dict[str, Any]]) -> list[dict[str, Any]]:
    seen = {}
    for spell in spells:
        for instant, payload in (("first_seen", "first_payload"), ("last_seen", "last_payload")):
            seen[spell[payload]] = (spell[instant], spell["source"])
    return [
        {
            "capture": number,
            "source": source,
            "url": f"https://{source.replace('_', '-')}.example/pricing",
            "captured_at": at,
            "as_of": None,
            "public_at": at,
            "recorded_at": at,
            "payload_sha256": payload,
            "spider_version": 1,
            "kind": "scheduled",
            "verdict": "changed",
            "handed_in_by": None,
        }
        for number, (payload, (at, source)) in enumerate(sorted(seen.items(), key=lambda item: item[1][0]), start=1)
    ]


def _prices(spells: list[dict[str, Any]]) -> list[dict[str, Any]]:
    rank = {"seller": 0, "archive": 1, "aggregator": 2}
    last: dict[Any, list[dict[str, Any]]] = {}
    for spell in spells:
        if spell["ended"] == "open":
            last.setdefault((spell["listing_id"], spell["meter"], spell["currency"]), []).append(spell)
    rows = []
    for said in last.values():
        said.sort(key=lambda spell: rank[_SOURCES[spell["source"]][2]])
        best, others = said[0], said[1:]
        rows.append(
            {name: best[name] for name in frames.FRAMES["prices"].columns if name in best}
            | {
                "stale": best["last_seen"] < pd.Timestamp("2026-11-20", tz="UTC"),
                "withdrawn": False,
                "payload_sha256": best["last_payload"],
                "others": json.dumps(
                    [
                        {
                            "source": other["source"],
                            "nano_per_million": other["nano_per_million"],
                            "last_seen": other["last_seen"].strftime("%Y-%m-%dT%H:%M:%SZ"),
                        }
                        for other in others
                    ]
                ),
                "disagree": any(
                    abs(other["nano_per_million"] / best["nano_per_million"] - 1) > 0.03 for other in others
                ),
            }
        )
    return rows


def _blends(spells: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """From the first source of each listing in `_HISTORIES`; its meters change together in this sample."""
    voice: dict[str, str] = {}
    days: dict[tuple[str, pd.Timestamp], dict[str, Any]] = {}
    for spell in spells:
        if voice.setdefault(spell["listing_id"], spell["source"]) == spell["source"]:
            days.setdefault((spell["listing_id"], spell["first_seen"]), {"spell": spell})[spell["meter"]] = (
                spell["nano_per_million"] / 1e9
            )
    rows = []
    for (listing, _), day in days.items():
        rate = {"USD": 1.0, "CNY": 1 / 7.1}[day["spell"]["currency"]]
        cached, output = day.get("cached_input", day["input"]), day.get("output", float("nan"))
        rows.append(
            {
                "listing_id": listing,
                "since": day["spell"]["first_seen"].tz_localize(None),
                "until": day["spell"]["last_seen"].tz_localize(None),
                "source": day["spell"]["source"],
                "source_changed": False,
                "currency": day["spell"]["currency"],
                "vat_included": day["spell"]["vat_included"],
                "input": day["input"],
                "cached_input": day.get("cached_input"),
                "output": output,
                "b31_usd": rate * (3 * day["input"] + output) / 4,
                "b721_usd": rate * (7 * cached + 2 * day["input"] + output) / 10,
                "cached_assumed": "cached_input" not in day,
                "rate_day": None if rate == 1 else pd.Timestamp("2026-11-20"),
            }
        )
    return rows


def _rates() -> list[dict[str, Any]]:
    """One euro a dollar and 7.1 yuan, on the last working day before the data end."""
    return [
        {
            "source": "ecb",
            "base": "EUR",
            "currency": currency,
            "day": pd.Timestamp("2026-11-20"),
            "value": value,
            "payload_sha256": digest("rates"),
        }
        for currency, value in (("USD", 1.0), ("CNY", 7.1))
    ]


def _flags() -> list[dict[str, Any]]:
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


def _event(number: int, listings: dict[str, dict[str, Any]]) -> dict[str, Any]:
    given = _EVENTS[number]
    concerned = [listings[name] for name in given["listings"]]
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
        "labels": json.dumps([listing["label"] for listing in concerned]),
        "listing_ids": json.dumps([listing["listing_id"] for listing in concerned]),
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
    spells = [row for history in _HISTORIES for row in _spells(history, {name: _listing(name) for name in _LISTINGS})]
    found = {
        row["source"]: row["first_payload"] for row in spells if row["listing_id"] in ids and row["ended"] == "open"
    }
    return [found[source] for source in sources]


def _issues() -> list[dict[str, Any]]:
    seen = {"first_seen": "2026-11-20T06:00:00Z", "last_seen": DATA_TO, "state": "open"}
    return [
        {
            "issue": "1" * 16,
            "kind": "failed_parse",
            "source": "together",
            "subject": "pricing table",
            "place": "table:1",
            "text": "The table of prices was not found: the page changed its layout on 20 November. Evidence kept.",
            "count": 3,
            **seen,
        },
        {
            "issue": "2" * 16,
            "kind": "unmatched_label",
            "source": "litellm",
            "subject": HOSTILE,
            "place": "json:/x",
            "text": "No model version is known by this name.",
            "count": 1,
            **seen,
        },
        {
            "issue": "3" * 16,
            "kind": "sources_disagree",
            "source": "genai_prices",
            "subject": "deepseek/deepseek-v4-flash",
            "place": "input",
            "text": "0.28 here, 0.14 USD per million tokens on the seller's page since 3 November.",
            "count": 19,
            **seen,
        },
    ]


def _coverage() -> list[dict[str, Any]]:
    rows = []
    for name in _SOURCES:
        for offset in range(45):
            day = pd.Timestamp("2026-11-22") - pd.Timedelta(days=offset)
            state = "unchanged"
            if name == "together" and offset < 3:
                state = "failed_parse"
            elif name == "radar":
                state = "changed" if day.day == 10 else "not_due"
            elif name == "deepseek" and offset in (19, 30):
                state = "changed" if offset == 19 else "failed_fetch"
            elif name == "genai_prices" and offset == 12:
                state = "blind"
            rows.append(
                {
                    "source": name,
                    "day": day,
                    "state": state,
                    "runs": 0 if state == "not_due" else 1,
                    "last_good_at": (day - pd.Timedelta(days=3 - offset if state == "failed_parse" else 0)).tz_localize(
                        "UTC"
                    ),
                }
            )
    return rows


def _runs() -> list[dict[str, Any]]:
    return [
        {
            "run": f"{name}-1",
            "source": name,
            "kind": "scheduled",
            "due": DATA_TO,
            "attempt": 1,
            "started_at": DATA_TO,
            "ended_at": DATA_TO,
            "verdict": "failed_parse" if name == "together" else "unchanged",
            "documents": 1,
            "quotes": 0 if name == "together" else 120,
            "notices": 2,
            "issues": 1 if name == "together" else 0,
        }
        for name in _SOURCES
    ]


def _scores() -> list[dict[str, Any]]:
    return [
        {
            "source": "llmledger",
            "benchmark": "arena text",
            "benchmark_version": "2026-11-01",
            "label": "deepseek-v4-flash",
            "model_version": "deepseek/deepseek-v4-flash",
            "value": 1423.0,
            "low": 1418.0,
            "high": 1428.0,
            "votes": 20311,
            "published_at": "2026-11-01T00:00:00Z",
            "payload_sha256": digest("llmledger"),
            "where": "json:/3",
        }
    ]
