"""Records that name one model twice: OpenRouter's id beside the repository of its weights."""

import json
import os
from pathlib import Path

import pandas as pd
import pytest

from crawlers.document import unwrap
from pipeline.normalise.identity import resolve
from pipeline.reference.load import load_reference
from tests.crawlers.spiders.pages import ROOT


def pairs():
    """(id without a variant, repository) of every stored list; the last list speaks for an id."""
    folder = Path(os.environ.get("UNDERCUT_CAPTURES", ROOT.parent / "shared" / "captures")) / "openrouter-models"
    found = {}
    for path in sorted(folder.rglob("*.json.gz")):
        body, _ = unwrap(path.read_bytes())
        document = json.loads(body)
        for record in document["data"] if isinstance(document, dict) and "data" in document else ():
            if record.get("hugging_face_id"):
                found[record["id"].partition(":")[0]] = record["hugging_face_id"]
    if not found:
        pytest.skip(f"no lists in {folder}")
    return found


def named(source, labels):
    asked = pd.DataFrame({"source": source, "seller": source, "label": list(labels), "alias_of": None})
    return resolve(asked, load_reference())["model_version"]


def test_the_id_and_the_weights_of_a_record_are_one_version():
    records = pairs()
    ids, weights = named("openrouter", records), named("huggingface", records.values())
    both = ids.notna() & weights.notna()
    assert both.mean() > 0.95
    assert (ids[both] == weights[both]).mean() > 0.9
