"""Decisions over a whole ledger: seconds from spells to flagged decisions, and after one source had a new look.

The ledger is the newest build, or the shipped sample where there is none. Nothing of decisions is kept from one build
to the next: whether a step is a bulk edit, an alias move or corroborated depends on every source, so both figures are
those of a whole pass.
"""

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pandas as pd

from pipeline.jobs.assemble import Read, events_at, recorded
from pipeline.jobs.reading import current
from pipeline.reference.load import load_reference
from pipeline.settings import settings


def run() -> Iterator[str]:
    frames, meta = current(settings(), lambda _: None)
    reference, now = load_reference(), datetime.now(UTC)
    none = pd.DataFrame({"seller": [], "label": [], "effective_at": []})
    unread = {name: pd.DataFrame() for name in ("resolved", "scores", "readings", "volumes")}

    def judge(spells: pd.DataFrame) -> int:
        told = {name: frames[name] for name in ("sources", "listings", "captures", "runs", "rates")}
        read = Read(**told, **unread, spells=spells, announcements=none, now=now, at=now)
        return len(events_at(recorded(read, reference).told, spells, now))

    spells = frames["spells"]
    busiest = spells["source"].value_counts().index[0]
    grown = spells.assign(
        last_seen=spells["last_seen"].mask(
            spells["source"].eq(busiest) & spells["ended"].eq("open"), spells["last_seen"].max() + pd.Timedelta(days=1)
        )
    )
    taken = []
    for given in (spells, grown):
        wall, cpu = time.perf_counter(), time.process_time()
        count = judge(given)
        taken.append((time.perf_counter() - wall, time.process_time() - cpu))
    (whole, cpu), (after, cpu_after) = taken
    yield f"build {meta['build']}: {len(spells):,} spells, {count:,} decisions with their sharp cuts"
    yield f"  in {whole:.1f} s ({cpu:.1f} s of processor; aim: under 5 s),"
    yield f"  after a new look of {busiest} {after:.1f} s ({cpu_after:.1f} s of processor; aim: under .3 s)"
