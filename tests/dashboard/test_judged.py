"""What a card says of the conditions that were judged."""

from dash.development.base_component import Component

from dashboard.components.card import card
from dashboard.components.judged import judged
from pipeline.query.decisions import decision
from pipeline.query.flags import judged_of
from pipeline.query.snapshot import Snapshot
from tests.dashboard.snapshot import digest, snapshot

FIRST, SECOND = (digest("event", str(number))[:16] for number in (0, 1))


def build() -> Snapshot:
    frames, meta = snapshot()
    return Snapshot(frames=frames, meta=meta)


def text(part: object) -> str:
    """Every word of a component, in the order of the page."""
    if isinstance(part, list | tuple):
        return " ".join(text(each) for each in part)
    if isinstance(part, Component):
        return text(getattr(part, "children", None))
    return "" if part is None else str(part)


def card_of(event: str) -> str:
    made = build()
    row = decision(made, event)
    assert row is not None
    return text(card(made, row))


def test_a_card_prints_each_condition_with_outcome_threshold_and_reason() -> None:
    said = card_of(FIRST)
    for part in ("Outlier among makers", "not evaluable", "19 makers or more", "lowest of 12 makers"):
        assert part in said


def test_a_card_counts_the_combinations_that_keep_the_sign() -> None:
    assert "kept in 96 of 144 combinations of switches, 432 undefined" in card_of(FIRST)


def test_a_card_says_what_a_flag_is_not_and_what_is_missing() -> None:
    said = card_of(FIRST)
    assert "An indicator, not a finding." in said
    assert "Missing for a suspicion" in said


def test_the_explanations_are_those_that_were_tested() -> None:
    assert "1 of 4 other sellers" in card_of(FIRST)


def test_a_decision_that_was_not_judged_has_no_such_section() -> None:
    assert judged_of(build(), SECOND) == []
    assert judged([]) == []
    assert "What was judged" not in card_of(SECOND)


def test_a_build_of_before_flags_were_kept_shows_its_cards() -> None:
    made = build()
    older = Snapshot(frames={name: frame for name, frame in made.frames.items() if name != "flags"}, meta=made.meta)
    assert judged_of(older, FIRST) == []
