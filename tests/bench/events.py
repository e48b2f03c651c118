"""Decisions and flags over a whole ledger: seconds from spells to both, and after one source had a new look.

The ledger is the newest build, or the shipped sample where there is none. Decisions are kept by maker, and found whole
where a look passed no instant that they ask of. Three sources look again, one after the other: a small page, one of
middling size, and the largest catalogue; on a new day, and an hour later.
"""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

from pipeline.jobs.by_day import flags, made_ready
from pipeline.jobs.decided import decided
from pipeline.jobs.looked import Spells
from pipeline.jobs.read import Read
from pipeline.jobs.reading import current
from pipeline.reference.load import load_reference
from pipeline.settings import settings
from pipeline.store.keep import Made, anew
from pipeline.store.kept import Kept

_READ = ("sources", "listings", "rates", "scores", "readings")
_STEPS = {"on a new day": timedelta(days=1), "an hour later": timedelta(hours=1)}


def run() -> Iterator[str]:
    frames, meta = current(settings(), lambda _: None)
    now, reference = datetime.now(UTC), load_reference()
    announcements = pd.DataFrame({name: [] for name in ("seller", "label", "effective_at", "about")}, dtype="str")
    facts = Made(frames={name: frames[name] for name in _READ} | {"announcements": announcements})

    def read(spells: pd.DataFrame) -> Read:
        every = Spells.of(spells)
        _ = every.looked  # by source, kept with its spells
        return Read(facts=facts, spells=every, now=now, at=now)

    spells = frames["spells"]
    asked = read(spells)
    made, taken = _timed(lambda: decided(asked, reference, anew))
    events = made.frames["events"]
    yield f"build {meta['build']}: {len(spells):,} spells, {len(events):,} decisions with their sharp cuts"
    found, flagged = _timed(lambda: flags(asked, reference, frames, events, made_ready(asked, reference, frames), anew))
    yield f"  from nothing {taken} (aim: under 5 s);"
    yield f"  {len(found['flags']):,} triggers judged by every condition, from nothing {flagged};"
    with TemporaryDirectory() as folder:
        decided(asked, reference, Kept(Path(folder), use=True))
        by_size = spells["source"].value_counts().index
        for source in (by_size[-1], by_size[len(by_size) // 2], by_size[0]):
            told = []
            for name, step in _STEPS.items():
                still = spells["source"].eq(source) & spells["ended"].eq("open")
                spells = spells.assign(last_seen=spells["last_seen"].mask(still, spells["last_seen"].max() + step))
                after = read(spells)
                _, again = _timed(partial(decided, after, reference, Kept(Path(folder), use=True)))
                told.append(f"{name} {again}")
            yield f"  after a look of {source} {', '.join(told)} (aim: under .3 s)"


def _timed(make: Callable[[], Any]) -> tuple[Any, str]:
    wall, cpu = time.perf_counter(), time.process_time()
    made = make()
    return made, f"{time.perf_counter() - wall:.2f} s ({time.process_time() - cpu:.2f} s of processor)"
