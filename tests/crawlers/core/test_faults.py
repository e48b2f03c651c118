"""Whatever a server does: a clear issue, evidence of the fetch, an honest exit code, and no price that moves."""

import gzip
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import select

from pipeline.store import schema, tables
from pipeline.store.engine import open_ledger
from pipeline.store.verify import verify

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "tests" / "fixtures" / "deepseek" / "page.html").read_bytes()
ALLOW = (404, {}, b"")


@contextmanager
def serving(page: tuple, robots: tuple = ALLOW, log: list | None = None) -> Iterator[str]:
    """A host whose every page is `page` (status, headers, body), with its robots.txt."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            if log is not None:
                log.append(self.path)
            status, headers, body = robots if self.path == "/robots.txt" else page
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value.replace("HOST", self.headers["Host"]))
            if "Content-Length" not in headers:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with suppress(BrokenPipeError, ConnectionResetError):
                self.wfile.write(body)
            if "Content-Length" in headers:
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def crawled(data_dir: Path, address: str, *mode: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tests.crawlers.core.one_page", address, *mode],
        env={**os.environ, "UNDERCUT_DATA_DIR": str(data_dir), "UNDERCUT_DOWNLOAD_DELAY_SECONDS": "0"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def ledger_of(data_dir: Path):
    return open_ledger(f"sqlite:///{data_dir / 'ledger.sqlite'}", data_dir)


def captures(ledger) -> list:
    with ledger.reading() as connection:
        return connection.execute(select(schema.capture).order_by(schema.capture.c.seq)).all()


HTML = {"Content-Type": "text/html; charset=utf-8"}
FAULTS = {
    "a captcha page with status 200": ((200, HTML, b"<title>Just a moment</title> captcha"), "failed_parse", "blocked"),
    "a page without its table": ((200, HTML, b"<h1>Pricing</h1><p>Contact us.</p>"), "failed_parse", "document_shape"),
    "a page cut in half": ((200, HTML, PAGE[: len(PAGE) // 2]), "failed_parse", "document_shape"),
    "too many requests": ((429, {"Retry-After": "3600"}, b"slow down"), "failed_fetch", "fetch_failed"),
    "out of service": ((503, {}, b""), "failed_fetch", "fetch_failed"),
    "not found": ((404, HTML, b"gone"), "failed_fetch", "fetch_failed"),
    "an empty body": ((200, HTML, b""), "failed_fetch", "fetch_failed"),
    "a redirect that never ends": ((302, {"Location": "http://HOST/again"}, b""), "failed_fetch", "fetch_failed"),
    "a body that ends early": ((200, {**HTML, "Content-Length": "90000"}, PAGE), "failed_fetch", "truncated"),
    "a body of 200 MB": ((200, {**HTML, "Content-Length": "200000000"}, b" " * 1_000_000), "failed_fetch", "too_large"),
    "a bomb": (
        (200, {**HTML, "Content-Encoding": "gzip"}, gzip.compress(b" " * 300_000_000, 1)),
        "failed_fetch",
        "too_large",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_an_issue_with_evidence_and_moves_no_price(tmp_path, fault):
    page, verdict, issue = FAULTS[fault]
    with serving(page) as address:
        done = crawled(tmp_path, address)
    assert done.returncode == 1, done.stdout + done.stderr
    assert done.stdout.strip() == verdict
    with ledger_of(tmp_path) as ledger:
        assert list(tables.issues(ledger)["kind"]) == [issue]
        assert tables.captures(ledger).empty
        assert captures(ledger)[-1].url.startswith("http://127.0.0.1")
        assert verify(ledger, tmp_path) == []


def test_a_good_page_is_read_and_its_second_look_confirms_it(tmp_path):
    with serving((200, {**HTML, "ETag": '"1"'}, PAGE)) as address:
        first, second = crawled(tmp_path, address), crawled(tmp_path, address)
    assert (first.stdout.strip(), second.stdout.strip()) == ("changed", "unchanged"), first.stderr
    with ledger_of(tmp_path) as ledger:
        rows = [row for row in captures(ledger) if not row.url.endswith("robots.txt")]
        assert [row.confirms is not None for row in rows] == [False, True]
        assert len(tables.captures(ledger)) == 2


def test_a_compressed_page_is_kept_as_it_came_and_read(tmp_path):
    with serving((200, {**HTML, "Content-Encoding": "gzip"}, gzip.compress(PAGE))) as address:
        done = crawled(tmp_path, address)
    assert done.stdout.strip() == "changed", done.stderr
    with ledger_of(tmp_path) as ledger:
        assert captures(ledger)[-1].decoding == "gzip"
        assert verify(ledger, tmp_path) == []


def test_a_server_that_asks_us_to_wait_is_remembered(tmp_path):
    with serving((429, {"Retry-After": "3600"}, b"")) as address:
        crawled(tmp_path, address)
    with ledger_of(tmp_path) as ledger, ledger.reading() as connection:
        assert "retry_at" in connection.execute(select(schema.run.c.detail)).scalar_one()


def test_nobody_there_leaves_an_observation(tmp_path):
    done = crawled(tmp_path, "http://127.0.0.1:9")
    assert done.returncode == 1
    with ledger_of(tmp_path) as ledger:
        (row,) = captures(ledger)
        assert row.status is None
        assert "ConnectionRefused" in row.observation


FORBID = (200, {"Content-Type": "text/plain"}, b"User-agent: *\nDisallow: /\n")


@pytest.mark.parametrize(
    ("robots", "refused"), [(FORBID, 8), ((503, {}, b""), 8), ((404, {}, b""), 0), ((429, {}, b""), 8)]
)
def test_robots_txt_is_obeyed_by_all_of_many_requests_that_wait_for_it(tmp_path, robots, refused):
    asked: list[str] = []
    with serving((200, HTML, PAGE), robots, asked) as address:
        done = crawled(tmp_path, address, "race")
    assert done.stdout.strip() == f"{refused} refused", done.stderr
    assert len([path for path in asked if path != "/robots.txt"]) == 8 - refused


def test_robots_txt_is_obeyed_by_all_of_many_requests_once_it_is_known(tmp_path):
    asked: list[str] = []
    with serving((200, HTML, PAGE), FORBID, asked) as address:
        done = crawled(tmp_path, address, "warm")
    assert done.stdout.strip() == "8 refused", done.stderr
    assert asked == ["/robots.txt"]


def test_a_forbidden_page_is_not_fetched_and_is_an_issue(tmp_path):
    asked: list[str] = []
    with serving((200, HTML, PAGE), FORBID, asked) as address:
        done = crawled(tmp_path, address)
    assert done.returncode == 1
    assert asked == ["/robots.txt"]


def test_the_user_agent_names_a_contact():
    from crawlers.settings import USER_AGENT
    from pipeline.settings import settings

    assert settings().contact in USER_AGENT


def test_what_scrapy_leaves_open_is_closed():
    from crawlers import settings as ours

    assert ours.DOWNLOAD_VERIFY_CERTIFICATES
    assert not ours.REMOTE_CONTROL_ENABLED
    assert not ours.TELNETCONSOLE_ENABLED
    assert ours.ROBOTSTXT_OBEY
