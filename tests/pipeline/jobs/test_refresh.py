"""A refresh says the same whatever of it was kept."""

import shutil
from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.domain.quote import Issue
from pipeline.domain.vocabulary import IssueKind
from pipeline.jobs.refresh import refresh
from pipeline.store import tables
from pipeline.store.engine import open_ledger
from tests.bench.refresh import look_again
from tests.pipeline.jobs.test_replay import LOOKS, MODEL, OLD, add

NOW = datetime(2026, 11, 1, 9, 20, tzinfo=UTC)


@pytest.fixture
def ledger(tmp_path):
    with open_ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}", tmp_path) as opened:
        for look in LOOKS[:-1]:
            add(opened, *look)
        yield opened


def same(one, other):
    assert set(one.frames) == set(other.frames)
    for name in one.frames:
        pd.testing.assert_frame_equal(one.frames[name], other.frames[name], obj=name)


def test_after_a_new_look_what_is_kept_gives_the_rows_of_a_refresh_from_nothing(ledger, tmp_path):
    refresh(ledger, tmp_path, now=NOW)
    add(ledger, *LOOKS[-1])
    kept = refresh(ledger, tmp_path, now=NOW)
    fresh = refresh(ledger, tmp_path, now=NOW, keep=False)
    assert len(kept.frames["events"]) == 2
    same(kept, fresh)


@pytest.mark.parametrize(
    "look",
    [
        pytest.param(("one", "2026-10-31", "1.5"), id="a price that changed"),
        pytest.param(("three", "2026-10-20", "2.5"), id="a source that was never read before"),
        pytest.param(("one", "2026-11-01", "2.5"), id="the same price as a week and a month end"),
    ],
)
def test_a_further_look_gives_the_rows_of_a_refresh_from_nothing(ledger, tmp_path, look):
    refresh(ledger, tmp_path, now=NOW)
    add(ledger, *look)
    kept = refresh(ledger, tmp_path, now=NOW)
    same(kept, refresh(ledger, tmp_path, now=NOW, keep=False))


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["one", "two", "three"]),
        st.integers(2, 30),
        st.sampled_from(["1", "0.5"]),
        st.lists(st.sampled_from([MODEL, "gpt-4o-mini-2024-07-18", "o3-2025-04-16"]), min_size=1, unique=True),
    ),
    min_size=2,
    max_size=5,
    unique_by=lambda step: step[1],
)


@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS)
def test_refreshed_after_every_look_a_build_is_that_of_a_refresh_from_nothing(tmp_path_factory, steps):
    """Catalogues come, take up each other's models and leave them, in any order of days."""
    folder = tmp_path_factory.mktemp("steps")
    with open_ledger(f"sqlite:///{folder / 'ledger.sqlite'}", folder) as ledger:
        for source, day, price, labels in steps:
            add(ledger, source, f"2026-10-{day:02d}", price, labels=labels)
            kept = refresh(ledger, folder, now=NOW)
        same(kept, refresh(ledger, folder, now=NOW, keep=False))


@pytest.mark.parametrize("damage", [lambda path: path.unlink(), lambda path: path.write_bytes(b"")])
@pytest.mark.parametrize("stage", ["recorded", "by_day", "listed"])
def test_what_is_kept_and_cannot_be_read_is_made_anew(ledger, tmp_path, stage, damage):
    refresh(ledger, tmp_path, now=NOW)
    for path in (tmp_path / "derived").glob(f"{stage}.*.parquet"):
        damage(path)
    add(ledger, *LOOKS[-1])
    kept = refresh(ledger, tmp_path, now=NOW)
    same(kept, refresh(ledger, tmp_path, now=NOW, keep=False))


def test_a_refresh_from_nothing_shares_no_file_with_the_build_before(ledger, tmp_path):
    first = refresh(ledger, tmp_path, now=NOW)
    second = refresh(ledger, tmp_path, now=NOW + timedelta(hours=1), keep=False)
    older, newer = (tmp_path / "snapshots" / built.build / "events.parquet" for built in (first, second))
    assert older.read_bytes() == newer.read_bytes()
    assert not older.samefile(newer)


def test_where_nothing_changed_the_build_of_that_hour_stands(ledger, tmp_path):
    first = refresh(ledger, tmp_path, now=NOW)
    again = refresh(ledger, tmp_path, now=NOW + timedelta(minutes=30))
    assert again.build == first.build
    same(again, first)


def test_another_hour_is_judged_anew(ledger, tmp_path):
    first = refresh(ledger, tmp_path, now=NOW)
    assert refresh(ledger, tmp_path, now=NOW + timedelta(minutes=40)).build != first.build


def test_a_build_reaches_to_its_newest_price_whatever_was_read_later_of_rates(ledger, tmp_path):
    newest = tables.captures(ledger, "two").iloc[-1].to_dict()
    told = refresh(ledger, tmp_path, now=NOW).meta["data_to"]
    ledger.facts_text = lambda name, read=ledger.facts_text: read(name).replace('"kind":"prices"', '"kind":"rates"')
    look_again(ledger, "two", newest, NOW)
    assert refresh(ledger, tmp_path, now=NOW).meta["data_to"] == told == "2026-10-12T12:00:00Z"


def test_an_issue_raised_between_two_refreshes_is_published(ledger, tmp_path):
    refresh(ledger, tmp_path, now=NOW)
    issue = Issue(kind=IssueKind.BOUNDS, subject="one", place="", text="3 quotes where 10 to 20 were expected")
    ledger.raise_issues("one", [issue], at=NOW)
    assert "one" in set(refresh(ledger, tmp_path, now=NOW).frames["issues"]["subject"])


def test_an_issue_stays_open_while_what_it_was_found_in_is_kept(ledger, tmp_path):
    def found(at):
        issues = refresh(ledger, tmp_path, now=at).frames["issues"]
        return set(issues.loc[issues["state"] == "open", "issue"])

    add(ledger, "three", "2026-10-20", "2.5", labels=["nobody/quasar-9"])
    first = found(NOW)
    assert first
    assert found(NOW + timedelta(hours=1)) == first
    look_again(ledger, "two", tables.captures(ledger, "two").iloc[-1].to_dict(), NOW + timedelta(days=1))
    assert found(NOW + timedelta(days=1)) == first


def test_a_build_whose_frames_did_not_change_shares_their_files_and_outlives_the_older_one(ledger, tmp_path):
    first = refresh(ledger, tmp_path, now=NOW)
    second = refresh(ledger, tmp_path, now=NOW + timedelta(hours=1))
    older, newer = (tmp_path / "snapshots" / built.build for built in (first, second))
    assert (older / "events.parquet").samefile(newer / "events.parquet")
    shutil.rmtree(older)
    pd.testing.assert_frame_equal(pd.read_parquet(newer / "events.parquet"), second.frames["events"])


@pytest.mark.parametrize("moment", [0, 1, 2, 3, 5, 8, 13, 21])
def test_a_crawl_that_commits_while_a_refresh_reads_breaks_nothing_and_is_in_the_next_one(ledger, tmp_path, moment):
    """A new source and a new price, committed before the read of that number."""
    reads, reading = [], ledger.reading

    def meanwhile():
        reads.append(len(reads))
        if reads[-1] == moment:
            add(ledger, "three", "2026-10-21", OLD)
            add(ledger, *LOOKS[-1])
        return reading()

    ledger.reading = meanwhile
    refresh(ledger, tmp_path, now=NOW)
    ledger.reading = reading
    assert len(reads) > moment
    following = refresh(ledger, tmp_path, now=NOW)
    assert set(following.frames["coverage"]["source"]) == {"one", "two", "three"}
    assert following.meta["head"]["seq"] == ledger.head().seq
    same(following, refresh(ledger, tmp_path, now=NOW, keep=False))


def test_a_further_look_of_the_day_that_confirmed_its_document_makes_neither_decisions_nor_what_is_made_of_days(
    ledger, tmp_path
):
    newest = tables.captures(ledger, "one").iloc[-1].to_dict()

    def made():
        heads = {path.name.split(".json")[0] for path in (tmp_path / "derived").glob("*.json")}
        return {stage: [head for head in heads if head.startswith(f"{stage}.")] for stage in ("decided", "by_day")}

    stages = []
    for minutes in (1, 2):
        look_again(ledger, "one", newest, NOW + timedelta(minutes=minutes))
        kept = refresh(ledger, tmp_path, now=NOW + timedelta(minutes=3))
        stages.append(made())
        same(kept, refresh(ledger, tmp_path / f"anew-{minutes}", now=NOW + timedelta(minutes=3)))
    assert stages[0] == stages[1]
    assert all(len(heads) == 1 for heads in stages[0].values())


def test_what_was_made_within_a_stage_that_is_found_is_not_forgotten(ledger, tmp_path):
    """Found whole for two refreshes, and then made of the parts of before."""
    newest = tables.captures(ledger, "one").iloc[-1].to_dict()
    for minutes in (1, 2, 3):
        look_again(ledger, "one", newest, NOW + timedelta(minutes=minutes))
        refresh(ledger, tmp_path, now=NOW)
    parts = {path.name for path in (tmp_path / "derived").glob("*.parts.json")}
    assert {"recorded.parts.json", "decisions.parts.json", "blends.parts.json"} <= parts
