"""What a second lineage lifts of what a rule spoke against, and what it does not."""

from typing import Any

import pytest

from tests.pipeline.events.decoys import sweep, tenfold_in_two
from tests.pipeline.events.ledger import Ledger, instant
from tests.pipeline.events.reading import is_flagged, moves_of, only_move


def test_two_lineages_lift_the_veto_of_a_bulk_edit() -> None:
    ledger = sweep()
    listing = ledger.listing("model-7", maker="maker-1", seller="host")
    ledger.history(
        ledger.source("models_dev"),
        listing,
        [("2025-01-01", {"input": 8, "output": 11}), ("2025-06-12", {"input": 8 * 0.84, "output": 11 * 0.84})],
        until="2025-12-01",
    )
    confirmed = [row for row in moves_of(ledger) if row["state"] == "confirmed"]
    assert [row["labels"] for row in confirmed] == ['["model-7"]']


def half_price_in_two(*, batch_in: tuple[str, ...]) -> Ledger:
    """Both lower the base price by half; those of `batch_in` have stated it for batches all along."""
    ledger = tenfold_in_two(factor=0.5)
    for name in batch_in:
        ledger.history(
            name,
            ledger.listing("one", tier="batch"),
            [("2025-01-01", {"input": 5, "output": 20})],
            until="2026-03-01",
        )
    return ledger


@pytest.mark.parametrize("batch_in", [("litellm",), ("litellm", "models_dev")])
def test_a_second_lineage_that_keeps_the_half_price_lifts_the_veto_of_a_batch_price(
    batch_in: tuple[str, ...],
) -> None:
    row = only_move(half_price_in_two(batch_in=batch_in))
    assert (row["class_"], row["state"]) == ("market_move", "confirmed")


def test_the_price_of_other_hours_in_two_catalogues_stays_a_scope_change() -> None:
    """Two that know no windows may both write the night's price down: that is no cut."""
    ledger = tenfold_in_two(factor=0.5)
    night = {"name": "night", "hours": ["16:30-00:30"], "tz": "UTC"}
    for name in ("litellm", "models_dev"):
        listing = ledger.listing("one", window=night)
        ledger.history(name, listing, [("2025-01-01", {"input": 5, "output": 20})], until="2026-03-01")
    assert "market_move" not in {row["class_"] for row in moves_of(ledger)}


@pytest.mark.parametrize("second", [False, True])
def test_a_step_within_three_per_cent_is_a_move_only_where_a_second_lineage_shows_it(second: bool) -> None:
    """.19 / 1.13 became .2 / 1.15, the cache stayed at .04: B31 rose by 2.9 %, B721 by 2.2 %, as a conversion does."""
    ledger = Ledger()
    for name in ("models_dev", "genai_prices")[: 1 + second]:
        steps = [
            ("2026-01-01", {"input": 0.19, "cached_input": 0.04, "output": 1.13}),
            ("2026-06-29", {"input": 0.2, "cached_input": 0.04, "output": 1.15}),
        ]
        ledger.history(ledger.source(name), ledger.listing("step"), steps, until="2026-12-01")
    row = only_move(ledger)
    assert (row["class_"], row["state"]) == (("market_move", "confirmed") if second else ("unexplained", "recorded"))


def test_a_batch_tier_does_not_speak_for_a_base_price_that_a_rule_speaks_against() -> None:
    """Both tiers move in one look; the base price is taken back a week later, the batch price is not."""
    ledger = Ledger()
    source = ledger.source("litellm")
    base = [("2025-01-01", {"input": 10, "output": 40}), ("2025-06-10", {"input": 6, "output": 20})]
    ledger.history(source, ledger.listing("one"), [*base, ("2025-06-17", base[0][1])], until="2025-12-01")
    batch = [("2025-01-01", {"input": 5, "output": 20}), ("2025-06-10", {"input": 3, "output": 10})]
    ledger.history(source, ledger.listing("one", tier="batch"), batch, until="2025-12-01")
    first = next(row for row in moves_of(ledger) if row["bracket_to"] == instant("2025-06-10"))
    assert (first["class_"], first["state"]) == ("correction", "reverted")


def entered_late(first_week_of: str, others_since: str, *, second: bool = True) -> dict[str, Any]:
    """Reflection's Beam on a host: 1.3/4.3 to .4/1.2 on 2026-11-02, four days after one catalogue had entered it."""
    ledger = Ledger()
    steps = [("1.3", first_week_of, "2026-11-02"), ("1.3", others_since, "2026-11-18")]
    for name, (_, since, at) in zip(("young", "older"), steps[: 1 + second], strict=False):
        ledger.history(
            ledger.source(name),
            ledger.listing("beam", maker="reflection", seller="host"),
            [(since, {"input": 1.3, "output": 4.3}), (at, {"input": 0.4, "output": 1.2})],
            until="2027-02-01",
            watched_since="2026-09-01",
        )
    [row] = [row for row in moves_of(ledger) if str(row["bracket_to"])[:10] == "2026-11-02"]
    return row


def test_an_entry_of_four_days_shows_a_cut_of_a_price_that_another_lineage_had_stated_a_week_before() -> None:
    row = entered_late("2026-10-29", "2026-10-21")
    assert (row["class_"], row["state"], row["flag"]) == ("market_move", "confirmed", "sharp_cut")


def test_an_entry_of_four_days_alone_stays_a_correction() -> None:
    row = entered_late("2026-10-29", "2026-10-21", second=False)
    assert (row["class_"], is_flagged(row)) == ("correction", False)


@pytest.mark.parametrize("copied", ["2026-10-25", "2026-10-29", "2026-10-31"])
def test_two_new_entries_of_one_week_that_are_both_put_right_are_no_cut(copied: str) -> None:
    """The second copied the slip of the first: neither outlasted its first week before the other began."""
    row = entered_late("2026-10-29", copied)
    assert (row["class_"], is_flagged(row)) == ("correction", False)
