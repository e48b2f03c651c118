"""Crawls as children: whatever a child does, the scheduler goes on. The children are real processes."""

import asyncio
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.domain.source import SourceFacts
from pipeline.domain.vocabulary import Redistribute, SourceKind, Trust
from pipeline.jobs import crawl
from pipeline.scheduler import Plan, Scheduler


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A program in the place of `python -m crawlers`, whose text the test gives."""

    def make(text: str) -> None:
        (tmp_path / "crawlers").mkdir(exist_ok=True)
        (tmp_path / "crawlers" / "__init__.py").touch()
        (tmp_path / "crawlers" / "__main__.py").write_text(text)
        monkeypatch.chdir(tmp_path)

    return make


def run(deadline: float = 600, memory: int = 4096) -> crawl.Outcome:
    return asyncio.run(crawl.run_crawler("x", ["crawl", "x"], deadline_seconds=deadline, memory_mib=memory))


@pytest.mark.parametrize("code", [0, 1, 3, 75])
def test_the_exit_code_of_the_child_is_believed(stand_in, code):
    stand_in(f"import sys; print('report'); sys.exit({code})")
    outcome = run()
    assert (outcome.exit_code, outcome.output.strip(), outcome.overran) == (code, "report", False)


def test_a_child_that_hangs_and_ignores_sigterm_is_ended(stand_in, monkeypatch):
    monkeypatch.setattr(crawl, "_GRACE_SECONDS", 0.5)
    stand_in("import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)")
    outcome = run(deadline=1)
    assert outcome.overran
    assert outcome.exit_code < 0


def test_a_child_that_eats_memory_fails_alone(stand_in):
    stand_in("x = bytearray(3 << 30)")
    outcome = run(memory=1024)
    assert outcome.exit_code == 1
    assert "MemoryError" in outcome.output


def facts(name: str) -> SourceFacts:
    return SourceFacts(
        name=name,
        version=1,
        kind=SourceKind.PRICES,
        title=name,
        sellers=(),
        markets=(),
        urls=(),
        schedule="every hour",
        expected=(1, 2),
        lineage=name,
        trust=Trust.SELLER,
        licence="MIT",
        redistribute=Redistribute.YES,
        needs_key=None,
        confirmed=True,
    )


def scheduler(plans, looks, refreshes, outcome):
    async def look(source: str, due: datetime) -> crawl.Outcome:
        looks.append(source)
        return outcome(source)

    async def refresh() -> None:
        refreshes.append(1)

    return Scheduler(
        plans=plans, crawl=look, refresh=refresh, overran=lambda source, due: looks.append(f"overran {source}")
    )


async def for_a_while(made: Scheduler, until, seconds: float = 600) -> None:
    task = asyncio.create_task(made.run())
    for _ in range(int(seconds * 20)):
        await asyncio.sleep(0.05)
        if until():
            break
    made.stop()
    await task


def ended(source: str, code: int, *, overran: bool = False) -> crawl.Outcome:
    return crawl.Outcome(source=source, exit_code=code, overran=overran, output="")


def test_a_source_never_looked_at_is_looked_at_once_and_one_of_an_hour_ago_is_not_repeated():
    looks, refreshes = [], []
    now = datetime.now(UTC)
    plans = [
        Plan(facts=facts("new"), last_due=None),
        Plan(facts=facts("fresh"), last_due=now - timedelta(minutes=5)),
    ]
    made = scheduler(plans, looks, refreshes, lambda source: ended(source, 0))
    asyncio.run(for_a_while(made, lambda: bool(refreshes)))
    assert looks == ["new"]
    assert refreshes == [1]


def test_a_crawl_that_overran_is_told_and_causes_no_refresh():
    looks, refreshes = [], []
    made = scheduler([Plan(facts=facts("slow"), last_due=None)], looks, refreshes, lambda s: ended(s, -9, overran=True))
    asyncio.run(for_a_while(made, lambda: len(looks) == 2))
    assert looks == ["slow", "overran slow"]
    assert refreshes == []


def test_a_server_that_asks_us_to_wait_is_left_alone_until_then():
    looks, refreshes = [], []
    later = datetime.now(UTC) + timedelta(hours=5)
    waiting = crawl.Outcome(source="busy", exit_code=1, overran=False, output="", retry_at=later)
    made = scheduler([Plan(facts=facts("busy"), last_due=None)], looks, refreshes, lambda _: waiting)
    seen = []

    def looked() -> bool:
        seen.append(made._clock.get_job("busy").next_run_time)
        return bool(looks) and seen[-1] == later

    asyncio.run(for_a_while(made, looked))
    assert seen[-1] == later


def test_after_a_restart_it_is_still_left_alone():
    looks, refreshes = [], []
    later = datetime.now(UTC) + timedelta(hours=5)
    plan = Plan(facts=facts("busy"), last_due=None, not_before=later)
    made = scheduler([plan], looks, refreshes, lambda source: ended(source, 0))
    asyncio.run(for_a_while(made, lambda: False, seconds=1))
    assert looks == []


def test_a_crawl_that_crashes_leaves_the_others_running():
    looks, refreshes = [], []
    plans = [Plan(facts=facts("bad"), last_due=None), Plan(facts=facts("good"), last_due=None)]
    made = scheduler(plans, looks, refreshes, lambda s: ended(s, 1 if s == "bad" else 0))
    asyncio.run(for_a_while(made, lambda: bool(refreshes)))
    assert sorted(looks) == ["bad", "good"]
    assert refreshes == [1]


def test_the_scheduler_imports_neither_scrapy_nor_pandas():
    import subprocess

    code = "import sys, pipeline.scheduler; sys.exit(bool({'scrapy', 'pandas'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
