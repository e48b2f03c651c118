"""Worked cases of price effects, of the same-weights gap and of patterns, to the digit."""

from decimal import Decimal

import pytest

from pipeline.dumping.pattern import DIFFERENCE_PERCENT, cohens_d, relative_difference
from pipeline.dumping.price_effects import PeerPair, depression, suppression, undercutting, underselling
from pipeline.dumping.same_weights import HostPrice, same_weights_gap
from tests.worked_examples.cases import case, close


def pair(name, domestic, imported, quantity=1):
    return PeerPair(
        type_=name, domestic_price=Decimal(domestic), import_price=Decimal(imported), quantity=Decimal(quantity)
    )


@case("M6")
def test_an_import_at_875_under_a_domestic_1250_undercuts_by_30_per_cent():
    assert undercutting([pair("T", "1.25", ".875")]).weighted_percent == 30


@case("L17")
def test_types_that_are_not_undercut_stay_in_the_average():
    found = undercutting([pair("T1", "1.25", ".875", 100), pair("T2", "2", "1.9", 300), pair("T3", ".5", ".55", 600)])
    assert [percent for _, percent in found.by_type] == [30, 5, -10]
    assert close(found.weighted_percent, "3.658537")
    assert close(found.positive_only_percent, "6.585366")
    assert close(found.mean_percent, "8.333333")
    assert found.share_of_quantity_percent == 40


@case("L18")
def test_the_target_price_has_its_profit_on_turnover():
    found = underselling(
        cost=Decimal(1),
        profit_share_of_turnover=Decimal("0.06"),
        import_price=Decimal("0.84"),
        cif_price=Decimal("0.8"),
    )
    assert close(found.target_price, "1.063830")
    assert close(found.percent, "27.978723")
    assert close(undercutting([pair("T", "0.95", "0.84")]).weighted_percent, "11.578947")


@case("L19")
def test_depression_is_net_of_trend_and_of_controls():
    found = depression(
        rivals_change=-0.12, rivals_trend=-0.0005, controls_change=-0.05, controls_trend=-0.0004, days=60
    )
    assert close(found.rivals_excess, "-0.09")
    assert close(found.controls_excess, "-0.026")
    assert close(found.difference, "-0.064")
    assert close(found.percent, "-6.199500")
    assert close(found.without_controls_percent, "-8.606881")


@case("L20")
def test_suppression_is_a_change_and_needs_a_rise_of_cost():
    start = {"cost_start": Decimal(".6"), "price_start": Decimal(1)}
    rising = suppression(**start, cost_end=Decimal(".66"), price_end=Decimal(1))
    falling = suppression(**start, cost_end=Decimal(".5"), price_end=Decimal(".9"))
    assert (rising.ratio_start, rising.ratio_end, rising.points) == (60, 66, 6)
    assert close(falling.ratio_end, "55.555556")
    assert close(falling.change_points, "-4.444444")
    assert falling.points is None


TEST, OTHER = ("0.7", "0.8", "0.6", "0.7"), ("1.0", "1.1", "0.9", "1.0")


def weighted(prices, quantities=(1, 1, 1, 1)):
    return [(Decimal(price), Decimal(quantity)) for price, quantity in zip(prices, quantities, strict=True)]


@case("M7", "L12")
def test_cohens_d_is_as_commerce_coded_it_and_not_as_in_textbooks():
    assert close(cohens_d(weighted(TEST), weighted(OTHER)), "4.242641")
    assert close(cohens_d(weighted(TEST, (10, 1, 1, 10)), weighted(OTHER)), "5.519197")
    # the sample standard deviation of both groups is .0816497: .3/.0816497
    assert not close(cohens_d(weighted(TEST), weighted(OTHER)), "3.674235")


@case("L12")
def test_two_constant_list_prices_have_no_cohens_d():
    assert cohens_d(weighted(["1"] * 4), weighted(["2"] * 4)) is None


@case("L12")
def test_one_observation_or_under_five_per_cent_of_the_quantity_has_no_cohens_d():
    assert cohens_d(weighted(["1"], [1]), weighted(OTHER)) is None
    assert cohens_d(weighted(TEST, (20, 20, 20, 20)), weighted(OTHER)) is None
    assert cohens_d(weighted(TEST, (19, 19, 19, 19)), weighted(OTHER)) is not None


@case("L14")
@pytest.mark.parametrize(("price", "percent", "passes"), [("0.985", "1.5", False), ("0.98", "2", True)])
def test_a_difference_of_exactly_two_per_cent_passes(price, percent, passes):
    found = relative_difference(weighted([price], [1]), weighted(["1"], [1]))
    assert found == Decimal(percent)
    assert (found >= DIFFERENCE_PERCENT) is passes


def host(name, price, seen=2, precision="fp8", context=128_000):
    return HostPrice(host=name, price=Decimal(price), seen=seen, precision=precision, context_tokens=context)


@case("M8")
def test_the_makers_price_against_the_median_of_its_hosts():
    hosts = [host("a", ".21"), host("b", ".525"), host("c", ".30"), host("d", ".2625")]
    # the maker's B31: (3 · .15 + .60)/4
    found = same_weights_gap((3 * Decimal(".15") + Decimal(".60")) / 4, hosts)
    assert found.median_price == Decimal("0.28125")
    assert close(found.gap_percent, "7.142857")
    assert found.second_lowest == Decimal("0.2625")
    assert found.under_second_lowest is False
    # without the dearer two hosts the median is .2625, without the cheaper two .30
    assert found.low == 0
    assert close(found.high, "14.285714")
