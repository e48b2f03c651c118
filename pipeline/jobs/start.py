"""What the monitor asks of the ledger when it starts and while it runs."""

import subprocess
import sys
from datetime import UTC, datetime

from pipeline.domain.quote import Issue
from pipeline.domain.schedule import Schedule
from pipeline.domain.source import SourceFacts
from pipeline.domain.vocabulary import IssueKind, RunKind
from pipeline.jobs.crawl import known_sources
from pipeline.jobs.say import Say
from pipeline.store.engine import exclusive, open_ledger
from pipeline.store.ledger import Ledger

__all__ = ["Ledger", "asked_to_wait", "exclusive", "first_start", "last_looks", "note_overrun", "open_ledger"]


def first_start(ledger: Ledger, say: Say) -> None:
    """Something to see before the first crawl ends, what died looked after, and a fresh snapshot."""
    if ledger.head().seq == 0:
        say("first start: reading the shipped sample, so that there is something to see before the first crawl ends")
        subprocess.run([sys.executable, "-m", "pipeline.jobs.sample"], check=False)
    subprocess.run([sys.executable, "-m", "crawlers", "recover"], check=False)
    subprocess.run([sys.executable, "-m", "pipeline.cli", "refresh"], check=False)


def last_looks(ledger: Ledger) -> list[tuple[SourceFacts, datetime | None, datetime | None]]:
    """Every source with the due time of its last finished look and when it asked to be left.

    One that lacks its key is looked at too: the run says so in the ledger, and asks nobody anything.
    """
    return [
        (facts, ledger.last_due(facts.name, RunKind.SCHEDULED), ledger.retry_at(facts.name))
        for facts in known_sources()
        if not Schedule.parse(facts.schedule).when_asked
    ]


def asked_to_wait(ledger: Ledger, source: str) -> datetime | None:
    """`Retry-After` of a source's last run, as an instant."""
    return ledger.retry_at(source)


def note_overrun(ledger: Ledger, source: str, due: datetime) -> None:
    """A crawl that was ended at its deadline is something a person must see."""
    issue = Issue(
        kind=IssueKind.OVERRUN,
        subject=source,
        place=f"run due {due:%Y-%m-%d %H:%M} UTC",
        text="The crawl ran past its deadline and was ended; nothing of it moved a price.",
    )
    ledger.raise_issues(source, [issue], at=datetime.now(UTC))
