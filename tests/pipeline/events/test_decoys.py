"""What catalogues do to themselves: none of it becomes a confirmed market move, none is flagged."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pandas as pd
import pytest

from pipeline import frames
from pipeline.alerts.transitions import MAILED, due_transitions
from tests.pipeline.events.decoys import DECOYS, MAILS, Prices, read
from tests.pipeline.events.ledger import Ledger, instant
from tests.pipeline.events.reading import events_of, moves_of, only_move


@pytest.mark.parametrize(("decoy", "class_"), DECOYS, ids=[decoy.__name__ for decoy, _ in DECOYS])
def test_a_decoy_is_named_and_never_confirmed(decoy: Callable[[], Ledger], class_: str) -> None:
    rows = read(decoy)
    assert rows
    assert {row["class_"] for row in rows} == {class_}
    assert {row["state"] for row in rows} <= {"recorded", "reverted"}


@pytest.mark.parametrize(("decoy", "class_"), DECOYS, ids=[decoy.__name__ for decoy, _ in DECOYS])
def test_a_decoy_is_neither_flagged_nor_watched(decoy: Callable[[], Ledger], class_: str) -> None:
    assert all(pd.isna(row["flag"]) for row in read(decoy))


@pytest.mark.parametrize("day", ["2025-06-20", "2025-12-02"])
@pytest.mark.parametrize("decoy", MAILS, ids=[decoy.__name__ for decoy in MAILS])
def test_a_decoy_is_neither_flagged_nor_mailed_on_any_day(decoy: Callable[[], Ledger], day: str) -> None:
    events = events_of(decoy(), now=day)
    assert not set(events["flag"].dropna()) & set(MAILED)
    assert due_transitions(events, frames.empty("transitions"), now=instant(day)) == []


def test_an_exchange_rate_is_no_move_of_a_seller() -> None:
    """7.20 to 6.80 CNY per dollar: a price of 7.2 CNY becomes 1.0588 instead of 1.00 dollars."""
    ledger = Ledger()
    source = ledger.source("litellm")
    rows = [("2025-01-01", 7.2), ("2025-06-09", 6.8)]
    rates = frames.coerce(
        pd.DataFrame(
            [
                {"source": "ecb", "base": "USD", "currency": "CNY", "day": day, "value": value, "payload_sha256": "0"}
                for day, value in rows
            ]
        ),
        "rates",
    )
    home = ledger.listing("one", market="CN")
    ledger.history(source, home, [("2025-01-01", {"input": 7.2, "output": 28.8})], until="2025-12-01", currency="CNY")
    ledger.history(
        source,
        ledger.listing("one"),
        [("2025-01-01", {"input": 1.0, "output": 4.0}), ("2025-06-10", {"input": 1.0588, "output": 4.2353})],
        until="2025-12-01",
    )
    row = only_move(ledger, rates=rates)
    assert (row["class_"], row["veto"]) == ("scope_change", "exchange rate moved")


def test_tax_that_is_added_to_the_amount_is_a_change_of_scope() -> None:
    ledger = Ledger()
    listing = ledger.listing("one")
    source = ledger.source("acme", trust="seller", sellers=("acme",))
    day = instant("2025-06-10")
    for meter, old, new in (("input", 1.0, 1.06), ("output", 4.0, 4.24)):
        ledger.spell(
            source,
            listing,
            meter,
            old,
            instant("2025-01-01"),
            day - timedelta(days=1),
            vat_included="no",
            ended="withdrawn",
            not_after=day,
        )
        ledger.spell(source, listing, meter, new, day, instant("2025-12-01"), vat_included="yes", not_before=day)
    row = only_move(ledger)
    assert (row["class_"], row["state"]) == ("scope_change", "recorded")


def test_two_labels_of_one_listing_that_are_stated_side_by_side_move_nothing() -> None:
    """One entry says 3.74 and goes on saying it; another name of the same version says 1.87 from a week later on."""
    ledger = Ledger()
    source = ledger.source("models_dev")
    for day, price in (("2026-07-16", 3.74), ("2026-07-23", 1.87)):
        prices: Prices = {"input": price, "output": 2.5 * price}
        ledger.history(source, ledger.listing("inkling"), [(day, prices)], until="2026-11-30")
    assert moves_of(ledger) == []


def cache_write(old: float, new: float, *, trust: str = "aggregator") -> dict[str, Any]:
    """Claude 3.5 Sonnet costs 3 and 15, .3 for a cached read; only the price of writing to the cache moves."""
    ledger = Ledger()
    source = ledger.source("models_dev", trust=trust, sellers=("acme",))
    prices = {"input": 3.0, "output": 15.0, "cached_input": 0.3}
    steps = [("2025-01-01", {**prices, "cache_write": old}), ("2025-06-23", {**prices, "cache_write": new})]
    ledger.history(source, ledger.listing("sonnet"), steps, until="2025-12-01")
    return only_move(ledger)


@pytest.mark.parametrize(("old", "new"), [(0.3, 3.75), (3.75, 0.3)])
def test_a_cache_write_at_the_price_of_a_cached_read_was_the_other_meters(old: float, new: float) -> None:
    """models.dev had .3 for both until June 2025; the maker's list has 3.75 for writing."""
    assert cache_write(old, new)["class_"] == "correction"


def test_a_cache_write_of_its_own_price_may_move() -> None:
    assert cache_write(3.75, 3.0)["class_"] == "market_move"


def test_the_sellers_own_page_may_price_both_alike() -> None:
    assert cache_write(3.75, 0.3, trust="seller")["class_"] == "market_move"
