"""History from a web archive, over a local server that speaks its protocol."""

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest

from crawlers.mementos import listed, thinned
from pipeline.domain.errors import DocumentShapeError
from pipeline.store import tables
from pipeline.store.engine import open_ledger
from tests.crawlers.core.host import Host, serving
from tests.crawlers.spiders.pages import FIXTURES, ROOT, spider

PAGE = (FIXTURES / "deepseek" / "page.html").read_bytes()
URL = spider("deepseek").urls[0]
ASKED = "output=json&fl=timestamp,original&filter=statuscode:200&collapse=digest"
INDEX = f"/cdx/search/cdx?url={quote(URL, safe='')}&{ASKED}"
FIRST, SECOND = "20260508120000", "20260601120000"
DATES = {FIRST: "Fri, 08 May 2026 12:00:00 GMT", SECOND: "Mon, 01 Jun 2026 12:00:00 GMT"}


def archive(**bodies: bytes) -> Host:
    host = Host(pages={INDEX: json.dumps([["timestamp", "original"], [FIRST, URL], [SECOND, URL]]).encode()})
    for stamp, date in DATES.items():
        host.pages[f"/web/{stamp}id_/{URL}"] = bodies.get(f"at_{stamp}", PAGE + stamp.encode())
        host.headers[f"/web/{stamp}id_/{URL}"] = {"Memento-Datetime": date}
    return host


def backfilled(data_dir: Path, host: Host) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "UNDERCUT_DATA_DIR": str(data_dir), "UNDERCUT_DOWNLOAD_DELAY_SECONDS": "0"}
    with serving(host) as address:
        command = [sys.executable, "-m", "crawlers", "backfill", "deepseek", "--archive", address]
        return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)


def captures(data_dir: Path):
    with open_ledger(f"sqlite:///{data_dir / 'ledger.sqlite'}", data_dir) as ledger:
        return tables.captures(ledger, "deepseek"), set(tables.issues(ledger)["kind"])


def test_each_memento_speaks_for_its_own_instant_and_is_a_copy_of_the_sellers_page(tmp_path):
    done = backfilled(tmp_path, archive())
    assert done.returncode == 0, done.stderr
    found, _ = captures(tmp_path)
    assert [f"{at:%Y%m%d%H%M%S}" for at in found["public_at"]] == [FIRST, SECOND]
    assert set(found["url"]) == {URL}


def test_a_memento_that_was_read_is_not_fetched_again(tmp_path):
    backfilled(tmp_path, archive())
    host = archive()
    backfilled(tmp_path, host)
    assert [path for path in host.asked if path.startswith("/web/")] == []


def test_an_answer_for_another_instant_is_no_copy_of_this_one(tmp_path):
    host = archive()
    host.headers[f"/web/{FIRST}id_/{URL}"] = {"Memento-Datetime": DATES[SECOND]}
    backfilled(tmp_path, host)
    found, issues = captures(tmp_path)
    assert len(found) == 1
    assert "fetch_failed" in issues


def test_a_broken_instant_ends_that_copy_only(tmp_path):
    host = archive()
    host.headers[f"/web/{FIRST}id_/{URL}"] = {"Memento-Datetime": "last spring"}
    backfilled(tmp_path, host)
    found, issues = captures(tmp_path)
    assert [f"{at:%Y%m%d%H%M%S}" for at in found["public_at"]] == [SECOND]
    assert "fetch_failed" in issues


def test_a_layout_of_old_that_the_parser_does_not_know_is_an_issue(tmp_path):
    old = b"<html><body><h1>Pricing</h1><p>see the console</p></body></html>"
    backfilled(tmp_path, archive(**{f"at_{FIRST}": old}))
    found, issues = captures(tmp_path)
    assert [f"{at:%Y%m%d%H%M%S}" for at in found["public_at"]] == [SECOND]
    assert "document_shape" in issues


def test_an_archive_that_asks_us_to_wait_is_left(tmp_path):
    host = archive()
    host.headers[f"/web/{FIRST}id_/{URL}"] = {"Status": "429", "Retry-After": "3600"}
    backfilled(tmp_path, host)
    assert not any(SECOND in path for path in host.asked)


def test_a_timemap_names_mementos_too():
    lines = (
        f'<{URL}>; rel="original",\n'
        f'<https://archive.example/web/{FIRST}/{URL}>; rel="first memento"; datetime="{DATES[FIRST]}",\n'
        f'<https://archive.example/web/{SECOND}/{URL}>; rel="memento"; datetime="{DATES[SECOND]}"'
    )
    found = listed(lines.encode(), "https://archive.example", URL)
    assert [f"{memento.as_of:%Y%m%d%H%M%S}" for memento in found] == [FIRST, SECOND]
    assert found[0].address == f"https://archive.example/web/{FIRST}id_/{URL}"


def test_an_index_that_holds_nothing_names_nothing():
    assert listed(b"[]", "https://archive.example", URL) == []


def test_what_is_no_index_is_refused():
    with pytest.raises(DocumentShapeError):
        listed(b"<html>Please sign in</html>", "https://archive.example", URL)


def test_thinning_keeps_the_newest():
    rows = [["timestamp"], *([f"202605{day:02}000000"] for day in range(1, 11))]
    found = listed(json.dumps(rows).encode(), "https://archive.example", URL)
    kept = thinned(found, every=timedelta(days=4), since=None)
    assert [memento.as_of.day for memento in kept] == [1, 5, 9, 10]
