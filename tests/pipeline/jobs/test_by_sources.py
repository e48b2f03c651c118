"""Prices by the sources that state them: what a look of one source can move, and what stands."""

import pandas as pd

from pipeline.jobs.by_sources import by_sources, stating
from pipeline.jobs.looked import Spells
from pipeline.jobs.priced import kept_prices
from pipeline.store.keep import Held
from tests.pipeline.events.ledger import Ledger, instant

SPELLS = pd.DataFrame(
    [("x", "one"), ("x", "two"), ("y", "one"), ("z", "two"), ("x", "one"), ("w", "one")],
    columns=["listing_id", "source"],
)
OWN = pd.Series({name: name for name in "xyzw"})


def test_a_part_holds_the_listings_that_the_same_sources_state() -> None:
    parts = by_sources(stating(SPELLS), OWN)
    assert parts.part.to_dict() == {"x": "one,two", "y": "one", "z": "two", "w": "one"}
    assert parts.sources == {"one,two": ("one", "two"), "one": ("one",), "two": ("two",)}


def test_listings_of_one_offer_stay_together() -> None:
    parts = by_sources(stating(SPELLS), pd.Series({"y": "offer", "z": "offer", "w": "w"}))
    assert parts.part.to_dict() == {"y": "one,two", "z": "one,two", "w": "one"}


def test_spells_of_another_source_leave_the_digest_of_a_part() -> None:
    parts = by_sources(stating(SPELLS), OWN)
    before = parts.together({"one": "a", "two": "b"}, shared=["day"])
    after = parts.together({"one": "a", "two": "c"}, shared=["day"])
    assert {name for name in before if before[name] != after[name]} == {"two", "one,two"}


def test_a_listing_that_another_source_begins_to_state_leaves_its_part_and_changes_the_digest_of_both() -> None:
    said, begun = {"one": "a", "two": "b"}, pd.concat([SPELLS, pd.DataFrame({"listing_id": ["y"], "source": ["two"]})])
    before, after = (by_sources(stating(spells), OWN).together(said, shared=[]) for spells in (SPELLS, begun))
    assert {name for name in before if before[name] != after[name]} == {"one", "one,two"}


def test_the_spells_of_some_parts_are_those_of_their_listings() -> None:
    parts = by_sources(stating(SPELLS), OWN)
    assert parts.spells(SPELLS, ["two", "one,two"])["listing_id"].tolist() == ["x", "x", "z", "x"]


def test_without_spells_there_is_no_part() -> None:
    assert by_sources(stating(SPELLS.iloc[:0]), OWN).sources == {}


def test_prices_of_a_listing_that_a_second_catalogue_begins_to_state_are_not_kept_beside_the_new_ones() -> None:
    """The first catalogue says what it said, of two models; the second takes up one of them a month later."""
    ledger, keep, prices = Ledger(), Held(), []
    one, two = ledger.source("one"), ledger.source("two")
    for label in ("model-a", "model-b"):
        listing = ledger.listing(label, seller="host")
        ledger.history(one, listing, [("2026-01-01", {"input": 1.0, "output": 2.0})], until="2026-03-01")
    for stated in (False, True):
        if stated:
            ledger.history(two, listing, [("2026-02-01", {"input": 1.0, "output": 2.0})], until="2026-03-01")
        every = Spells.of(ledger.frame("spells"))
        prices.append(kept_prices(every, ledger.frame("sources"), at=instant("2026-03-01"), keep=keep))
    assert [len(found) for found in prices] == [4, 4]
    assert prices[1]["others"].ne("[]").sum() == 2
