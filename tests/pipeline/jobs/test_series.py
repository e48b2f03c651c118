"""`undercut series` and `undercut frontier` as a person calls them: each form of file, each wrong word."""

import io
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from pipeline.store import snapshots
from tests.dashboard.snapshot import snapshot

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published build of the small snapshot, whose series are what its own prices give."""
    folder = tmp_path_factory.mktemp("data")
    snapshots.publish(folder, *snapshot())
    return folder


def undercut(data_dir: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pipeline.cli", *arguments],
        env={**os.environ, "UNDERCUT_DATA_DIR": str(data_dir), "UNDERCUT_MAIL_TO": ""},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_series_is_csv_on_standard_output(data_dir):
    done = undercut(data_dir, "series", "matched_model", "--every", "month")
    table = pd.read_csv(io.StringIO(done.stdout))
    assert done.returncode == 0, done.stderr
    assert set(table["every"]) == {"month"}
    assert table["value"].iloc[0] == 100
    _, meta = snapshot()
    assert [set(table[name].astype("str")) for name in ("build", "data_to", "method_version")] == [
        {meta["build"]},
        {meta["data_to"]},
        {meta["method_version"]},
    ]


def test_a_series_is_csv_parquet_and_a_picture_with_the_same_rows(data_dir, tmp_path):
    files = [tmp_path / f"index.{form}" for form in ("csv", "parquet", "png")]
    for file in files:
        done = undercut(data_dir, "series", "matched_model", "--every", "month", "--out", str(file))
        assert done.returncode == 0, done.stderr
    assert len(pd.read_csv(files[0])) == len(pd.read_parquet(files[1])) > 0
    assert files[2].read_bytes().startswith(b"\x89PNG")


def test_a_frontier_without_scores_has_its_columns_and_no_rows(data_dir):
    done = undercut(data_dir, "frontier")
    table = pd.read_csv(io.StringIO(done.stdout))
    assert (done.returncode, len(table)) == (0, 0), done.stderr
    assert {"score", "price", "model_version", "runner_up", "coverage"} <= set(table.columns)


def test_nothing_to_draw_is_said_and_no_file_is_written(data_dir, tmp_path):
    done = undercut(data_dir, "frontier", "--out", str(tmp_path / "frontier.png"))
    assert done.returncode == 1
    assert "has nothing to draw" in done.stderr + done.stdout
    assert not (tmp_path / "frontier.png").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["series", "prosperity"], "there is no series prosperity"),
        (["frontier", "--blend", "b99"], "blend is one of b31, b721"),
        (["frontier", "--benchmark", "nobody's"], "no score of"),
        (["frontier", "--out", "frontier.doc"], "give a name that ends in"),
    ],
)
def test_a_wrong_word_is_wrong_usage(data_dir, arguments, said):
    done = undercut(data_dir, *arguments)
    assert done.returncode == 2
    assert said in " ".join((done.stderr + done.stdout).split())
