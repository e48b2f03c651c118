"""Crawls of a shop over days: held back, believed, interrupted, repeated, and a disk that is full."""

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select

from crawlers.worker import is_alive
from pipeline.store import schema, tables
from pipeline.store.engine import open_ledger
from pipeline.store.verify import verify
from tests.crawlers.core.host import Host, drop_by_drop, endless, serving
from tests.waiting import until

ROOT = Path(__file__).resolve().parents[3]


def prices(models: range, **changed: tuple[float, float]) -> bytes:
    """A price list of those models; `changed` gives some of them other prices."""
    known = {f"m{number}": (number + 1, 2 * number + 3) for number in models} | changed
    return json.dumps([{"model": name, "input": low, "output": high} for name, (low, high) in known.items()]).encode()


def command(data_dir: Path, *addresses: str, **environment: str) -> dict:
    return {
        "args": [sys.executable, "-m", "tests.crawlers.core.shop", *addresses],
        "env": {
            **os.environ,
            "UNDERCUT_DATA_DIR": str(data_dir),
            "UNDERCUT_DOWNLOAD_DELAY_SECONDS": "0",
            **environment,
        },
        "cwd": ROOT,
        "text": True,
    }


def crawled(data_dir: Path, *addresses: str, **environment: str) -> str:
    """The verdict of one crawl."""
    done = subprocess.run(**command(data_dir, *addresses, **environment), capture_output=True, check=False)
    assert "Traceback" not in done.stderr, done.stderr
    return done.stdout.strip()


def ledger_of(data_dir: Path):
    return open_ledger(f"sqlite:///{data_dir / 'ledger.sqlite'}", data_dir)


def verdicts(ledger) -> list[str]:
    return list(tables.runs(ledger)["verdict"])


def issue_kinds(ledger) -> set[str]:
    return set(tables.issues(ledger)["kind"])


def test_a_list_that_lost_half_is_believed_when_two_further_looks_agree(tmp_path):
    host = Host(pages={"/a": prices(range(20))})
    with serving(host) as address:
        crawled(tmp_path, f"{address}/a")
        host.pages["/a"] = prices(range(10))
        assert [crawled(tmp_path, f"{address}/a") for _ in range(4)] == [
            "quarantined",
            "quarantined",
            "changed",
            "unchanged",
        ]
    with ledger_of(tmp_path) as ledger:
        assert len(tables.captures(ledger)) == 5
        assert verify(ledger, tmp_path) == []


def test_a_list_that_comes_back_whole_leaves_the_broken_one_out_of_force(tmp_path):
    host = Host(pages={"/a": prices(range(20))})
    with serving(host) as address:
        crawled(tmp_path, f"{address}/a")
        for models in (10, 20):
            host.pages["/a"] = prices(range(models))
            crawled(tmp_path, f"{address}/a")
    with ledger_of(tmp_path) as ledger:
        assert verdicts(ledger) == ["changed", "quarantined", "unchanged"]
        assert len(tables.captures(ledger)) == 2
        assert issue_kinds(ledger) == {"lost_listings"}


def test_each_of_several_documents_is_compared_with_its_own_predecessor(tmp_path):
    host = Host(pages={"/a": prices(range(10)), "/b": prices(range(10, 20))})
    with serving(host) as address:
        both = [f"{address}/a", f"{address}/b"]
        assert crawled(tmp_path, *both) == "changed"
        host.pages["/b"] = prices(range(10, 20), m12=(12, 24))
        assert crawled(tmp_path, *both) == "changed"
        assert crawled(tmp_path, *both) == "unchanged"
    with ledger_of(tmp_path) as ledger:
        assert issue_kinds(ledger) == set()
        assert len(tables.captures(ledger)) == 6


def test_a_second_document_that_is_broken_keeps_the_first_out_of_force_too(tmp_path):
    host = Host(pages={"/a": prices(range(10)), "/b": b"[{"})
    with serving(host) as address:
        assert crawled(tmp_path, f"{address}/a", f"{address}/b") == "failed_parse"
    with ledger_of(tmp_path) as ledger:
        assert tables.captures(ledger).empty


def test_a_304_confirms_and_costs_one_row(tmp_path):
    host = Host(pages={"/a": prices(range(10))}, headers={"/a": {"ETag": '"1"'}})
    with serving(host) as address:
        crawled(tmp_path, f"{address}/a")
        host.headers["/a"], host.pages["/a"] = {"Status": "304"}, b""
        assert crawled(tmp_path, f"{address}/a") == "unchanged"
    with ledger_of(tmp_path) as ledger, ledger.reading() as connection:
        first, second = connection.execute(select(schema.capture).where(schema.capture.c.url.like("%/a"))).all()
        assert second.confirms == first.payload_sha256
        assert (second.payload_sha256, second.revisit) == (None, True)


def test_a_304_that_nobody_asked_for_is_no_document(tmp_path):
    host = Host(pages={"/a": b""}, headers={"/a": {"Status": "304"}})
    with serving(host) as address:
        assert crawled(tmp_path, f"{address}/a") == "failed_fetch"


def test_a_redirect_to_another_site_is_refused_and_its_hops_are_kept(tmp_path):
    host = Host(pages={"/b": prices(range(10))})
    with serving(host) as address:
        host.headers["/a"] = {"Status": "302", "Location": address.replace("127.0.0.1", "localhost") + "/b"}
        host.pages["/a"] = b""
        assert crawled(tmp_path, f"{address}/a") == "failed_fetch"
    with ledger_of(tmp_path) as ledger, ledger.reading() as connection:
        assert connection.execute(select(schema.capture.c.status).order_by(schema.capture.c.seq)).scalars().all() == [
            404,
            302,
            404,
            200,
        ]


def test_a_body_that_never_ends_is_cut_off_with_the_limit_in_the_observation(tmp_path):
    host = Host(pages={"/a": endless})
    with serving(host) as address:
        assert crawled(tmp_path, f"{address}/a") == "failed_fetch"
    with ledger_of(tmp_path) as ledger, ledger.reading() as connection:
        assert issue_kinds(ledger) == {"too_large"}
        observed = connection.execute(select(schema.capture.c.observation).order_by(schema.capture.c.seq)).scalars()
        assert "16,777,216" in list(observed)[-1]


def test_a_server_that_answers_byte_by_byte_is_given_up(tmp_path):
    host = Host(pages={"/a": drop_by_drop})
    with serving(host) as address:
        assert crawled(tmp_path, f"{address}/a", UNDERCUT_DOWNLOAD_TIMEOUT_SECONDS="2") == "failed_fetch"
    with ledger_of(tmp_path) as ledger:
        assert issue_kinds(ledger) == {"fetch_failed"}


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificate")
def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path):
    made = tmp_path / "host.pem"
    subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    asked = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", *subject]
    subprocess.run(
        [*asked, "-keyout", str(made), "-out", str(tmp_path / "certificate")], check=True, capture_output=True
    )
    made.write_text(made.read_text() + (tmp_path / "certificate").read_text())
    host = Host(pages={"/a": prices(range(10))})
    with serving(host, made) as address:
        assert crawled(tmp_path, f"{address}/a") == "failed_fetch"
    assert host.asked == []


def test_a_crawl_that_is_killed_is_interrupted_and_the_next_one_reads(tmp_path):
    host = Host(pages={"/a": prices(range(10)), "/b": drop_by_drop})
    with serving(host) as address:
        child = subprocess.Popen(**command(tmp_path, f"{address}/a", f"{address}/b"), stdout=subprocess.DEVNULL)
        until(lambda: "/b" in host.asked, child)
        child.send_signal(signal.SIGKILL)
        child.wait()
        host.pages["/b"] = prices(range(10, 20))
        assert crawled(tmp_path, f"{address}/a", f"{address}/b") == "changed"
    with ledger_of(tmp_path) as ledger:
        assert verdicts(ledger) == ["interrupted", "changed"]
        assert ledger.open_runs() == []
        assert verify(ledger, tmp_path) == []
        assert len(list(ledger.replayable("shop"))) == 2  # one of them lies in the interrupted run's segment


def test_a_crawl_that_is_asked_to_stop_leaves_nothing_half_believed(tmp_path):
    host = Host(pages={"/a": prices(range(10)), "/b": drop_by_drop})
    with serving(host) as address:
        child = subprocess.Popen(
            **command(tmp_path, f"{address}/a", f"{address}/b"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        until(lambda: "/b" in host.asked, child)
        child.send_signal(signal.SIGTERM)
        assert child.wait() == 1
        host.pages["/b"] = prices(range(10, 20))
        assert crawled(tmp_path, f"{address}/a", f"{address}/b") == "changed"
    with ledger_of(tmp_path) as ledger:
        assert verdicts(ledger)[-1] == "changed"
        assert len(tables.captures(ledger)) == 2


def small_files() -> None:
    """No file may grow beyond 300 kB: what a full disk does to whoever writes."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))


def test_a_full_disk_ends_the_crawl_with_an_error_and_the_next_one_recovers(tmp_path):
    body = prices(range(50)) + b" " * 400_000
    noise = json.dumps([os.urandom(300_000).hex()]).encode()
    host = Host(pages={"/a": body, "/b": noise})
    with serving(host) as address:
        done = subprocess.run(
            **command(tmp_path, f"{address}/a", f"{address}/b"),
            capture_output=True,
            check=False,
            preexec_fn=small_files,
        )
        assert done.returncode == 1
        assert "File too large" in done.stderr
        host.pages["/b"] = prices(range(50, 60))
        assert crawled(tmp_path, f"{address}/a", f"{address}/b") == "changed"
    with ledger_of(tmp_path) as ledger:
        assert verdicts(ledger) == ["interrupted", "changed"]
        assert verify(ledger, tmp_path) == []


def test_a_worker_is_alive_while_it_holds_its_lock(tmp_path):
    lines = [
        "import sys, pathlib",
        "from crawlers.worker import worker_name",
        "print(worker_name(pathlib.Path(sys.argv[1])), flush=True)",
        "sys.stdin.read()",
    ]
    code = "\n".join(lines)
    child = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    name = child.stdout.readline().strip()
    assert is_alive(tmp_path, name)
    child.kill()
    child.communicate()
    assert not is_alive(tmp_path, name)


def test_a_worker_of_another_machine_is_left_alone(tmp_path):
    assert is_alive(tmp_path, "another-machine:7:0a0b0c0d")


def test_the_live_document_of_an_unconfirmed_source_is_something_a_person_must_see(tmp_path):
    host = Host(pages={"/a": prices(range(5))})
    with serving(host) as address:
        given = command(tmp_path, f"{address}/a")
        given["args"][2] = "tests.crawlers.core.unconfirmed_shop"
        done = subprocess.run(**given, capture_output=True, check=False)
    assert (done.stdout.strip(), done.returncode) == ("changed", 3)
    with ledger_of(tmp_path) as ledger:
        assert issue_kinds(ledger) == {"unconfirmed_source"}
