"""What goes into the ledger and comes out of it, a dataclass a row; `of` makes one of a row of its table.

Instants are UTC, digests lower-case hex.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pipeline.domain.vocabulary import RunKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A claimed slot of work. `run` is its identifier and the stem of its segment's name."""

    run: str
    source: str
    due: datetime
    kind: RunKind
    attempt: int

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "Run":
        return cls(**{name: row[name] for name in cls.__slots__} | {"kind": RunKind(row["kind"])})


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """One fetch, as it goes on the chain; `status` is None and `observation` says why where no response came.

    A list of releases confirms the document that it names as the newest. `revisit` says that the record refers to an
    earlier one and holds no body.
    `segment` and `offset` locate the WARC record (None where the document is not held: the shipped sample).
    `decoding` says how the parsed document is made of the payload: `identity`, a Content-Encoding, or
    `zip-entry` (a range of a wheel that begins at a local file header). `confirms` names the payload that a 304 or an
    identical body confirmed. `headers` are the response's, in order.
    """

    source: str
    url: str
    final_url: str
    captured_at: datetime
    as_of: datetime | None = None
    status: int | None
    observation: str | None = None
    request_range: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    payload_sha256: str | None
    record_sha256: str | None
    confirms: str | None = None
    revisit: bool = False
    peer_sha256: str | None = None
    size: int = 0
    truncated: bool = False
    decoding: str = "identity"
    segment: str | None = None
    offset: int | None = None
    spider_version: int
    parsed: bool = False
    handed_in_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parse:
    """One reading of one body by one spider version; the rows are in `file` (pipeline.store.parses).

    `whole` is False where a record of the document could not be read. `notices` are JSON objects as DOORS prints them.
    """

    payload_sha256: str
    source: str
    spider_version: int
    kind: str
    rows: int
    notices: tuple[dict[str, Any], ...]
    whole: bool
    file: str
    file_sha256: str

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "Parse":
        return cls(**{name: row[name] for name in cls.__slots__} | {"notices": tuple(json.loads(row["notices"]))})


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The head of the hash chain: an unstamped chain proves nothing without a copy of it kept elsewhere."""

    seq: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """Where the bytes of a payload are."""

    payload_sha256: str
    source: str
    url: str
    captured_at: datetime
    as_of: datetime | None
    headers: tuple[tuple[str, str], ...]
    decoding: str
    segment: str | None
    offset: int | None
    request_range: str | None
    final_url: str
    spider_version: int

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "Located":
        headers = tuple((name, value) for name, value in json.loads(row["headers"]))
        return cls(**{name: row[name] for name in cls.__slots__} | {"headers": headers})
