"""One flagged decision as the pipeline publishes it."""

import json
from collections.abc import Hashable

import pandas as pd
import pytest

from pipeline import frames


@pytest.fixture
def event_row(events: pd.DataFrame) -> dict[Hashable, object]:
    """The decision as a row of the frame."""
    return events.to_dict("records")[0]


@pytest.fixture
def published() -> dict[str, object]:
    """OpenAI's cut of o3 in June 2025, 10/40 to 2/8 USD per million tokens: -80 % on both meters."""
    return {
        "id": "0123456789abcdef",
        "kind": "cut",
        "maker": "openai",
        "seller": "openai",
        "market": "international",
        "model_version": "openai/o3",
        "model_versions": json.dumps(["openai/o3"]),
        "labels": json.dumps(["o3", "o3-2025-04-16"]),
        "listing_ids": json.dumps(["aaaaaaaaaaaaaaaa"]),
        "sources": json.dumps(["litellm", "openrouter"]),
        "contradicted_by": json.dumps([]),
        "recorded_at": "2025-06-12T00:00:00Z",
        "public_at": "2025-06-11T00:00:00Z",
        "effective_at": "2025-06-10T00:00:00Z",
        "bracket_from": "2025-06-09T00:00:00Z",
        "bracket_to": "2025-06-11T00:00:00Z",
        "effective_basis": "catalogue_dated",
        "currency": "USD",
        "vat_included": "unknown",
        "prices": json.dumps({"input": {"old": "10", "new": "2"}, "output": {"old": "40", "new": "8"}}),
        "change_b31": -0.8,
        "change_b721": -0.8,
        "class_": "market_move",
        "state": "confirmed",
        "veto": None,
        "explanation": "Two independent catalogues show the old price before and the new price after.",
        "captures": json.dumps(["ab" * 32, "cd" * 32]),
        "flag": "sharp_cut",
    }


@pytest.fixture
def events(published: dict[str, object]) -> pd.DataFrame:
    return frames.coerce(pd.DataFrame([published]), "events")
