"""Pages whose prices a script writes, in a real chromium against a host on loopback."""

import json
import shutil
import subprocess
import sys

import pytest

from pipeline.store import tables
from pipeline.store.segments import read_segment
from pipeline.store.verify import verify
from tests.crawlers.core.host import Host, serving
from tests.crawlers.core.test_runs import command, issue_kinds, ledger_of

PRICES = [{"model": "m-1", "input": "1.25", "output": "10"}, {"model": "m-2", "input": "0.5", "output": "2"}]
PAGE = b"""<!doctype html><title>Prices</title><img src="/logo.png"><h1>Prices</h1><div id="prices">Loading</div>
<script>
setTimeout(() => fetch("/prices.json").then(answer => answer.json()).then(prices => {
  const row = price => `<tr><td>${price.model}</td><td>$${price.input}</td><td>$${price.output}</td></tr>`;
  const head = "<tr><th>Model</th><th>Input</th><th>Output</th></tr>";
  document.getElementById("prices").innerHTML = `<table>${head}${prices.map(row).join("")}</table>`;
}), 100);
</script>"""
needs_chromium = pytest.mark.skipif(shutil.which("chromium") is None, reason="no chromium on this machine")


def crawl(data_dir, address, **environment):
    given = command(data_dir, address, **environment)
    given["args"][2] = "tests.crawlers.core.scripted_shop"
    done = subprocess.run(**given, capture_output=True, check=False)
    assert "Traceback" not in done.stderr, done.stderr
    return done


def kept(data_dir):
    """(end of the address, decoding, payload) of every response in the only segment."""
    (segment,) = (data_dir / "segments").glob("*.warc.gz")
    return [
        (record.warc["WARC-Target-URI"].rpartition("/")[2], record.warc["Undercut-Decoding"], record.payload)
        for record in read_segment(segment)
        if record.kind == "response"
    ]


@pytest.fixture(scope="module")
def rendered(tmp_path_factory):
    """(data directory, host, process) of one crawl with a browser, under the scheduler's limit of memory."""
    data_dir = tmp_path_factory.mktemp("rendered")
    headers = {"/prices.json": {"Content-Type": "application/json"}, "/page": {"Content-Type": "text/html"}}
    pages = {"/page": PAGE, "/prices.json": json.dumps(PRICES).encode(), "/logo.png": b"no picture"}
    host = Host(pages=pages, headers=headers, robots=b"User-agent: *\nAllow: /\n")
    with serving(host) as address:
        limited = "import resource, sys; resource.setrlimit(resource.RLIMIT_AS, (4 << 30, resource.RLIM_INFINITY)); "
        limited += "from tests.crawlers.core import scripted_shop, shop; "
        limited += "sys.exit(shop.main(sys.argv[1], spider=scripted_shop.Scripted))"
        given = command(data_dir, f"{address}/page")
        given["args"] = [sys.executable, "-c", limited, f"{address}/page"]
        return data_dir, host, subprocess.run(**given, capture_output=True, check=False)


@needs_chromium
@pytest.mark.browser
def test_prices_that_a_script_writes_are_read(rendered):
    data_dir, _, done = rendered
    assert (done.stdout.strip(), done.returncode) == ("changed", 0), done.stderr
    with ledger_of(data_dir) as ledger:
        quotes = tables.quotes(ledger, "scripted_shop")
    assert {(row.label, row.meter, row.amount) for row in quotes.itertuples()} == {
        ("m-1", "input", "1.25"),
        ("m-1", "output", "10"),
        ("m-2", "input", "0.5"),
        ("m-2", "output", "2"),
    }


@needs_chromium
@pytest.mark.browser
def test_what_was_served_and_what_the_browser_made_of_it_are_both_kept(rendered):
    data_dir, _, _ = rendered
    records = kept(data_dir)
    assert [(name, decoding) for name, decoding, _ in records] == [
        ("robots.txt", "identity"),
        ("page", "unpacked"),
        ("prices.json", "unpacked"),
        ("page", "rendered"),
    ]
    assert records[1][2] == PAGE
    assert b"<td>$1.25</td>" in records[3][2]
    with ledger_of(data_dir) as ledger:
        assert verify(ledger, data_dir) == []


@needs_chromium
@pytest.mark.browser
def test_pictures_are_not_asked_for_and_robots_txt_is(rendered):
    assert rendered[1].asked == ["/robots.txt", "/page", "/prices.json"]


@needs_chromium
@pytest.mark.browser
def test_a_page_whose_prices_never_come_is_a_failed_fetch(tmp_path):
    host = Host(pages={"/page": b"<!doctype html><div id=prices>Loading</div>"})
    host.headers["/page"] = {"Content-Type": "text/html"}
    with serving(host) as address:
        done = crawl(tmp_path, f"{address}/page", UNDERCUT_DOWNLOAD_TIMEOUT_SECONDS="1")
    assert (done.stdout.strip(), done.returncode) == ("failed_fetch", 1)
    assert [decoding for _, decoding, _ in kept(tmp_path)][1:] == ["unpacked"]


def test_without_a_browser_the_source_says_so_and_asks_nobody(tmp_path):
    host = Host(pages={"/page": PAGE})
    with serving(host) as address:
        done = crawl(tmp_path, f"{address}/page", UNDERCUT_CHROMIUM="no-such-browser")
    assert (done.stdout.strip(), host.asked) == ("failed_fetch", [])
    with ledger_of(tmp_path) as ledger:
        assert issue_kinds(ledger) == {"fetch_failed"}
        assert "is read with a browser" in tables.issues(ledger)["text"].iloc[0]
