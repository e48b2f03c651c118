"""Alerts: transitions recorded first, mails delivered later, each once per recipient, decision and transition.

A transition and its mails go into the ledger in one transaction; delivery is a second step that may fail, wait and be
tried again without a second mail: the Message-ID is fixed when the mail is written.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from pipeline.alerts.message import Letterhead, message
from pipeline.alerts.transitions import MAILED, Became, Transition, due_transitions
from pipeline.alerts.transport import MOST_TRIES, DeliveryError, Relay, retry_after, send
from pipeline.domain.quote import Issue
from pipeline.domain.vocabulary import IssueKind
from pipeline.normalise.doubted import givers
from pipeline.settings import Settings
from pipeline.store import outbox, tables
from pipeline.store.ledger import Ledger

Draw = Callable[[str], bytes | None]
"""Decision id → PNG of its price history, or None where it cannot be drawn."""


@dataclass(slots=True, kw_only=True)
class Delivered:
    """What one pass over the outbox did."""

    sent: int = 0
    waiting: int = 0
    failed: int = 0


def letterhead(settings: Settings, ledger: Ledger, build: str, method: str) -> Letterhead:
    head = ledger.head()
    return Letterhead(
        sender=settings.mail_from,
        prefix=settings.mail_prefix,
        public_url=settings.public_url.rstrip("/"),
        build=build,
        method_version=method,
        chain_seq=head.seq,
        chain_sha256=head.sha256,
    )


def record(
    ledger: Ledger,
    made: Mapping[str, pd.DataFrame],
    *,
    build: str,
    method: str,
    settings: Settings,
    now: datetime,
    draw: Draw,
) -> list[Transition]:
    """Write the transitions of a build's frames and their mails into the ledger; nothing is sent here."""
    recorded = tables.transitions(ledger)
    due = due_transitions(
        made["events"], recorded, now=now, given=givers(made["captures"]), explained=_explained(made["flags"])
    )
    paper = letterhead(settings, ledger, build, method)
    for transition in due:
        recipients = _recipients(ledger, transition, settings)
        picture = draw(transition.decision) if recipients and transition.to is Became.FLAGGED else None
        number = outbox.next_transition(ledger)
        mails = [
            outbox.Mail(
                recipient=recipient,
                message_id=(identifier := message_id(transition, number, recipient, settings.mail_from)),
                raw=message(
                    transition.summary,
                    transition.to,
                    recipient=recipient,
                    message_id=identifier,
                    letterhead=paper,
                    at=now,
                    picture=picture,
                ).as_bytes(),
            )
            for recipient in recipients
        ]
        outbox.record(
            ledger,
            decision=transition.decision,
            to=transition.to.value,
            summary=transition.summary,
            build=build,
            mails=mails,
            at=now,
        )
    return due


def message_id(transition: Transition, number: int, recipient: str, sender: str) -> str:
    """The same mail has the same Message-ID however often it is tried."""
    who = hashlib.sha256(recipient.encode()).hexdigest()[:12]
    return f"<{transition.decision}.{number}.{who}@{sender.rpartition('@')[2]}>"


def deliver(ledger: Ledger, relay: Relay, *, sender: str, now: datetime) -> Delivered:
    """One pass over the outbox. A relay that is down ends the pass and costs no mail a try."""
    result = Delivered()
    while (mail := outbox.claim(ledger, now=now)) is not None:
        try:
            send(relay, sender=sender, recipient=mail.recipient, raw=mail.raw)
        except DeliveryError as error:
            if error.server_down:
                outbox.release(ledger, mail.number, error=str(error), next_at=now + retry_after(1))
                result.waiting += 1
                return result
            if error.permanent or mail.tries + 1 >= MOST_TRIES:
                outbox.give_up(ledger, mail.number, error=str(error))
                ledger.raise_issues(None, [_failed(mail.recipient, str(error))], at=now)
                result.failed += 1
            else:
                outbox.retry(ledger, mail.number, error=str(error), next_at=now + retry_after(mail.tries + 1))
                result.waiting += 1
        else:
            outbox.sent(ledger, mail.number, at=now)
            result.sent += 1
    return result


def relay_of(settings: Settings) -> Relay:
    return Relay(
        host=settings.smtp_host,
        port=settings.smtp_port,
        security=settings.smtp_security,
        user=settings.smtp_user,
        password=None if settings.smtp_password is None else settings.smtp_password.get_secret_value(),
        cafile=settings.smtp_cafile,
    )


def _recipients(ledger: Ledger, transition: Transition, settings: Settings) -> tuple[str, ...]:
    """New alerts go to whom the settings name; a withdrawal goes to whoever got the alert."""
    if transition.to is Became.WITHDRAWN:
        return outbox.recipients_of(ledger, transition.decision)
    return settings.recipients if transition.mailable else ()


def _explained(flags: pd.DataFrame) -> dict[str, str]:
    """Decision → the innocent explanations of its gravest trigger, of those that are mailed."""
    mailed = flags[flags["event"].notna() & flags["kind"].isin(MAILED)]
    gravest_last = mailed.sort_values("kind", key=lambda kinds: kinds.map(MAILED.index), kind="stable")
    return dict(zip(gravest_last["event"].astype("str"), gravest_last["explanations"].astype("str"), strict=True))


def _failed(recipient: str, reason: str) -> Issue:
    return Issue(kind=IssueKind.MAIL_FAILED, subject=recipient, place="outbox", text=f"A mail was given up: {reason}")
