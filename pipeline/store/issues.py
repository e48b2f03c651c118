"""The rows of issues: the same trouble of the same source is one row, counted, and open until it is found no more."""

import hashlib
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select, update

from pipeline.domain.conditions import canonical_json
from pipeline.domain.quote import Issue
from pipeline.domain.vocabulary import IssueKind, IssueState
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


def close_others(connection: Connection, issues: Sequence[Issue], *, but: Collection[IssueKind]) -> None:
    """Close what earlier refreshes found and this one, which found `issues`, did not: a label that is matched now.

    What a crawl raised of its source stays open, and so do the kinds `but`.
    """
    table = schema.issue
    found = {issue_id(None, issue) for issue in issues}
    known = select(table.c.issue).where(
        table.c.source.is_(None),
        table.c.state == IssueState.OPEN.value,
        table.c.kind.not_in([kind.value for kind in but]),
    )
    gone = [{"gone": name} for name in connection.execute(known).scalars() if name not in found]
    if gone:
        closed = update(table).where(table.c.issue == bindparam("gone")).values(state=IssueState.CLOSED.value)
        connection.execute(closed, gone)
