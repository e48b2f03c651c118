"""`python -m crawlers list` and `parse`: the door for programs, by its lines and its exit codes."""

import base64
import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
MAP = {"nine": {"litellm_provider": "openai", "input_cost_per_token": 3e-07, "output_cost_per_token": 0.0000012}}


def crawlers(*arguments: str, data_dir: Path) -> subprocess.CompletedProcess[str]:
    """The command in an empty environment: it needs no ledger, and makes none."""
    return subprocess.run(
        [sys.executable, "-m", "crawlers", *arguments],
        env={"UNDERCUT_DATA_DIR": str(data_dir / "none")},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def parsed(tmp_path: Path, content: bytes, *more: str) -> subprocess.CompletedProcess[str]:
    file = tmp_path / "file"
    file.write_bytes(content)
    return crawlers("parse", "litellm", str(file), *more, data_dir=tmp_path)


def test_a_price_is_one_object_with_the_names_of_the_door(tmp_path):
    done = parsed(tmp_path, json.dumps(MAP).encode())
    assert done.returncode == 0
    first, second = (json.loads(line) for line in done.stdout.splitlines())
    assert first == {
        "source": "litellm",
        "seller": "openai",
        "served_by": "openai",
        "market": "international",
        "market_basis": "declared",
        "label": "nine",
        "meter": "input",
        "amount": "0.0000003",
        "currency": "USD",
        "per": 1,
        "per_unit": "token",
        "vat_included": "unknown",
        "price_basis": "list",
        "conditions": {"tier": "standard"},
        "where": "json:/nine/input_cost_per_token",
    }
    assert (second["meter"], second["amount"]) == ("output", "0.0000012")
    assert not (tmp_path / "none").exists()


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The lines of the document without an envelope."""
    return parsed(tmp_path_factory.mktemp("plain"), json.dumps(MAP).encode()).stdout


@pytest.mark.parametrize("stamp", ["fetched_at", "fetchedAt"])
@pytest.mark.parametrize("content", ["body", "data"])
def test_an_envelope_is_taken_off(tmp_path, plain, stamp, content):
    wrapped = {stamp: "2026-11-01T00:00:00Z", content: MAP}
    assert parsed(tmp_path, json.dumps(wrapped).encode()).stdout == plain


def test_a_compressed_file_is_read(tmp_path):
    assert parsed(tmp_path, gzip.compress(json.dumps(MAP).encode())).returncode == 0


def test_an_issue_is_said_on_standard_error_and_by_the_exit_code(tmp_path):
    done = parsed(tmp_path, json.dumps({**MAP, "ten": {**MAP["nine"], "input_cost_per_dream": 1}}).encode())
    assert done.returncode == 3
    notice = json.loads(done.stderr.splitlines()[-1])
    assert (notice["notice"], notice["label"], notice["where"]) == ("issue", "ten", "json:/ten/input_cost_per_dream")
    assert len(done.stdout.splitlines()) == 4


@pytest.mark.parametrize("content", [b"", b"{", base64.b64decode("//4AAQ=="), b"<html>captcha</html>"])
def test_a_document_without_its_shape_prints_nothing_and_fails(tmp_path, content):
    done = parsed(tmp_path, content)
    assert (done.returncode, done.stdout) == (1, "")
    assert "Traceback" not in done.stderr


def test_a_source_or_a_file_that_is_not_there_is_wrong_usage(tmp_path):
    assert crawlers("parse", "nobody", str(tmp_path), data_dir=tmp_path).returncode == 2
    assert crawlers("parse", "litellm", str(tmp_path / "nothing"), data_dir=tmp_path).returncode == 2
    assert crawlers("parse", data_dir=tmp_path).returncode == 2


def test_every_source_is_listed_with_its_facts(tmp_path):
    done = crawlers("list", "--json", data_dir=tmp_path)
    listed = [json.loads(line) for line in done.stdout.splitlines()]
    files = [path.stem for path in (ROOT / "crawlers" / "spiders").glob("*/*.py") if path.stem != "__init__"]
    assert sorted(fact["name"] for fact in listed) == sorted(files)
    promised = {"name", "version", "kind", "sellers", "markets", "urls", "schedule", "expected", "lineage", "trust"}
    assert all(promised | {"licence", "redistribute", "confirmed"} <= fact.keys() for fact in listed)
