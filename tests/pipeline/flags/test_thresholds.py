"""thresholds.toml: read whole or not at all."""

from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.domain.errors import InvalidValueError
from pipeline.reference.thresholds import load_thresholds

TOML = Path(__file__).parents[3] / "pipeline" / "reference" / "thresholds.toml"


def test_the_file_states_the_published_rule() -> None:
    thresholds = load_thresholds()
    assert thresholds.sharp_cut_percent == 20
    assert thresholds.reference_window == timedelta(days=30)
    assert thresholds.corroborated_before == timedelta(days=120)


def test_a_missing_threshold_is_refused(tmp_path: Path) -> None:
    text = TOML.read_text(encoding="utf-8").replace("[bulk_models]", "[bulk]")
    path = tmp_path / "thresholds.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidValueError, match="bulk"):
        load_thresholds(path)


def test_a_threshold_of_nothing_is_refused(tmp_path: Path) -> None:
    text = TOML.read_text(encoding="utf-8").replace("value = 20\n", "value = 0\n", 1)
    path = tmp_path / "thresholds.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidValueError, match="sharp_cut_percent"):
        load_thresholds(path)


def test_every_threshold_says_why() -> None:
    text = TOML.read_text(encoding="utf-8")
    assert text.count("reason = ") == text.count("value = ")
