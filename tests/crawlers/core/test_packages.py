"""LiteLLM from a package index on loopback: crawl, back-fill, interruption, back-ports. A crawl is a real process."""

import json
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.version import Version
from sqlalchemy import select

from crawlers.packages import Release, main_line, thinned
from pipeline.jobs.refresh import refresh
from pipeline.store import schema, tables
from pipeline.store.engine import open_ledger
from pipeline.store.segments import read_payload
from pipeline.store.verify import verify
from tests.crawlers.core.package_index import MEMBER, Index, price_map, serving
from tests.waiting import until

ROOT = Path(__file__).resolve().parents[3]


@cache
def files() -> dict[str, tuple[bytes, datetime]]:
    made = Index()
    made.add("1.0.0", "2025-01-01", None)  # releases before the map was shipped
    made.add("1.1.0", "2025-05-01", price_map(o3=(10, 40)))
    made.add("1.2.0", "2025-05-20", price_map(o3=(10, 40)))
    made.add("1.3.0", "2025-06-11", price_map(o3=(2, 8)))
    made.add("1.2.1", "2025-06-13", price_map(o3=(10, 40)))  # a back-port: published later, older prices
    made.add("1.4.0", "2025-06-20", price_map(o3=(2, 8)))
    return made.files


@pytest.fixture
def index() -> Index:
    return Index(files=dict(files()))


def environment(data_dir: Path, address: str) -> dict[str, str]:
    return {**os.environ, "UNDERCUT_DATA_DIR": str(data_dir), "UNDERCUT_PACKAGE_INDEX": address}


def crawlers(data_dir: Path, address: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "crawlers", *arguments],
        env=environment(data_dir, address),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def ledger_of(data_dir: Path):
    return open_ledger(f"sqlite:///{data_dir / 'ledger.sqlite'}", data_dir)


def test_a_crawl_reads_the_newest_release_and_a_second_one_finds_it_unchanged(tmp_path, index):
    with serving(index) as address:
        first = crawlers(tmp_path, address, "crawl", "litellm")
        second = crawlers(tmp_path, address, "crawl", "litellm")
    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert "litellm: changed; 1 documents" in first.stderr
    assert "litellm: unchanged" in second.stderr
    with ledger_of(tmp_path) as ledger:
        captures = tables.captures(ledger, "litellm")
        document = "pkg:pypi/litellm@1.4.0#litellm/model_prices_and_context_window_backup.json"
        assert set(captures["url"]) == {document}
        # the day of the release, and that it was still the newest when the list of releases was looked at
        assert captures["public_at"].min() == datetime(2025, 6, 20, tzinfo=UTC)
        assert captures["public_at"].max() > datetime(2026, 1, 1, tzinfo=UTC)
        assert list(captures["payload_sha256"].unique()) == [captures["payload_sha256"].iloc[0]]
        assert verify(ledger, tmp_path) == []


def test_no_address_of_an_index_stands_in_the_ledgers_own_columns(tmp_path, index):
    with serving(index) as address:
        crawlers(tmp_path, address, "crawl", "litellm")
    with ledger_of(tmp_path) as ledger:
        assert all(line["url"].startswith("pkg:pypi/litellm") for line, _ in ledger.chain())


def test_the_stored_range_is_the_document_and_replay_states_the_same(tmp_path, index):
    with serving(index) as address:
        crawlers(tmp_path, address, "crawl", "litellm")
        replayed = crawlers(tmp_path, address, "replay", "litellm")
    assert replayed.returncode == 0, replayed.stderr
    assert "1 documents read again, 0 differ" in replayed.stderr
    with ledger_of(tmp_path) as ledger:
        (held,) = ledger.replayable("litellm")
        assert read_payload(tmp_path, held.segment, held.offset)[:4] == b"PK\x03\x04"


def test_a_back_fill_reads_each_release_once_and_leaves_out_the_back_port(tmp_path, index):
    with serving(index) as address:
        done = crawlers(tmp_path, address, "backfill", "litellm", "--every", "1")
        again = crawlers(tmp_path, address, "backfill", "litellm", "--every", "1")
    assert (done.returncode, again.returncode) == (0, 0), done.stderr
    assert "0 copies read" in again.stderr
    with ledger_of(tmp_path) as ledger:
        versions = [url.partition("@")[2].partition("#")[0] for url in tables.captures(ledger, "litellm")["url"]]
    assert versions == ["1.1.0", "1.2.0", "1.3.0", "1.4.0"]


def test_back_ported_releases_make_no_event(tmp_path, index):
    with serving(index) as address:
        crawlers(tmp_path, address, "backfill", "litellm", "--every", "1")
    with ledger_of(tmp_path) as ledger:
        built = refresh(ledger, tmp_path, now=datetime(2025, 7, 1, tzinfo=UTC))
    moved = built.frames["events"]
    assert list(moved.loc[moved["labels"].str.contains('"o3"'), "kind"]) == ["cut"]


def state(data_dir: Path) -> list[tuple]:
    """What the ledger believes: which documents, what they state."""
    with ledger_of(data_dir) as ledger:
        captures = tables.captures(ledger, "litellm")[["url", "public_at", "payload_sha256"]]
        quotes = tables.quotes(ledger, "litellm")[["payload_sha256", "where", "meter", "amount"]].astype("str")
    return [
        sorted(captures.itertuples(index=False, name=None)),
        sorted(quotes.itertuples(index=False, name=None)),
    ]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """What a back-fill ends with that nobody killed."""
    whole = tmp_path_factory.mktemp("whole")
    with serving(Index(files=dict(files()))) as address:
        assert crawlers(whole, address, "backfill", "litellm", "--every", "1").returncode == 0
    return state(whole)


@pytest.mark.parametrize("requests_before", [2, 6, 9])
def test_a_back_fill_that_was_killed_goes_on_and_ends_as_if_it_had_not_been(
    tmp_path, index, undisturbed, requests_before
):
    torn = tmp_path / "torn"
    with serving(index) as address:
        child = subprocess.Popen(
            [sys.executable, "-m", "crawlers", "backfill", "litellm", "--every", "1"],
            env=environment(torn, address),
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until(lambda: len(index.asked) > requests_before, child)
        child.send_signal(signal.SIGKILL)
        child.wait()
        again = crawlers(torn, address, "backfill", "litellm", "--every", "1")
    assert again.returncode == 0, again.stderr
    assert state(torn) == undisturbed
    with ledger_of(torn) as ledger:
        assert ledger.open_runs() == []
        assert verify(ledger, torn) == []


def test_an_index_that_hangs_up_is_a_failed_fetch_with_an_issue(tmp_path, index):
    index.after = 2
    with serving(index) as address:
        done = crawlers(tmp_path, address, "crawl", "litellm")
    assert done.returncode == 1
    assert "failed_fetch" in done.stderr
    with ledger_of(tmp_path) as ledger:
        assert list(tables.issues(ledger)["kind"]) == ["fetch_failed"]
        assert tables.captures(ledger, "litellm").empty


def run_details(data_dir: Path) -> list[dict]:
    with ledger_of(data_dir) as ledger, ledger.reading() as connection:
        rows = connection.execute(select(schema.run.c.detail).order_by(schema.run.c.claimed_at)).scalars()
        return [json.loads(row) for row in rows]


@pytest.mark.parametrize("wait", ["3600", "Fri, 31 Dec 2027 23:59:59 GMT"])
def test_an_index_that_asks_us_to_wait_ends_the_back_fill_at_once(tmp_path, index, wait):
    index.busy = wait
    with serving(index) as address:
        done = crawlers(tmp_path, address, "backfill", "litellm", "--every", "1")
    assert done.returncode == 1
    assert len(index.asked) == 2
    assert "retry_at" in run_details(tmp_path)[-1]


def test_releases_off_the_main_line_are_counted(tmp_path, index):
    index.add("1.5.0rc1", "2025-06-22", price_map(o3=(2, 8)))
    with serving(index) as address:
        crawlers(tmp_path, address, "backfill", "litellm", "--every", "1")
    assert run_details(tmp_path)[0] == {"releases": 5, "back_ports": 1, "prereleases": 1}


def test_a_directory_longer_than_the_tail_is_fetched_on_its_own(tmp_path):
    index = Index()
    index.add("2.0.0", "2025-06-11", price_map(o3=(2, 8)), members=900)
    with serving(index) as address:
        done = crawlers(tmp_path, address, "crawl", "litellm")
    assert done.returncode == 0, done.stderr
    assert len(index.asked) == 4  # the list, the tail, the directory, the member


def test_of_wheels_for_many_platforms_one_is_read(tmp_path):
    index = Index()
    for tag in ("cp311-cp311-win_amd64", "cp311-cp311-manylinux_2_28_x86_64", "cp312-cp312-macosx_11_0_arm64"):
        index.add("2.0.0", "2025-06-11", price_map(o3=(2, 8)), tag=tag)
    with serving(index) as address:
        assert crawlers(tmp_path, address, "crawl", "litellm").returncode == 0
    assert {path.rpartition("-")[2] for path, span in index.asked if span} == {"manylinux_2_28_x86_64.whl"}


def test_a_member_that_is_not_the_one_its_directory_describes_is_refused(tmp_path):
    index = Index()
    index.add("2.0.0", "2025-06-11", price_map(o3=(2, 8)))
    ((name, (body, at)),) = index.files.items()
    torn = bytearray(body)
    torn[body.rfind(b"PK\x01\x02", 0, body.rfind(MEMBER.encode())) + 16] ^= 1  # a bit of the CRC-32 in its entry
    index.files[name] = (bytes(torn), at)
    with serving(index) as address:
        done = crawlers(tmp_path, address, "crawl", "litellm")
    assert done.returncode == 1
    assert "CRC-32" in done.stderr


@pytest.mark.parametrize("wrong", [(10_000, 40_000), (40, 10)], ids=["a thousandfold", "input and output swapped"])
def test_a_wrong_price_in_one_release_makes_no_decision(tmp_path, wrong):
    index = Index()
    for number, price in enumerate([(10, 40), (10, 40), wrong, (10, 40), (10, 40)]):
        index.add(f"1.{number}.0", f"2025-05-{5 * number + 1:02}", price_map(o3=price))
    with serving(index) as address:
        crawlers(tmp_path, address, "backfill", "litellm", "--every", "1")
    with ledger_of(tmp_path) as ledger:
        moved = refresh(ledger, tmp_path, now=datetime(2025, 7, 1, tzinfo=UTC)).frames["events"]
    believed = moved[moved["class_"].eq("market_move") | moved["state"].eq("confirmed")]
    assert believed[["kind", "class_", "state"]].empty, moved[["kind", "class_", "state", "veto", "prices"]].to_string()


def release(version: str, day: int) -> Release:
    at = datetime(2025, 1, day, tzinfo=UTC)
    return Release(project="litellm", version=Version(version), published_at=at, url="x", size=1)


def test_the_main_line_of_a_real_pair_leaves_the_back_port_out():
    # litellm 1.74.15.post2 was published after 1.75.3 in August 2025
    line = main_line([release("1.75.3", 1), release("1.74.15.post2", 3), release("1.75.4", 5), release("1.76.0rc1", 7)])
    assert [str(found.version) for found in line] == ["1.75.3", "1.75.4"]


@given(st.lists(st.tuples(st.integers(1, 28), st.integers(0, 40)), max_size=20))
def test_along_the_main_line_versions_and_dates_both_grow(pairs):
    line = main_line([release(f"1.{minor}", day) for day, minor in pairs])
    versions = [found.version for found in line]
    assert versions == sorted(set(versions))
    assert [found.published_at for found in line] == sorted(found.published_at for found in line)


@given(st.sets(st.integers(1, 28), min_size=1))
def test_a_thinned_line_keeps_its_newest_release(days):
    from datetime import timedelta

    line = [release(f"1.{day}", day) for day in sorted(days)]
    kept = thinned(line, every=timedelta(days=3), since=None)
    assert kept[-1] == line[-1]
    assert kept[0] == line[0]
