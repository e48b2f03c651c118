"""A ledger with many times its history: what the refresh of some years from now will read.

Every price list in force is put into the ledger again, under another digest and as an archived copy that was public a
whole number of spans earlier; a span is the time that the ledger's price lists cover, in whole weeks and one. Instants
that a list itself states are moved by the same time. So ten times the history has ten times the quotes, captures and
spells, every price begins each span anew where it began the first one, and the newest span stays as it was.
"""

import hashlib
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.domain.source import SourceFacts
from pipeline.domain.vocabulary import RunKind, RunVerdict, SourceKind
from pipeline.store import parses, tables
from pipeline.store.ledger import Ledger
from pipeline.store.rows import Capture, Parse

_STATED = ("effective_at", "observed_at")


def lengthen(ledger: Ledger, facts: dict[str, SourceFacts], *, times: int) -> None:
    """Add `times - 1` spans before the first one; `facts` are those of the sources of prices."""
    captures, sources = tables.captures(ledger), tables.sources(ledger)
    prices = sources.loc[sources["kind"] == SourceKind.PRICES.value, "source"]
    looks = captures[captures["source"].isin(prices)].drop_duplicates(["source", "payload_sha256"])
    span = pd.Timedelta(weeks=1 + (looks["public_at"].max() - looks["public_at"].min()).days // 7)
    for number in range(1, times):
        for look in looks.to_dict("records"):
            _again(ledger, facts[look["source"]], look, number, number * span.to_pytimedelta())


def _again(ledger: Ledger, facts: SourceFacts, look: dict[str, Any], number: int, earlier: timedelta) -> None:
    payload = hashlib.sha256(f"{look['payload_sha256']} {number}".encode()).hexdigest()
    known = ledger.parse_of(look["payload_sha256"], facts.name, int(look["spider_version"]))
    at = (look["public_at"] - earlier).to_pydatetime()
    run = ledger.claim(facts.name, at, RunKind.BACKFILL, now=at, worker="bench")
    if run is None or known is None:
        return
    file, digest = _copied(ledger, known, payload, earlier)
    parse = replace(known, payload_sha256=payload, notices=(), file=file, file_sha256=digest)
    capture = Capture(
        source=facts.name,
        url=str(look["url"]),
        final_url=str(look["url"]),
        captured_at=look["captured_at"].to_pydatetime(),
        as_of=at,
        status=200,
        payload_sha256=payload,
        record_sha256=payload,
        spider_version=known.spider_version,
        parsed=True,
    )
    ledger.commit(
        run,
        verdict=RunVerdict.CHANGED,
        captures=[capture],
        parses=[parse],
        issues=[],
        facts=facts,
        ended_at=at,
        detail={},
    )


def _copied(ledger: Ledger, known: Parse, payload: str, earlier: timedelta) -> tuple[str, str]:
    """The file of a parse under another digest: the same one, where it states no instants to move."""
    rows = pq.read_table(ledger.data_dir / known.file)
    if all(rows[name].null_count == rows.num_rows for name in _STATED):
        name = parses.name_of(payload, known.source, known.spider_version)
        (ledger.data_dir / name).parent.mkdir(parents=True, exist_ok=True)
        (ledger.data_dir / name).symlink_to((ledger.data_dir / known.file).resolve())
        return name, known.file_sha256
    for name in _STATED:
        moved = pc.subtract(rows[name], pa.scalar(earlier, pa.duration("us")))
        rows = rows.set_column(rows.column_names.index(name), name, moved)
    return parses.write_table(
        ledger.data_dir, payload_sha256=payload, source=known.source, spider_version=known.spider_version, table=rows
    )
