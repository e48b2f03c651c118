"""Slipped units, swapped meters and zeros become issues while a source still states them."""

from pipeline.domain.quote import Issue
from pipeline.reference.thresholds import load_thresholds
from tests.pipeline.events.deciding import decisions
from tests.pipeline.events.ledger import Ledger, instant


def issues_of(ledger: Ledger) -> list[Issue]:
    spells, listings, sources = (ledger.frame(name) for name in ("spells", "listings", "sources"))
    now = instant("2026-07-01")
    return decisions(spells, listings, sources, now=now, thresholds=load_thresholds())[1]


def slipped(*further: tuple[str, dict[str, float]]) -> Ledger:
    ledger = Ledger()
    steps = [("2026-01-01", {"input": 15.0, "output": 75.0}), ("2026-06-10", {"input": 1.5, "output": 7.5}), *further]
    ledger.history(ledger.source("litellm"), ledger.listing("one"), steps, until="2026-07-01")
    return ledger


def test_a_slipped_unit_that_still_stands_is_an_issue() -> None:
    assert [(issue.kind, issue.subject) for issue in issues_of(slipped())] == [("slipped_unit", "one")]


def test_a_slipped_unit_that_was_put_right_is_none() -> None:
    found = issues_of(slipped(("2026-06-20", {"input": 14.0, "output": 70.0})))
    assert found == []


def test_swapped_meters_are_an_issue() -> None:
    ledger = Ledger()
    steps = [("2026-01-01", {"input": 0.15, "output": 0.0375}), ("2026-06-10", {"input": 0.0375, "output": 0.15})]
    ledger.history(ledger.source("litellm"), ledger.listing("one"), steps, until="2026-07-01")
    assert [issue.kind for issue in issues_of(ledger)] == ["swapped_meters"]


def test_a_cut_is_no_issue() -> None:
    ledger = Ledger()
    steps = [("2026-01-01", {"input": 1.0, "output": 4.0}), ("2026-06-10", {"input": 0.7, "output": 2.8})]
    ledger.history(ledger.source("litellm"), ledger.listing("one"), steps, until="2026-07-01")
    assert issues_of(ledger) == []
