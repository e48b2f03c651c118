"""Six sources, what they ran, on which days they said something, and what a person must see of them."""

import json
from typing import Any

import pandas as pd

from tests.dashboard.snapshot.facts import DATA_TO, HOSTILE

SOURCES = {
    # name: (title, lineage, trust, licence, redistribute, schedule)
    "deepseek": ("DeepSeek API pricing", "deepseek", "seller", "site terms", "no", "every 6 hours"),
    "deepseek_cn": ("DeepSeek 模型价格", "deepseek_cn", "seller", "site terms", "no", "every 6 hours"),
    "litellm": ("LiteLLM price map", "litellm", "aggregator", "MIT", "yes", "every 1 day"),
    "genai_prices": ("genai-prices", "genai_prices", "aggregator", "MIT", "yes", "every 1 day"),
    "radar": ("OpenRouter catalogues", "openrouter", "archive", "terms", "no", "every 1 day"),
    "together": ("Together pricing", "together", "seller", "site terms", "no", "every 1 day"),
}


def sources() -> list[dict[str, Any]]:
    return [_source(name) for name in SOURCES]


def _source(name: str) -> dict[str, Any]:
    title, lineage, trust, licence, redistribute, schedule = SOURCES[name]
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


def coverage() -> list[dict[str, Any]]:
    rows = []
    for name in SOURCES:
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


def runs() -> list[dict[str, Any]]:
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
        for name in SOURCES
    ]


def issues() -> list[dict[str, Any]]:
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
