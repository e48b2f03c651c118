"""The readings by eye beside the parser: what a person noted is what the parser says."""

import re

import pytest

from tests.captures.by_eye import ALL_UP_TO, DRAWN, Reading, differences, readings
from tests.captures.conftest import Capture
from tests.crawlers.spiders.pages import ROOT

BOTH = [
    pytest.param(reading, id=f"{which} {name}") for which in ("first", "second") for name, reading in readings(which)
]


@pytest.mark.parametrize("reading", BOTH)
def test_what_was_read_by_eye_is_what_the_parser_says(capture: Capture, reading: Reading) -> None:
    if reading.document.startswith("sha256:"):
        pytest.skip("a package's document: `python -m tests.captures.by_eye` compares it where a ledger holds it")
    assert differences(reading, capture(reading.source, reading.document).quotes) == []


@pytest.mark.parametrize("reading", BOTH)
def test_all_of_a_small_page_are_read_and_forty_of_a_larger_one(reading: Reading) -> None:
    assert (reading.seed is None) == (reading.prices <= ALL_UP_TO)
    assert len(reading.lines) == (reading.prices if reading.seed is None else DRAWN)
    assert [int(line.split(" | ")[0]) for line in reading.lines] == reading.numbers


def test_ten_documents_were_read_by_two() -> None:
    first = dict(readings("first"))
    both = {reading.document for name, reading in readings("second") if first[name].document == reading.document}
    assert len(both) == 10


def test_the_page_tells_of_every_reading() -> None:
    told = (ROOT / "docs" / "by-eye.md").read_text(encoding="utf-8")
    for param in BOTH:
        (reading,) = param.values
        name = reading.document
        assert (name.removeprefix("sha256:")[:12] if name.startswith("sha256:") else name) in told
    assert set(re.findall(r"≠.*", told)) == set()
