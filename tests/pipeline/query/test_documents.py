"""Documents as they were served."""

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.query.documents import document
from pipeline.store.engine import open_ledger
from pipeline.store.rows import Located
from pipeline.store.segments import Segment

TEXT = b"input 0.14 USD" * 100


def test_a_digest_that_was_never_fetched_is_none(tmp_path: Path) -> None:
    assert document(f"sqlite:///{tmp_path / 'ledger.sqlite'}", tmp_path, "0" * 64) is None


def test_the_bytes_come_back_from_their_segment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at = datetime(2026, 11, 3, tzinfo=UTC)
    segment = Segment(tmp_path / "segments", "run-1", {"source": "deepseek"})
    headers = [("Content-Type", "text/html; charset=utf-8"), ("Content-Encoding", "gzip")]
    written = segment.response(
        uri="https://d.example", at=at, status=200, headers=headers, payload=gzip.compress(TEXT), extra={}
    )
    segment.close()
    located = Located(
        payload_sha256="a" * 64,
        source="deepseek",
        url="https://d.example",
        captured_at=at,
        as_of=None,
        headers=tuple(headers),
        decoding="gzip",
        segment=segment.name,
        offset=written.offset,
        request_range=None,
        final_url="https://d.example",
        spider_version=1,
    )
    url = f"sqlite:///{tmp_path / 'ledger.sqlite'}"
    with open_ledger(url, tmp_path) as ledger:
        monkeypatch.setattr(type(ledger), "locate", lambda self, digest: located)
        found = document(url, tmp_path, "a" * 64)
    assert found is not None
    assert (found.body, found.media_type, found.cut) == (TEXT, "text/html", False)
    # An archive that was moved or lost takes the bytes along, and nothing else that is known of the document.
    (tmp_path / "segments" / segment.name).unlink()
    with open_ledger(url, tmp_path) as ledger:
        monkeypatch.setattr(type(ledger), "locate", lambda self, digest: located)
        left = document(url, tmp_path, "a" * 64)
    assert left is not None
    assert (left.body, left.url) == (None, "https://d.example")
