"""Frames that cross a layer are what they are declared to be."""

import pandas as pd
import pytest

from pipeline import frames
from pipeline.domain.errors import FrameError

RATE = {
    "source": ["ecb"],
    "base": ["EUR"],
    "currency": ["USD"],
    "day": ["2026-10-30"],
    "value": [1.1],
    "payload_sha256": ["a"],
}


def test_a_frame_is_cast_to_its_declared_types():
    made = frames.coerce(pd.DataFrame(RATE), "rates")
    assert str(made["day"].dtype) == "datetime64[us]"
    assert str(made["source"].dtype) == "str"


@pytest.mark.parametrize("name", sorted(frames.FRAMES))
def test_an_empty_frame_has_its_types(name):
    assert list(frames.empty(name).columns) == list(frames.FRAMES[name].columns)


def test_a_missing_column_is_named():
    with pytest.raises(FrameError, match="value"):
        frames.coerce(pd.DataFrame(RATE).drop(columns="value"), "rates")


def test_a_repeated_key_is_named():
    twice = pd.concat([pd.DataFrame(RATE)] * 2)
    with pytest.raises(FrameError, match="share the key"):
        frames.coerce(twice, "rates")


def test_a_missing_required_value_is_refused():
    with pytest.raises(FrameError, match="missing"):
        frames.coerce(pd.DataFrame(RATE).assign(value=float("nan")), "rates")
