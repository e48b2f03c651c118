"""Ledgers of what catalogues do to themselves, and the class that each has to be given."""

from collections.abc import Callable
from functools import cache
from typing import Any

from tests.pipeline.events.ledger import Ledger
from tests.pipeline.events.reading import moves_of

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
