"""What died is ended: abandoned segments are mended and their captures kept, runs of dead workers end as interrupted.

A worker holds a lock under its own name for as long as it lives: a number of a process is given again, a lock is not.
An interrupted run never withdraws and never confirms; its slot is run again as a further attempt.
"""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

from crawlers.archive import (
    AS_OF,
    DECODING,
    HANDED_IN,
    PEER,
    RANGE,
    TRUNCATED,
    URL,
    Capture,
    Ledger,
    Record,
    Run,
    abandoned,
    mend,
    read_segment,
)
from crawlers.worker import is_alive
from pipeline.domain.instants import parse_instant
from pipeline.domain.source import SourceFacts
from pipeline.domain.vocabulary import RunVerdict


def recover(ledger: Ledger, data_dir: Path, known: dict[str, SourceFacts]) -> list[str]:
    """The runs that were ended. Safe to call at any time, by several processes, again and again."""
    segments = data_dir / "segments"
    dead = [run for run in ledger.open_runs() if not is_alive(data_dir, ledger.worker_of(run.run))]
    for path in abandoned(segments):
        run = ledger.knows_run(path.name.removesuffix(".warc.gz.open"))
        if run is None or run in dead or ledger.ended(run.run):
            mend(path)
    ended = []
    for run in dead:
        if run.source not in known:
            continue
        segment = segments / f"{run.run}.warc.gz"
        captures = recovered(segment, run) if segment.exists() else []
        ledger.commit(
            run,
            verdict=RunVerdict.INTERRUPTED,
            captures=captures,
            parses=[],
            issues=[],
            facts=known[run.source],
            ended_at=datetime.now(UTC),
            detail={"recovered": len(captures)},
        )
        ended.append(run.run)
    return ended


def recovered(segment: Path, run: Run) -> list[Capture]:
    """The captures of a closed segment, as its records tell them."""
    records = read_segment(segment)
    version = next((_spider_version(record) for record in records if record.kind == "warcinfo"), 1)
    return [
        _capture(record, run, segment.name, version)
        for record in records
        if record.kind in ("response", "revisit", "metadata")
    ]


def _spider_version(record: Record) -> int:
    lines = (line.partition(": ") for line in record.payload.decode().splitlines())
    return next(int(value) for name, _, value in lines if name == "spider-version")


def _capture(record: Record, run: Run, segment: str, spider_version: int) -> Capture:
    warc = record.warc
    observed = record.kind == "metadata"
    refers = warc["WARC-Payload-Digest"].removeprefix("sha256:") if record.kind == "revisit" else None
    payload = hashlib.sha256(record.payload).hexdigest() if record.payload and not observed else None
    return Capture(
        source=run.source,
        url=warc[URL],
        final_url=warc[URL] if warc[URL].startswith("pkg:") else warc["WARC-Target-URI"],
        captured_at=parse_instant(warc["WARC-Date"]),
        as_of=parse_instant(warc[AS_OF]) if AS_OF in warc else None,
        status=None if observed else record.status,
        observation=record.payload.decode() if observed else None,
        request_range=warc.get(RANGE),
        headers=record.headers,
        payload_sha256=payload if record.status == 304 else refers or payload,
        record_sha256=record.record_sha256,
        confirms=refers,
        revisit=refers is not None,
        peer_sha256=warc.get(PEER),
        size=0 if observed else len(record.payload),
        truncated=TRUNCATED in warc,
        handed_in_by=warc.get(HANDED_IN),
        decoding=warc[DECODING],
        segment=segment,
        offset=record.offset,
        spider_version=spider_version,
    )
