"""Copies that somebody kept, and documents that a person hands in, read by the source's own parser."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from crawlers.folder import copies, source_of
from pipeline.domain.errors import InvalidValueError
from pipeline.store import tables
from pipeline.store.engine import open_ledger
from pipeline.store.verify import verify
from tests.crawlers.spiders.pages import FIXTURES, ROOT, spider

PAGE = (FIXTURES / "deepseek" / "page.html").read_bytes()
URL = spider("deepseek").urls[0]


def crawlers(data_dir: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "UNDERCUT_DATA_DIR": str(data_dir)}
    command = [sys.executable, "-m", "crawlers", *arguments]
    return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)


def ledger_of(data_dir: Path):
    return open_ledger(f"sqlite:///{data_dir / 'ledger.sqlite'}", data_dir)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "copies"
    made.mkdir()
    (made / "2026-05-08_page.html").write_bytes(PAGE)
    envelope = {"fetched_at": "2026-06-01T10:00:00Z", "body": PAGE.decode().replace("DeepSeek", "Deepseek")}
    (made / "june.json").write_text(json.dumps(envelope))
    return made


def test_a_day_in_a_name_speaks_for_its_last_second_and_an_envelope_for_its_instant(folder):
    found = copies(folder, spider("deepseek"), "*")
    assert [f"{copy.as_of:%Y-%m-%dT%H:%M:%SZ}" for copy in found] == ["2026-05-08T23:59:59Z", "2026-06-01T10:00:00Z"]


def test_a_copy_without_a_date_is_refused(folder):
    (folder / "page.html").write_bytes(PAGE)
    with pytest.raises(InvalidValueError, match="when was it public"):
        copies(folder, spider("deepseek"), "*")


def test_the_index_of_a_folder_says_whose_a_file_is_and_leaves_out_what_is_no_page(folder):
    rows = [
        ["path", "source_url", "capture_day", "kind"],
        ["2026-05-08_page.html", URL, "2026-05-08", "verbatim HTML"],
        ["june.json", URL, "2026-06-01", "SYNTHETIC: a layout"],
    ]
    (folder / "INDEX.tsv").write_text("".join("\t".join(row) + "\n" for row in rows))
    assert [copy.path.name for copy in copies(folder, spider("deepseek"), None)] == ["2026-05-08_page.html"]
    with pytest.raises(InvalidValueError, match="no file is a copy of"):
        copies(folder, spider("anthropic"), None)


def test_each_copy_is_a_run_of_its_own_and_is_read_once(folder, tmp_path):
    data = tmp_path / "data"
    first = crawlers(data, "backfill", "deepseek", "--from", str(folder), "--match", "*")
    assert first.returncode == 0, first.stderr
    again = crawlers(data, "backfill", "deepseek", "--from", str(folder), "--match", "*")
    assert "0 of 2 instants read now" in again.stderr
    with ledger_of(data) as ledger:
        found = tables.captures(ledger, "deepseek")
        assert [f"{at:%Y-%m-%d}" for at in found["public_at"]] == ["2026-05-08", "2026-06-01"]
        assert set(found["url"]) == {URL}
        assert len(tables.quotes(ledger, "deepseek")) > 0
        assert list(verify(ledger, data)) == []


def test_a_layout_that_the_parser_does_not_know_is_an_issue_and_states_nothing(folder, tmp_path):
    for path in folder.iterdir():
        path.unlink()
    (folder / "2026-05-08_page.html").write_bytes(b"<html><body><p>Prices on request</p></body></html>")
    data = tmp_path / "data"
    assert crawlers(data, "backfill", "deepseek", "--from", str(folder), "--match", "*").returncode == 1
    with ledger_of(data) as ledger:
        assert "document_shape" in set(tables.issues(ledger)["kind"])
        assert tables.captures(ledger, "deepseek").empty


def test_a_document_that_a_person_hands_in_says_who(folder, tmp_path):
    data = tmp_path / "data"
    file = str(folder / "2026-05-08_page.html")
    given = ("add", file, "--url", URL, "--captured-at", "2026-05-08T09:30:00Z", "--by", "A. Clerk")
    done = crawlers(data, *given)
    assert done.returncode == 0, done.stderr
    with ledger_of(data) as ledger:
        found = tables.captures(ledger, "deepseek").iloc[0]
        assert found["handed_in_by"] == "A. Clerk"
        assert f"{found['as_of']:%Y-%m-%dT%H:%MZ}" == "2026-05-08T09:30Z"


def test_an_address_that_no_source_reads_is_refused():
    with pytest.raises(InvalidValueError, match="is read by no source"):
        source_of("https://example.com/prices", [spider("deepseek")])
