"""The commands as a person calls them, each a process of its own, over the shipped sample."""

import csv
import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from pipeline.jobs.reading import sample_snapshot
from pipeline.settings import Settings

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def data_dir(without_ledger: Path) -> Path:
    """A data directory without a ledger: reading commands show the sample, made once."""
    return without_ledger


@pytest.fixture(scope="module")
def shown(data_dir: Path) -> subprocess.CompletedProcess[str]:
    """What `undercut events --json` says there."""
    return undercut(data_dir, "events", "--json")


@pytest.fixture(scope="module")
def flagged(data_dir: Path) -> list[dict[str, Any]]:
    """The decisions of `undercut events --json --flagged`."""
    return [json.loads(line) for line in undercut(data_dir, "events", "--json", "--flagged").stdout.splitlines()]


@pytest.fixture(scope="module")
def ledger_dir(data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger that holds the sample, as the first start of the monitor makes it.

    Frames that the view of the sample kept are found again: only a refresh from nothing makes all of them anew.
    """
    folder = tmp_path_factory.mktemp("ledger")
    shutil.copytree(sample_snapshot(Settings(data_dir=data_dir)) / "derived", folder / "derived")
    for module in (["pipeline.jobs.sample"], ["pipeline.cli", "refresh"]):
        done = run(folder, *module)
        assert done.returncode == 0, done.stderr
    return folder


def run(data_dir: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        env={**os.environ, "UNDERCUT_DATA_DIR": str(data_dir), "UNDERCUT_MAIL_TO": ""},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def undercut(data_dir: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run(data_dir, "pipeline.cli", *arguments)


def test_a_ledger_that_no_refresh_has_read_is_not_said_to_be_none(shown, data_dir, tmp_path):
    assert shown.returncode == 0
    shutil.copytree(data_dir / "sample-view", tmp_path / "sample-view")
    (tmp_path / "ledger.sqlite").touch()
    assert "the ledger has no build yet (`undercut refresh` makes one)" in undercut(tmp_path, "events").stderr


def test_without_a_ledger_the_sample_shows_several_hundred_decisions_and_says_so(shown):
    assert shown.returncode == 0, shown.stderr
    assert "showing the shipped sample" in shown.stderr
    events = [json.loads(line) for line in shown.stdout.splitlines()]
    assert len(events) > 300
    assert [(event["recorded_at"], event["id"]) for event in events] == sorted(
        (event["recorded_at"], event["id"]) for event in events
    )


@pytest.mark.parametrize(
    ("model", "old", "new"),
    [("openai/o3", ("10", "40"), ("2", "8")), ("openai/gpt-5.6-luna", ("1", "6"), ("0.2", "1.2"))],
)
def test_a_known_cut_is_one_confirmed_sharp_cut(flagged, model, old, new):
    found = [event for event in flagged if event.get("model_version") == model and event.get("flag") == "sharp_cut"]
    assert len(found) == 1
    prices = found[0]["prices"]
    assert (prices["input"]["old"], prices["output"]["old"]) == old
    assert (prices["input"]["new"], prices["output"]["new"]) == new
    assert found[0]["state"] == "confirmed"
    assert len(found[0]["sources"]) >= 2


def test_the_workbook_holds_prices_with_addresses_and_digests(data_dir, tmp_path):
    done = undercut(data_dir, "export", str(tmp_path / "prices.xlsx"))
    assert done.returncode == 0, done.stderr
    book = openpyxl.load_workbook(tmp_path / "prices.xlsx", read_only=True)
    assert book.sheetnames == [
        "About",
        "Decisions",
        "Flags",
        "Judged, no flag",
        "Funnel",
        "Rank by month",
        "Prices",
        "Home and export",
        "Margins by switch",
        "Same weights",
        "Sellers",
        "Rents of machines",
        "Taxes",
        "Sources",
        "Evidence",
        "Coverage",
    ]
    rows = book["Prices"].iter_rows(values_only=True)
    first = dict(zip(next(rows), next(rows), strict=True))
    assert first["address"].startswith("pkg:pypi/")
    assert len(first["SHA-256 of the document"]) == 64


def test_a_csv_of_decisions_reads_back(data_dir, tmp_path):
    undercut(data_dir, "export", str(tmp_path / "events.csv"), "--what", "events", "--profile", "public")
    text = (tmp_path / "events.csv").read_bytes().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert len(rows) > 300
    flags = [row["flag"] for row in rows]
    assert flags == sorted(flags, key=["sharp_cut", "watch", ""].index)
    assert {row["meter"] for row in rows} >= {"input", "output"}
    assert all(row["build"] and row["data to"] and row["method version"] for row in rows)


def test_a_file_is_never_overwritten(data_dir, tmp_path):
    (tmp_path / "mine.xlsx").write_text("mine")
    done = undercut(data_dir, "export", str(tmp_path / "mine.xlsx"))
    assert done.returncode == 1
    assert "exists already" in done.stderr
    assert (tmp_path / "mine.xlsx").read_text() == "mine"


def test_a_wrong_word_is_wrong_usage(data_dir, tmp_path):
    assert undercut(data_dir, "export", str(tmp_path / "x"), "--what", "everything").returncode == 2
    assert undercut(data_dir, "nonsense").returncode == 2


def test_sources_are_listed_with_their_facts(data_dir):
    done = undercut(data_dir, "sources", "--json")
    rows = {row["name"]: row for row in map(json.loads, done.stdout.splitlines())}
    assert {"litellm", "genai_prices", "model_prices", "radar", "deepseek", "deepseek_cn", "openrouter"} <= set(rows)
    assert rows["radar"]["lineage"] == "openrouter"
    # A pipe gets every name whole, to be typed into the next command.
    printed = undercut(data_dir, "sources").stdout
    assert [name for name in rows if f" {name} " not in printed] == []


def test_a_ledger_verifies_and_a_restored_copy_does_too(ledger_dir, tmp_path):
    verified = undercut(ledger_dir, "verify")
    assert verified.returncode == 0, verified.stderr
    saved = undercut(ledger_dir, "backup", str(tmp_path / "copy.tar"))
    assert saved.returncode == 0, saved.stderr
    restored = undercut(tmp_path / "restored", "restore", str(tmp_path / "copy.tar"))
    assert restored.returncode == 0, restored.stderr
    head = verified.stderr.split("head ")[1].split()[0]
    assert head in saved.stderr
    assert head in restored.stderr
    assert undercut(tmp_path / "restored", "verify").returncode == 0


def test_a_back_up_that_was_cut_short_is_refused(ledger_dir, tmp_path):
    undercut(ledger_dir, "backup", str(tmp_path / "copy.tar"))
    whole = (tmp_path / "copy.tar").read_bytes()
    (tmp_path / "copy.tar").write_bytes(whole[: len(whole) // 2])
    done = undercut(tmp_path / "restored", "restore", str(tmp_path / "copy.tar"))
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) <= 2


def test_derived_rows_are_the_same_when_they_are_made_anew(ledger_dir):
    import pandas as pd

    def frames() -> dict[str, pd.DataFrame]:
        current = (ledger_dir / "snapshots" / "current").read_text().strip()
        folder = ledger_dir / "snapshots" / current
        names = ("listings", "spells", "events", "changes")
        return {name: pd.read_parquet(folder / f"{name}.parquet") for name in names}

    before = frames()
    assert undercut(ledger_dir, "refresh", "--rebuild").returncode == 0
    for name, after in frames().items():
        pd.testing.assert_frame_equal(before[name], after, obj=name)


def test_the_doctor_names_what_a_person_has_to_do(ledger_dir):
    done = undercut(ledger_dir, "doctor")
    assert done.returncode == 3
    assert "UNDERCUT_CONTACT" in done.stderr


def test_a_correction_of_what_was_not_read_changes_nothing(ledger_dir):
    done = undercut(
        ledger_dir, "correct", "ab" * 32, "json:/x", "--was", "1", "--is", "2", "--reason", "test", "--by", "a person"
    )
    assert done.returncode == 2
    assert "no document" in done.stderr


def test_a_second_monitor_over_the_same_ledger_ends_at_once(ledger_dir):
    import fcntl

    with (ledger_dir / "scheduler.lock").open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        done = undercut(ledger_dir, "up")
    assert done.returncode == 75
    assert "another instance" in done.stderr


def test_a_case_file_is_printed_and_written_for_any_decision(data_dir, flagged, tmp_path):
    event = next(each["id"] for each in flagged if each.get("flag") == "sharp_cut" and "model_version" in each)
    printed = undercut(data_dir, "case", "show", event, "--country", "FR")
    assert printed.returncode == 0, printed.stderr
    assert "importing country FR" in printed.stdout
    assert "Not tested in any case" in printed.stdout
    told = json.loads(undercut(data_dir, "case", "show", event, "--json").stdout)
    assert len(told["indicators"]) == 26
    assert all(each["why"] for each in told["indicators"])
    out = tmp_path / "case.xlsx"
    assert undercut(data_dir, "case", "show", event, "--out", str(out)).returncode == 0
    book = openpyxl.load_workbook(out)
    assert book.sheetnames == [
        "Case",
        "Indicators",
        "Inputs",
        "Documents",
        "Margins",
        "Other causes",
        "Seller",
        "Not tested",
        "Acts",
    ]
    titles, *rows = book["Documents"].iter_rows(values_only=True)
    held = [dict(zip(titles, row, strict=True)) for row in rows]
    assert all(row["address"] and row["fetched (UTC)"] for row in held)
    titles, *rows = book["Inputs"].iter_rows(values_only=True)
    price = next(row for row in (dict(zip(titles, row, strict=True)) for row in rows) if row["input"] == "the price")
    assert set(price["SHA-256 of the documents"].split(" | ")) <= {row["SHA-256 of the document"] for row in held}


@pytest.mark.parametrize("choice", [[], ["--country", "France"]])
def test_a_case_file_of_nothing_or_with_a_choice_that_is_none_is_wrong_usage(data_dir, choice):
    done = undercut(data_dir, "case", "show", "0" * 16, *choice)
    assert (done.returncode, done.stdout) == (2, "")


def test_the_funnel_is_a_page_of_tables(data_dir, tmp_path):
    out = tmp_path / "funnel.md"
    assert undercut(data_dir, "funnel", "--out", str(out)).returncode == 0
    page = out.read_text()
    for title in ("Decisions", "Steps", "What stopped the rest", "Flags by year", "Tests made", "The rank in practice"):
        assert f"## {title}\n" in page
    assert "| 2023-01 |" in page


def test_a_decision_about_a_label_that_nobody_prints_is_refused(data_dir: Path) -> None:
    words = ("--accept", "foo", "--as", "openai/gpt-4o", "--reason", "r", "--by", "me")
    done = undercut(data_dir, "identity", "review", "--seller", "together", *words)
    assert done.returncode == 2
    assert "together prints no label 'foo'" in done.stderr


def test_a_file_in_a_folder_that_is_not_there_is_one_sentence(data_dir: Path) -> None:
    done = undercut(data_dir, "series", "matched_model", "--out", "/nowhere/series.csv")
    assert done.returncode == 1
    assert "/nowhere" in done.stderr
    assert "Traceback" not in done.stderr
