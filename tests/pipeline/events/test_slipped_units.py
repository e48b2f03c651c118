"""Amounts that slipped, and true cuts that look like it."""

import pytest

from tests.pipeline.events.decoys import Prices, one_listing, tenfold_in_two
from tests.pipeline.events.ledger import Ledger
from tests.pipeline.events.reading import events_of, is_flagged, moves_of, only_move


def test_a_true_cut_of_one_meter_by_ten_is_no_slipped_unit() -> None:
    """DeepSeek's cached input, .028 → .0028 in April 2026, was real."""
    old: Prices = {"input": 0.14, "cached_input": 0.028, "output": 0.28}
    row = only_move(one_listing(old, old | {"cached_input": 0.0028}))
    assert row["class_"] == "market_move"


def tenth_on_the_own_page(*, until: str) -> Ledger:
    """A seller's own page shows a tenth of its prices from 10 June on, and is looked at until that day."""
    ledger = Ledger()
    source = ledger.source("acme", trust="seller", sellers=("acme",))
    steps: list[tuple[str, Prices]] = [
        ("2025-01-01", {"input": 15, "output": 75}),
        ("2025-06-10", {"input": 1.5, "output": 7.5}),
    ]
    ledger.history(source, ledger.listing("one"), steps, until=until)
    return ledger


def test_a_slipped_unit_on_the_sellers_own_page_waits_for_the_second_capture() -> None:
    row = only_move(tenth_on_the_own_page(until="2025-06-10"))
    assert (row["state"], is_flagged(row)) == ("recorded", False)
    assert "second capture" in row["explanation"]


def test_a_slipped_unit_that_a_second_capture_of_the_page_repeats_is_a_move() -> None:
    assert only_move(tenth_on_the_own_page(until="2025-06-11"))["state"] == "confirmed"


def test_a_price_that_stood_for_hours_only_is_not_gone_back_to() -> None:
    """Half the price was listed for one day of a launch; three weeks later the true cut reaches the same amounts."""
    ledger = Ledger()
    for name, first in (("litellm", ()), ("models_dev", (("2026-06-01", {"input": 0.3, "output": 1.2}),))):
        steps = [*first, ("2026-06-02", {"input": 0.6, "output": 2.4}), ("2026-06-25", {"input": 0.3, "output": 1.2})]
        ledger.history(ledger.source(name), ledger.listing("m3"), steps, until="2026-12-01")
    cut = [row for row in moves_of(ledger) if row["kind"] == "cut"]
    assert [(row["class_"], row["state"]) for row in cut] == [("market_move", "confirmed")]


def test_a_charge_per_request_in_the_place_of_a_token_price_is_a_correction() -> None:
    """Input 0 and output 500, a thousand requests' charge, until somebody enters 0 and 2.8."""
    ledger = Ledger()
    ledger.history(
        ledger.source("litellm"),
        ledger.listing("online"),
        [("2025-01-01", {"input": 0, "output": 500}), ("2025-06-10", {"input": 0, "output": 2.8})],
        until="2025-12-01",
    )
    assert only_move(ledger)["class_"] == "correction"


def test_a_cut_of_ninety_per_cent_that_two_lineages_show_and_keep_is_a_market_move() -> None:
    row = only_move(tenfold_in_two())
    assert (row["class_"], row["state"], is_flagged(row)) == ("market_move", "confirmed", True)


@pytest.mark.parametrize("back", ["2025-07-20", "2025-09-15"])
def test_a_slip_that_was_copied_and_put_right_is_a_correction(back: str) -> None:
    rows = moves_of(tenfold_in_two(back=back))
    assert {row["class_"] for row in rows} == {"correction"}
    assert not any(is_flagged(row) for row in rows)


def test_a_third_lineage_that_keeps_the_old_price_leaves_a_slip_a_slip() -> None:
    rows = moves_of(tenfold_in_two(third=True))
    assert {row["class_"] for row in rows} == {"correction"}


def test_no_number_of_catalogues_makes_a_cut_of_a_thousandfold_slip() -> None:
    rows = moves_of(tenfold_in_two(factor=0.001))
    assert {row["class_"] for row in rows} == {"correction"}


def test_a_first_price_that_was_put_right_as_a_slip_is_a_correction_too() -> None:
    ledger = Ledger()
    steps = [("2025-10-11", {"input": 1600, "output": 6400}), ("2026-01-17", {"input": 1.6, "output": 6.4})]
    ledger.history(
        ledger.source("litellm"), ledger.listing("one"), steps, until="2026-06-01", watched_since="2025-01-01"
    )
    found = events_of(ledger)
    assert set(found["kind"]) == {"launch", "cut"}
    assert set(found["class_"]) == {"correction"}
