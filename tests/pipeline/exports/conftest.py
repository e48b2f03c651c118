"""One published snapshot, small enough to check by eye."""

import json

import pandas as pd
import pytest

from pipeline import frames

AT = "2026-11-01T00:00:00Z"


@pytest.fixture
def snapshot() -> dict[str, pd.DataFrame]:
    source = {
        "title": "a title",
        "kind": "prices",
        "sellers": "[]",
        "markets": "[]",
        "urls": "[]",
        "schedule": "every day",
        "trust": "aggregator",
        "licence": "MIT",
        "redistribute": "yes",
        "needs_key": None,
        "confirmed": True,
    }
    price = {
        "listing_id": "aaaaaaaaaaaaaaaa",
        "meter": "input",
        "currency": "USD",
        "per_unit": "token",
        "vat_included": "unknown",
        "price_basis": "list",
        "nano_per_million": 2_500_000_000,
        "amount": "0.0000025",
        "per": 1,
        "source": "litellm",
        "first_seen": "2026-01-01T00:00:00Z",
        "last_seen": AT,
        "stale": False,
        "withdrawn": False,
        "payload_sha256": "ab" * 32,
        "where": "json:/gpt-x/input_cost_per_token",
        "promotion": None,
        "others": json.dumps([{"source": "radar", "nano_per_million": 2_600_000_000, "last_seen": AT}]),
        "disagree": True,
    }
    listing = {
        "listing_id": "aaaaaaaaaaaaaaaa",
        "seller": "openai",
        "served_by": "openai",
        "market": "international",
        "region": None,
        "label": "=gpt-x",
        "conditions": '{"context_max":200000,"tier":"batch"}',
        "maker": "openai",
        "model_version": "openai/gpt-x",
        "identity_rule": "first_party",
        "first_party": True,
        "floating": False,
        "tier": "batch",
        "base": False,
    }
    capture = {
        "capture": 1,
        "source": "litellm",
        "url": "pkg:pypi/litellm@1.0.0#map.json",
        "captured_at": AT,
        "as_of": AT,
        "public_at": AT,
        "recorded_at": AT,
        "payload_sha256": "ab" * 32,
        "spider_version": 1,
        "kind": "backfill",
        "verdict": "changed",
        "handed_in_by": None,
    }
    made = {name: frames.empty(name) for name in frames.FRAMES}
    made["sources"] = frames.coerce(
        pd.DataFrame(
            [
                {"source": "litellm", "lineage": "litellm", **source},
                {"source": "radar", "lineage": "openrouter", **source, "redistribute": "no", "licence": "terms"},
            ]
        ),
        "sources",
    )
    rows = [price, {**price, "source": "radar", "meter": "output"}]
    made["prices"] = frames.coerce(pd.DataFrame(rows), "prices")
    made["listings"] = frames.coerce(pd.DataFrame([listing]), "listings")
    made["captures"] = frames.coerce(pd.DataFrame([capture]), "captures")
    return made


@pytest.fixture
def meta() -> dict[str, object]:
    return {
        "build": "20261101T000000Z-abcd1234",
        "built_at": AT,
        "data_to": AT,
        "view": f"as recorded by {AT}",
        "method_version": "1",
        "head": {"seq": 7, "sha256": "ef" * 32},
        "left_out": [],
    }
