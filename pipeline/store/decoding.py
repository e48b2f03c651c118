"""From a payload as it came over the wire to the document in it: for crawl, replay, verification and viewer alike.

Requests accept `gzip` and nothing else; a server that sends another coding all the same is refused, its bytes are kept.
"""

import zlib

from pipeline.domain.errors import DocumentShapeError

LARGEST_DOCUMENT = 256 << 20


def decode(payload: bytes, decoding: str) -> bytes:
    """The document within a payload: a content coding undone, or the member of a wheel inflated."""
    match decoding:
        case "identity" | "rendered" | "unpacked":  # the last two: a page as a browser made it, and what it was served
            return payload
        case "gzip" | "x-gzip":
            return _inflate(payload, zlib.MAX_WBITS + 16)
        case "deflate":
            return _inflate(payload, zlib.MAX_WBITS if payload[:1] == b"\x78" else -zlib.MAX_WBITS)
        case "zip-entry":
            return _zip_entry(payload)
    raise DocumentShapeError(f"the content coding {decoding!r} is not known")


def _inflate(payload: bytes, window: int) -> bytes:
    unzip = zlib.decompressobj(window)
    try:
        document = unzip.decompress(payload, LARGEST_DOCUMENT)
    except zlib.error as error:
        raise DocumentShapeError(f"the body does not decompress: {error}") from error
    if unzip.unconsumed_tail:
        raise DocumentShapeError(f"the body decompresses to more than {LARGEST_DOCUMENT:,} bytes")
    if not unzip.eof:
        raise DocumentShapeError("the compressed body is cut short")
    return document


def _zip_entry(payload: bytes) -> bytes:
    """The member whose local file header begins the payload (APPNOTE 4.3.7): stored or deflated."""
    if payload[:4] != b"PK\x03\x04" or len(payload) < 30:
        raise DocumentShapeError("the range does not begin with a local file header")
    method = int.from_bytes(payload[8:10], "little")
    start = 30 + int.from_bytes(payload[26:28], "little") + int.from_bytes(payload[28:30], "little")
    if method == 0 and not payload[6] & 8:  # bit 3: its length follows the member, where no range can know its end
        return payload[start : start + int.from_bytes(payload[18:22], "little")]
    if method == 8:
        return _inflate(payload[start:], -zlib.MAX_WBITS)
    raise DocumentShapeError(f"the member is compressed by method {method}, not stored or deflated")
