"""The scheduler: one asyncio process that starts crawls when they are due and a refresh after what they changed.

APScheduler keeps the clock, in memory; what was due and done stands in the ledger's run table, so a restart catches
up once per source. A lock file keeps the scheduler single. It never imports Scrapy or pandas: crawls and refreshes are
children, so none of them can stall it.
"""

import asyncio
import logging
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from pipeline.domain.schedule import Schedule
from pipeline.domain.source import SourceFacts
from pipeline.jobs import crawl

logger = logging.getLogger(__name__)

AT_ONCE = 2
"""Crawls at one time: most wait for the network, and two leave a core for the pipeline."""
FIRST_SPREAD = timedelta(seconds=3)
"""Distance between overdue crawls at a start, so that they do not all begin in one second."""
_JUMP_SECONDS = 60

Crawl = Callable[[str, datetime], Awaitable[crawl.Outcome]]
Refresh = Callable[[], Awaitable[None]]
Overran = Callable[[str, datetime], None]


@dataclass(slots=True, kw_only=True)
class Plan:
    """One source's next look, as the run table has it."""

    facts: SourceFacts
    last_due: datetime | None
    not_before: datetime | None = None
    """What the source's server asked for (`Retry-After`)."""


@dataclass(slots=True, kw_only=True)
class Scheduler:
    """Start with `run()`; it returns when `stop()` was called or a signal came."""

    plans: Iterable[Plan]
    crawl: Crawl
    refresh: Refresh
    overran: Overran
    _clock: AsyncIOScheduler = field(init=False)
    _slots: asyncio.Semaphore = field(init=False)
    _changed: asyncio.Event = field(init=False)
    _stopping: asyncio.Event = field(init=False)

    async def run(self) -> None:
        """Until stopped: crawls at their times, one refresh at a time after what they changed."""
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._changed = asyncio.Event()
        self._stopping = asyncio.Event()
        loop = asyncio.get_running_loop()
        for sign in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(sign, self.stop)
        self._clock = AsyncIOScheduler(
            timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )
        self._plan_all(datetime.now(UTC))
        self._clock.start()
        helpers = [asyncio.create_task(self._refreshing()), asyncio.create_task(self._watch_the_clock())]
        await self._stopping.wait()
        self._clock.shutdown(wait=False)
        for helper in helpers:
            helper.cancel()
        await asyncio.gather(*helpers, return_exceptions=True)

    def stop(self) -> None:
        self._stopping.set()

    def _plan_all(self, now: datetime) -> None:
        overdue = 0
        for plan in self.plans:
            schedule = Schedule.parse(plan.facts.schedule)
            first = max(schedule.next_due(plan.last_due, now=now), plan.not_before or now)
            if first <= now:
                first = now + overdue * FIRST_SPREAD
                overdue += 1
            self._clock.add_job(
                self._look,
                _trigger(schedule, first),
                args=[plan.facts.name],
                id=plan.facts.name,
                next_run_time=first,
                replace_existing=True,
            )

    async def _look(self, source: str) -> None:
        due = datetime.now(UTC).replace(microsecond=0)
        async with self._slots:
            outcome = await self.crawl(source, due)
        if outcome.overran:
            self.overran(source, due)
        logger.info("%s ended with exit code %d", source, outcome.exit_code)
        if outcome.exit_code in (crawl.DONE, crawl.NEEDS_A_PERSON):
            self._changed.set()
        job = self._clock.get_job(source)
        if outcome.retry_at is not None and job is not None and outcome.retry_at > job.next_run_time:
            job.modify(next_run_time=outcome.retry_at)

    async def _refreshing(self) -> None:
        while True:
            await self._changed.wait()
            self._changed.clear()
            await self.refresh()

    async def _watch_the_clock(self) -> None:
        """APScheduler goes by the wall clock: a clock set back by an hour would stop it for that hour."""
        wall, steady = time.time(), time.monotonic()
        while True:
            await asyncio.sleep(_JUMP_SECONDS)
            jump = (time.time() - wall) - (time.monotonic() - steady)
            wall, steady = time.time(), time.monotonic()
            if abs(jump) > _JUMP_SECONDS:
                logger.warning("the clock jumped by %d s: every source is looked at again", round(jump))
                self._plan_all(datetime.now(UTC))


def _trigger(schedule: Schedule, first: datetime) -> CronTrigger | IntervalTrigger:
    jitter = int(schedule.jitter.total_seconds())
    if schedule.cron is not None:
        trigger = CronTrigger.from_crontab(schedule.cron, timezone=UTC)
        trigger.jitter = jitter
        return trigger
    return IntervalTrigger(
        seconds=int(schedule.interval.total_seconds()), start_date=first, jitter=jitter, timezone=UTC
    )


def process(*arguments: str) -> Refresh:
    """A refresh (or any command of ours) as a child process that is waited for."""

    async def run() -> None:
        child = await asyncio.create_subprocess_exec(sys.executable, "-m", "pipeline.cli", *arguments)
        if await child.wait() not in (crawl.DONE, crawl.NEEDS_A_PERSON):
            logger.warning("undercut %s failed with exit code %s", " ".join(arguments), child.returncode)

    return run
