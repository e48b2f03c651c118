"""The bytes as served, whatever happens while they are written."""

import hashlib
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.store.segments import Segment, abandoned, mend, read_payload, read_segment

AT = datetime(2026, 11, 1, tzinfo=UTC)
FACTS = {
    "uri": "https://example.org/",
    "at": AT,
    "status": 200,
    "headers": [("Content-Type", "text/html")],
    "extra": {},
}


def begun(tmp_path, name="run"):
    return Segment(tmp_path / "segments", name, {"run": name, "source": "x"})


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(st.binary(max_size=3000))
def test_a_payload_is_read_back_as_it_came(tmp_path_factory, payload):
    folder = tmp_path_factory.mktemp("segment")
    segment = begun(folder)
    written = segment.response(**FACTS, payload=payload)
    segment.close()
    assert read_payload(folder, segment.name, written.offset) == payload


def test_a_record_carries_sha256_digests_and_its_own_words(tmp_path):
    segment = begun(tmp_path)
    segment.response(**{**FACTS, "extra": {"Undercut-Url": "pkg:pypi/x@1"}}, payload=b"price")
    segment.close()
    info, record = read_segment(tmp_path / "segments" / segment.name)
    assert record.warc["WARC-Payload-Digest"] == f"sha256:{hashlib.sha256(b'price').hexdigest()}"
    assert record.warc["Undercut-Url"] == "pkg:pypi/x@1"
    assert (record.status, record.headers) == (200, (("Content-Type", "text/html"),))
    assert b"source: x" in info.payload


def test_a_segment_in_use_is_left_alone(tmp_path):
    segment = begun(tmp_path)
    assert abandoned(tmp_path / "segments") == []
    segment.close()


@pytest.mark.parametrize("torn", [1, 7, 60])
def test_a_torn_record_is_cut_off_and_the_whole_ones_stay(tmp_path, torn):
    segment = begun(tmp_path)
    segment.response(**FACTS, payload=b"first" * 100)
    segment.response(**FACTS, payload=b"second" * 100)
    segment._file.close()  # the writer died: the lock is gone, the name is still open
    segment.path.write_bytes(segment.path.read_bytes()[:-torn])
    (path,) = abandoned(tmp_path / "segments")
    mended = mend(path)
    assert [record.payload for record in read_segment(mended)][1:] == [b"first" * 100]
    again = mended.read_bytes()
    assert mended.with_name("again.warc.gz.open").write_bytes(again)
    assert mend(mended.with_name("again.warc.gz.open")).read_bytes() == again


def test_a_record_keeps_its_instant_to_the_microsecond(tmp_path):
    at = datetime(2026, 11, 1, 10, 30, 0, 123456, tzinfo=UTC)
    segment = begun(tmp_path)
    segment.response(**{**FACTS, "at": at}, payload=b"price")
    segment.close()
    assert read_segment(tmp_path / "segments" / segment.name)[1].warc["WARC-Date"] == "2026-11-01T10:30:00.123456Z"


@pytest.mark.parametrize(("status", "profile"), [(200, "identical-payload-digest"), (304, "server-not-modified")])
def test_a_revisit_says_what_it_repeats_and_why(tmp_path, status, profile):
    segment = begun(tmp_path)
    segment.revisit(**{**FACTS, "status": status}, refers_to="ab" * 32, seen=("https://example.org/", AT))
    segment.close()
    record = read_segment(tmp_path / "segments" / segment.name)[1]
    assert record.kind == "revisit"
    assert record.warc["WARC-Profile"].endswith(profile)
    assert record.warc["WARC-Refers-To-Date"] == "2026-11-01T00:00:00Z"
    assert record.warc["WARC-Payload-Digest"] == "sha256:" + "ab" * 32


def test_another_program_reads_the_segment_and_finds_nothing_wrong(tmp_path):
    segment = begun(tmp_path)
    segment.response(**FACTS, payload=b"price" * 100)
    segment.request(uri="https://example.org/", at=AT, method="GET", path="https://example.org/", headers=[])
    segment.observation(uri="https://example.org/x", at=AT, text="refused", extra={})
    segment.close()
    done = subprocess.run(
        [sys.executable, "-m", "warcio.cli", "check", str(tmp_path / "segments" / segment.name)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
