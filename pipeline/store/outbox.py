"""Transitions and the mails they caused: written in one transaction, delivered later, each mail once.

A mail is claimed by a conditional UPDATE with a lease, so that two workers never both send it and a worker that died
gives it back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, or_, select, update

from pipeline.domain.conditions import canonical_json
from pipeline.store import schema
from pipeline.store.ledger import Ledger

LEASE = timedelta(minutes=5)
_QUEUED, _SENDING, _SENT, _FAILED = "queued", "sending", "sent", "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A written mail to one recipient."""

    recipient: str
    message_id: str
    raw: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A mail that is ours to send; `tries` were made before."""

    number: int
    recipient: str
    raw: bytes
    tries: int


def next_transition(ledger: Ledger) -> int:
    """The number that the next transition will most likely have: part of a Message-ID, not a promise."""
    with ledger.reading() as connection:
        return (
            int(connection.execute(select(func.coalesce(func.max(schema.transition.c.transition), 0))).scalar_one()) + 1
        )


def record(
    ledger: Ledger, *, decision: str, to: str, summary: dict[str, Any], build: str, mails: Sequence[Mail], at: datetime
) -> int:
    """Write one transition and its mails; the transition's number."""
    with ledger.writing() as connection:
        done = connection.execute(
            insert(schema.transition).values(
                decision=decision, to=to, at=at, build=build, summary=canonical_json(summary)
            )
        )
        number: int = done.inserted_primary_key[0]
        for mail in mails:
            connection.execute(
                insert(schema.outbox).values(
                    transition=number,
                    recipient=mail.recipient,
                    message_id=mail.message_id,
                    raw=mail.raw,
                    state=_QUEUED,
                    tries=0,
                    next_at=at,
                    created_at=at,
                )
            )
    return number


def recipients_of(ledger: Ledger, decision: str) -> tuple[str, ...]:
    """Who was written to about a decision, each once."""
    query = (
        select(schema.outbox.c.recipient)
        .join(schema.transition, schema.transition.c.transition == schema.outbox.c.transition)
        .where(schema.transition.c.decision == decision, schema.outbox.c.state != _FAILED)
        .distinct()
        .order_by(schema.outbox.c.recipient)
    )
    with ledger.reading() as connection:
        return tuple(connection.execute(query).scalars())


def claim(ledger: Ledger, *, now: datetime) -> Claimed | None:
    """The next mail that is due, leased to us; None where there is none."""
    table = schema.outbox
    due = or_(table.c.state == _QUEUED, table.c.state == _SENDING)
    with ledger.writing() as connection:
        row = connection.execute(
            select(table.c.number, table.c.recipient, table.c.raw, table.c.tries, table.c.next_at, table.c.state)
            .where(due, table.c.next_at <= now)
            .order_by(table.c.number)
            .limit(1)
        ).first()
        if row is None:
            return None
        taken = connection.execute(
            update(table)
            .where(table.c.number == row.number, table.c.state == row.state, table.c.next_at == row.next_at)
            .values(state=_SENDING, next_at=now + LEASE)
        )
        if taken.rowcount != 1:
            return None
    return Claimed(number=row.number, recipient=row.recipient, raw=row.raw, tries=row.tries)


def sent(ledger: Ledger, number: int, *, at: datetime) -> None:
    _settle(ledger, number, state=_SENT, sent_at=at, last_error=None)


def retry(ledger: Ledger, number: int, *, error: str, next_at: datetime) -> None:
    """Not delivered: a try is spent, and the next is due at `next_at`."""
    _settle(ledger, number, state=_QUEUED, last_error=error, next_at=next_at, tries=schema.outbox.c.tries + 1)


def release(ledger: Ledger, number: int, *, error: str, next_at: datetime) -> None:
    """The relay could not be reached: no try is spent."""
    _settle(ledger, number, state=_QUEUED, last_error=error, next_at=next_at)


def give_up(ledger: Ledger, number: int, *, error: str) -> None:
    _settle(ledger, number, state=_FAILED, last_error=error)


def _settle(ledger: Ledger, number: int, **values: Any) -> None:
    with ledger.writing() as connection:
        connection.execute(update(schema.outbox).where(schema.outbox.c.number == number).values(**values))
