"""What was on offer on a day, and who says so."""

from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.domain.vocabulary import Meter
from pipeline.dumping.offered import Band, offers_on
from tests.pipeline.dumping.offers import listing_row, offer, priced, stands, stated
from tests.pipeline.normalise.conftest import source_row

BOTH = {"input": "1", "output": "4"}
DAY = date(2026, 3, 5)


def one(table, day=DAY):
    (found,) = offers_on(table, day)
    return found


def test_the_most_trusted_source_speaks():
    table = stands([listing_row(1)], [*priced(1, BOTH, 0, 9, source="index"), *priced(1, {**BOTH, "input": "2"}, 0, 9)])
    found = one(table)
    assert (found.source, found.trust) == ("acme", "seller")
    assert {row.meter: row.price for row in found.stated}[Meter.INPUT] == Decimal(2)


def test_a_look_after_the_day_asked_does_not_decide_who_speaks():
    spells = [*priced(1, BOTH, 0, 9, source="index"), *priced(1, {**BOTH, "input": "2"}, 0, 9, source="later")]
    sources = [source_row(name, "aggregator") for name in ("index", "later")]
    looked_again = [*spells[:2], *priced(1, {**BOTH, "input": "2"}, 0, 12, source="later")]
    for known in (spells, looked_again):
        assert one(stands([listing_row(1)], known, sources)).source == "index"


def test_a_price_that_is_seen_still_names_the_document_that_stated_it_first():
    table = stands([listing_row(1)], priced(1, BOTH, 0, 9, first_payload="aa", last_payload="bb"))
    named = {day: {row.payload for row in one(table, date(2026, 3, day)).stated} for day in (5, 10)}
    assert named == {5: {"aa"}, 10: {"bb"}}


def test_a_source_that_prices_the_output_alone_does_not_speak():
    table = stands([listing_row(1)], [*priced(1, BOTH, 0, 9, source="index"), *priced(1, {"output": "2"}, 0, 9)])
    assert one(table).source == "index"


def test_a_source_that_prices_half_the_week_gives_way():
    off_peak = listing_row(2, conditions='{"tier":"standard","window":{"name":"off_peak"}}')
    table = stands([listing_row(1), off_peak], [*priced(1, BOTH, 0, 9, source="index"), *priced(2, BOTH, 0, 9)])
    assert one(table).source == "index"


def test_a_price_that_nobody_looked_at_for_two_looks_stands_no_more():
    table = stands([listing_row(1)], priced(1, BOTH, 0, 1))
    assert offers_on(table, date(2026, 3, 4))
    assert offers_on(table, date(2026, 3, 5)) == []


def test_a_label_that_nobody_matched_is_no_offer():
    assert stands([listing_row(1, model_version=None)], priced(1, BOTH, 0, 9)).empty


def test_bands_are_ordered_by_what_they_bound_and_thinking_comes_last():
    rows = [
        stated(meter, "1", band=band)
        for meter in ("input", "output")
        for band in (Band(thinking=True), Band(context_min=32_000), Band(context_max=32_000))
    ]
    assert [str(band) for band in offer(*rows).bands] == ["prompt 0-32000", "prompt 32000-", "thinking"]


def test_a_band_without_an_output_price_is_none():
    assert offer(stated("input", "1"), stated("cached_input", ".1")).bands == ()


def test_two_tax_bases_in_one_offer_are_an_unknown_one():
    spells = [*priced(1, {"input": "1"}, 0, 9, vat_included="yes"), *priced(1, {"output": "4"}, 0, 9)]
    assert one(stands([listing_row(1)], spells)).vat_included == "unknown"


@settings(max_examples=20)
@given(st.randoms())
def test_the_order_of_the_rows_does_not_matter(random):
    listings = [
        listing_row(1),
        listing_row(2, market="CN"),
        listing_row(3, conditions='{"context_min":32000,"tier":"standard"}'),
    ]
    spells = [
        *priced(1, BOTH, 0, 9),
        *priced(1, BOTH, 0, 9, source="index"),
        *priced(2, BOTH, 0, 9, currency="CNY"),
        *priced(3, BOTH, 0, 9, source="index"),
    ]
    expected = offers_on(stands(listings, spells), DAY)
    random.shuffle(listings)
    random.shuffle(spells)
    sources = [source_row("index", "aggregator"), source_row("acme", "seller")]
    assert offers_on(stands(listings, spells, sources), DAY) == expected


def test_a_band_without_an_upper_bound_is_longer_than_one_with():
    open_, bounded = Band(context_min=0, context_max=None), Band(context_min=0, context_max=272_000)
    thinking = Band(thinking=True, context_max=1)
    assert sorted([thinking, open_, bounded], key=lambda band: band.length) == [bounded, open_, thinking]
