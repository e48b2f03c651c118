"""What became of the decisions that were flagged: the reasons for a mail. Pure; the clock is handed in.

A decision that is newly flagged is `flagged`. One that was flagged and is no longer, whatever the reason, is
`withdrawn`: an accusation that falls is taken back as loudly as it was made. Flagged again, it is `flagged` again. A
suspicion that becomes a mere sharp cut is withdrawn and flagged anew; a flag that becomes a suspicion is flagged anew.
"""

import json
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import pandas as pd

from pipeline.domain.vocabulary import FlagKind

MAIL_WINDOW = timedelta(days=14)
"""A decision older than this when it is first recorded (a back-fill, the first start) is kept, but not mailed."""


MAILED = (FlagKind.SHARP_CUT.value, FlagKind.SUSPECTED_UNDERPRICING.value, FlagKind.SUSPECTED_DUMPING.value)
"""The kinds that are mailed, weakest first; what is on watch waits for a reader."""


class Became(StrEnum):
    FLAGGED = "flagged"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """A decision's new condition. `summary` is all that a mail says, so that a follow-up needs no old build."""

    decision: str
    to: Became
    summary: dict[str, Any]
    mailable: bool


def due_transitions(
    events: pd.DataFrame,
    recorded: pd.DataFrame,
    *,
    now: datetime,
    given: Mapping[str, str] | None = None,
    explained: Mapping[str, str] | None = None,
) -> list[Transition]:
    """Transitions from what was recorded last (frame "transitions") to what the new build shows (frame "events").

    `given`: by SHA-256 who handed a document in, of those that no crawl brought. `explained`: by decision the JSON list
    of its innocent explanations.
    """
    last = recorded.sort_values("transition").drop_duplicates("decision", keep="last").set_index("decision")
    standing = {str(key): row for key, row in last.iterrows() if row["to"] == Became.FLAGGED.value}
    flagged = events[events["flag"].isin(MAILED)].to_dict("records")
    recorded_kind = {decision: _kind(row) for decision, row in standing.items()}
    weaker = {
        str(event["id"])
        for event in flagged
        if _strength(recorded_kind.get(str(event["id"]), event["flag"])) > _strength(event["flag"])
    }
    shown = {str(event["id"]) for event in flagged} - weaker
    raised = [
        Transition(
            decision=str(event["id"]),
            to=Became.FLAGGED,
            summary=summary(event, given or {})
            | {"explanations": json.loads((explained or {}).get(str(event["id"]), "[]"))},
            mailable=_recent(event, now),
        )
        for event in flagged
        if recorded_kind.get(str(event["id"])) != event["flag"]
    ]
    present = {str(event["id"]): event for event in events.to_dict("records")}
    fallen = [
        Transition(
            decision=decision,
            to=Became.WITHDRAWN,
            summary={**json.loads(row["summary"]), "why": _why(present.get(decision))},
            mailable=True,
        )
        for decision, row in standing.items()
        if decision not in shown
    ]
    return fallen + raised


def _kind(row: "pd.Series[Any]") -> str:
    """The kind that was recorded; mails of before there were three kinds named none, and were sharp cuts."""
    kept = json.loads(row["summary"])
    return str(kept["flag"]) if "flag" in kept else FlagKind.SHARP_CUT.value


def _strength(kind: str) -> int:
    return MAILED.index(kind)


def summary(event: dict[Hashable, Any], given: Mapping[str, str]) -> dict[str, Any]:
    """What a mail says of a decision, as plain JSON values."""
    captures = json.loads(event["captures"])
    kept = ("id", "kind", "maker", "seller", "market", "currency", "vat_included", "state", "explanation", "flag")
    return {
        **{name: str(event[name]) for name in kept},
        "class": str(event["class_"]),
        "model_version": None if pd.isna(event["model_version"]) else str(event["model_version"]),
        "labels": json.loads(event["labels"]),
        "sources": json.loads(event["sources"]),
        "contradicted_by": json.loads(event["contradicted_by"]),
        "captures": captures,
        "handed_in": {digest: given[digest] for digest in captures if digest in given},
        "prices": json.loads(event["prices"]),
        "change_b31": None if pd.isna(event["change_b31"]) else float(event["change_b31"]),
        "change_b721": None if pd.isna(event["change_b721"]) else float(event["change_b721"]),
        "effective_at": _text(event["effective_at"]),
        "effective_basis": str(event["effective_basis"]),
        "bracket": [_text(event["bracket_from"]), _text(event["bracket_to"])],
        "public_at": _text(event["public_at"]),
    }


def _recent(event: dict[Hashable, Any], now: datetime) -> bool:
    return bool(pd.Timestamp(event["public_at"]) >= pd.Timestamp(now - MAIL_WINDOW))


def _text(value: Any) -> str | None:
    return None if pd.isna(value) else value.strftime("%Y-%m-%dT%H:%M:%SZ")


def _why(event: dict[Hashable, Any] | None) -> str:
    if event is None:
        return "The records that showed this decision were corrected; it is no longer in the ledger's reading."
    return str(event["explanation"])
