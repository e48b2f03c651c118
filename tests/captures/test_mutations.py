"""A hundred changes of real pages, drawn with a seed: `make evaluate` makes thousands of them."""

from collections import Counter
from functools import cache

import pytest

from tests.evaluation import mutations
from tests.evaluation.change import Kind
from tests.evaluation.mutations import Outcome, Result

SEED = 7
COUNT = 100


@cache
def hundred() -> list[Result]:
    if not mutations.FOLDER.exists():
        pytest.skip(f"no captures in {mutations.FOLDER}")
    return mutations.sample(SEED, COUNT)


def told(results: list[Result]) -> list[str]:
    return [f"{one.source} {one.file}: {one.change.name}: {one.outcome}: {', '.join(one.wrong)}" for one in results]


def test_no_mutation_of_a_page_crashes_its_reader() -> None:
    assert told([one for one in hundred() if one.outcome is Outcome.CRASHED]) == []


def test_no_mutation_passes_a_wrong_price_in_silence() -> None:
    silent = [one for one in hundred() if one.outcome is Outcome.SILENT]
    assert told([one for one in silent if one.change.kind is not Kind.INDISTINGUISHABLE]) == []


def test_a_page_that_stays_correct_gives_the_same_quotes() -> None:
    correct = [one for one in hundred() if one.change.kind is Kind.CORRECT]
    assert told([one for one in correct if one.outcome is not Outcome.SAME]) == []


def test_the_hundred_are_of_every_kind() -> None:
    assert len(hundred()) == COUNT
    assert set(Counter(one.change.kind for one in hundred())) == set(Kind)
