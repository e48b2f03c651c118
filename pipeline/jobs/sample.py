"""The shipped sample: facts with pointers to their documents, without the documents.

`data/sample` holds `captures.jsonl` (one line per fetch: address or package URL, instant, SHA-256), `sources.jsonl`
(the facts of each source) and one Parquet file per source with all that the named documents state. Loading it gives a
ledger whose captures name no segment: everything is computed from it as from any other, and the pages say that the
documents are not held. Sources whose terms forbid it are left out and listed in `left_out.json`.
"""

import hashlib
import json
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.domain.instants import instant_text, parse_instant
from pipeline.domain.source import SourceFacts
from pipeline.domain.vocabulary import Redistribute, RunKind, RunVerdict
from pipeline.jobs.crawl import facts_of
from pipeline.jobs.say import Say
from pipeline.settings import Settings, settings
from pipeline.store import parses, tables
from pipeline.store.engine import open_ledger
from pipeline.store.ledger import Ledger
from pipeline.store.rows import Capture, Parse

CAPTURES, SOURCES, LEFT_OUT = "captures.jsonl", "sources.jsonl", "left_out.json"
EARLIEST = {"ecb_package": "2023-01-01"}
"""Of the reference rates only the days since the first price are shipped."""
_KEPT = ("source", "url", "captured_at", "as_of", "payload_sha256", "spider_version")


def write_sample(given: Settings, *, say: Say) -> int:
    """Write the sample from the ledger: every capture in force of the sources that may be shipped."""
    folder = given.sample_dir
    with open_ledger(given.ledger_url, given.data_dir) as ledger:
        sources = tables.sources(ledger)
        shipped = sources[sources["redistribute"] == Redistribute.YES.value]
        left_out = sources[sources["redistribute"] != Redistribute.YES.value]
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        lines = [line for name in shipped["source"] for line in _source(ledger, folder, str(name))]
        facts = _facts_lines(ledger, list(dict.fromkeys(line["source"] for line in lines)))
    (folder / CAPTURES).write_text("".join(json.dumps(line, sort_keys=True) + "\n" for line in lines))
    (folder / SOURCES).write_text("".join(line + "\n" for line in facts))
    reasons = [
        {"source": str(row.source), "title": str(row.title), "reason": str(row.licence)}
        for row in left_out.itertuples()
    ]
    (folder / LEFT_OUT).write_text(json.dumps(reasons, indent=1, ensure_ascii=False) + "\n")
    size = sum(path.stat().st_size for path in folder.iterdir())
    say(f"{folder}: {len(lines)} documents of {len(facts)} sources, {size / 1e6:.1f} MB")
    return 0


def _source(ledger: Ledger, folder: Path, name: str) -> list[dict[str, Any]]:
    """Write one source's file; the lines of its captures, the first fetch of each document. No document, no file."""
    captures = tables.captures(ledger, name).sort_values("as_of", kind="stable", na_position="last")
    captures = captures.drop_duplicates("payload_sha256")  # the fetch that brought it, not a list that confirmed it
    parts, lines = [], []
    for row in captures.to_dict("records"):
        parse = ledger.parse_of(row["payload_sha256"], name, int(row["spider_version"]))
        if parse is None:
            continue
        part = pq.read_table(ledger.data_dir / parse.file)
        if name in EARLIEST:
            part = part.filter(pc.greater_equal(part["day"], EARLIEST[name]))
        digest = pa.DictionaryArray.from_arrays(
            pa.array([0] * part.num_rows, pa.int32()), pa.array([row["payload_sha256"]])
        )
        parts.append(part.append_column("payload_sha256", digest))
        line = {field: row[field] for field in _KEPT}
        line |= {field: _text(row[field]) for field in ("captured_at", "as_of")}
        lines.append({**line, "kind": parse.kind, "notices": list(parse.notices)})
    if not parts:
        return []
    for line in lines[:-1]:
        line["notices"] = []  # the newest document's are enough: the older ones repeat them
    whole = pa.concat_tables(parts).unify_dictionaries()
    order = [(column, "ascending") for column in whole.column_names if column in ("label", "where", "day", "currency")]
    # Sorted by thing, not by document: a price that stays the same costs almost nothing.
    pq.write_table(whole.sort_by(order), folder / f"{name}.parquet", compression="zstd", compression_level=19)
    return lines


def _facts_lines(ledger: Ledger, names: list[str]) -> list[str]:
    return [line for name in names for line in [ledger.facts_text(name)]]


def load_sample(ledger: Ledger, data_dir: Path, folder: Path) -> int:
    """Put the sample into an empty ledger, one run per document; how many documents it named."""
    facts = {made.name: made for made in map(facts_of, _read_lines(folder / SOURCES))}
    lines = sorted(
        _read_lines(folder / CAPTURES), key=lambda line: (line["source"], line["as_of"] or line["captured_at"])
    )
    found: dict[str, dict[str, pa.Table]] = {}
    for line in lines:
        name = line["source"]
        if name not in found:
            found[name] = _by_payload(pq.read_table(folder / f"{name}.parquet"))
        _load(ledger, data_dir, facts[name], line, found[name][line["payload_sha256"]])
    return len(lines)


def _by_payload(table: pa.Table) -> dict[str, pa.Table]:
    """The rows of each document, in one pass."""
    digests = table["payload_sha256"].combine_chunks()
    if isinstance(digests, pa.DictionaryArray):
        digests = digests.dictionary_decode()
    order = pc.sort_indices(digests)
    ordered = table.drop_columns("payload_sha256").take(order)
    runs = pc.run_end_encode(digests.take(order))
    start, parts = 0, {}
    for value, end in zip(runs.values.to_pylist(), runs.run_ends.to_pylist(), strict=True):
        parts[value] = ordered.slice(start, end - start)
        start = end
    return parts


def _load(ledger: Ledger, data_dir: Path, facts: SourceFacts, line: dict[str, Any], rows: pa.Table) -> None:
    at = parse_instant(line["captured_at"])
    as_of = None if line["as_of"] is None else parse_instant(line["as_of"])
    run = ledger.claim(facts.name, as_of or at, RunKind.BACKFILL, now=at, worker="sample:0")
    if run is None:
        return
    payload, version = line["payload_sha256"], int(line["spider_version"])
    file, digest = parses.write_table(
        data_dir, payload_sha256=payload, source=facts.name, spider_version=version, table=rows
    )
    parse = Parse(
        payload_sha256=payload,
        source=facts.name,
        spider_version=version,
        kind=line["kind"],
        rows=rows.num_rows,
        notices=tuple(line["notices"]),
        whole=False,  # nothing may be asked "has it changed since?" of a document that is not held
        file=file,
        file_sha256=digest,
    )
    capture = Capture(
        source=facts.name,
        url=line["url"],
        final_url=line["url"],
        captured_at=at,
        as_of=as_of,
        status=200,
        payload_sha256=payload,
        record_sha256=None,
        spider_version=version,
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
        detail={"sample": True},
    )


def left_out(folder: Path) -> list[dict[str, str]]:
    """Sources that are not shipped, and why."""
    path = folder / LEFT_OUT
    found: list[dict[str, str]] = json.loads(path.read_text()) if path.exists() else []
    return found


def digest_of(folder: Path) -> str:
    """Which sample it is."""
    return hashlib.sha256((folder / CAPTURES).read_bytes()).hexdigest()[:16]


def _read_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def _text(value: Any) -> str | None:
    return None if value is None or value != value else instant_text(value.to_pydatetime().astimezone(UTC))


def main() -> int:
    """Load the sample into the ledger of the settings, where that is empty."""
    given = settings()
    if not (given.sample_dir / CAPTURES).exists():
        return 0
    with open_ledger(given.ledger_url, given.data_dir) as ledger:
        if ledger.head().seq == 0:
            began = datetime.now(UTC)
            number = load_sample(ledger, given.data_dir, given.sample_dir)
            seconds = (datetime.now(UTC) - began).total_seconds()
            sys.stderr.write(f"sample: {number} documents' facts in {seconds:.0f} s\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
