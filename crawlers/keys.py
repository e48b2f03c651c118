"""A user's own key of a source: read from the environment, sent in one header, kept nowhere.

Enters the name of a key; leaves the header that carries it. Whoever writes evidence asks `repeats` first: a document
that holds the key is not kept.
"""

import gzip
import zlib
from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

from crawlers.base import SourceSpider
from pipeline.settings import secret

_BEARER = "authorization"


def key_of(spider: SourceSpider) -> str | None:
    """The key that a source needs, where the environment has it."""
    return None if spider.needs_key is None else secret(spider.needs_key)


def header_value(header: str, key: str) -> str:
    """What the header says: the key itself, or a bearer token (RFC 6750, 2.1)."""
    return f"Bearer {key}" if header.lower() == _BEARER else key


def same_origin(one: str, other: str) -> bool:
    """Whether two addresses are of one scheme, host and port: a key goes nowhere else."""
    first, second = urlsplit(one), urlsplit(other)
    return (first.scheme, first.netloc) == (second.scheme, second.netloc)


def in_address(key: str, url: str) -> bool:
    """Whether an address holds the key: the archive would keep it."""
    return key in url or key in unquote(url)


def repeats(key: str, payload: bytes, headers: Iterable[tuple[str, str]]) -> bool:
    """Whether an answer holds the key that it was asked with, packed or not."""
    sought = key.encode()
    return (
        sought in payload or sought in _unpacked(payload) or any(key in name or key in value for name, value in headers)
    )


def _unpacked(payload: bytes) -> bytes:
    if not payload.startswith(b"\x1f\x8b"):
        return b""
    try:
        return gzip.decompress(payload)
    except (OSError, EOFError, zlib.error):
        return b""
