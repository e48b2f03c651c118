"""Which price stands as normal value, and what stands in for a month without one."""

from datetime import date
from decimal import Decimal

import pytest

from pipeline.dumping.averages import averages
from pipeline.dumping.normal_value import (
    OFFER,
    VIABILITY_NOT_TESTED,
    Basis,
    Rank,
    Regime,
    contemporaneous,
    month_of_normal_value,
    normal_value,
    viability,
)
from pipeline.dumping.period import period_of_case, period_of_investigation
from tests.worked_examples.cases import sold

HOME = Basis(rank=Rank.HOME, price=Decimal(10), source="page of the seller")
THIRD = Basis(rank=Rank.THIRD_COUNTRY, price=Decimal(9), source="page for another market")
BUILT = Basis(rank=Rank.CONSTRUCTED, price=Decimal(8), source="rents", surrogate="TR")


def test_the_home_price_stands_first_as_an_offer_of_untested_viability():
    found = normal_value([THIRD, HOME, BUILT], regime=Regime.MARKET)
    assert (found.rank, found.price, found.passed_over) == (Rank.HOME, 10, ())
    assert found.labels == (OFFER, VIABILITY_NOT_TESTED)


def test_a_lower_rank_says_why_the_ranks_above_were_not_used():
    missing = Basis(rank=Rank.HOME, price=None, source="", missing="no offer to buyers at home")
    found = normal_value([missing, BUILT], regime=Regime.MARKET)
    assert found.rank is Rank.CONSTRUCTED
    assert found.passed_over == ("home price: no offer to buyers at home", "price to a third country: none given")


def test_a_home_market_that_is_not_viable_is_passed_over_with_its_share():
    small = viability(home_quantity=Decimal("4.9"), importing_quantity=Decimal(100))
    found = normal_value([HOME, THIRD], regime=Regime.MARKET, home_viability=small)
    assert found.rank is Rank.THIRD_COUNTRY
    assert "4.90 %" in found.passed_over[0]


@pytest.mark.parametrize("regime", [Regime.NME, Regime.ARTICLE_6A])
def test_a_regime_without_market_prices_takes_surrogate_inputs_alone(regime):
    found = normal_value([HOME, THIRD, BUILT], regime=regime)
    assert (found.rank, found.labels) == (Rank.CONSTRUCTED, (f"regime {regime}: inputs priced in TR",))
    own = Basis(rank=Rank.CONSTRUCTED, price=Decimal(8), source="rents at home")
    assert normal_value([HOME, own], regime=regime) is None


def test_a_basis_is_a_price_or_a_reason():
    with pytest.raises(ValueError, match="home price"):
        Basis(rank=Rank.HOME, price=None, source="")


@pytest.mark.parametrize(
    ("have", "found"),
    [
        (["2026-01", "2025-12"], "2026-01"),
        (["2025-12", "2026-02"], "2025-12"),
        (["2025-10", "2026-02"], "2025-10"),
        (["2025-09", "2026-02"], "2026-02"),
        (["2026-03"], "2026-03"),
        (["2025-09", "2026-04"], None),
    ],
)
def test_three_months_back_then_two_forward_answer_for_a_month(have, found):
    assert month_of_normal_value(have, "2026-01") == found


def test_a_borrowed_month_is_named_and_used():
    sales = [sold("nv", 10, month=1), sold("ep", 8, month=1), sold("ep", 10, month=3)]
    _, borrowed = contemporaneous(sales)
    assert [(each.month, each.taken_from) for each in borrowed] == [("2026-03", "2026-01")]
    # (10 - 8) + (10 - 10) over 8 + 10
    assert averages(sales).by_month.amount == 2


def test_a_month_that_nothing_answers_for_has_no_monthly_margin_and_says_so():
    found = averages([sold("nv", 10, month=9), sold("ep", 8, month=1, line=7)])
    assert found.by_month is None
    assert found.by_month_missing.startswith("line 7")
    assert found.whole.amount == 2


@pytest.mark.parametrize(
    ("day", "regime", "first", "last"),
    [
        (date(2026, 11, 23), Regime.MARKET, date(2025, 10, 1), date(2026, 9, 30)),
        (date(2026, 11, 23), Regime.NME, date(2026, 4, 1), date(2026, 9, 30)),
        (date(2026, 1, 1), Regime.ARTICLE_6A, date(2025, 1, 1), date(2025, 12, 31)),
        (date(2026, 3, 31), Regime.NME, date(2025, 7, 1), date(2025, 12, 31)),
    ],
)
def test_a_period_is_the_last_full_quarters(day, regime, first, last):
    assert period_of_investigation(day, regime) == (first, last)


@pytest.mark.parametrize(
    ("day", "regime", "first", "last"),
    [
        (date(2026, 11, 2), Regime.MARKET, date(2026, 1, 1), date(2026, 11, 30)),  # the fourth quarter is not over
        (date(2026, 11, 2), Regime.NME, date(2026, 7, 1), date(2026, 11, 30)),
        (date(2026, 8, 21), Regime.MARKET, date(2025, 10, 1), date(2026, 9, 30)),  # a full quarter
        (date(2025, 3, 1), Regime.MARKET, date(2025, 10, 1), date(2026, 9, 30)),  # as chosen
        (date(2026, 12, 5), Regime.MARKET, date(2025, 10, 1), date(2026, 9, 30)),  # after the data
    ],
)
def test_the_period_of_a_case_reaches_a_price_of_the_quarter_that_is_not_over(day, regime, first, last):
    assert period_of_case(date(2026, 11, 30), day, regime) == (first, last)
