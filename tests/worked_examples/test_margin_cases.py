"""Worked cases of margins: arithmetic that a person can follow on paper, to the digit."""

from decimal import Decimal

import pytest

from pipeline.domain.indicator import Outcome
from pipeline.domain.vocabulary import Meter
from pipeline.dumping.average_to_transaction import average_to_transaction, mixed_percent
from pipeline.dumping.averages import averages
from pipeline.dumping.constructed_export_price import constructed_export_price
from pipeline.dumping.drawdown import drawdown_percent
from pipeline.dumping.exchange_rate import (
    Proceeding,
)
from pipeline.dumping.margin import Period, percent_of_cif
from pipeline.dumping.margin_indicator import margin_indicator
from pipeline.dumping.meters import margin_at, meter_margins
from pipeline.dumping.negligible import negligible_countries
from pipeline.dumping.normal_value import viability
from pipeline.dumping.outlier_rank import outlier_rank
from pipeline.dumping.pattern import GroupedSale, pattern
from pipeline.dumping.tax import TaxTreatment, under_treatment
from tests.worked_examples.cases import case, close, sold
from tests.worked_examples.one_margin import AT, TT, margin, single


@case("M1")
@pytest.mark.parametrize(("cny", "export", "gross", "net"), [("3", ".435", ".442641", ".417586")])
def test_the_tax_basis_decides_the_sign_of_a_margin(cny, export, gross, net):
    home = Decimal(cny) / Decimal("6.7775")
    without = under_treatment(
        home, Decimal(export), TaxTreatment.NOT_COLLECTED_ON_EXPORT, rate=Decimal("0.06")
    ).normal_value
    assert close(home, gross)
    assert close(without, net)
    assert close(single(without, export), "-4.003233")
    assert close(single(home, export), "1.756573")


@case("M1", "L06")
def test_four_treatments_of_tax_give_three_figures_for_four_reasons():
    def treated(treatment):
        found = under_treatment(
            Decimal(6) / Decimal("6.7775"),
            Decimal("0.87"),
            treatment,
            rate=Decimal("0.06"),
            irrecoverable=Decimal("0.02"),
        )
        return found, single(found.normal_value, found.export_price)

    rebated, a = treated(TaxTreatment.NOT_COLLECTED_ON_EXPORT)
    gross, b = treated(TaxTreatment.BOTH_GROSS)
    net, c = treated(TaxTreatment.BOTH_NET)
    _, d = treated(TaxTreatment.IRRECOVERABLE_DEDUCTED)
    assert close(rebated.normal_value, "0.835172")
    assert close(gross.normal_value, "0.885282")
    assert close(a, "-4.003233")
    assert close(b, "1.756573")
    assert close(c, "1.756573")
    assert close(d, "-2.044115")
    assert gross.treatment != net.treatment


@case("M2")
def test_one_transaction_at_8_under_10_is_25_per_cent():
    assert single(10, 8) == 25


@case("M3")
def test_averages_hide_two_transactions():
    sales = [sold("nv", 100), sold("ep", 80, 10), sold("ep", 120, 10)]
    assert margin(sales).percent_legal == 0
    assert margin(sales, AT).percent_legal == 10


@case("L01")
def test_an_amount_per_unit_is_no_per_cent():
    types = [("A", 100, 150, 1000), ("B", 150, 135, 2000), ("C", 200, 250, 1500)]
    sales = [
        sale for name, ep, nv, q in types for sale in (sold("nv", nv, product=name), sold("ep", ep, q, product=name))
    ]
    found = margin(sales)
    assert (found.amount, found.value) == (95000, 700000)
    assert close(found.amount / 4500, "21.111111")
    assert close(found.percent_legal, "13.571429")
    assert close(margin(sales, zeroing=True).percent_legal, "17.857143")
    assert [single(nv, ep) for _, ep, nv, _ in types] == [50, -10, 25]


# month: home price and quantity, export price and quantity; the price steps down after February
STEP = [(1, 10, 400, 10, 100), (2, 10, 100, 9, 100), (3, 8, 50, 7, 400), (4, 8, 50, 9, 100)]


@case("L02")
def test_the_whole_period_and_months_stand_side_by_side():
    sales = [
        sale
        for month, nv, home, ep, export in STEP
        for sale in (sold("nv", nv, home, month=month), sold("ep", ep, export, month=month))
    ]
    found = averages(sales)
    assert close((found.whole.amount + found.whole.value) / 700, "9.666667")
    assert found.whole.value / 700 == 8
    assert close(found.whole.percent_legal, "20.833333")
    assert found.by_month is not None
    assert close(found.by_month.percent_legal, "7.142857")
    assert close(margin(sales, period=Period.MONTH, zeroing=True).percent_legal, "8.928571")
    assert found.attainable.best < found.by_month.percent_signed < found.whole.percent_signed < found.attainable.worst


@case("L03")
def test_with_offsets_average_to_transaction_equals_averages():
    sales = [sold("nv", 10), *(sold("ep", price, 50) for price in ("8", "9.5", "10.5", "12"))]
    assert margin(sales).percent_legal == 0
    assert margin(sales, AT).percent_signed == margin(sales).percent_signed == 0
    assert margin(sales, AT).percent_legal == Decimal("6.25")


@case("L04")
def test_transactions_are_compared_in_pairs():
    sales = [
        sale for nv, ep, q in ((10, 8, 5), (10, 11, 5), (12, 10, 2)) for sale in (sold("nv", nv), sold("ep", ep, q))
    ]
    assert close(margin(sales, TT).percent_legal, "7.826087")
    assert close(margin(sales, TT, zeroing=True).percent_legal, "12.173913")


@case("L05")
def test_the_union_states_the_same_amount_over_another_value():
    found = margin([sold("nv", 10), sold("ep", 8, 100)])
    assert (found.amount, found.percent_legal) == (200, 25)
    assert close(percent_of_cif(found.amount, Decimal("8.6") * 100), "23.255814")
    assert percent_of_cif(found.amount, None) is None


@case("L13")
def test_transactions_are_compared_only_where_the_pattern_hides_behind_averages():
    rows = [("A", 8, 30), ("B", 9, 20), ("C1", "9.5", 20), ("C2", 11, 30)]
    sales = [sold("nv", 10), *(sold("ep", price, q, line=n) for n, (_, price, q) in enumerate(rows, 2))]
    # A and B pass: (240 + 180) of 940
    share = Decimal(100) * 420 / 940
    found = average_to_transaction(sales, share_percent=share, passing_lines={2, 3})
    assert close(share, "44.680851")
    assert close(found.standard.percent_legal, "6.382979")
    assert close(margin(sales, AT).percent_legal, "9.574468")
    assert close(mixed_percent(sales, {2, 3}), "8.510638")
    assert close(found.relative_change_percent, "33.333333")
    assert found.offered
    assert not found.crosses_de_minimis


def test_a_difference_without_a_pattern_offers_no_transactions():
    sales = [sold("nv", 100), sold("ep", 80, 10, line=2), sold("ep", 120, 10, line=3)]
    assert not average_to_transaction(sales, share_percent=Decimal(33), passing_lines=set()).offered
    assert not average_to_transaction(sales, share_percent=None, passing_lines=set()).offered
    hidden = average_to_transaction(sales, share_percent=Decimal(66), passing_lines={2, 3})
    assert (hidden.offered, hidden.crosses_de_minimis, hidden.alternative_percent) == (True, True, 10)


def test_a_pattern_of_two_regions_is_the_share_of_value_that_differs():
    sales = [
        GroupedSale(group=group, product="a", price=Decimal(price), quantity=Decimal(1))
        for group, price in (("east", "0.9"), ("west", "1.1"))
    ]
    found = pattern(sales)
    assert found.share_percent == 100
    # (1.1 - .9)/1.1 and (.9 - 1.1)/.9
    east, west = found.groups
    assert close(east.percent, "18.181818")
    assert close(west.percent, "-22.222222")


@case("L21")
@pytest.mark.parametrize(
    ("makers", "not_above", "p", "evaluable"),
    [
        (4, 0, "0.2", False),
        (17, 0, "0.055556", False),
        (18, 0, "0.052632", False),
        (19, 0, "0.05", True),
        (19, 1, "0.1", True),
        (29, 0, "0.033333", True),
    ],
)
def test_nineteen_other_makers_are_the_fewest_that_can_give_an_outlier(makers, not_above, p, evaluable):
    found = outlier_rank(not_above=not_above, makers=makers)
    assert close(found.p, p)
    assert found.evaluable is evaluable
    assert found.outlier is (evaluable and not_above == 0)


@case("L22")
@pytest.mark.parametrize(
    ("normal_value", "percent", "investigation", "review"),
    [("10.2", "2", False, False), ("10.19999", "1.9999", True, False), ("10.05", "0.5", True, False)],
)
def test_de_minimis_is_compared_before_rounding(normal_value, percent, investigation, review):
    found = margin([sold("nv", normal_value), sold("ep", 10)])
    assert found.percent_legal == Decimal(percent)
    assert found.as_json()["de_minimis"] == {"investigation": investigation, "review": review}
    judged = margin_indicator(found, subject="a", proceeding=Proceeding.INVESTIGATION, inputs=())
    assert judged.outcome is (Outcome.FAILS if investigation else Outcome.PASSES)
    assert 100 * (10.2 - 10) / 10 < 2  # what binary floating point makes of it


HOME, EXPORT = (
    {Meter.INPUT: Decimal(side[0]), Meter.OUTPUT: Decimal(side[1])} for side in ((".42", ".80"), (".40", ".84"))
)


@case("L23")
@pytest.mark.parametrize(("inputs", "percent"), [(1, "-1.612903"), (2, "0"), (3, "0.980392"), (10, "3.305785")])
def test_the_mix_of_tokens_decides_the_sign(inputs, percent):
    assert close(margin_at(HOME, EXPORT, {Meter.INPUT: Decimal(inputs), Meter.OUTPUT: Decimal(1)}), percent)


@case("L23")
def test_each_meter_and_the_turning_ratio_stand_beside_the_blends():
    found = meter_margins(HOME, EXPORT)
    assert found.percents[Meter.INPUT] == 5
    assert close(found.percents[Meter.OUTPUT], "-4.761905")
    assert found.turning_ratio == 2
    assert close(found.b31_percent, "0.980392")


@case("L24")
def test_viability_is_a_share_of_the_sales_to_the_importing_country():
    found = viability(home_quantity=Decimal("4.9"), importing_quantity=Decimal(80))
    assert (found.percent, found.viable) == (Decimal("6.125"), True)
    assert not viability(home_quantity=Decimal("4.9"), importing_quantity=Decimal(100)).viable


@case("L25")
def test_an_affiliated_sellers_expenses_turn_the_sign():
    found = constructed_export_price(
        Decimal(1), selling_expenses=Decimal("0.07"), total_profit=Decimal(20), total_expenses=Decimal(80)
    )
    assert (found.profit, found.price) == (Decimal("0.0175"), Decimal("0.9125"))
    assert single(".95", 1) == -5
    assert close(single(".95", found.price), "4.109589")


@case("L26")
def test_small_imports_together_are_not_negligible():
    shares = {"A": "2.9", "B": "2.5", "C": "1.9", "D": "60.0", "E": "32.7"}
    assert negligible_countries({name: Decimal(share) for name, share in shares.items()}) == []
    assert negligible_countries({"A": Decimal("2.9"), "B": Decimal("97.1")}) == ["A"]


@case("L27")
def test_the_legal_sum_is_not_under_zero():
    sales = [sold("nv", 5), sold("nv", 5), sold("ep", 4, 10), sold("ep", 7, 20)]
    found = margin(sales, TT)
    assert (found.amount, found.percent_legal) == (-30, 0)
    assert close(found.percent_signed, "-16.666667")


@case("L28")
def test_twelve_cuts_of_four_per_cent_are_one_of_thirty_nine():
    assert close(drawdown_percent(Decimal(1), Decimal("0.96") ** 12), "38.729024")
