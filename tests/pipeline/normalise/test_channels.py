"""Throughput and volumes join the model versions that prices have."""

import pandas as pd

from pipeline import frames
from pipeline.normalise.channels import matched
from pipeline.reference.load import load_reference

KNOWN = pd.DataFrame(
    {"source": [], "seller": [], "label": [], "alias_of": [], "maker": [], "model_version": [], "rule": []}
    | {"refused": [], "floating": [], "first_party": [], "alias_target": []}
)


def volume(label: str) -> pd.DataFrame:
    row = {"source": "s", "seller": "openrouter", "label": label, "model_version": None, "tier": "standard"}
    row |= {
        "prompt_tokens": 900,
        "completion_tokens": 100,
        "requests": 3,
        "days": 7,
        "payload_sha256": "0",
        "where": "w",
    }
    return frames.coerce(pd.DataFrame([row | {"last_day": pd.Timestamp("2026-08-06")}]), "volumes")


def test_a_label_that_names_its_maker_is_matched() -> None:
    found = matched(volume("openai/gpt-4o-2024-08-06"), "volumes", KNOWN, load_reference())
    assert found["model_version"].tolist() == ["openai/gpt-4o-2024-08-06"]


def test_a_label_that_nobody_can_place_keeps_its_row() -> None:
    found = matched(volume("nobody-knows-this"), "volumes", KNOWN, load_reference())
    assert found["prompt_tokens"].tolist() == [900]
    assert found["model_version"].isna().all()
