"""Cases: what analysts did about a decision that the monitor shows. Only appended; who, when and why stand on each act.

Every act keeps what its author saw: the build, and the class, state, flag and prices of the decision in it. Nothing
here changes a decision or a flag; a dismissal teaches no rule.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from pipeline.domain.errors import InvalidValueError
from pipeline.domain.instants import instant_text
from pipeline.domain.vocabulary import ReviewKind
from pipeline.store.engine import has_ledger, open_ledger
from pipeline.store.ledger import Ledger

_DECISION = re.compile(r"[0-9a-f]{16}")


class Act(StrEnum):
    """What a person did."""

    OPEN = "open"
    NOTE = "note"
    ACKNOWLEDGE = "acknowledge"
    HOLD = "hold"
    DISMISS = "dismiss"
    ESCALATE = "escalate"


class CaseState(StrEnum):
    """Where a case stands."""

    NEW = "new"
    ACKNOWLEDGED = "acknowledged"
    HELD = "held"
    DISMISSED = "dismissed"
    ESCALATED = "escalated"


_STATES = {
    Act.OPEN: CaseState.NEW,
    Act.ACKNOWLEDGE: CaseState.ACKNOWLEDGED,
    Act.HOLD: CaseState.HELD,
    Act.DISMISS: CaseState.DISMISSED,
    Act.ESCALATE: CaseState.ESCALATED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One act as it was appended. `saw` is what the monitor said of the decision then; `until` ends a hold."""

    review: int
    act: Act
    reason: str
    who: str
    at: datetime
    until: date | None
    saw: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """The acts about one decision, in order of writing."""

    event: str
    entries: tuple[Entry, ...]

    def state(self, today: date) -> CaseState:
        """Where the case stands on a day: the last act that is no note; a hold that has run out is new again."""
        last = [entry for entry in self.entries if entry.act is not Act.NOTE][-1]
        over = last.until is not None and today >= last.until
        return CaseState.NEW if over else _STATES[last.act]


def record(
    ledger: Ledger,
    event: str,
    act: Act,
    *,
    reason: str,
    who: str,
    at: datetime,
    until: date | None = None,
    saw: dict[str, Any],
) -> int:
    """Append one act; the review's number.

    Raises InvalidValueError without a reason or a name, for a hold without a day to come, for `open` where a case
    stands already, and for any other act where none was opened.
    """
    if not _DECISION.fullmatch(event):
        raise InvalidValueError(
            f"{event!r} is no decision: its id has 16 hexadecimal digits (`undercut events --json`)"
        )
    if not (reason.strip() and who.strip()):
        raise InvalidValueError("a reason and a name are needed")
    if (act is Act.HOLD) != (until is not None) or (until is not None and until <= at.date()):
        raise InvalidValueError("a hold, and nothing else, names the day on which it ends, a day to come")
    known = next((case for case in cases(ledger) if case.event == event), None)
    if act is not Act.OPEN and known is None:
        raise InvalidValueError(f"no case was opened about {event}: `undercut case open {event} --reason … --by …`")
    if act is Act.OPEN and known is not None and known.state(at.date()) is not CaseState.DISMISSED:
        raise InvalidValueError(f"a case about {event} is open already")
    content = {"act": act.value, "reason": reason, "until": None if until is None else until.isoformat(), "saw": saw}
    return ledger.add_review(ReviewKind.CASE, event, content, who=who, at=at)


def cases(ledger: Ledger) -> list[Case]:
    """Every case, the one that was acted on last first."""
    found: dict[str, list[Entry]] = {}
    for review in ledger.reviews(ReviewKind.CASE):
        found.setdefault(review["subject"], []).append(_entry(review))
    listed = [Case(event=event, entries=tuple(entries)) for event, entries in found.items()]
    return sorted(listed, key=lambda case: -case.entries[-1].review)


def _entry(review: dict[str, Any]) -> Entry:
    content = review["content"]
    return Entry(
        review=review["review"],
        act=Act(content["act"]),
        reason=content["reason"],
        who=review["who"],
        at=review["at"],
        until=None if content["until"] is None else date.fromisoformat(content["until"]),
        saw=content["saw"],
    )


def seen(event: dict[Any, Any], build: str) -> dict[str, Any]:
    """What an act keeps of a row of the frame `events`."""
    known = {name: event[name] for name in ("kind", "seller", "model_version", "currency", "prices", "state", "flag")}
    texts = {name: str(value) for name, value in known.items() if isinstance(value, str)}
    return {**texts, "class": str(event["class_"]), "build": build}


@dataclass(frozen=True, slots=True, kw_only=True)
class Casebook:
    """The cases of one ledger, for pages: read and appended at once, never kept."""

    ledger_url: str
    data_dir: Path

    def cases(self) -> Sequence[Case]:
        """Every case; none where there is no ledger yet."""
        if not has_ledger(self.ledger_url):
            return ()
        with open_ledger(self.ledger_url, self.data_dir) as ledger:
            return cases(ledger)

    def case(self, event: str) -> Case | None:
        return _of(self.cases(), event)

    def record(
        self, event: str, act: Act, *, reason: str, who: str, at: datetime, until: date | None, saw: dict[str, Any]
    ) -> int:
        """As the function of that name."""
        if not has_ledger(self.ledger_url):
            raise InvalidValueError("there is no ledger yet: start with `undercut up`")
        with open_ledger(self.ledger_url, self.data_dir) as ledger:
            return record(ledger, event, act, reason=reason, who=who, at=at, until=until, saw=saw)


def _of(listed: Iterable[Case], event: str) -> Case | None:
    return next((case for case in listed if case.event == event), None)


def acts(case: Case | None) -> list[dict[str, Any]]:
    """The acts of a case as rows for people, oldest first."""
    entries = () if case is None else case.entries
    return [
        {
            "at (UTC)": instant_text(entry.at),
            "act": entry.act.value,
            "by": entry.who,
            "why": entry.reason,
            "until": "" if entry.until is None else entry.until.isoformat(),
            "build that was seen": str(entry.saw.get("build", "")),
        }
        for entry in entries
    ]
