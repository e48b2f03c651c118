"""The fixed grid over one pair."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.domain.indicator import Outcome
from pipeline.domain.vocabulary import Meter
from pipeline.dumping.foreign_like import likeness
from pipeline.dumping.grid import RateSwitch, Run, TaxBasis, TaxSwitch, margin_grid, margin_grid_indicator
from pipeline.dumping.pairs import Pair
from tests.pipeline.dumping.offers import EVERYWHERE, NO_FACTS, home, offer, stated
from tests.worked_examples.cases import case, close

CNY = Decimal("6.7775")
UNKNOWN = {"home": "unknown", "export": "unknown"}


def pair(at_home=None, export=None):
    at_home, export = at_home or home(), export or offer()
    return Pair(home=at_home, export=export, band=EVERYWHERE, likeness=likeness(at_home, export, EVERYWHERE, NO_FACTS))


def run(at_home=None, export=None, *, days=1, rate=CNY, ruled=CNY):
    rates = {RateSwitch.REFERENCE: rate, RateSwitch.UNITED_STATES: ruled}
    ones = dict.fromkeys(RateSwitch, Decimal(1))
    return Run(pair=pair(at_home, export), days=days, home_rates=rates, export_rates=ones)


def basis(at_home="unknown", export="unknown", rate="0.06", export_rate=None):
    return TaxBasis(
        home=at_home,
        home_stated_in="",
        export=export,
        export_stated_in="",
        rate=None if rate is None else Decimal(rate),
        export_rate=None if export_rate is None else Decimal(export_rate),
    )


def net(*prices):
    return [stated(meter, price) for meter, price in zip(("input", "output"), prices, strict=True)]


@case("M1")
@pytest.mark.parametrize(
    ("switch", "expected"), [(TaxSwitch.HOME_YES_EXPORT_NO, "-4.003233"), (TaxSwitch.BOTH_NO, "1.756573")]
)
def test_the_tax_basis_turns_the_sign_on_both_meters(switch, expected):
    found = margin_grid([run()], basis()).by_tax[switch]
    assert close(found.percents[Meter.INPUT], expected)
    assert close(found.percents[Meter.OUTPUT], expected)
    assert close(found.b31_percent, expected)


@case("M1")
def test_a_margin_whose_sign_the_tax_basis_decides_is_not_evaluable():
    found = margin_grid([run()], basis())
    assert found.outcome is Outcome.NOT_EVALUABLE
    assert found.reason.startswith("not evaluable (tax basis)")
    assert found.sensitivity.flips == ("tax",)


def test_what_is_undefined_is_counted_apart():
    # four treatments, two rates, four mixes, three parts of the week, two price bases, three weights
    found = margin_grid([run()], basis()).sensitivity
    assert found.defined + found.undefined == 4 * 2 * 4 * 3 * 2 * 3
    assert found.undefined == found.defined / 3  # an export price with tax of a country that is not named


def test_a_stated_tax_basis_leaves_one_treatment():
    found = margin_grid([run()], basis("yes", "no"))
    assert list(found.by_tax) == [TaxSwitch.HOME_YES_EXPORT_NO]
    assert found.outcome is Outcome.FAILS
    assert close(found.percent, "-4.003233")


def test_a_margin_that_every_switch_keeps_passes():
    # 10 CNY at 5 CNY per dollar is 2 dollars: 100 % of 1 dollar
    found = margin_grid(
        [run(home(*net("10", "10")), offer(*net("1", "1")), rate=Decimal(5), ruled=Decimal(5))], basis("no", "no")
    )
    assert (found.percent, found.outcome, found.reason) == (100, Outcome.PASSES, "sign kept in 144 of 144")


def test_exactly_two_per_cent_is_not_de_minimis():
    sides = home(*net("1.02", "1.02"), currency="USD"), offer(*net("1", "1"))
    found = margin_grid([run(*sides, rate=Decimal(1), ruled=Decimal(1))], basis("no", "no"))
    assert (found.percent, found.outcome) == (2, Outcome.PASSES)


def test_a_margin_on_a_catalogues_price_is_indicated_at_most():
    export = offer(*net(".2", ".2"), source="index", trust="aggregator")
    found = margin_grid([run(export=export)], basis("no", "no"))
    assert found.outcome is Outcome.INDICATED
    assert "index" in found.reason


@pytest.mark.parametrize(
    ("abroad", "outcome"),
    [("1", Outcome.INDICATED), (".99", Outcome.NOT_EVALUABLE)],  # 3 dollars at home: three times, and more
)
def test_a_catalogues_price_more_than_three_times_from_the_sellers_own_is_doubted(abroad, outcome):
    export = offer(*net(abroad, abroad), source="index", trust="aggregator")
    sides = home(*net("3", "3"), currency="USD"), export
    found = margin_grid([run(*sides, rate=Decimal(1), ruled=Decimal(1))], basis("no", "no"))
    assert found.outcome is outcome
    assert found.reason.startswith("not evaluable (price doubted)") is (outcome is Outcome.NOT_EVALUABLE)


def test_the_sellers_own_prices_are_not_doubted_however_far_they_are_apart():
    sides = home(*net("3", "3"), currency="USD"), offer(*net(".5", ".5"))
    found = margin_grid([run(*sides, rate=Decimal(1), ruled=Decimal(1))], basis("no", "no"))
    assert (found.percent, found.outcome) == (500, Outcome.PASSES)


def test_a_mix_that_turns_the_sign_fails_and_is_named():
    # worked case L23: 5 % on input, -4.76 % on output
    sides = home(*net(".42", ".8"), currency="USD"), offer(*net(".4", ".84"))
    found = margin_grid([run(*sides, rate=Decimal(1), ruled=Decimal(1))], basis("no", "no"))
    assert found.sensitivity.flips == ("mix",)
    assert found.outcome is Outcome.FAILS


def test_without_a_rate_nothing_is_defined():
    found = margin_grid([run(rate=None, ruled=None)], basis("no", "no"))
    assert (found.outcome, found.sensitivity.defined, found.percent) == (Outcome.NOT_EVALUABLE, 0, None)


def test_without_forty_rates_the_united_states_rule_is_undefined_and_the_rest_stands():
    found = margin_grid([run(export=offer(*net(".1", ".1")), ruled=None)], basis("no", "no"))
    assert found.outcome is Outcome.PASSES
    assert found.sensitivity.undefined == found.sensitivity.defined


def test_a_tax_at_home_of_unknown_rate_is_undefined():
    found = margin_grid([run()], basis("yes", "no", rate=None))
    assert (found.outcome, found.percent) == (Outcome.NOT_EVALUABLE, None)


def test_days_are_weights_and_the_worst_and_best_bound_them():
    # averages 110 and 100 · (3/4) + 80 · (1/4) = 95: 15/95; worst 120 against 80, best 100 against 100
    runs = [
        run(home(*net("100", "100"), currency="USD"), offer(*net("100", "100")), days=2, rate=Decimal(1)),
        run(home(*net("120", "120"), currency="USD"), offer(*net("80", "80")), days=2, rate=Decimal(1)),
    ]
    figures = {
        each.choice["weights"]: each.figure
        for each in margin_grid(runs, basis("no", "no")).sensitivity.combinations[:3]
    }
    assert figures["worst"] == 50
    assert figures["best"] == 0
    assert close(figures["days"], "22.222222")  # 110 against 90


def test_exports_for_nothing_have_no_per_cent():
    found = margin_grid([run(export=offer(*net("0", "0")))], basis("no", "no"))
    assert (found.percent, found.outcome) == (None, Outcome.NOT_EVALUABLE)


def test_the_indicator_carries_the_range_and_what_is_said_with_the_pair():
    found = margin_grid([run()], basis())
    shown = margin_grid_indicator(found, pair(), inputs=())
    assert close(shown.low, "-4.003233")
    assert close(shown.high, "1.756573")
    assert "offer, no sale observed" in shown.labels


prices = st.integers(1, 10**6).map(lambda number: Decimal(number) / 1000)


@settings(max_examples=20)
@given(prices, prices, prices, prices, st.permutations(range(3)))
def test_the_order_of_the_runs_moves_no_figure(a, b, c, d, order):
    runs = [
        run(home(*net(str(a), str(b))), offer(*net(str(c), str(d))), days=days, rate=Decimal(days))
        for days in (1, 2, 3)
    ]
    plain = margin_grid(runs, basis("no", "no")).sensitivity
    other = margin_grid([runs[place] for place in order], basis("no", "no")).sensitivity
    assert [each.figure for each in plain.combinations] == [each.figure for each in other.combinations]


@settings(max_examples=20)
@given(prices, prices, st.integers(1, 1000))
def test_a_price_list_in_another_unit_of_money_has_the_same_margin(a, b, factor):
    def percent(scale):
        sides = home(*net(str(a * scale), str(a * scale)), currency="USD"), offer(*net(str(b * scale), str(b * scale)))
        return margin_grid([run(*sides, rate=Decimal(1))], basis("no", "no")).percent

    assert percent(factor) == percent(1)
