"""`undercut up`: the whole monitor on one machine, each part a child of one scheduler process."""

import asyncio
import logging
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime

from pipeline.domain.quote import Issue
from pipeline.domain.vocabulary import IssueKind, RunKind
from pipeline.jobs import crawl
from pipeline.scheduler import Plan, Scheduler, process
from pipeline.settings import Settings
from pipeline.store.engine import exclusive, open_ledger
from pipeline.store.ledger import Ledger

logger = logging.getLogger(__name__)

Say = Callable[[str], None]


def up(settings: Settings, *, say: Say, look: bool) -> int:
    """Run until interrupted. Raises LockHeldError where another instance serves this data directory."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        stack.enter_context(exclusive(settings.data_dir / "scheduler.lock"))
        ledger = stack.enter_context(open_ledger(settings.ledger_url, settings.data_dir))
        _first_start(ledger, say)
        dashboard = subprocess.Popen([sys.executable, "-m", "dashboard"])
        stack.callback(_end, dashboard)
        say(f"undercut is at http://{settings.host}:{settings.port}  (Ctrl-C stops it)")
        asyncio.run(_serve(settings, ledger, dashboard, look=look))
    # Ended by us it has a negative code (a signal); a code of its own means that it fell over.
    return crawl.FAILED if dashboard.returncode > 0 else crawl.DONE


def _first_start(ledger: Ledger, say: Say) -> None:
    if ledger.head().seq == 0:
        say("first start: reading the shipped sample, so that there is something to see before the first crawl ends")
        subprocess.run([sys.executable, "-m", "pipeline.jobs.sample"], check=False)
    subprocess.run([sys.executable, "-m", "crawlers", "recover"], check=False)
    subprocess.run([sys.executable, "-m", "pipeline.cli", "refresh"], check=False)


async def _serve(settings: Settings, ledger: Ledger, dashboard: "subprocess.Popen[bytes]", *, look: bool) -> None:
    plans = [
        Plan(facts=facts, last_due=ledger.last_due(facts.name, RunKind.SCHEDULED))
        for facts in (crawl.known_sources() if look else [])
        if facts.needs_key is None or getattr(settings, facts.needs_key, None) is not None
    ]
    scheduler = Scheduler(
        plans=plans,
        crawl=lambda source, due: _crawl(settings, source, due),
        refresh=process("refresh"),
        overran=lambda source, due: _overran(ledger, source, due),
    )
    watching = asyncio.create_task(_watch(dashboard, scheduler))
    await scheduler.run()
    watching.cancel()


async def _crawl(settings: Settings, source: str, due: datetime) -> crawl.Outcome:
    outcome = await crawl.run_crawler(
        source,
        crawl.scheduled(source, due),
        deadline_seconds=settings.crawl_deadline_seconds,
        memory_mib=settings.crawl_memory_mib,
    )
    if outcome.exit_code not in (crawl.DONE, crawl.NEEDS_A_PERSON):
        reason = (outcome.output.strip().splitlines() or ["no report"])[-1].strip()
        logger.warning("%s was not read (exit code %d): %s", source, outcome.exit_code, reason)
    return outcome


def _overran(ledger: Ledger, source: str, due: datetime) -> None:
    issue = Issue(
        kind=IssueKind.OVERRUN,
        subject=source,
        place=f"run due {due:%Y-%m-%d %H:%M} UTC",
        text="The crawl ran past its deadline and was ended; nothing of it moved a price.",
    )
    ledger.raise_issues(source, [issue], at=datetime.now(UTC))


async def _watch(dashboard: "subprocess.Popen[bytes]", scheduler: Scheduler) -> None:
    """A dashboard that fell over ends the monitor: a page that silently is not there is worse."""
    while dashboard.poll() is None:
        await asyncio.sleep(1)
    scheduler.stop()


def _end(child: "subprocess.Popen[bytes]") -> None:
    child.terminate()
    try:
        child.wait(10)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
