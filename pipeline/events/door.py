"""`undercut events --json`: a row of the frame `events` as the object of DOORS.md."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pandas as pd

from pipeline.domain.instants import instant_text


def as_json(event: Mapping[Any, Any]) -> dict[str, Any]:
    """One decision; a key that does not apply is absent, a blend that cannot be computed is null."""
    full: dict[str, Any] = {
        "id": event["id"],
        "kind": event["kind"],
        "maker": event["maker"],
        "seller": event["seller"],
        "market": event["market"],
        "model_version": _known(event["model_version"]),
        "model_versions": json.loads(event["model_versions"]),
        "labels": json.loads(event["labels"]),
        "sources": json.loads(event["sources"]),
        "contradicted_by": json.loads(event["contradicted_by"]),
        "recorded_at": _instant(event["recorded_at"]),
        "public_at": _instant(event["public_at"]),
        "effective_at": _instant(event["effective_at"]),
        "effective_bracket": [_instant(event["bracket_from"]), _instant(event["bracket_to"])],
        "effective_basis": event["effective_basis"],
        "currency": event["currency"],
        "vat_included": event["vat_included"],
        "prices": json.loads(event["prices"]),
        "class": event["class_"],
        "state": event["state"],
        "explanation": event["explanation"],
        "captures": json.loads(event["captures"]),
        "flag": _known(event["flag"]),
    }
    known = {name: value for name, value in full.items() if value is not None}
    return known | {blend: _known(event[blend]) for blend in ("change_b31", "change_b721")}


def _known(value: Any) -> Any:
    return None if pd.isna(value) else value


def _instant(value: Any) -> str | None:
    if pd.isna(value):
        return None
    instant: datetime = pd.Timestamp(value).to_pydatetime()
    return instant_text(instant)
