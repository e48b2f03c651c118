"""The views of many days in order, from as many processes as there are cores.

What comes back from a process is what each view has that the one before has not: most days say little that is new.
"""

import os
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from multiprocessing import get_context, parent_process
from pathlib import Path

from pipeline.jobs.appearances import View
from pipeline.jobs.history import History
from pipeline.store.engine import open_ledger

_CHUNK = 32
"""Days that a process walks in a row: enough to gain from what stands, few enough to share the late, long ones out."""
Step = tuple[View, set[str]]
"""The decisions of a view that are new or other than in the one before, and the names of those that went."""


def views(
    place: tuple[str, Path], days: Sequence[date], *, workers: int | None = None, suspicions: bool = False
) -> Iterator[tuple[date, View]]:
    """The views of `days` in order; a few days are not worth a second process."""
    wanted = min(os.cpu_count() or 1, len(days) // 8) if workers is None else workers
    if wanted < 2:
        with open_ledger(*place) as ledger:
            history = History(ledger, suspicions=suspicions)
        yield from ((day, history.view(day)) for day in days)
        return
    chunks = [days[start : start + _CHUNK] for start in range(0, len(days), _CHUNK)]
    with ProcessPoolExecutor(wanted, get_context("spawn"), _begin, (*place, suspicions)) as pool:
        for chunk, steps in zip(chunks, pool.map(_walked, chunks), strict=True):
            view: View = {}
            for day, (changed, gone) in zip(chunk, steps, strict=True):
                view = {key: decision for key, decision in view.items() if key not in gone} | changed
                yield day, view


_HISTORY: list[History] = []
"""The one history of a worker process."""


def _begin(url: str, data_dir: Path, suspicions: bool) -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with open_ledger(url, data_dir) as ledger:
        _HISTORY.append(History(ledger, suspicions=suspicions))


def _end_with_parent() -> None:
    """A worker whose parent was killed would wait for work for ever."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _walked(days: Sequence[date]) -> list[Step]:
    steps: list[Step] = []
    before: View = {}
    for day in days:
        after = _HISTORY[0].view(day)
        changed = {key: decision for key, decision in after.items() if before.get(key) != decision}
        steps.append((changed, set(before.keys() - after.keys())))
        before = after
    return steps
