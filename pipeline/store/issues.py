"""The rows of issues: the same trouble of the same source is one row, counted."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select, update

from pipeline.domain.conditions import canonical_json
from pipeline.domain.quote import Issue
from pipeline.domain.vocabulary import IssueState
from pipeline.store import schema


def issue_id(source: str | None, issue: Issue) -> str:
    """First 16 hex digits of SHA-256 over kind, source, subject and place: the same trouble is the same row."""
    key = canonical_json([str(issue.kind), source, issue.subject, issue.place])
    return hashlib.sha256(key.encode()).hexdigest()[:16]


def raise_issues(connection: Connection, source: str | None, issues: Sequence[Issue], at: datetime) -> None:
    """Insert, or count a further sighting; a closed issue that is seen again is open again."""
    table = schema.issue
    named = {issue_id(source, issue): issue for issue in issues}
    known = set(connection.execute(select(table.c.issue)).scalars())
    again = [{"named": name, "newest": found.text} for name, found in named.items() if name in known]
    new = [
        {
            "issue": name,
            "kind": str(found.kind),
            "source": source,
            "subject": found.subject,
            "place": found.place,
            "text": found.text,
            "first_seen": at,
            "last_seen": at,
            "count": 1,
            "state": IssueState.OPEN.value,
        }
        for name, found in named.items()
        if name not in known
    ]
    seen = update(table).where(table.c.issue == bindparam("named"))
    if again:
        connection.execute(
            seen.values(last_seen=at, count=table.c.count + 1, text=bindparam("newest"), state=IssueState.OPEN.value),
            again,
        )
    if new:
        connection.execute(insert(table), new)
