"""Sources with a user's own key: where it goes, where it never goes, and a source without it."""

import gzip
import subprocess
import sys

import pytest

from crawlers.keys import in_address, repeats, same_origin
from pipeline.store import tables
from tests.crawlers.core.host import Host, serving
from tests.crawlers.core.test_runs import command, ledger_of, prices

KEY = "sk-Yk3-nobody-may-keep-this"


def crawl(data_dir, *addresses, key=KEY):
    """The finished process of one crawl of the shop that asks for a key."""
    environment = {"UNDERCUT_SHOP_KEY": key, "UNDERCUT_DOWNLOAD_DELAY_SECONDS": "0"}
    given = command(data_dir, *addresses, **environment)
    given["args"] = [sys.executable, "-m", "tests.crawlers.core.keyed_shop", *addresses]
    done = subprocess.run(**given, capture_output=True, check=False)
    assert "Traceback" not in done.stderr, done.stderr
    return done


def kept(data_dir):
    """Everything below the data directory, unpacked where it is packed."""
    for path in data_dir.rglob("*"):
        if path.is_file():
            raw = path.read_bytes()
            yield path, gzip.decompress(raw) if path.name.endswith(".warc.gz") and raw else raw


@pytest.fixture(scope="module")
def read_with_a_key(tmp_path_factory):
    """(host, data directory, process) of one good crawl."""
    data_dir = tmp_path_factory.mktemp("keyed")
    host = Host(pages={"/a": prices(range(5))})
    with serving(host) as address:
        return host, data_dir, crawl(data_dir, f"{address}/a")


def test_a_key_goes_to_the_declared_address_in_the_named_header(read_with_a_key):
    host, _, done = read_with_a_key
    assert done.stdout.strip() == "changed"
    assert dict(zip(host.asked, host.heard, strict=True))["/a"]["x-api-key"] == KEY


def test_a_key_is_not_shown_to_whoever_asks_for_robots_txt(read_with_a_key):
    host, _, _ = read_with_a_key
    assert "x-api-key" not in dict(zip(host.asked, host.heard, strict=True))["/robots.txt"]


def test_a_key_is_nowhere_in_the_ledger_or_the_log(read_with_a_key):
    _, data_dir, done = read_with_a_key
    found = [path for path, content in kept(data_dir) if KEY.encode() in content]
    assert (found, KEY in done.stderr + done.stdout) == ([], False)


def test_a_key_does_not_follow_a_redirect_to_another_origin(tmp_path):
    other = Host(pages={"/b": prices(range(5))})
    with serving(other) as elsewhere:
        host = Host(headers={"/a": {"Status": "302", "Location": f"{elsewhere}/b"}}, pages={"/a": b""})
        with serving(host) as address:
            crawl(tmp_path, f"{address}/a")
    assert other.asked
    assert all("x-api-key" not in heard for heard in other.heard)


def test_a_packed_answer_that_repeats_the_key_is_not_kept(tmp_path):
    body = gzip.compress(f'{{"error": "the key {KEY} is not known"}}'.encode())
    host = Host(pages={"/a": body}, headers={"/a": {"Status": "401", "Content-Encoding": "gzip"}})
    with serving(host) as address:
        done = crawl(tmp_path, f"{address}/a")
    found = [path for path, content in kept(tmp_path) if KEY.encode() in content or body in content]
    assert (done.stdout.strip(), found, KEY in done.stderr) == ("failed_fetch", [], False)


def test_an_address_that_holds_the_key_is_not_asked_for(tmp_path):
    host = Host(pages={f"/a?key={KEY}": prices(range(5))})
    with serving(host) as address:
        done = crawl(tmp_path, f"{address}/a?key={KEY}")
    assert [asked for asked in host.asked if "key" in asked] == []
    assert done.stdout.strip() == "failed_fetch"


def test_a_source_without_its_key_asks_nobody_and_says_so(tmp_path):
    host = Host(pages={"/a": prices(range(5))})
    with serving(host) as address:
        done = crawl(tmp_path, f"{address}/a", key="")
    assert (host.asked, done.stdout.strip(), done.returncode) == ([], "needs_key", 3)
    with ledger_of(tmp_path) as ledger:
        assert tables.runs(ledger)["verdict"].tolist() == ["needs_key"]
        assert tables.issues(ledger).empty


def test_a_source_that_was_given_its_key_is_read(tmp_path):
    host = Host(pages={"/a": prices(range(5))})
    with serving(host) as address:
        crawl(tmp_path, f"{address}/a", key="")
        assert crawl(tmp_path, f"{address}/a").stdout.strip() == "changed"


@pytest.mark.parametrize("url", ["https://a.example/?k=sk%2D1", "https://a.example/sk-1"])
def test_a_key_is_found_in_an_address_as_written_or_escaped(url):
    assert in_address("sk-1", url)


def test_another_port_is_another_origin():
    assert not same_origin("https://a.example/x", "https://a.example:8443/x")


def test_a_key_in_a_header_of_the_answer_is_found():
    assert repeats("sk-1", b"", [("X-Echo", "Bearer sk-1")])
