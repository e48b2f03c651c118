"""`make bench`: speed as ratios against named peers and floors, measured in one run on this machine.

Nothing here is a test: a figure that misses its aim is printed with it, and people look.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from crawlers.document import Document
from crawlers.spiders.aggregators.litellm import LiteLLM
from pipeline.indices.series import family, series_ground
from pipeline.jobs.refresh import refresh
from pipeline.jobs.sample import load_sample
from pipeline.reference.load import known_openness, load_reference
from pipeline.reference.not_text import load_not_text
from pipeline.reference.routers import load_routers
from pipeline.settings import settings
from pipeline.store.engine import open_ledger
from tests.bench import crawl, events, indices
from tests.bench import refresh as refreshing
from tests.crawlers.core.package_index import Index, price_map, serving

MODELS = 4_000
RELEASES = 12


def seconds(work: Callable[[], object], times: int = 3) -> float:
    """The fastest of a few runs: the others measure what else the machine did."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return min(taken)


def as_wide_as_the_real_map(body: bytes) -> bytes:
    """A real record has some twenty members, of which four are prices (700 bytes on average in November 2026)."""
    wide = {f"supports_{what}": True for what in ("vision", "tool_choice", "reasoning", "prompt_caching", "web_search")}
    wide |= {f"max_{what}_tokens": 128_000 for what in ("input", "output", "audio", "image", "reasoning")}
    wide |= {
        "cache_read_input_token_cost": 1e-7,
        "output_cost_per_token_batches": 5e-7,
        "source": "https://example.org/" * 8,
    }
    return json.dumps({name: {**record, **wide} for name, record in json.loads(body).items()}).encode()


def parsing() -> Iterator[str]:
    models = {f"maker-{number}": (number % 50 + 0.5, number % 90 + 1.5) for number in range(MODELS)}
    body = as_wide_as_the_real_map(price_map(**models))
    document = Document(body=body, url="pkg:pypi/litellm@1#map")
    floor = seconds(lambda: json.loads(body), 10)
    ours = seconds(lambda: LiteLLM().read(document))
    yield f"a LiteLLM map of {MODELS:,} models ({len(body) / 1e6:.1f} MB): json.loads {floor * 1e3:.0f} ms,"
    yield f"  our reading {ours * 1e3:.0f} ms: {ours / floor:.1f} x (aim: at most 12 x)"


def rebuilding() -> Iterator[str]:
    now = datetime.now(UTC)
    with tempfile.TemporaryDirectory() as folder:
        data_dir = Path(folder)
        with open_ledger(f"sqlite:///{data_dir / 'ledger.sqlite'}", data_dir) as ledger:
            documents = load_sample(ledger, data_dir, settings().sample_dir)
            start = time.perf_counter()
            built = refresh(ledger, data_dir, now=now, keep=False)
            whole = time.perf_counter() - start
    counts = built.meta["counts"]
    series = seconds(lambda: _all_series(built.frames), 1)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    yield f"the sample ledger: {documents} documents, {counts['quotes']:,} quotes, {counts['spells']:,} spells,"
    yield f"  {counts['events']:,} decisions: every derived row anew in {whole:.1f} s (aim: under 20 s),"
    yield f"  all series in {series:.1f} s (aim: under 10 s), peak {peak:,.0f} MB (aim: under 2,000 MB)"


def _all_series(frames: dict[str, pd.DataFrame]) -> None:
    reference = load_reference()
    ground = series_ground(
        *(frames[name] for name in ("blends", "listings", "scores", "events")),
        makers=reference.makers,
        openness=known_openness(reference),
        routers=load_routers(),
        not_text=load_not_text(),
    )
    family(ground)


def storing() -> Iterator[str]:
    index = Index()
    for number in range(RELEASES):
        models = {
            f"maker-{key}": (key % 50 + 0.5, (key + number * (key % 97 == 0)) % 90 + 1.5) for key in range(MODELS)
        }
        index.add(f"1.{number}.0", f"2025-{number + 1:02}-01", price_map(**models))
    with tempfile.TemporaryDirectory() as folder, serving(index) as address:
        environment = {"UNDERCUT_DATA_DIR": folder, "UNDERCUT_PACKAGE_INDEX": address, "PATH": ""}
        start = time.perf_counter()
        command = [sys.executable, "-m", "crawlers", "backfill", "litellm", "--every", "1"]
        subprocess.run(command, env=environment, check=True, capture_output=True)
        taken = time.perf_counter() - start
        fetched = sum(_length(asked, index) for asked in index.asked)
        stored = {name: _bytes(Path(folder) / name) for name in ("segments", "parses", "ledger.sqlite")}
    yield f"a back-fill of {RELEASES} releases from loopback in {taken:.1f} s: {fetched / 1e6:.2f} MB fetched,"
    parts = ", ".join(f"{name} {size / 1e6:.2f} MB" for name, size in stored.items())
    yield f"  stored {sum(stored.values()) / 1e6:.2f} MB ({parts}): {sum(stored.values()) / fetched:.2f} x"


def _length(asked: tuple[str, str | None], index: Index) -> int:
    _, span = asked
    if span is None:
        return len(index.page("http://127.0.0.1"))
    first, last = (int(part) for part in span.removeprefix("bytes=").split("-"))
    return last - first + 1


def _bytes(path: Path) -> int:
    if path.is_file():
        return path.stat().st_size
    return sum(file.stat().st_size for file in path.rglob("*") if file.is_file())


def main() -> int:
    for part in (parsing, storing, rebuilding, refreshing.run, events.run, indices.run, crawl.run):
        for line in part():
            sys.stdout.write(line + "\n")
            sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
