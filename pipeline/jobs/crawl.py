"""Crawls as child processes: each with a deadline, a memory limit and an exit code that is believed.

The children are the only place where Scrapy runs; whoever waits for them cannot be stalled, leaked into or crashed.
"""

import asyncio
import contextlib
import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pipeline.domain.errors import UndercutError
from pipeline.domain.instants import instant_text
from pipeline.domain.source import SourceFacts
from pipeline.domain.vocabulary import Redistribute, SourceKind, Trust

DONE, FAILED, WRONG_USAGE, NEEDS_A_PERSON, LOCKED = 0, 1, 2, 3, 75
_GRACE_SECONDS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a child ended. `overran` says that its deadline ended it; `retry_at` what the server asked us to wait for."""

    source: str
    exit_code: int
    overran: bool
    output: str
    retry_at: datetime | None = None


def known_sources() -> list[SourceFacts]:
    """Every source that a spider declares, as `python -m crawlers list --json` prints them."""
    listed = subprocess.run(  # our own interpreter and module
        [sys.executable, "-m", "crawlers", "list", "--json"], capture_output=True, text=True, check=False
    )
    if listed.returncode != 0:
        raise UndercutError(f"the list of sources could not be read: {listed.stderr.strip()[-500:]}")
    return [facts_of(json.loads(line)) for line in listed.stdout.splitlines()]


def facts_of(given: dict[str, object]) -> SourceFacts:
    """A source's facts from their JSON object."""
    fields = {name: value for name, value in given.items() if name in SourceFacts.__slots__}
    return SourceFacts(
        **{  # type: ignore[arg-type]
            **fields,
            "kind": SourceKind(str(given["kind"])),
            "trust": Trust(str(given["trust"])),
            "redistribute": Redistribute(str(given["redistribute"])),
            **{name: tuple(given[name]) for name in ("sellers", "markets", "urls", "expected")},  # type: ignore[arg-type]
        }
    )


def scheduled(source: str, due: datetime) -> list[str]:
    """The command of one scheduled crawl."""
    return ["crawl", source, "--kind", "scheduled", "--due", instant_text(due)]


def limit_memory(mebibytes: int) -> None:
    """In the child, before it starts: an allocation over the limit fails there and nowhere else.

    The hard limit stays: a crawl with a browser starts that outside of it (crawlers.rendering).
    """
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = mebibytes << 20
    resource.setrlimit(resource.RLIMIT_AS, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard))


async def run_crawler(source: str, arguments: Sequence[str], *, deadline_seconds: float, memory_mib: int) -> Outcome:
    """Run `python -m crawlers …` as a child of its own process group; past the deadline the group is ended."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "crawlers",
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
        preexec_fn=lambda: limit_memory(memory_mib),
    )
    reading = asyncio.ensure_future(child.communicate())
    overran = False
    try:
        await asyncio.wait_for(asyncio.shield(reading), deadline_seconds)
    except TimeoutError:
        overran = True
        await _end(child)
    except asyncio.CancelledError:
        await _end(child)
        raise
    output, _ = await reading
    return Outcome(
        source=source,
        exit_code=FAILED if child.returncode is None else child.returncode,
        overran=overran,
        output=output.decode(errors="replace")[-4000:],
    )


async def _end(child: asyncio.subprocess.Process) -> None:
    """First politely, then for good: a crawl that ignores SIGTERM holds nobody up."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, sign)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(child.wait(), _GRACE_SECONDS)
            return
