"""What the sources said each listing costs: spells, the documents they rest on, current prices, blends and rates."""

import json
from itertools import pairwise
from typing import Any

import pandas as pd

from pipeline import frames
from tests.dashboard.snapshot.facts import digest
from tests.dashboard.snapshot.listings import listing
from tests.dashboard.snapshot.sources import SOURCES

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


def spells() -> list[dict[str, Any]]:
    return [row for history in _HISTORIES for row in _spells(history)]


def _spells(history: Any) -> list[dict[str, Any]]:
    source, name, meter, currency, vat, steps, end = history
    days = [pd.Timestamp(day, tz="UTC") for day, _ in steps] + [pd.Timestamp(end, tz="UTC")]
    rows = []
    for number, (first, until) in enumerate(pairwise(days)):
        last = until if number == len(steps) - 1 else until - pd.Timedelta(days=1)
        amount = steps[number][1]
        rows.append(
            {
                "source": source,
                "listing_id": listing(name)["listing_id"],
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
                "public_at": first,
                "recorded_at": first,
                "first_payload": digest(source, str(first)),
                "last_payload": digest(source, str(last)),
                "where": f"table:1 row:{number + 2} column:3",
                "promotion": None,
            }
        )
    return rows


def captures(spells: list[dict[str, Any]]) -> list[dict[str, Any]]:
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


def prices(spells: list[dict[str, Any]]) -> list[dict[str, Any]]:
    rank = {"seller": 0, "archive": 1, "aggregator": 2}
    last: dict[Any, list[dict[str, Any]]] = {}
    for spell in spells:
        if spell["ended"] == "open":
            last.setdefault((spell["listing_id"], spell["meter"], spell["currency"]), []).append(spell)
    rows = []
    for said in last.values():
        said.sort(key=lambda spell: rank[SOURCES[spell["source"]][2]])
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


def blends(spells: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """From the first source of each listing in `_HISTORIES`; its meters change together in this sample."""
    voice: dict[str, str] = {}
    days: dict[tuple[str, pd.Timestamp], dict[str, Any]] = {}
    for spell in spells:
        if voice.setdefault(spell["listing_id"], spell["source"]) == spell["source"]:
            days.setdefault((spell["listing_id"], spell["first_seen"]), {"spell": spell})[spell["meter"]] = (
                spell["nano_per_million"] / 1e9
            )
    rows = []
    for (offer, _), day in days.items():
        rate = {"USD": 1.0, "CNY": 1 / 7.1}[day["spell"]["currency"]]
        cached, output = day.get("cached_input", day["input"]), day.get("output", float("nan"))
        rows.append(
            {
                "listing_id": offer,
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


def rates() -> list[dict[str, Any]]:
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
