"""`undercut up`: the whole monitor on one machine, each part a child of one scheduler process."""

import asyncio
import logging
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime

from pipeline.jobs import crawl, start
from pipeline.jobs.say import Say
from pipeline.scheduler import Plan, Scheduler, process
from pipeline.settings import Settings

logger = logging.getLogger(__name__)

Dashboard = subprocess.Popen[bytes]


def up(settings: Settings, *, say: Say, look: bool) -> int:
    """Run until interrupted. Raises LockHeldError where another instance serves this data directory."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        stack.enter_context(start.exclusive(settings.data_dir / "scheduler.lock"))
        ledger = stack.enter_context(start.open_ledger(settings.ledger_url, settings.data_dir))
        start.first_start(ledger, say)
        dashboard = subprocess.Popen([sys.executable, "-m", "dashboard"])
        stack.callback(_end, dashboard)
        say(f"undercut is at http://{settings.host}:{settings.port}  (Ctrl-C stops it)")
        asyncio.run(_serve(settings, ledger, dashboard, look=look))
    # Ended by us it has a negative code (a signal); a code of its own means that it fell over.
    return crawl.FAILED if dashboard.returncode > 0 else crawl.DONE


async def _serve(settings: Settings, ledger: start.Ledger, dashboard: Dashboard, *, look: bool) -> None:
    looks = start.last_looks(ledger) if look else []
    scheduler = Scheduler(
        plans=[Plan(facts=facts, last_due=due, not_before=wait) for facts, due, wait in looks],
        crawl=lambda source, due: _crawl(settings, ledger, source, due),
        refresh=process("refresh"),
        overran=lambda source, due: start.note_overrun(ledger, source, due),
    )
    watching = asyncio.create_task(_watch(dashboard, scheduler))
    await scheduler.run()
    watching.cancel()


async def _crawl(settings: Settings, ledger: start.Ledger, source: str, due: datetime) -> crawl.Outcome:
    outcome = await crawl.run_crawler(
        source,
        crawl.scheduled(source, due),
        deadline_seconds=settings.crawl_deadline_seconds,
        memory_mib=settings.crawl_memory_mib,
    )
    if outcome.exit_code not in (crawl.DONE, crawl.NEEDS_A_PERSON):
        reason = (outcome.output.strip().splitlines() or ["no report"])[-1].strip()
        logger.warning("%s was not read (exit code %d): %s", source, outcome.exit_code, reason)
        return replace(outcome, retry_at=start.asked_to_wait(ledger, source))
    return outcome


async def _watch(dashboard: Dashboard, scheduler: Scheduler) -> None:
    """A dashboard that fell over ends the monitor: a page that silently is not there is worse."""
    while dashboard.poll() is None:
        await asyncio.sleep(1)
    scheduler.stop()


def _end(child: Dashboard) -> None:
    child.terminate()
    try:
        child.wait(10)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
