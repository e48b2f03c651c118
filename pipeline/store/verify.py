"""Does the ledger still say what was served? The chain line by line, every parse file, every held document."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import select

from pipeline.domain.conditions import canonical_json
from pipeline.store import schema
from pipeline.store.chain import GENESIS
from pipeline.store.ledger import Ledger, brings_its_body
from pipeline.store.segments import read_payload


def verify(ledger: Ledger, data_dir: Path) -> list[str]:
    """Findings in plain words, each naming the place; none where everything holds."""
    return [*_chain(ledger), *_parses(ledger, data_dir), *_payloads(ledger, data_dir)]


def _chain(ledger: Ledger) -> Iterator[str]:
    before, seq = GENESIS, 0
    for line, stored in ledger.chain():
        seq += 1
        if line["seq"] != seq:
            yield f"the chain has no fetch {seq}: it goes on with {line['seq']}"
            seq = line["seq"]
        if line["prev"] != before:
            yield f"fetch {seq} does not follow the one before it: its predecessor was changed or taken away"
        if hashlib.sha256(canonical_json(line).encode()).hexdigest() != stored:
            yield f"fetch {seq} ({line['url']}) was changed after it was written"
        before = stored
    head = ledger.head()
    if (head.seq, head.sha256) != (seq, before):
        yield f"the chain ends at {seq}, its head says {head.seq}: fetches were taken away from its end"


def _parses(ledger: Ledger, data_dir: Path) -> Iterator[str]:
    with ledger.reading() as connection:
        rows = connection.execute(select(schema.parse.c.file, schema.parse.c.file_sha256)).all()
    for row in rows:
        path = data_dir / row.file
        if not path.exists():
            yield f"the reading {row.file} is missing: `python -m crawlers replay --all` makes it again"
        elif hashlib.sha256(path.read_bytes()).hexdigest() != row.file_sha256:
            yield f"the reading {row.file} was changed after it was written"


def _payloads(ledger: Ledger, data_dir: Path) -> Iterator[str]:
    capture = schema.capture
    query = select(capture.c.seq, capture.c.url, capture.c.segment, capture.c.offset, capture.c.payload_sha256).where(
        capture.c.segment.is_not(None), brings_its_body(), capture.c.payload_sha256.is_not(None)
    )
    with ledger.reading() as connection:
        rows = connection.execute(query.order_by(capture.c.seq)).all()
    for row in rows:
        try:
            held = read_payload(data_dir, row.segment, row.offset)
        except (OSError, ValueError, EOFError) as error:
            yield f"fetch {row.seq} ({row.url}) cannot be read back from {row.segment}: {error}"
            continue
        if hashlib.sha256(held).hexdigest() != row.payload_sha256:
            yield f"fetch {row.seq} ({row.url}): the stored bytes are not those that were served"
