import json

import pandas as pd
import pytest

from pipeline import frames
from pipeline.normalise.prices import current_prices, looked_at, turning_stale
from tests.pipeline.normalise.conftest import day, source_row, sources_frame, spell_row, spells_frame

SOURCES = [source_row("acme", "seller"), source_row("index", "aggregator"), source_row("mirror", "copy")]


def priced(*rows, now=10.0, sources=None):
    return current_prices(spells_frame(list(rows)), sources_frame(sources or SOURCES), now=day(now))


def test_the_most_trusted_source_speaks():
    frame = priced(spell_row("3", 1, 10), spell_row("2", 1, 10, source="index"))
    assert frame["source"].tolist() == ["acme"]
    assert json.loads(frame["others"].iloc[0]) == [
        {"source": "index", "nano_per_million": 2_000_000_000, "last_seen": "2026-03-11T00:00:00Z"}
    ]


def test_a_stale_source_gives_way_to_a_fresh_one():
    frame = priced(spell_row("3", 1, 7), spell_row("2", 1, 10, source="index"))
    assert frame["source"].tolist() == ["index"]


def test_a_price_is_stale_after_two_missed_looks():
    assert priced(spell_row("3", 1, 8))["stale"].tolist() == [False]
    assert priced(spell_row("3", 1, 7.9))["stale"].tolist() == [True]


def test_a_price_seen_on_day_8_of_a_daily_source_turns_stale_after_day_10_by_the_clock_alone():
    spells, sources = spells_frame([spell_row("3", 1, 8)]), sources_frame(SOURCES)
    at = turning_stale(spells, sources, now=day(9), looked=looked_at(spells))
    assert at.tolist() == [pd.Timestamp(day(10))]
    assert turning_stale(spells, sources, now=day(10.1), looked=looked_at(spells)).empty


def test_prices_of_some_listings_are_rows_of_the_prices_of_all():
    rows = [spell_row("3", 1, 8, ended="withdrawn", not_after=day(8.5)), spell_row("2", 1, 10, listing_id="f" * 16)]
    spells, sources = spells_frame(rows), sources_frame(SOURCES)
    whole = current_prices(spells, sources, now=day(10))
    own = spells[spells["amount"] == "3"]
    some = current_prices(own, sources, now=day(10), looked=looked_at(spells))
    pd.testing.assert_frame_equal(some, whole[whole["amount"] == "3"].reset_index(drop=True))


def test_where_all_are_stale_the_most_trusted_still_speaks():
    frame = priced(spell_row("3", 1, 2), spell_row("2", 1, 3, source="index"))
    assert frame[["source", "stale"]].to_numpy().tolist() == [["acme", True]]


def test_equal_trust_goes_to_the_latest_look():
    sources = [source_row("acme", "aggregator"), source_row("index", "aggregator")]
    frame = priced(spell_row("3", 1, 9), spell_row("2", 1, 10, source="index"), sources=sources)
    assert frame["source"].tolist() == ["index"]


def test_equal_looks_go_to_the_first_name():
    sources = [source_row("acme", "aggregator"), source_row("index", "aggregator")]
    frame = priced(spell_row("2", 1, 10, source="index"), spell_row("3", 1, 10), sources=sources)
    assert frame["source"].tolist() == ["acme"]


def test_the_newest_spell_of_a_source_counts():
    frame = priced(spell_row("3", 1, 4, ended="changed", not_after=day(5)), spell_row("2", 5, 10))
    assert frame["amount"].tolist() == ["2"]


@pytest.mark.parametrize(("other", "disagree"), [("103", False), ("103.1", True), ("97", False), ("96.9", True)])
def test_sources_disagree_beyond_three_per_cent(other, disagree):
    frame = priced(spell_row("100", 1, 10), spell_row(other, 1, 10, source="index"))
    assert frame["disagree"].tolist() == [disagree]


def test_a_stale_source_cannot_disagree():
    frame = priced(spell_row("100", 1, 10), spell_row("50", 1, 2, source="index"))
    assert frame["disagree"].tolist() == [False]


def test_a_withdrawn_price_of_a_source_that_is_still_read_is_not_stale():
    gone = spell_row("3", 1, 4, ended="withdrawn", not_after=day(5))
    kept = spell_row("9", 1, 10, listing_id="2")
    frame = priced(gone, kept)
    assert frame[["withdrawn", "stale"]].to_numpy().tolist() == [[True, False], [False, False]]


def test_currencies_stand_beside_each_other():
    frame = priced(spell_row("3", 1, 10), spell_row("2.8", 1, 10, currency="EUR"))
    assert frame["currency"].tolist() == ["EUR", "USD"]


def test_an_unknown_source_is_refused():
    with pytest.raises(KeyError):
        priced(spell_row("3", 1, 10, source="stranger"))


def test_no_spells_no_prices():
    frame = current_prices(frames.empty("spells"), sources_frame(SOURCES), now=day(1))
    assert isinstance(frames.check(frame, "prices"), pd.DataFrame)
    assert frame.empty
