"""Refresh: seconds from nothing, with nothing changed, and after a new look of one source.

The ledger is a copy of that in UNDERCUT_DATA_DIR, or the shipped sample where it is empty. Three sources look again,
one after the other: a small page, one of middling size, and the largest catalogue. Each is looked at four times: after
a long time, which the other sources filled with moves; soon again, with the same document, so that its prices were seen
twice; again; and with a document in which one price is half of what it was. Then the same of the shipped sample
with ten times its history (`long_history`): what is read and compared after one source must not grow with it.
"""

import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.domain.source import SourceFacts
from pipeline.domain.vocabulary import Redistribute, RunKind, RunVerdict, SourceKind, Trust
from pipeline.jobs.refresh import Built, refresh
from pipeline.jobs.sample import load_sample
from pipeline.settings import settings
from pipeline.store import parses, tables
from pipeline.store.engine import open_ledger
from pipeline.store.ledger import Ledger
from pipeline.store.rows import Capture, Parse
from tests.bench.long_history import lengthen

NOW = datetime.now(UTC).replace(minute=30)
SMALL, LARGEST = "langchain", "litellm"


def run() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        data_dir = Path(folder)
        kept = settings().data_dir
        if (kept / "ledger.sqlite").exists():
            shutil.copy(kept / "ledger.sqlite", data_dir)
            # Files by themselves: what the bench writes stays out of the folder that it reads.
            shutil.copytree((kept / "parses").resolve(), data_dir / "parses", copy_function=os.symlink)
        with open_ledger(f"sqlite:///{data_dir / 'ledger.sqlite'}", data_dir) as ledger:
            if tables.sources(ledger).empty:
                load_sample(ledger, data_dir, settings().sample_dir)
            yield from _timed(ledger, data_dir)
    yield from _with_ten_times_the_history()


def _with_ten_times_the_history() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        data_dir = Path(folder)
        with open_ledger(f"sqlite:///{data_dir / 'ledger.sqlite'}", data_dir) as ledger:
            load_sample(ledger, data_dir, settings().sample_dir)
            newest = tables.captures(ledger).sort_values("public_at").drop_duplicates("source", keep="last")
            facts = {str(name): _facts(ledger, str(name)) for name in newest["source"]}
            lengthen(ledger, facts, times=10)
            looks = newest.set_index("source", drop=False)
            # The sample ends on its own last day: both are brought to today, so that a look adds no week to a series.
            for source in (SMALL, LARGEST):
                look_again(ledger, source, looks.loc[source].to_dict(), NOW)
            built, whole = _taken(ledger, data_dir, NOW)
            counts = built.meta["counts"]
            yield f"the sample with ten times its history, {counts['quotes']:,} quotes, {counts['spells']:,} spells:"
            taken = {}
            for number, source in enumerate((SMALL, LARGEST), start=1):
                at = NOW + timedelta(seconds=number)
                look_again(ledger, source, looks.loc[source].to_dict(), at)
                _, taken[source] = _taken(ledger, data_dir, at)
    told = ", ".join(f"{source} {seconds:.1f} s" for source, seconds in taken.items())
    yield f"  from nothing {whole:.1f} s; after one source that confirmed its document: {told} (aim: under 3 s)"


def _timed(ledger: Ledger, data_dir: Path) -> Iterator[str]:
    built, whole = _taken(ledger, data_dir, NOW)
    yield f"refresh of {built.meta['counts']['quotes']:,} quotes, {built.meta['counts']['events']:,} decisions:"
    _, again = _taken(ledger, data_dir, NOW)
    yield f"  from nothing {whole:.1f} s, with nothing changed {again:.2f} s;"
    captures = tables.captures(ledger).sort_values("public_at", kind="stable")
    by_size = built.frames["spells"]["source"].astype("str").value_counts().index
    yield "  after one source (aim: under 1 s), long not looked at, twice, again, and with half a price:"
    for number, source in enumerate((by_size[-1], by_size[len(by_size) // 2], by_size[0])):
        newest = captures[captures["source"] == source].iloc[-1].to_dict()
        taken = []
        for place, look in enumerate((look_again, look_again, look_again, look_at_half_a_price)):
            at = NOW + timedelta(seconds=1 + 4 * number + place)
            look(ledger, source, newest, at)
            taken.append(_taken(ledger, data_dir, at)[1])
        yield f"    {source}: {', '.join(f'{seconds:.1f} s' for seconds in taken)}"


def look_again(ledger: Ledger, source: str, last: dict[str, object], at: datetime) -> None:
    """A scheduled look that found the newest document unchanged."""
    _look(ledger, source, last, at, confirms=str(last["payload_sha256"]))


def look_at_half_a_price(ledger: Ledger, source: str, last: dict[str, object], at: datetime) -> None:
    """A scheduled look at a document whose first price is half of that in the newest one."""
    known = ledger.parse_of(str(last["payload_sha256"]), source, int(str(last["spider_version"])))
    if known is None:
        raise AssertionError(source)
    rows = pq.read_table(ledger.data_dir / known.file)
    for name, half in (("amount", lambda text: str(Decimal(text) / 2)), ("nano_per_million", lambda nano: nano // 2)):
        values = rows[name].to_pylist()
        column = pa.array([half(values[0]), *values[1:]], rows.schema.field(name).type)
        rows = rows.set_column(rows.column_names.index(name), rows.schema.field(name), column)
    payload = hashlib.sha256(f"{last['payload_sha256']} half a price".encode()).hexdigest()
    file, digest = parses.write_table(
        ledger.data_dir, payload_sha256=payload, source=source, spider_version=known.spider_version, table=rows
    )
    parse = replace(known, payload_sha256=payload, notices=(), file=file, file_sha256=digest)
    _look(ledger, source, last, at, parse=parse)


def _look(
    ledger: Ledger,
    source: str,
    last: dict[str, object],
    at: datetime,
    *,
    parse: Parse | None = None,
    confirms: str | None = None,
) -> None:
    """A look at the address of the `last` one, that brought a document with its parse or confirmed one."""
    run = ledger.claim(source, at, RunKind.SCHEDULED, now=at, worker="bench")
    if run is None:
        raise AssertionError(source)
    body = None if parse is None else parse.payload_sha256
    capture = Capture(
        source=source,
        url=str(last["url"]),
        final_url=str(last["url"]),
        captured_at=at,
        status=304 if parse is None else 200,
        payload_sha256=body,
        record_sha256=body,
        confirms=confirms,
        spider_version=int(str(last["spider_version"])),
        parsed=parse is not None,
    )
    ledger.commit(
        run,
        verdict=RunVerdict.UNCHANGED if parse is None else RunVerdict.CHANGED,
        captures=[capture],
        parses=[] if parse is None else [parse],
        issues=[],
        facts=_facts(ledger, source),
        ended_at=at,
        detail={},
    )


def _facts(ledger: Ledger, source: str) -> SourceFacts:
    told = json.loads(ledger.facts_text(source))
    lists = {name: tuple(told[name]) for name in ("sellers", "markets", "urls", "expected")}
    named = {"kind": SourceKind(told["kind"]), "trust": Trust(told["trust"])}
    return SourceFacts(**told | lists | named | {"redistribute": Redistribute(told["redistribute"])})


def _taken(ledger: Ledger, data_dir: Path, now: datetime) -> tuple[Built, float]:
    start = time.perf_counter()
    built = refresh(ledger, data_dir, now=now)
    return built, time.perf_counter() - start
