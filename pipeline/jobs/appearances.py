"""What a day's view says that the view before did not: the rows of a replay.

Enters the decisions of two views in order of time; leaves one row per decision that came, changed its class or state,
or went, and one per flag that was raised, changed or fell. Nothing of a later view is looked at.
"""

import json
from collections.abc import Hashable
from datetime import date
from typing import Any

import pandas as pd

Row = dict[str, str | int | None]
Decision = dict[str, Any]
View = dict[str, Decision]
"""The decisions of a day's view by id."""

COLUMNS = (
    *(
        "public_on",
        "what",
        "id",
        "from",
        "to",
        "class",
        "maker",
        "model_version",
        "seller",
        "market",
        "kind",
        "currency",
    ),
    *("prices", "effective_at", "effective_basis", "delay_days", "sources", "contradicted_by", "veto", "successor"),
)
_KEPT = [
    *("id", "kind", "maker", "model_version", "model_versions", "seller", "market", "currency", "prices", "class_"),
    *("state", "flag", "effective_at", "effective_basis", "sources", "contradicted_by", "veto", "captures"),
    *("listing_ids", "explanation"),
]
NONE, GONE = "none", "gone"


def view_of(events: pd.DataFrame) -> View:
    """The columns of `events` that a replay prints, by id; missing cells are None."""
    table = events[_KEPT].astype("object")
    return {str(row["id"]): _known(row) for row in table.where(table.notna(), None).to_dict("records")}


def _known(row: dict[Hashable, Any]) -> Decision:
    return {str(name): value for name, value in row.items()}


def appearances(before: View, after: View, day: date) -> list[Row]:
    """The rows of one day, decisions first: ordered by id."""
    rows: list[Row] = []
    for key in sorted(before.keys() | after.keys()):
        old, new = before.get(key), after.get(key)
        decision = new if new is not None else before[key]
        was, now = _standing(old), _standing(new)
        if was != now:
            rows.append(_row("decision", decision, day, was[0], now[0]) | {"successor": _successor(old, new, after)})
        was_flag, now_flag = _flag(old), _flag(new)
        if was_flag != now_flag:
            rows.append(_row("flag", decision, day, was_flag, now_flag))
    return sorted(rows, key=lambda row: (str(row["what"]), str(row["id"])))


def _standing(decision: Decision | None) -> tuple[str, str]:
    return (NONE, "") if decision is None else (str(decision["state"]), str(decision["class_"]))


def _flag(decision: Decision | None) -> str:
    return NONE if decision is None or decision["flag"] is None else str(decision["flag"])


def _row(what: str, decision: Decision, day: date, was: str, now: str) -> Row:
    at = decision["effective_at"]
    return {
        **dict.fromkeys(COLUMNS),
        **{name: decision[name] for name in COLUMNS if name in decision},
        "public_on": day.isoformat(),
        "what": what,
        "from": was,
        "to": GONE if what == "decision" and now == NONE else now,
        "class": decision["class_"],
        "effective_at": None if at is None else at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "delay_days": None if at is None else (day - at.date()).days,
    }


def _successor(old: Decision | None, new: Decision | None, after: View) -> str | None:
    """The decision that took over what a decision that went had shown: it leads with the same document and listing."""
    if old is None or new is not None:
        return None
    bodies, listed = set(json.loads(old["captures"])), set(json.loads(old["listing_ids"]))
    heirs = [
        key
        for key, decision in after.items()
        if bodies <= set(json.loads(decision["captures"])) and listed & set(json.loads(decision["listing_ids"]))
    ]
    return min(heirs, default=None)


def delays(rows: list[Row], effective: dict[str, Any]) -> dict[str, int]:
    """Days from `effective` (by id, as known at the end) to the first row that shows a decision; gone ones left out."""
    first: dict[str, int] = {}
    for row in rows:
        key, at = str(row["id"]), effective.get(str(row["id"]))
        if row["what"] == "decision" and key not in first and at is not None:
            first[key] = (date.fromisoformat(str(row["public_on"])) - at.date()).days
    return first
