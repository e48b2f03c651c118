"""Home and export side by side."""

from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.domain.facts import TaxRate
from pipeline.dumping.pairs import latest_pairs, pairs_on, sold_at_home_and_abroad
from tests.pipeline.dumping.offers import NO_FACTS, facts, ground, listing_row, margins_on, priced, stands

SEATS = {"acme": "CN"}
DAY = date(2026, 3, 5)
HOME = {"input": "3", "output": "6"}
EXPORT = {"input": ".435", "output": ".87"}
LISTINGS = [listing_row(1, market="CN"), listing_row(2)]
SPELLS = [*priced(1, HOME, 0, 9, currency="CNY"), *priced(2, EXPORT, 0, 9)]


def test_home_is_where_the_maker_sits():
    (pair,) = pairs_on(stands(LISTINGS, SPELLS), SEATS, NO_FACTS, DAY)
    assert (pair.home.market, pair.export.market, pair.comparability) == ("CN", "international", "like")


def test_a_maker_without_a_known_seat_has_no_home():
    assert pairs_on(stands(LISTINGS, SPELLS), {}, NO_FACTS, DAY) == []


def test_two_names_of_one_maker_are_one_party():
    own = facts(owners={"acme": "acme", "acme-intl": "acme"})
    table = stands([LISTINGS[0], listing_row(2, seller="acme-intl", served_by="acme-intl")], SPELLS)
    (pair,) = pairs_on(table, SEATS, own, DAY)
    assert (pair.home.seller, pair.export.seller) == ("acme", "acme-intl")


def test_another_seller_abroad_is_no_export_of_the_maker():
    table = stands([LISTINGS[0], listing_row(2, seller="host", served_by="host")], SPELLS)
    assert pairs_on(table, SEATS, NO_FACTS, DAY) == []
    assert sold_at_home_and_abroad(table, SEATS, NO_FACTS).empty


def test_without_a_day_the_last_one_on_which_both_stood_is_taken():
    spells = [*priced(1, HOME, 0, 4, currency="CNY"), *priced(2, EXPORT, 0, 9)]
    both = sold_at_home_and_abroad(stands(LISTINGS, spells), SEATS, NO_FACTS)
    (pair,) = latest_pairs(both, SEATS, NO_FACTS)
    # last seen on 5 March, every day; stale after two looks
    assert (pair.home.day, pair.export.day) == (date(2026, 3, 7), date(2026, 3, 7))


def test_sides_that_never_stood_on_one_day_are_similar():
    spells = [*priced(1, HOME, 0, 1, currency="CNY"), *priced(2, EXPORT, 20, 29)]
    both = sold_at_home_and_abroad(stands(LISTINGS, spells), SEATS, NO_FACTS)
    (pair,) = latest_pairs(both, SEATS, NO_FACTS)
    assert pair.comparability == "similar"
    assert pair.likeness.differences == ("never seen on one day: home 2026-03-04, export 2026-04-01",)


def test_every_shared_band_is_a_pair_of_its_own():
    bands = ['{"context_max":32000,"tier":"standard"}', '{"context_min":32000,"tier":"standard"}']
    listings = [
        listing_row(2 * place + side, market=market, conditions=conditions)
        for place, conditions in enumerate(bands)
        for side, market in ((1, "CN"), (2, "international"))
    ]
    spells = [row for number in range(1, 5) for row in priced(number, HOME, 0, 9)]
    found = pairs_on(stands(listings, spells), SEATS, NO_FACTS, DAY)
    assert [str(pair.band) for pair in found] == ["prompt 0-32000", "prompt 32000-"]


def tax(country, rate):
    return TaxRate(
        country=country,
        tax="VAT",
        rate=Decimal(rate),
        applies_to="services",
        source="a page",
        public_since=None,
        reviewed_on=DAY,
    )


@settings(max_examples=20)
@given(st.permutations(["CN", "US", "FR", "international"]))
def test_renaming_all_countries_changes_nothing_but_names(names):
    renamed = dict(zip(("CN", "US", "FR", "international"), names, strict=True))
    markets = ["CN", "US", "international"]
    rates = [(DAY, 7)]

    def figures(name):
        listings = [listing_row(number, market=name(market)) for number, market in enumerate(markets, 1)]
        spells = [*priced(1, HOME, 0, 9, currency="CNY"), *priced(2, EXPORT, 0, 9), *priced(3, HOME, 0, 9)]
        own = facts(taxes=(tax(name("CN"), ".06"), tax(name("US"), ".1")))
        asked = ground(stands(listings, spells), own, rates, {"acme": name("CN")})
        back = {name(market): market for market in ("CN", "US", "FR", "international")}
        return {
            (back[each.pair.home.market], back[each.pair.export.market]): (each.indicator.value, each.indicator.outcome)
            for each in margins_on(asked, "acme/one", DAY)
        }

    assert figures(lambda market: renamed[market]) == figures(lambda market: market)
    assert len(figures(lambda market: market)) == 2
