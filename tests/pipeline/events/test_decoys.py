"""What catalogues do to themselves: none of it becomes a confirmed market move, none is flagged."""

from collections.abc import Callable
from datetime import timedelta
from functools import cache
from typing import Any

import pandas as pd
import pytest

from pipeline import frames
from pipeline.alerts.transitions import MAILED, due_transitions
from tests.pipeline.events.ledger import Ledger, instant
from tests.pipeline.events.reading import events_of, is_flagged, moves_of, only_move

Prices = dict[str, float]


def one_listing(
    old: Prices, new: Prices, *, since: str = "2025-01-01", day: str = "2025-06-10", **facts: str
) -> Ledger:
    ledger = Ledger()
    ledger.history(
        ledger.source("litellm"),
        ledger.listing("one"),
        [(since, old), (day, new)],
        until="2025-12-01",
        watched_since="2024-06-01",
        **facts,
    )
    return ledger


def slipped_unit() -> Ledger:
    return one_listing({"input": 15, "output": 75}, {"input": 1.5, "output": 7.5})


def slipped_and_rounded_unit() -> Ledger:
    """Per thousand read as per million, and rounded on the way: no exact power of ten."""
    return one_listing({"input": 600, "output": 1250}, {"input": 0.6, "output": 1.3})


def swapped() -> Ledger:
    return one_listing({"input": 0.15, "output": 0.0375}, {"input": 0.0375, "output": 0.15})


def zero_placeholder() -> Ledger:
    return one_listing({"input": 0, "output": 500}, {"input": 1, "output": 2.8})


def first_week() -> Ledger:
    """A price corrected three days after the entry was made."""
    return one_listing({"input": 3, "output": 15}, {"input": 2, "output": 10}, since="2025-06-07")


def zero_seen_once() -> Ledger:
    ledger = Ledger()
    ledger.history(
        ledger.source("litellm"),
        ledger.listing("one"),
        [("2025-01-01", {"input": 1, "output": 2}), ("2025-06-10", {"input": 0, "output": 0})],
        until="2025-06-10",
    )
    return ledger


def back_port() -> Ledger:
    """A later release carries an older price file for a week: the cut is undone, and the undoing is no rise."""
    ledger = Ledger()
    steps: list[tuple[str, Prices]] = [
        ("2025-01-01", {"input": 10, "output": 40}),
        ("2025-06-10", {"input": 2, "output": 8}),
        ("2025-06-17", {"input": 10, "output": 40}),
    ]
    ledger.history(ledger.source("litellm"), ledger.listing("one"), steps, until="2025-12-01")
    return ledger


def one_meter_by_ten_and_back() -> Ledger:
    ledger = Ledger()
    steps: list[tuple[str, Prices]] = [
        ("2025-01-01", {"input": 10, "output": 40}),
        ("2025-06-10", {"input": 1, "output": 40}),
        ("2025-07-01", {"input": 10, "output": 40}),
    ]
    ledger.history(ledger.source("litellm"), ledger.listing("one"), steps, until="2025-12-01")
    return ledger


def sweep() -> Ledger:
    """One version of a catalogue lowers the prices of thirty models, each by a share of its own."""
    ledger = Ledger()
    source = ledger.source("litellm")
    for number in range(30):
        listing = ledger.listing(f"model-{number}", maker=f"maker-{number % 6}", seller="host")
        old: Prices = {"input": 1 + number, "output": 4 + number}
        new = {meter: price * (1 - (number + 1) / 50) for meter, price in old.items()}
        ledger.history(source, listing, [("2025-01-01", old), ("2025-06-10", new)], until="2025-12-01")
    return ledger


def latest_label() -> Ledger:
    """`large-latest` is pointed from the version of February to that of November; no version's price moves."""
    ledger = Ledger()
    source, other = ledger.source("litellm"), ledger.source("models_dev")
    for name in (source, other):
        ledger.history(
            name, ledger.listing("large-2402"), [("2025-01-01", {"input": 8, "output": 24})], until="2025-12-01"
        )
        ledger.history(
            name, ledger.listing("large-2411"), [("2025-01-01", {"input": 2, "output": 6})], until="2025-12-01"
        )
        ledger.history(
            name,
            ledger.listing("large-latest", floating=True),
            [("2025-01-01", {"input": 8, "output": 24}), ("2025-06-10", {"input": 2, "output": 6})],
            until="2025-12-01",
        )
    return ledger


def undated_label() -> Ledger:
    """gpt-4o moves to the version of August in the autumn, in two catalogues; the dated versions stand still."""
    ledger = Ledger()
    for name in ("litellm", "openrouter"):
        source = ledger.source(name)
        for label, price in (("gpt-4o-2024-05-13", 5), ("gpt-4o-2024-08-06", 2.5)):
            prices: Prices = {"input": price, "output": 15 if price == 5 else 10}
            ledger.history(source, ledger.listing(label), [("2024-09-01", prices)], until="2025-12-01")
        ledger.history(
            source,
            ledger.listing("gpt-4o"),
            [("2024-09-01", {"input": 5, "output": 15}), ("2024-11-13", {"input": 2.5, "output": 10})],
            until="2025-12-01",
        )
    return ledger


def batch_price_in_base_field() -> Ledger:
    ledger = Ledger()
    source = ledger.source("litellm")
    ledger.history(
        source,
        ledger.listing("one"),
        [("2025-01-01", {"input": 10, "output": 40}), ("2025-06-10", {"input": 5, "output": 20})],
        until="2025-12-01",
    )
    ledger.history(
        source, ledger.listing("one", tier="batch"), [("2025-01-01", {"input": 5, "output": 20})], until="2025-12-01"
    )
    return ledger


def other_region() -> Ledger:
    ledger = Ledger()
    source = ledger.source("litellm")
    ledger.history(
        source,
        ledger.listing("one", region="us"),
        [("2025-01-01", {"input": 10, "output": 40}), ("2025-06-10", {"input": 7, "output": 28})],
        until="2025-12-01",
    )
    ledger.history(
        source, ledger.listing("one", region="asia"), [("2025-01-01", {"input": 7, "output": 28})], until="2025-12-01"
    )
    return ledger


def named_router() -> Ledger:
    """A router that is known as one, in two catalogues that repeat it."""
    ledger = Ledger()
    for name in ("genai", "litellm"):
        ledger.history(
            ledger.source(name),
            ledger.listing("weights", seller="openrouter"),
            [("2025-01-01", {"input": 0.25, "output": 0.95}), ("2025-06-10", {"input": 0.1, "output": 0.5})],
            until="2025-12-01",
        )
    return ledger


def channel_discount() -> Ledger:
    """A cloud takes 30 % off three models of one maker; the maker's own prices stand."""
    ledger = Ledger()
    source = ledger.source("litellm")
    for label, price in (("a", 1.0), ("b", 3.0), ("c", 10.0)):
        listing = ledger.listing(label, seller="cloud")
        old: Prices = {"input": price, "output": 4 * price}
        new = {meter: 0.7 * amount for meter, amount in old.items()}
        ledger.history(source, listing, [("2025-01-01", old), ("2025-06-10", new)], until="2025-12-01")
        ledger.history(source, ledger.listing(label), [("2025-01-01", old)], until="2025-12-01")
    return ledger


def router_mix() -> Ledger:
    """A router's price falls as another host is chosen, and two catalogues repeat it."""
    ledger = Ledger()
    routed = ledger.listing("weights", seller="router")
    for name in ("router_models", "litellm"):
        sellers = ("router",) if name == "router_models" else ()
        source = ledger.source(name, sellers=sellers)
        ledger.history(
            source,
            routed,
            [("2025-01-01", {"input": 0.25, "output": 0.95}), ("2025-06-10", {"input": 0.1, "output": 0.5})],
            until="2025-12-01",
        )
    return ledger


def one_meter_by_a_thousand() -> Ledger:
    """The output price of one catalogue slips by a thousand and stays so; input stands."""
    return one_listing({"input": 0.08, "output": 320}, {"input": 0.08, "output": 0.32})


DECOYS: list[tuple[Callable[[], Ledger], str]] = [
    (slipped_unit, "correction"),
    (slipped_and_rounded_unit, "correction"),
    (swapped, "correction"),
    (zero_placeholder, "correction"),
    (first_week, "correction"),
    (zero_seen_once, "correction"),
    (back_port, "correction"),
    (one_meter_by_ten_and_back, "correction"),
    (one_meter_by_a_thousand, "correction"),
    (sweep, "correction"),
    (latest_label, "alias_move"),
    (undated_label, "alias_move"),
    (batch_price_in_base_field, "scope_change"),
    (other_region, "scope_change"),
    (channel_discount, "channel_discount"),
    (router_mix, "unexplained"),
    (named_router, "unexplained"),
]


@cache
def read(decoy: Callable[[], Ledger]) -> list[dict[str, Any]]:
    return moves_of(decoy())


@pytest.mark.parametrize(("decoy", "class_"), DECOYS, ids=[decoy.__name__ for decoy, _ in DECOYS])
def test_a_decoy_is_named_and_never_confirmed(decoy: Callable[[], Ledger], class_: str) -> None:
    rows = read(decoy)
    assert rows
    assert {row["class_"] for row in rows} == {class_}
    assert {row["state"] for row in rows} <= {"recorded", "reverted"}


@pytest.mark.parametrize(("decoy", "class_"), DECOYS, ids=[decoy.__name__ for decoy, _ in DECOYS])
def test_a_decoy_is_neither_flagged_nor_watched(decoy: Callable[[], Ledger], class_: str) -> None:
    assert all(pd.isna(row["flag"]) for row in read(decoy))


def free_in_one_catalogue() -> Ledger:
    """A price of nothing, kept for months, that nobody else shows."""
    return one_listing({"input": 2, "output": 8}, {"input": 0, "output": 0})


def half_price_in_one_catalogue() -> Ledger:
    """The price of batch requests, where no row of batch prices stands beside it."""
    return one_listing({"input": 2, "output": 8}, {"input": 1, "output": 4})


def exchange_rate_residue() -> Ledger:
    """A price that a catalogue converts anew with each release."""
    ledger = Ledger()
    steps: list[tuple[str, Prices]] = [
        (f"2025-{month:02d}-10", {"input": 1 - 0.01 * month, "output": 4 - 0.04 * month}) for month in range(1, 7)
    ]
    ledger.history(ledger.source("litellm"), ledger.listing("one"), steps, until="2025-12-01")
    return ledger


MAILS: list[Callable[[], Ledger]] = [
    *(decoy for decoy, _ in DECOYS),
    free_in_one_catalogue,
    half_price_in_one_catalogue,
    exchange_rate_residue,
]


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


def test_a_true_cut_of_one_meter_by_ten_is_no_slipped_unit() -> None:
    """DeepSeek's cached input, .028 → .0028 in April 2026, was real."""
    old: Prices = {"input": 0.14, "cached_input": 0.028, "output": 0.28}
    row = only_move(one_listing(old, old | {"cached_input": 0.0028}))
    assert row["class_"] == "market_move"


def test_a_slipped_unit_on_the_sellers_own_page_waits_for_the_second_capture() -> None:
    ledger = Ledger()
    source = ledger.source("acme", trust="seller", sellers=("acme",))
    steps: list[tuple[str, Prices]] = [
        ("2025-01-01", {"input": 15, "output": 75}),
        ("2025-06-10", {"input": 1.5, "output": 7.5}),
    ]
    ledger.history(source, ledger.listing("one"), steps, until="2025-06-10")
    row = only_move(ledger)
    assert (row["state"], is_flagged(row)) == ("recorded", False)
    assert "second capture" in row["explanation"]


def test_a_slipped_unit_that_a_second_capture_of_the_page_repeats_is_a_move() -> None:
    ledger = Ledger()
    source = ledger.source("acme", trust="seller", sellers=("acme",))
    steps: list[tuple[str, Prices]] = [
        ("2025-01-01", {"input": 15, "output": 75}),
        ("2025-06-10", {"input": 1.5, "output": 7.5}),
    ]
    ledger.history(source, ledger.listing("one"), steps, until="2025-06-11")
    assert only_move(ledger)["state"] == "confirmed"


def test_a_rollover_on_the_sellers_own_page_is_no_cut() -> None:
    """Two captures confirm the label's price, but the version behind it was sold at that price before."""
    ledger = Ledger()
    source = ledger.source("acme", trust="seller", sellers=("acme",))
    ledger.history(
        source, ledger.listing("large-2411"), [("2025-01-01", {"input": 2, "output": 6})], until="2025-12-01"
    )
    ledger.history(
        source,
        ledger.listing("large-latest", floating=True),
        [("2025-01-01", {"input": 8, "output": 24}), ("2025-06-10", {"input": 2, "output": 6})],
        until="2025-12-01",
    )
    row = only_move(ledger)
    assert (row["class_"], row["state"], is_flagged(row)) == ("alias_move", "recorded", False)


def test_a_label_that_follows_its_versions_price_made_a_market_move() -> None:
    ledger = Ledger()
    for name in ("litellm", "models_dev"):
        source = ledger.source(name)
        for label in ("o3", "o3-2025-04-16"):
            ledger.history(
                source,
                ledger.listing(label, floating=label == "o3"),
                [("2025-04-20", {"input": 10, "output": 40}), ("2025-06-10", {"input": 2, "output": 8})],
                until="2025-12-01",
            )
    row = only_move(ledger)
    assert (row["class_"], row["state"]) == ("market_move", "confirmed")


def pointer(since: str, slug: str, until: str | None = None) -> dict[str, str | None]:
    return {"maker": "acme", "alias": "chat", "slug": slug, "since": since, "until": until}


def test_a_label_known_to_point_to_one_version_made_the_move_itself() -> None:
    ledger = Ledger()
    for name in ("litellm", "models_dev"):
        ledger.history(
            ledger.source(name),
            ledger.listing("chat", floating=True),
            [("2025-01-01", {"input": 1, "output": 4}), ("2025-06-10", {"input": 0.5, "output": 2})],
            until="2025-12-01",
        )
    aliases = pd.DataFrame([pointer("2024-01-01", "v3")])
    assert only_move(ledger, aliases=aliases)["state"] == "confirmed"
    assert only_move(ledger)["class_"] == "alias_move"


def test_label_and_price_that_move_together_move_the_listing() -> None:
    """The maker sells the new version under no other name: what a buyer pays for the label changed."""
    ledger = Ledger()
    for name in ("litellm", "models_dev"):
        ledger.history(
            ledger.source(name),
            ledger.listing("chat", floating=True),
            [("2025-01-01", {"input": 0.56, "output": 1.68}), ("2025-09-29", {"input": 0.28, "output": 0.42})],
            until="2025-12-01",
        )
    aliases = pd.DataFrame([pointer("2024-01-01", "v3.1", "2025-09-29"), pointer("2025-09-29", "v3.2")])
    row = only_move(ledger, aliases=aliases)
    assert (row["class_"], row["state"]) == ("market_move", "confirmed")


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


def test_a_pass_through_of_the_makers_cut_is_no_channel_discount() -> None:
    ledger = Ledger()
    source = ledger.source("litellm")
    for label, price in (("a", 1.0), ("b", 3.0), ("c", 10.0)):
        for seller, day in (("acme", "2025-06-10"), ("cloud", "2025-06-12")):
            old: Prices = {"input": price, "output": 4 * price}
            new = {meter: 0.7 * amount for meter, amount in old.items()}
            ledger.history(
                source, ledger.listing(label, seller=seller), [("2025-01-01", old), (day, new)], until="2025-12-01"
            )
    assert {row["class_"] for row in moves_of(ledger)} == {"market_move"}


def test_a_price_that_stood_for_hours_only_is_not_gone_back_to() -> None:
    """Half the price was listed for one day of a launch; three weeks later the true cut reaches the same amounts."""
    ledger = Ledger()
    for name, first in (("litellm", ()), ("models_dev", (("2026-06-01", {"input": 0.3, "output": 1.2}),))):
        steps = [*first, ("2026-06-02", {"input": 0.6, "output": 2.4}), ("2026-06-25", {"input": 0.3, "output": 1.2})]
        ledger.history(ledger.source(name), ledger.listing("m3"), steps, until="2026-12-01")
    cut = [row for row in moves_of(ledger) if row["kind"] == "cut"]
    assert [(row["class_"], row["state"]) for row in cut] == [("market_move", "confirmed")]


def renewed(*, sibling: str) -> Ledger:
    """The label turns to a new version on 16 August at a new price; catalogues write it down weeks later."""
    ledger = Ledger()
    new: Prices = {"input": 1.32, "output": 3.96}
    for name in ("litellm", "models_dev"):
        source = ledger.source(name)
        ledger.history(
            source,
            ledger.listing("chat", floating=True),
            [("2026-06-01", {"input": 0.435, "output": 0.87}), ("2026-09-01", new)],
            until="2026-12-01",
        )
        ledger.history(
            source, ledger.listing("v4-0813"), [(sibling, new)], until="2026-12-01", watched_since="2026-06-01"
        )
    return ledger


@pytest.mark.parametrize(("sibling", "class_"), [("2026-08-22", "market_move"), ("2026-07-01", "alias_move")])
def test_a_version_that_came_with_the_price_is_no_price_that_stood_before(sibling: str, class_: str) -> None:
    aliases = pd.DataFrame([pointer("2026-04-24", "v4-0423", "2026-08-16"), pointer("2026-08-16", "v4-0813")])
    assert [row["class_"] for row in moves_of(renewed(sibling=sibling), aliases=aliases)] == [class_]


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


def tenfold_in_two(*, back: str | None = None, third: bool = False, factor: float = 0.1) -> Ledger:
    """Two catalogues lower input and output by one factor, three weeks apart; `back`: the day both put it right."""
    ledger = Ledger()
    old: Prices = {"input": 10, "output": 40}
    for name, day in (("litellm", "2025-06-10"), ("models_dev", "2025-07-01")):
        steps = [("2025-01-01", old), (day, {meter: price * factor for meter, price in old.items()})]
        steps += [(back, old)] if back else []
        ledger.history(ledger.source(name), ledger.listing("one"), steps, until="2026-03-01")
    if third:
        ledger.history(ledger.source("genai_prices"), ledger.listing("one"), [("2025-01-01", old)], until="2026-03-01")
    return ledger


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


def as_dear_as_its_successor(*, first_party: bool = True, catalogues: tuple[str, ...] = ("litellm",)) -> Ledger:
    """The retired version rises to the price at which its successor has been sold for months."""
    ledger = Ledger()
    seller = "acme" if first_party else "host"
    for name in catalogues:
        source = ledger.source(name)
        old = [("2025-09-01", {"input": 0.2, "output": 1.5}), ("2026-08-22", {"input": 1, "output": 2})]
        ledger.history(source, ledger.listing("code-1", seller=seller), old, until="2026-12-01")
        sold = [("2026-03-01", {"input": 1, "output": 2})]
        ledger.history(source, ledger.listing("build-1", seller=seller), sold, until="2026-12-01")
    return ledger


def test_a_name_that_becomes_as_dear_as_another_version_may_mean_that_one() -> None:
    row = only_move(as_dear_as_its_successor())
    assert (row["class_"], row["state"]) == ("alias_move", "recorded")


def test_a_second_lineage_makes_it_a_rise() -> None:
    row = only_move(as_dear_as_its_successor(catalogues=("litellm", "models_dev")))
    assert (row["class_"], row["state"]) == ("market_move", "confirmed")


def test_a_hosts_price_may_meet_that_of_another_model() -> None:
    assert only_move(as_dear_as_its_successor(first_party=False))["class_"] == "market_move"


def test_a_first_price_that_was_put_right_as_a_slip_is_a_correction_too() -> None:
    ledger = Ledger()
    steps = [("2025-10-11", {"input": 1600, "output": 6400}), ("2026-01-17", {"input": 1.6, "output": 6.4})]
    ledger.history(
        ledger.source("litellm"), ledger.listing("one"), steps, until="2026-06-01", watched_since="2025-01-01"
    )
    found = events_of(ledger)
    assert set(found["kind"]) == {"launch", "cut"}
    assert set(found["class_"]) == {"correction"}


def test_two_labels_of_one_listing_that_are_stated_side_by_side_move_nothing() -> None:
    """One entry says 3.74 and goes on saying it; another name of the same version says 1.87 from a week later on."""
    ledger = Ledger()
    source = ledger.source("models_dev")
    for day, price in (("2026-07-16", 3.74), ("2026-07-23", 1.87)):
        prices: Prices = {"input": price, "output": 2.5 * price}
        ledger.history(source, ledger.listing("inkling"), [(day, prices)], until="2026-11-30")
    assert moves_of(ledger) == []


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


def test_a_price_that_moved_the_same_way_under_its_versions_name_moved() -> None:
    """The floating name's entry has the peak price, the dated one's the off-peak price: both rose from .14 / .28."""
    ledger = Ledger()
    old: Prices = {"input": 0.14, "output": 0.28}
    for name, label, new in (("litellm", "flash", 0.44), ("models_dev", "flash-0731", 0.22)):
        steps = [("2026-07-31", old), ("2026-08-20", {"input": new, "output": 3 * new})]
        listing = ledger.listing(label, floating=label == "flash")
        ledger.history(ledger.source(name), listing, steps, until="2026-09-10")
    assert {row["class_"] for row in moves_of(ledger)} == {"market_move"}


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


def routed(model: str, *, maker_too: bool) -> dict[str, Any]:
    """A router's own catalogue halves the price of a model, and another catalogue repeats the router."""
    ledger = Ledger()
    steps: list[tuple[str, Prices]] = [
        ("2025-01-01", {"input": 1.0, "output": 2.0}), ("2025-06-10", {"input": 0.5, "output": 1.5}),
    ]  # fmt: skip
    for name in ("router_models", "litellm"):
        source = ledger.source(name, sellers=("router",) if name == "router_models" else ())
        ledger.history(source, ledger.listing("one", version=model, seller="router"), steps, until="2025-12-01")
    if maker_too:
        ledger.history("litellm", ledger.listing("one", version=model), steps, until="2025-12-01")
    return only_move(ledger, closed=frozenset({"acme/closed"}))


def test_a_router_of_weights_that_nobody_else_has_passes_its_makers_price_on() -> None:
    row = routed("acme/closed", maker_too=False)
    assert (row["class_"], row["state"], row["flag"]) == ("market_move", "probable", "watch")


def test_a_router_of_any_other_weights_may_have_chosen_another_host() -> None:
    row = routed("acme/open", maker_too=False)
    assert (row["class_"], row["state"]) == ("unexplained", "recorded")


def test_who_repeats_a_router_confirms_nothing_and_the_makers_own_entry_does() -> None:
    row = routed("acme/closed", maker_too=True)
    assert (row["class_"], row["state"], row["seller"]) == ("market_move", "confirmed", "acme")
