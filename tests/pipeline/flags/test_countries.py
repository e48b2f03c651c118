"""No country is an input of a flag: renamed by any permutation, or with makers moved about, every flag is the same."""

import ast
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.reference.load import load_reference
from tests.pipeline.flags.world import COUNTRIES, DUMPED, MAKERS, TAXED, judged_again, told, world

POOL = (*COUNTRIES, "CA", "IL")
ROOT = Path(__file__).parents[3] / "pipeline"
JUDGING = [*sorted((ROOT / "flags").rglob("*.py")), *sorted((ROOT / "dumping").rglob("*.py"))]


@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.permutations(POOL))
def test_countries_called_otherwise_make_the_same_flags(names: list[str]) -> None:
    """Seats, markets, regions, serving countries, taxes and calendars renamed together."""
    renamed = dict(zip(POOL, names, strict=True))
    assert told(world(lambda country: renamed[country])) == told(world())


def test_a_third_country_called_otherwise_makes_the_same_flags() -> None:
    renamed = dict(zip(POOL, (*POOL[1:], POOL[0]), strict=True))
    called = world(lambda country: renamed[country], home=False, third=True)
    assert told(called) == told(world(home=False, third=True))


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(POOL), min_size=len(MAKERS), max_size=len(MAKERS)))
def test_where_a_maker_sits_raises_and_clears_nothing(seats: list[str]) -> None:
    """Makers that sell nowhere by name of a country, moved anywhere."""
    asked = world().asked
    moved = {maker: seat for maker, seat in zip(MAKERS, seats, strict=True) if maker not in (DUMPED, TAXED)}
    assert told(judged_again(replace(asked, seats={**asked.seats, **moved}))) == told(world())


@pytest.mark.parametrize("path", JUDGING, ids=lambda path: path.stem)
def test_no_rule_names_a_country(path: Path) -> None:
    countries = {*load_reference().makers["seat"].dropna(), "EU"}
    literals = {
        node.value
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert not literals & countries
