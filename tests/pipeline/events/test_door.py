"""`undercut events --json`: fields, forms and order."""

import json
import re
from functools import cache
from typing import Any

from pipeline.events.door import as_json
from tests.pipeline.events.ledger import Ledger
from tests.pipeline.events.reading import events_of

ALWAYS = {
    *("id", "kind", "maker", "seller", "market", "model_version", "model_versions", "labels", "sources"),
    *("contradicted_by", "recorded_at", "public_at", "effective_at", "effective_bracket", "effective_basis"),
    *("currency", "vat_included", "prices", "change_b31", "change_b721", "class", "state", "explanation", "captures"),
}


def one_cut() -> Ledger:
    ledger = Ledger()
    steps = [("2025-04-16", {"input": 3e-7, "output": 1000.0}), ("2025-06-10", {"input": 1e-7, "output": 500.0})]
    listing = ledger.listing("one")
    ledger.history(
        ledger.source("litellm"), listing, [*steps, ("2025-09-01", {})], until="2025-12-01", watched_since="2025-01-01"
    )
    return ledger


@cache
def rows_of_one_cut() -> list[dict[str, Any]]:
    return [as_json(row) for row in events_of(one_cut()).to_dict("records")]


def test_every_field_of_the_interface_is_there() -> None:
    rows = rows_of_one_cut()
    cut = next(row for row in rows if row["kind"] == "cut")
    assert cut.keys() >= ALWAYS


def test_amounts_are_plain_decimal_text() -> None:
    rows = rows_of_one_cut()
    cut = next(row for row in rows if row["kind"] == "cut")
    assert cut["prices"]["output"] == {"old": "1000", "new": "500"}
    assert all(re.fullmatch(r"\d+(\.\d+)?", text) for pair in cut["prices"].values() for text in pair.values())


def test_instants_are_iso_8601_with_z() -> None:
    for row in rows_of_one_cut():
        assert row["recorded_at"].endswith("Z")
        assert all(end is None or end.endswith("Z") for end in row["effective_bracket"])


def test_a_launch_has_no_old_price_and_no_blend_change() -> None:
    rows = rows_of_one_cut()
    launch = next(row for row in rows if row["kind"] == "launch")
    assert launch["prices"]["output"] == {"old": None, "new": "1000"}
    assert launch["change_b31"] is None


def test_a_key_that_does_not_apply_is_absent() -> None:
    ledger = Ledger()
    steps = [("2025-04-16", {"input": 2.0, "output": 4.0}), ("2025-06-10", {"input": 1.0, "output": 2.0})]
    listing = ledger.listing("odd", maker=None, version=None, seller="host")
    ledger.history(ledger.source("litellm"), listing, steps, until="2025-12-01")
    (row,) = (as_json(event) for event in events_of(ledger).to_dict("records"))
    assert "model_version" not in row
    assert row["model_versions"] == []


def test_rows_are_ordered_by_recorded_at_and_id() -> None:
    found = events_of(one_cut())
    assert list(found["id"]) == list(found.sort_values(["recorded_at", "id"])["id"])


def test_a_row_is_json() -> None:
    for event in events_of(one_cut()).to_dict("records"):
        assert json.loads(json.dumps(as_json(event)))["id"] == event["id"]
