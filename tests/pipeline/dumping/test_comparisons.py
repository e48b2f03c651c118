"""What a flag rule asks of a model on a day."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pandas as pd
import pytest

from pipeline import frames
from pipeline.domain.indicator import Outcome
from pipeline.dumping.comparisons import cost_coverage_on, ruled_rate, same_weights_on, standard_price_of
from pipeline.dumping.offered import offers_on
from pipeline.dumping.reference_rates import per_dollar, quoted_in_dollars
from pipeline.dumping.standard import StepName
from tests.pipeline.dumping.offers import NO_FACTS, ground, listing_row, margins_on, priced, stands
from tests.worked_examples.cases import close

DAY = date(2026, 3, 5)
HOME = {"input": "3", "output": "6"}
EXPORT = {"input": ".435", "output": ".87"}
LISTINGS = [listing_row(1, market="CN"), listing_row(2)]
SPELLS = [*priced(1, HOME, 0, 9, currency="CNY"), *priced(2, EXPORT, 0, 9)]


def flat(rate, days=60):
    return [(DAY - timedelta(days=back), Decimal(rate)) for back in range(days, -1, -1)]


def asked(spells=SPELLS, rates=None):
    return ground(stands(LISTINGS, spells), NO_FACTS, flat("6.7775") if rates is None else rates)


def rate_row(currency, value, day="2026-03-05", source="ecb"):
    return {
        "source": source,
        "base": "EUR",
        "currency": currency,
        "day": pd.Timestamp(day),
        "value": value,
        "payload_sha256": "a" * 64,
    }


def test_a_model_sold_at_one_price_before_tax_has_the_margin_of_the_worked_case():
    (found,) = margins_on(asked(), "acme/one", DAY)
    assert close(found.indicator.high, "1.756573")  # no row of tax states a rate: gross figures only
    assert found.rate is not None
    assert found.rate.rate_day == DAY


def test_a_model_without_a_home_price_has_no_pair():
    assert margins_on(asked(SPELLS[2:]), "acme/one", DAY) == []
    assert margins_on(asked(), "acme/two", DAY) == []


def test_a_rate_of_eight_days_ago_is_none():
    (found,) = margins_on(asked(rates=[(DAY - timedelta(days=8), Decimal(7))]), "acme/one", DAY)
    assert (found.rate, found.indicator.outcome) == (None, Outcome.NOT_EVALUABLE)


def test_with_too_few_rates_for_the_united_states_rule_those_combinations_are_undefined():
    (few,) = margins_on(asked(rates=flat("6.7775", days=39)), "acme/one", DAY)
    (enough,) = margins_on(asked(), "acme/one", DAY)
    assert few.found is not None
    assert enough.found is not None
    assert 2 * few.found.sensitivity.defined == enough.found.sensitivity.defined


def test_a_rate_that_jumped_is_the_mean_of_forty_under_the_united_states_rule():
    rates = [*flat("6.7775")[:-1], (DAY, Decimal("7.5"))]
    (found,) = margins_on(asked(rates=rates), "acme/one", DAY)
    figures = {
        each.choice["rate"]: each.figure
        for each in found.found.sensitivity.combinations
        if each.choice["tax"] == "both no" and each.choice["mix"] == "b31"
    }
    assert close(figures["united_states"], "1.756573")
    assert close(figures["reference"], "-8.045977")  # 3 / 7.5 = .4 against .435


def test_the_united_states_rule_is_applied_to_rates_that_are_quoted_against_the_dollar():
    both = replace(asked(), dollar_rates={"CNY": flat("7.5")})
    (found,) = margins_on(both, "acme/one", DAY)
    figures = {
        each.choice["rate"]: each.figure
        for each in found.found.sensitivity.combinations
        if each.choice["tax"] == "both no" and each.choice["mix"] == "b31"
    }
    assert close(figures["reference"], "1.756573")
    assert close(figures["united_states"], "-8.045977")  # 3 / 7.5 = .4 against .435


@pytest.mark.parametrize("short", [[], flat("7.5", days=39), flat("7.5")[:50]], ids=["none", "39 before", "old"])
def test_rates_against_the_dollar_that_do_not_reach_the_day_leave_the_reference_rates(short):
    found = ruled_rate(replace(asked(), dollar_rates={"CNY": short}), "CNY", DAY)
    assert found is not None
    assert found.rate == Decimal("6.7775")


def test_rates_are_taken_as_the_list_quotes_them_and_turned_over_where_it_quotes_dollars():
    listed = [
        {**rate_row("CNY", 7.1, source="h10"), "base": "USD"},
        {**rate_row("USD", 1.25, source="h10"), "base": "EUR"},
        rate_row("CNY", 8.133),
        rate_row("USD", 1.2),
    ]
    table = frames.coerce(pd.DataFrame(listed), "rates")
    assert quoted_in_dollars(table, "CNY") == [(DAY, Decimal("7.1"))]
    assert quoted_in_dollars(table, "EUR") == [(DAY, Decimal("0.8"))]
    assert per_dollar(table, "CNY") == [(DAY, Decimal("6.7775"))]


def test_nobody_serves_a_model_that_nobody_offers():
    assert same_weights_on(asked(), "acme/two", DAY) is None


def test_a_maker_without_hosts_says_how_many_are_needed():
    found = same_weights_on(asked(), "acme/one", DAY)
    assert found is not None
    assert found.reason == "0 hosts, 3 are needed"


def test_cost_without_a_price_or_a_throughput_is_not_evaluable():
    assert "no standard price" in cost_coverage_on(asked(), "acme/one", "other", "US", DAY).reason
    assert "throughput" in cost_coverage_on(asked(), "acme/one", "acme", "international", DAY).reason


def test_an_offers_standard_price_takes_the_rate_of_its_day():
    own = asked()
    (at_home,) = [each for each in offers_on(own.standing, DAY) if each.market == "CN"]
    found = standard_price_of(own, at_home)
    assert found.currency == "USD"
    assert standard_price_of(own, at_home, without=frozenset({StepName.CURRENCY})).currency == "CNY"


def test_rates_per_dollar_go_by_way_of_the_euro_in_published_decimals():
    # ECB, 17 July 2026: 7.7501 CNY and 1.1435 USD per euro
    rates = frames.coerce(pd.DataFrame([rate_row("USD", 1.1435), rate_row("CNY", 7.7501)]), "rates")
    ((day, rate),) = per_dollar(rates, "CNY")
    assert (day, rate.quantize(Decimal("1E-6"))) == (DAY, Decimal("6.777525"))


def test_of_two_sources_of_a_rate_the_first_by_name_is_used_whatever_the_order():
    rows = [rate_row("USD", 1.1, source="b"), rate_row("USD", 1.2, source="a"), rate_row("CNY", 6.0)]
    for order in (rows, rows[::-1]):
        ((_, rate),) = per_dollar(frames.coerce(pd.DataFrame(order), "rates"), "CNY")
        assert rate == 5


def test_euros_are_the_reciprocal_of_the_dollar():
    rates = frames.coerce(pd.DataFrame([rate_row("USD", 1.25)]), "rates")
    assert per_dollar(rates, "EUR") == [(DAY, Decimal("0.8"))]


def test_a_day_without_either_rate_has_none():
    rates = frames.coerce(pd.DataFrame([rate_row("USD", 1.25), rate_row("CNY", 7.0, day="2026-03-04")]), "rates")
    assert per_dollar(rates, "CNY") == []
