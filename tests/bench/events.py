"""Decisions over a whole ledger: seconds from spells to flagged decisions, and after one source had a new look.

The ledger is the newest build, or the shipped sample where there is none. Decisions are kept by maker: after a look of
a new day those of the makers of which that source tells something are made anew. Three sources look again, one after
the other: a small page, one of middling size, and the largest catalogue.
"""

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pandas as pd

from pipeline.jobs.decided import decided
from pipeline.jobs.looked import Stated
from pipeline.jobs.read import Read
from pipeline.jobs.reading import current
from pipeline.reference.load import load_reference
from pipeline.settings import settings
from pipeline.store.keep import Held, Made

_DAY = pd.Timedelta(days=1)


def run() -> Iterator[str]:
    frames, meta = current(settings(), lambda _: None)
    now, keep = datetime.now(UTC), Held()
    announcements = pd.DataFrame({name: [] for name in ("seller", "label", "effective_at", "about")}, dtype="str")

    def judge(spells: pd.DataFrame) -> tuple[int, str]:
        told = {name: frames[name] for name in ("sources", "listings", "rates")} | {"announcements": announcements}
        read = Read(facts=Made(frames=told), stated=Stated.of(spells), now=now, at=now)
        wall, cpu = time.perf_counter(), time.process_time()
        count = len(decided(read, load_reference(), keep).frames["events"])
        return count, f"{time.perf_counter() - wall:.1f} s ({time.process_time() - cpu:.1f} s of processor)"

    spells = frames["spells"]
    count, taken = judge(spells)
    yield f"build {meta['build']}: {len(spells):,} spells, {count:,} decisions with their sharp cuts"
    yield f"  from nothing {taken} (aim: under 5 s), with nothing new {judge(spells)[1]};"
    by_size = spells["source"].value_counts().index
    for source in (by_size[-1], by_size[len(by_size) // 2], by_size[0]):
        spells = spells.assign(
            last_seen=spells["last_seen"].mask(
                spells["source"].eq(source) & spells["ended"].eq("open"), spells["last_seen"].max() + _DAY
            )
        )
        yield f"  after a look of {source} on a new day {judge(spells)[1]} (aim: under .3 s)"
