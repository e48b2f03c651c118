"""A maker and the hosts of the same weights."""

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.domain.facts import FactName
from pipeline.dumping.hosts import same_weights
from tests.pipeline.dumping.offers import NO_FACTS, facts, offer, seller_fact, stated
from tests.worked_examples.cases import case, close

# Worked case M8: blends of .21, .525, .30 and .2625 where input and output cost the same.
M8 = {"a": ".21", "b": ".525", "c": ".30", "d": ".2625"}
MAKER = offer(stated("input", ".15"), stated("output", ".60"))
CONTEXTS = {(name, "acme/one"): 131_072 for name in M8}


def host(name, price, **change):
    held = {"seller": name, "served_by": name, "source": f"{name}_page", "precision": "fp8", "first_party": False}
    captures = change.pop("captures", 2)
    rows = [stated(meter, price, captures=captures) for meter in ("input", "output")]
    return offer(*rows, **(held | change))


def compared(*offers, own=NO_FACTS, contexts=CONTEXTS):
    return same_weights(list(offers), own, {}, seat="CN", contexts=contexts)


def hosts(**change):
    return [host(name, change.get(name, price)) for name, price in M8.items()]


@case("M8")
def test_the_median_host_of_the_worked_case():
    found = compared(MAKER, *hosts())
    assert found.maker is not None
    assert found.maker.b31 == Decimal("0.2625")
    assert found.b31 is not None
    assert close(found.b31.gap_percent, "7.142857")
    assert (found.b31.second_lowest, found.b31.under_second_lowest) == (Decimal("0.2625"), False)


def test_a_host_whose_context_nobody_states_does_not_count():
    found = compared(MAKER, *hosts(), contexts={})
    assert found.b31 is not None
    assert found.b31.gap_percent is None
    assert "a: context not read" in found.b31.left_out


def test_two_hosts_are_not_enough():
    found = compared(MAKER, *hosts()[:2])
    assert (found.b31, found.reason) == (None, "2 hosts, 3 are needed")


def test_the_makers_home_price_is_not_what_hosts_compete_with():
    found = compared(offer(market="CN"), *hosts())
    assert found.maker is None
    assert "outside its own country" in found.reason


def test_a_router_is_no_host():
    own = facts(routers=frozenset({"a"}))
    assert [each.host for each in compared(MAKER, *hosts(), own=own).hosts] == ["b", "c", "d"]


def test_an_affiliate_of_the_maker_is_no_independent_host():
    own = facts(sellers=(seller_fact("a", FactName.AFFILIATED_WITH, "acme"),))
    assert "a" not in [each.host for each in compared(MAKER, *hosts(), own=own).hosts]


def test_an_affiliation_that_nobody_states_is_unknown():
    (first, *_) = compared(MAKER, *hosts()).hosts
    assert (first.affiliated, first.served_from) == ("unknown", "unknown")


def test_a_host_that_asks_nothing_has_no_price():
    assert "a" not in [each.host for each in compared(MAKER, *hosts(a="0")).hosts]


def test_of_a_hosts_offers_its_own_page_speaks_before_a_routers():
    through_router = host("a", ".1", seller="router", source="endpoints", trust="aggregator")
    (first, *_) = compared(MAKER, through_router, *hosts()).hosts
    assert (first.offer.source, first.b31) == ("a_page", Decimal("0.21"))


def test_of_equal_offers_of_a_host_the_lowest_counts_against_the_flag():
    (first, *_) = compared(MAKER, host("a", ".2", region="eu"), *hosts()).hosts
    assert first.b31 == Decimal("0.2")


@settings(max_examples=20)
@given(st.permutations([MAKER, *hosts()]))
def test_the_order_of_the_offers_does_not_matter(offers):
    assert compared(*offers) == compared(MAKER, *hosts())
