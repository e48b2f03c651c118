"""A document as it was served, from the ledger: for people to look at, never to be read from again.

In: the SHA-256 of a payload. Out: its bytes with the content coding undone, and what was read from it. Raises nothing
for a document that is not held (the shipped sample): it has no bytes.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.store import parses
from pipeline.store.engine import open_ledger
from pipeline.store.ledger import Located
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
    payload = read_payload(data_dir, located.segment, located.offset)
    try:
        return _unpacked(payload, located.decoding)
    except zlib.error:
        return None, False


def _unpacked(payload: bytes, decoding: str) -> tuple[bytes | None, bool]:
    """The bytes behind a content coding, or of a wheel's member that begins the payload (APPNOTE 4.3.7)."""
    match decoding:
        case "identity":
            return payload[:LARGEST], len(payload) > LARGEST
        case "gzip" | "x-gzip":
            return _inflated(payload, zlib.MAX_WBITS + 16)
        case "deflate":
            return _inflated(payload, zlib.MAX_WBITS if payload[:1] == b"\x78" else -zlib.MAX_WBITS)
        case "zip-entry":
            start = 30 + int.from_bytes(payload[26:28], "little") + int.from_bytes(payload[28:30], "little")
            stored = payload[8:10] == b"\0\0"
            return (payload[start:], False) if stored else _inflated(payload[start:], -zlib.MAX_WBITS)
    return None, False


def _inflated(payload: bytes, window: int) -> tuple[bytes, bool]:
    unzip = zlib.decompressobj(window)
    return unzip.decompress(payload, LARGEST), bool(unzip.unconsumed_tail)


def _media_type(located: Located) -> str:
    for name, value in located.headers:
        if name.lower() == "content-type" and located.decoding != "zip-entry":
            return value.split(";")[0].strip().lower()
    return "application/json" if located.url.endswith(".json") else "text/plain"
