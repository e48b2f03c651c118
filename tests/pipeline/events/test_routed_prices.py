"""Prices of who passes others' computing on."""

from typing import Any

from tests.pipeline.events.decoys import Prices
from tests.pipeline.events.ledger import Ledger
from tests.pipeline.events.reading import moves_of, only_move


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
