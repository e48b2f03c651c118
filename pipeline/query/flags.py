"""What was judged of a decision: its triggers with conditions, explanations and what is missing, strongest first.

In: a snapshot. Out: small records. Nothing is judged here.
"""

import json
from collections.abc import Hashable
from typing import Any

from pipeline.query.snapshot import Snapshot

Row = dict[Hashable, Any]

_STRENGTH = ("suspected_dumping", "suspected_underpricing", "sharp_cut", "watch")
_LISTS = ("conditions", "explanations", "not_tested", "missing", "captures")


def judged_of(snapshot: Snapshot, event_id: str) -> list[Row]:
    """The rows of the frame "flags" of one decision, lists decoded. None in a build of before there was that frame."""
    if "flags" not in snapshot.frames:
        return []
    flags = snapshot["flags"]
    rows = [_decoded(row) for row in flags[flags["event"] == event_id].to_dict("records")]
    return sorted(rows, key=lambda row: (_strength(row), row["public_at"]))


def _decoded(row: Row) -> Row:
    return row | {name: json.loads(row[name]) for name in _LISTS}


def _strength(row: Row) -> int:
    return _STRENGTH.index(row["kind"]) if isinstance(row["kind"], str) else len(_STRENGTH)
