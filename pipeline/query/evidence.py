"""One document by its SHA-256: where it came from, what was read from it, what rests on it."""

from dataclasses import dataclass

import pandas as pd

from pipeline.query.decisions import ranked_decisions
from pipeline.query.snapshot import Snapshot


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Evidence:
    """What a build knows of one document. `captures` are its fetches, oldest first; the rest rests on it."""

    payload_sha256: str
    captures: pd.DataFrame
    spells: pd.DataFrame
    scores: pd.DataFrame
    events: pd.DataFrame


def evidence(snapshot: Snapshot, payload_sha256: str) -> Evidence | None:
    """The document with that digest; None where nothing in this build names it."""
    captures, spells, scores = (snapshot[name] for name in ("captures", "spells", "scores"))
    events = ranked_decisions(snapshot)
    found = Evidence(
        payload_sha256=payload_sha256,
        captures=captures[captures["payload_sha256"] == payload_sha256].sort_values("public_at"),
        spells=spells[(spells["first_payload"] == payload_sha256) | (spells["last_payload"] == payload_sha256)],
        scores=scores[scores["payload_sha256"] == payload_sha256],
        events=events[events["captures"].astype("str").str.contains(payload_sha256, regex=False)],
    )
    named = len(found.captures) + len(found.spells) + len(found.scores) + len(found.events)
    return found if named else None
