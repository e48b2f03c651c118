"""The hash chain of captures: each line names the one before, so that none can be changed or left out unseen.

A chain that nobody stamped proves nothing without a copy of its head kept elsewhere.
"""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from pipeline.domain.conditions import canonical_json
from pipeline.domain.instants import instant_text
from pipeline.store import schema
from pipeline.store.rows import Capture, Head

GENESIS = "0" * 64


def chain_line(seq: int, prev: str, capture: Capture, run: str) -> str:
    """One line of the hash chain: keys sorted, no spaces, UTF-8."""
    return canonical_json(
        {
            "seq": seq,
            "prev": prev,
            "source": capture.source,
            "url": capture.url,
            "captured_at": instant_text(capture.captured_at),
            "status": capture.status,
            "payload_sha256": capture.payload_sha256,
            "record_sha256": capture.record_sha256,
            "run": run,
        }
    )


def head(connection: Connection) -> Head:
    """The newest line; that before the first where there is none."""
    row = connection.execute(select(schema.head)).first()
    return Head(seq=0, sha256=GENESIS) if row is None else Head(seq=row.seq, sha256=row.sha256)


def lock(connection: Connection) -> Head:
    """The head row, locked: the chain is numbered by one transaction at a time."""
    row = connection.execute(select(schema.head).with_for_update()).first()
    if row is None:
        connection.execute(insert(schema.head).values(id=1, seq=0, sha256=GENESIS))
        return Head(seq=0, sha256=GENESIS)
    return Head(seq=row.seq, sha256=row.sha256)


def append(connection: Connection, last: Head, captures: Sequence[Capture], run: str, at: datetime) -> Head:
    """Put the captures of a run on the chain after its locked head `last`; the head that they leave."""
    rows = []
    for capture in captures:
        line = chain_line(last.seq + 1, last.sha256, capture, run)
        fields = {name: getattr(capture, name) for name in Capture.__slots__ if name != "headers"}
        following = Head(seq=last.seq + 1, sha256=hashlib.sha256(line.encode()).hexdigest())
        rows.append(
            {
                **fields,
                "seq": following.seq,
                "prev": last.sha256,
                "line_sha256": following.sha256,
                "run": run,
                "headers": canonical_json([list(pair) for pair in capture.headers]),
                "recorded_at": at,
            }
        )
        last = following
    if rows:
        connection.execute(insert(schema.capture), rows)
    connection.execute(update(schema.head).values(seq=last.seq, sha256=last.sha256))
    return last


def lines(connection: Connection) -> Iterator[tuple[dict[str, Any], str]]:
    """Every line as its row has it (its object) and its stored SHA-256, in order."""
    for row in connection.execute(select(schema.capture).order_by(schema.capture.c.seq)).mappings().all():
        line = {name: row[name] for name in ("seq", "prev", "source", "url", "status", "payload_sha256")}
        line |= {"captured_at": instant_text(row["captured_at"])}
        line |= {"record_sha256": row["record_sha256"], "run": row["run"]}
        yield line, row["line_sha256"]
