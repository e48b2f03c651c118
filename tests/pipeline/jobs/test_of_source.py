"""What one source's parses say, kept: what a further look reads."""

import shutil
from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest

from pipeline.jobs import of_source
from pipeline.jobs.of_source import InForce
from pipeline.jobs.refresh import refresh
from pipeline.normalise.listings import labels
from pipeline.store import tables
from pipeline.store.engine import open_ledger
from pipeline.store.kept import Kept
from tests.bench.refresh import look_again
from tests.pipeline.jobs.test_replay import LOOKS, add

NOW = datetime(2026, 11, 1, 9, 20, tzinfo=UTC)


@pytest.fixture
def ledger(tmp_path):
    with open_ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}", tmp_path) as opened:
        for look in LOOKS:
            add(opened, *look)
        yield opened


def test_labels_of_a_body_at_a_time_are_those_of_all_bodies(ledger, tmp_path, monkeypatch):
    captures = tables.captures(ledger)
    known = {"bodies": tables.bodies(ledger, captures), "states": tables.states(ledger, captures)}
    monkeypatch.setattr(of_source, "AT_ONCE", 1)
    in_force = InForce(ledger=ledger, kept=Kept(tmp_path / "derived", use=True), captures=captures, **known)
    found = in_force.labels("one").frames["labels"]
    assert found["label"].tolist() == ["gpt-4o-2024-08-06"]
    pd.testing.assert_frame_equal(found.astype("str"), labels(tables.quotes(ledger, "one")).astype("str"))


def test_a_look_that_found_the_document_of_before_reads_no_parse(ledger, tmp_path):
    refresh(ledger, tmp_path, now=NOW)
    shutil.rmtree(tmp_path / "parses")
    newest = tables.captures(ledger, "one").iloc[-1].to_dict()
    at = NOW + timedelta(minutes=1)
    look_again(ledger, "one", newest, at)
    spells = refresh(ledger, tmp_path, now=at).frames["spells"]
    still = spells[(spells["source"] == "one") & (spells["ended"] == "open")]
    assert still["last_seen"].tolist() == [pd.Timestamp(at)] * 2
