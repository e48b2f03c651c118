"""A document as it was served, from the ledger: for people to look at, never to be read from again.

In: the SHA-256 of a payload. Out: its bytes with the content coding undone, and what was read from it. Raises nothing
for a document that is not held (the shipped sample): it has no bytes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.domain.errors import DocumentShapeError
from pipeline.store import parses
from pipeline.store.decoding import decode
from pipeline.store.engine import open_ledger
from pipeline.store.rows import Located
from pipeline.store.segments import read_payload

LARGEST = 32 * 1024 * 1024
"""Bytes of a document that are shown; a longer one is cut there and said to be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """`body` is None where the bytes are not held or cannot be unpacked; `quotes` are rows of pipeline.store.parses."""

    url: str
    media_type: str
    body: bytes | None
    cut: bool
    quotes: Sequence[dict[str, Any]]


def document(ledger_url: str, data_dir: Path, payload_sha256: str) -> Document | None:
    """The document of that digest; None where the ledger never fetched one."""
    with open_ledger(ledger_url, data_dir) as ledger:
        located = ledger.locate(payload_sha256)
        if located is None:
            return None
        parse = ledger.parse_of(payload_sha256, located.source, located.spider_version)
    quotes = [] if parse is None else parses.read_rows(data_dir, parse.file)
    body, cut = _body(data_dir, located)
    return Document(url=located.url, media_type=_media_type(located), body=body, cut=cut, quotes=quotes)


def _body(data_dir: Path, located: Located) -> tuple[bytes | None, bool]:
    if located.segment is None or located.offset is None:
        return None, False
    try:
        payload = read_payload(data_dir, located.segment, located.offset)
        body = decode(payload, located.decoding)
    except (DocumentShapeError, FileNotFoundError):  # the archive was moved or lost: `undercut verify` names it
        return None, False
    return body[:LARGEST], len(body) > LARGEST


def _media_type(located: Located) -> str:
    for name, value in located.headers:
        if name.lower() == "content-type" and located.decoding != "zip-entry":
            return value.split(";")[0].strip().lower()
    return "application/json" if located.url.endswith(".json") else "text/plain"
