"""From a payload to its document: what comes back, and what is refused."""

import gzip
import io
import zipfile
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.errors import DocumentShapeError
from pipeline.store import decoding
from pipeline.store.decoding import decode


def entry(content: bytes, method: int) -> bytes:
    """A zip archive of one member: it begins with that member's local file header."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        archive.writestr("package/prices.json", content)
    return out.getvalue()


CODINGS = {
    "identity": lambda content: content,
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "zip-entry": lambda content: entry(content, zipfile.ZIP_DEFLATED),
}


@pytest.mark.parametrize("coding", CODINGS)
@given(content=st.binary(max_size=2000))
def test_a_coding_is_undone(coding, content):
    assert decode(CODINGS[coding](content), coding) == content


def test_a_deflated_body_without_its_zlib_header_is_read_as_browsers_do():
    bare = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    assert decode(bare.compress(b"prices" * 9) + bare.flush(), "deflate") == b"prices" * 9


def test_a_stored_member_ends_where_its_header_says():
    assert decode(entry(b"prices" * 9, zipfile.ZIP_STORED), "zip-entry") == b"prices" * 9


@pytest.mark.parametrize("coding", ["gzip", "zip-entry"])
def test_a_body_that_is_cut_short_is_refused(coding):
    content = bytes(range(256)) * 50
    with pytest.raises(DocumentShapeError):
        decode(CODINGS[coding](content)[:60], coding)


def test_a_body_that_is_no_gzip_is_refused():
    with pytest.raises(DocumentShapeError, match="does not decompress"):
        decode(b"<html>", "gzip")


def test_a_range_that_begins_elsewhere_is_refused():
    with pytest.raises(DocumentShapeError, match="local file header"):
        decode(entry(b"prices", zipfile.ZIP_DEFLATED)[1:], "zip-entry")


def test_a_coding_that_was_not_asked_for_is_refused():
    with pytest.raises(DocumentShapeError, match="br"):
        decode(b"prices", "br")


def test_a_bomb_is_refused_at_the_limit(monkeypatch):
    monkeypatch.setattr(decoding, "LARGEST_DOCUMENT", 1000)
    with pytest.raises(DocumentShapeError, match="more than 1,000 bytes"):
        decode(gzip.compress(b" " * 1_000_000), "gzip")
