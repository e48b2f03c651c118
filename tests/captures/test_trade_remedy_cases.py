"""The worked cases of the shared file: every one has a test, and what the tests state is what the file states."""

import json
import os
from decimal import Decimal
from pathlib import Path

import pytest

from tests.crawlers.spiders.pages import ROOT
from tests.worked_examples import test_cost_cases, test_margin_cases, test_price_effect_cases, test_rate_cases
from tests.worked_examples.cases import COVERED

MODULES = (test_margin_cases, test_cost_cases, test_rate_cases, test_price_effect_cases)
WRITTEN = {f"M{number}" for number in range(1, 9)}


@pytest.fixture
def cases():
    captures = Path(os.environ.get("UNDERCUT_CAPTURES", ROOT.parent / "shared" / "captures"))
    path = captures.parent / "cases" / "trade-remedy.json"
    if not path.exists():
        pytest.skip(f"no worked cases at {path.name} beside {captures}")
    return json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)


def test_every_worked_case_has_a_test(cases):
    assert {each["id"] for each in cases} | WRITTEN == COVERED


def test_the_sources_of_the_tests_hold_the_expected_figures(cases):
    """Per cents with six digits after the point cannot stand in a test by chance."""
    stated = "".join(Path(str(module.__file__)).read_text(encoding="utf-8") for module in MODULES)
    missing = [
        (each["id"], figure)
        for each in cases
        for figure in figures(each["expected"])
        if figure.as_tuple().exponent == -6 and str(abs(figure)).lstrip("0") not in stated
    ]
    assert missing == []


def figures(value):
    if isinstance(value, Decimal):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from figures(each)
    elif isinstance(value, dict):
        for each in value.values():
            yield from figures(each)
