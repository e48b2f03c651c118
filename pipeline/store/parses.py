"""What one reading of one body states, as one Parquet file: written once, synced, renamed, never changed.

pyarrow is imported only when there is something to write or read: a crawl that finds nothing new does without it.
"""

import hashlib
import os
from array import array
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.domain.amounts import decimal_text, nano_per_million
from pipeline.domain.conditions import canonical_json
from pipeline.domain.errors import InvalidValueError
from pipeline.domain.quote import Notice, Quote, Rate, Score
from pipeline.domain.reading import Reading
from pipeline.domain.stated import Stated
from pipeline.domain.volume import Volume
from pipeline.store.sync import sync

if TYPE_CHECKING:
    import pyarrow as pa

_LARGEST = 2**63 - 1
_EPOCH, _MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
_AT_ONCE = 20_000
"""Rows that are turned into columns at one time: a row as a dict takes ten times the room of a row in columns."""
_TEXT, _WHOLE, _INSTANT = "text", "whole", "instant"
COLUMNS: dict[str, dict[str, str]] = {
    "prices": {
        **dict.fromkeys(("seller", "served_by", "market", "region", "label", "conditions", "market_basis"), _TEXT),
        **dict.fromkeys(("alias_of", "meter", "amount"), _TEXT),
        "nano_per_million": _WHOLE,
        "currency": _TEXT,
        "per": _WHOLE,
        **dict.fromkeys(("per_unit", "vat_included", "price_basis"), _TEXT),
        "effective_at": _INSTANT,
        "effective_basis": _TEXT,
        "observed_at": _INSTANT,
        "where": _TEXT,
    },
    "scores": {
        **dict.fromkeys(("benchmark", "benchmark_version", "label", "value", "low", "high"), _TEXT),
        "votes": _WHOLE,
        "published_at": _INSTANT,
        "where": _TEXT,
    },
    "rates": {**dict.fromkeys(("base", "currency", "day", "value", "where"), _TEXT)},
    "readings": {
        **dict.fromkeys(("seller", "served_by", "label", "region", "precision", "tier"), _TEXT),
        **dict.fromkeys(("metric", "statistic", "value", "workload"), _TEXT),
        "samples": _WHOLE,
        "observed_at": _INSTANT,
        "where": _TEXT,
    },
    "volumes": {
        **dict.fromkeys(("seller", "label", "tier"), _TEXT),
        **dict.fromkeys(("prompt_tokens", "completion_tokens", "requests"), _WHOLE),
        "last_day": _TEXT,
        "days": _WHOLE,
        "where": _TEXT,
    },
    "notices": {
        **dict.fromkeys(("notice", "label", "text", "alias_of"), _TEXT),
        "effective_at": _INSTANT,
        "where": _TEXT,
    },
}
TEXTS = {kind: [name for name, of in columns.items() if of is _TEXT] for kind, columns in COLUMNS.items()}
"""The columns of text: most of them repeat the same few words."""


def row_of(item: Stated) -> dict[str, Any]:
    """The columns of one stated thing."""
    match item:
        case Quote():
            return _quote_row(item)
        case Score():
            return {
                **{name: getattr(item, name) for name in ("benchmark", "benchmark_version", "label", "votes")},
                "value": decimal_text(item.value),
                "low": None if item.low is None else decimal_text(item.low),
                "high": None if item.high is None else decimal_text(item.high),
                "published_at": item.published_at,
                "where": item.where,
            }
        case Rate():
            return {
                "base": item.base,
                "currency": item.currency,
                "day": item.day.isoformat(),
                "value": decimal_text(item.value),
                "where": item.where,
            }
        case Reading():
            plain = [name for name in COLUMNS["readings"] if name not in ("metric", "value")]
            return {name: getattr(item, name) for name in plain} | {
                "metric": item.metric.value,
                "value": decimal_text(item.value),
            }
        case Volume():
            row = {name: getattr(item, name) for name in COLUMNS["volumes"]}
            return row | {"last_day": item.last_day.isoformat()}
        case Notice():
            plain = [name for name in COLUMNS["notices"] if name != "notice"]
            return {"notice": item.notice.value} | {name: getattr(item, name) for name in plain}


def _quote_row(quote: Quote) -> dict[str, Any]:
    nano = nano_per_million(quote.amount, quote.per)
    if nano > _LARGEST:
        raise InvalidValueError(f"{quote.amount} {quote.currency} per {quote.per} is no price ({quote.where})")
    plain = ("seller", "served_by", "market", "region", "label", "alias_of", "currency", "per", "where")
    named = ("meter", "market_basis", "per_unit", "vat_included", "price_basis")
    return {
        **{name: getattr(quote, name) for name in plain},
        **{name: getattr(quote, name).value for name in named},
        "conditions": canonical_json(quote.conditions.as_json()),
        "amount": decimal_text(quote.amount),
        "nano_per_million": nano,
        "effective_at": quote.effective_at,
        "effective_basis": None if quote.effective_basis is None else quote.effective_basis.value,
        "observed_at": quote.observed_at,
    }


def name_of(payload_sha256: str, source: str, spider_version: int) -> str:
    """The file's path below the data directory."""
    return f"parses/{payload_sha256[:2]}/{payload_sha256}-{source}-v{spider_version}.parquet"


def write(
    data_dir: Path,
    *,
    payload_sha256: str,
    source: str,
    spider_version: int,
    kind: str,
    items: Sequence[Stated],
) -> tuple[str, str]:
    """Write all that was stated; the file's name below the data directory and its SHA-256."""
    import pyarrow as pa

    parts = [_table(items[first : first + _AT_ONCE], kind) for first in range(0, max(len(items), 1), _AT_ONCE)]
    table = pa.concat_tables(parts).combine_chunks()  # one piece, so that the file's bytes do not tell of the parts
    return write_table(
        data_dir, payload_sha256=payload_sha256, source=source, spider_version=spider_version, table=table
    )


def _table(items: Sequence[Stated], kind: str) -> "pa.Table":
    import pyarrow as pa

    rows = [row_of(item) for item in items]
    columns = [_column([row[name] for row in rows], of) for name, of in COLUMNS[kind].items()]
    return pa.Table.from_arrays(columns, names=list(COLUMNS[kind]))


def _column(values: Sequence[Any], of: str) -> "pa.Array":
    """Values as a column, made of its buffers: `pyarrow.array` imports pandas to ask whether they are a series."""
    import pyarrow as pa

    bits = bytearray(-(-len(values) // 8))
    for place, value in enumerate(values):
        if value is not None:
            bits[place >> 3] |= 1 << (place & 7)
    valid = pa.py_buffer(bytes(bits)) if None in values else None
    if of is _TEXT:
        texts = [b"" if value is None else value.encode() for value in values]
        ends = array("i", accumulate(map(len, texts), initial=0))
        return pa.Array.from_buffers(
            pa.string(), len(values), [valid, pa.py_buffer(ends), pa.py_buffer(b"".join(texts))]
        )
    numbers = array(
        "q", (0 if value is None else _microseconds(value) if of is _INSTANT else value for value in values)
    )
    return pa.Array.from_buffers(_arrow(of), len(values), [valid, pa.py_buffer(numbers)])


def _microseconds(instant: datetime) -> int:
    return (instant - _EPOCH) // _MICROSECOND


def write_table(
    data_dir: Path, *, payload_sha256: str, source: str, spider_version: int, table: "pa.Table"
) -> tuple[str, str]:
    """Write a table of the declared columns as the parse of a payload."""
    import pyarrow.parquet as pq

    name = name_of(payload_sha256, source, spider_version)
    path = data_dir / name
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}.part")
    pq.write_table(table, part, compression="zstd", use_dictionary=True, write_statistics=False)
    content = part.read_bytes()
    sync(part)
    part.replace(path)
    sync(path.parent)
    return name, hashlib.sha256(content).hexdigest()


def read_rows(data_dir: Path, file: str) -> list[dict[str, Any]]:
    """The rows of one parse as plain dicts: what a report compares a new reading with."""
    import pyarrow.parquet as pq

    rows: list[dict[str, Any]] = pq.read_table(data_dir / file).to_pylist()
    return rows


def _arrow(of: str) -> "pa.DataType":
    import pyarrow as pa

    return {_TEXT: pa.string(), _WHOLE: pa.int64(), _INSTANT: pa.timestamp("us", tz="UTC")}[of]
