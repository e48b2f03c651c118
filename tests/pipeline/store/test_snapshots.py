"""What a published build is when another version of the program left it."""

from datetime import UTC, datetime

import pandas as pd
import pytest

from pipeline import frames
from pipeline.domain.errors import LedgerError
from pipeline.jobs.doctor import doctor
from pipeline.settings import Settings
from pipeline.store import snapshots
from tests.dashboard.shelf import small_snapshot


@pytest.fixture
def unreadable(tmp_path):
    """A data directory whose build lacks a column that this version declares."""
    small = small_snapshot()
    build = snapshots.publish(tmp_path, {"events": small["events"]}, dict(small.meta))
    path = tmp_path / "snapshots" / build / "events.parquet"
    pd.read_parquet(path).drop(columns="bracket_to").to_parquet(path)
    return tmp_path


def test_a_build_of_another_version_says_what_to_do(unreadable):
    with pytest.raises(LedgerError, match=r"published by another version .* run `undercut refresh --rebuild`"):
        snapshots.read(unreadable)


def test_the_doctor_looks_into_the_build(unreadable):
    said: list[str] = []
    doctor(Settings(data_dir=unreadable), say=said.append, now=datetime.now(UTC))
    assert any("refresh --rebuild" in line for line in said)


def test_a_build_of_this_version_is_read_as_it_was_published(tmp_path):
    small = small_snapshot()
    snapshots.publish(tmp_path, {"events": small["events"]}, dict(small.meta))
    read, _ = snapshots.read(tmp_path)
    pd.testing.assert_frame_equal(read["events"], frames.check(small["events"], "events"))
