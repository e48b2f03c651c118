"""`undercut patterns`: what decisions show together, one sentence each."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, TextIO

import pandas as pd

from pipeline.domain.instants import instant_text
from pipeline.jobs.reading import current
from pipeline.jobs.say import Say
from pipeline.settings import Settings

NOTHING = 1
_FACTS = ("maker", "seller", "market", "model_version", "currency", "days", "size", "p")


def patterns(settings: Settings, *, out: TextIO, say: Say, json_lines: bool, pattern: str | None) -> int:
    """The findings of the current build, the newest first as text, in order of time as JSON lines.

    A pattern that the build has none of is 1, and the ones that it has are named.
    """
    found = current(settings, say)[0].get("patterns")
    if found is None:
        say("the current build has no patterns yet: `undercut refresh` makes them")
        return 0
    if pattern is not None:
        kinds = sorted({str(kind) for kind in found["pattern"]})
        found = found[found["pattern"].eq(pattern)]
        if found.empty:
            say(f"the current build has no pattern {pattern!r}: it has {', '.join(kinds) or 'none'}")
            return NOTHING
    rows = found.to_dict("records")
    if json_lines:
        for row in rows:
            out.write(json.dumps(as_json(row), ensure_ascii=False) + "\n")
        return 0
    for row in reversed(rows):
        out.write(f"{row['at']:%Y-%m-%d}  {row['pattern'].replace('_', ' ')}  {row['sentence']}\n")
    return 0


def as_json(row: Mapping[Any, Any]) -> dict[str, Any]:
    """One finding; a key that does not apply is absent."""
    at: datetime = row["at"].to_pydatetime()
    known = {name: row[name] for name in _FACTS if not pd.isna(row[name])}
    return {
        "id": row["id"],
        "pattern": row["pattern"],
        "at": instant_text(at),
        **known,
        "events": json.loads(row["events"]),
        "sentence": row["sentence"],
    }
