"""Names that came to mean another version, and versions whose price moved under a name."""

import pandas as pd
import pytest

from tests.pipeline.events.decoys import Prices
from tests.pipeline.events.ledger import Ledger
from tests.pipeline.events.reading import is_flagged, moves_of, only_move


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


def test_a_price_that_moved_the_same_way_under_its_versions_name_moved() -> None:
    """The floating name's entry has the peak price, the dated one's the off-peak price: both rose from .14 / .28."""
    ledger = Ledger()
    old: Prices = {"input": 0.14, "output": 0.28}
    for name, label, new in (("litellm", "flash", 0.44), ("models_dev", "flash-0731", 0.22)):
        steps = [("2026-07-31", old), ("2026-08-20", {"input": new, "output": 3 * new})]
        listing = ledger.listing(label, floating=label == "flash")
        ledger.history(ledger.source(name), listing, steps, until="2026-09-10")
    assert {row["class_"] for row in moves_of(ledger)} == {"market_move"}
