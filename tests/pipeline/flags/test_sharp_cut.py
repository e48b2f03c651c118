"""The flag sharp cut: exact threshold, small steps, and what never raises it."""

import json

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.events.blend import is_cut
from tests.pipeline.events.ledger import Ledger
from tests.pipeline.events.reading import is_flagged, moves_of, only_move


def own_page(steps: list[tuple[str, dict[str, float]]], *, until: str = "2026-12-01") -> Ledger:
    ledger = Ledger()
    source = ledger.source("acme", trust="seller", sellers=("acme",))
    ledger.history(source, ledger.listing("one"), steps, until=until)
    return ledger


@pytest.mark.parametrize(("new", "cut"), [(800_000_000, True), (800_000_001, False), (799_999_999, True)])
def test_exactly_twenty_per_cent_is_a_sharp_cut(new: int, cut: bool) -> None:
    assert is_cut(1_000_000_000, new, 20) is cut


@given(st.integers(1, 10**15), st.integers(0, 10**15))
def test_the_threshold_is_five_new_against_four_old(old: int, new: int) -> None:
    assert is_cut(old, new, 20) == (5 * new <= 4 * old)


def test_nothing_is_cut_from_nothing() -> None:
    assert not is_cut(0, 0, 20)


def test_terra_at_exactly_minus_twenty_is_flagged() -> None:
    """2.5/15 → 2/12 in July 2026; float64 puts the ratio of such prices on either side of .8."""
    ledger = own_page([("2026-07-01", {"input": 2.5, "output": 15.0}), ("2026-07-30", {"input": 2.0, "output": 12.0})])
    assert is_flagged(only_move(ledger))


def test_a_smaller_cut_is_not_flagged() -> None:
    ledger = own_page([("2026-07-01", {"input": 1.0, "output": 4.0}), ("2026-07-30", {"input": 0.81, "output": 3.24})])
    row = only_move(ledger)
    assert row["state"] == "confirmed"
    assert pd.isna(row["flag"])


def test_two_small_cuts_within_a_month_are_one_sharp_cut() -> None:
    """1 → .88 → .78: −12 % and −11.4 %, together −22 %; 1 stood for a week within the 30 days before."""
    steps = [
        ("2026-06-01", {"input": 1.0, "output": 4.0}),
        ("2026-07-10", {"input": 0.88, "output": 3.52}),
        ("2026-07-25", {"input": 0.78, "output": 3.12}),
    ]
    flags = [row["flag"] for row in moves_of(own_page(steps))]
    assert pd.isna(flags[0])
    assert flags[1] == "sharp_cut"


def test_two_small_cuts_two_months_apart_are_none() -> None:
    steps = [
        ("2026-06-01", {"input": 1.0, "output": 4.0}),
        ("2026-07-10", {"input": 0.88, "output": 3.52}),
        ("2026-09-15", {"input": 0.78, "output": 3.12}),
    ]
    assert all(pd.isna(row["flag"]) for row in moves_of(own_page(steps)))


def test_a_high_price_of_three_days_is_no_reference() -> None:
    steps = [
        ("2026-06-01", {"input": 0.9, "output": 3.6}),
        ("2026-07-10", {"input": 1.0, "output": 4.0}),
        ("2026-07-13", {"input": 0.88, "output": 3.52}),
        ("2026-07-25", {"input": 0.78, "output": 3.12}),
    ]
    assert all(pd.isna(row["flag"]) for row in moves_of(own_page(steps)))


def test_a_reference_does_not_cross_a_correction() -> None:
    """A catalogue's slipped unit is put right, then the seller cuts by 6 %: no sharp cut."""
    ledger = Ledger()
    steps = [
        ("2026-06-01", {"input": 10.0, "output": 40.0}),
        ("2026-07-10", {"input": 1.0, "output": 4.0}),
        ("2026-07-20", {"input": 0.94, "output": 3.76}),
    ]
    listing = ledger.listing("one")
    ledger.history(ledger.source("litellm"), listing, steps, until="2026-12-01")
    ledger.history(ledger.source("models_dev"), listing, [("2026-06-01", steps[1][1]), steps[2]], until="2026-12-01")
    small = [row for row in moves_of(ledger) if row["class_"] == "market_move"]
    assert [(row["state"], pd.isna(row["flag"])) for row in small] == [("confirmed", True)]


def test_a_cumulative_cut_with_an_unconfirmed_step_is_watched() -> None:
    ledger = Ledger()
    listing = ledger.listing("one")
    steps = [
        ("2026-06-01", {"input": 1.0, "output": 4.0}),
        ("2026-07-10", {"input": 0.88, "output": 3.52}),
        ("2026-07-25", {"input": 0.78, "output": 3.12}),
    ]
    ledger.history(ledger.source("litellm"), listing, steps, until="2026-12-01")
    ledger.history(ledger.source("models_dev"), listing, [("2026-07-15", steps[1][1]), steps[2]], until="2026-12-01")
    assert [row["flag"] for row in moves_of(ledger)][1] == "watch"


def test_an_unconfirmed_sharp_cut_is_watched_and_says_what_is_missing() -> None:
    ledger = Ledger()
    steps = [("2026-06-01", {"input": 1.0, "output": 4.0}), ("2026-07-10", {"input": 0.5, "output": 2.0})]
    ledger.history(ledger.source("litellm"), ledger.listing("one"), steps, until="2026-12-01")
    row = only_move(ledger)
    assert row["flag"] == "watch"
    assert "confirmation is missing" in row["explanation"]


def test_a_rise_is_never_flagged() -> None:
    ledger = own_page([("2026-06-01", {"input": 1.0, "output": 4.0}), ("2026-07-10", {"input": 2.0, "output": 8.0})])
    assert pd.isna(only_move(ledger)["flag"])


def test_an_event_without_output_has_no_blend_and_no_flag() -> None:
    ledger = own_page([("2026-06-01", {"input": 1.0}), ("2026-07-10", {"input": 0.1})])
    row = only_move(ledger)
    assert pd.isna(row["change_b31"])
    assert pd.isna(row["flag"])
    assert json.loads(json.dumps(row["prices"])) == {"input": {"old": "1", "new": "0.1"}}
