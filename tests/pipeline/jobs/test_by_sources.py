"""Prices by the sources that state them: what a look of one source can move, and what stands."""

import pandas as pd

from pipeline.jobs.by_sources import by_sources, stating

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


def test_the_spells_of_some_parts_are_those_of_their_listings() -> None:
    parts = by_sources(stating(SPELLS), OWN)
    assert parts.spells(SPELLS, ["two", "one,two"])["listing_id"].tolist() == ["x", "x", "z", "x"]


def test_without_spells_there_is_no_part() -> None:
    assert by_sources(stating(SPELLS.iloc[:0]), OWN).sources == {}
