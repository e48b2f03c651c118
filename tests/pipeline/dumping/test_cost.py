"""Below cost and constructed value: conditions, labels and what is refused."""

from datetime import date
from decimal import Decimal

import pytest

from pipeline.domain.indicator import Outcome
from pipeline.domain.vocabulary import Meter
from pipeline.dumping.below_cost import DAYS_PROXY, CostedSale, below_cost, below_cost_indicator
from pipeline.dumping.constructed_value import (
    NOT_INCLUDED,
    Allocation,
    ReplicaHour,
    bounds,
    constructed_value_indicator,
    coverage_with_training,
    recovery,
    recovery_range,
    tokens_at_mix,
    value_per_million,
)


def sale(price, quantity=1, cost=1):
    return CostedSale(price=Decimal(price), quantity=Decimal(quantity), unit_cost=Decimal(cost))


def judged(sales, last_day=date(2026, 6, 30), *, volumes_known=False):
    return below_cost(sales, first_day=date(2025, 7, 1), last_day=last_day, volumes_known=volumes_known)


def test_days_in_place_of_volumes_are_labelled_and_the_outcome_never_passes():
    found = judged([sale("0.5")])
    assert (found.outcome, found.labels) == (Outcome.INDICATED, (DAYS_PROXY,))
    assert DAYS_PROXY in below_cost_indicator(found, subject="a", inputs=()).labels
    assert judged([sale("0.5")], volumes_known=True).outcome is Outcome.INDICATED


def test_where_no_sale_remains_there_is_no_home_price():
    assert judged([sale("0.5")]).normal_value_after is None


@pytest.mark.parametrize(
    ("last_day", "outcome", "labels"),
    [
        (date(2025, 12, 30), Outcome.NOT_EVALUABLE, 0),
        (date(2025, 12, 31), Outcome.INDICATED, 1),
        (date(2026, 6, 29), Outcome.INDICATED, 1),
        (date(2026, 6, 30), Outcome.INDICATED, 0),
    ],
)
def test_a_period_is_six_months_at_least_and_twelve_normally(last_day, outcome, labels):
    found = judged([sale("0.5")], last_day, volumes_known=True)
    assert (found.outcome, len(found.labels)) == (outcome, labels)


def test_a_price_that_only_equals_the_average_cost_does_not_recover():
    """The statute asks for prices above the period's average cost."""
    sales = [sale("1", cost="1.5"), sale("1", cost="0.5")]
    assert judged(sales).disregarded


def inputs(rent="2", speed="1000", utilisation="0.5"):
    return ReplicaHour(
        gpus=Decimal(8),
        rent_usd_gpu_hour=Decimal(rent),
        tokens_s={Meter.INPUT: 3 * Decimal(speed), Meter.OUTPUT: Decimal(speed)},
        utilisation=Decimal(utilisation),
        sga=Decimal("0.15"),
        profit=Decimal("0.1"),
    )


PRICES = {Meter.INPUT: Decimal("0.4"), Meter.OUTPUT: Decimal("1.6")}


def test_both_break_even_utilisations_are_shown():
    found = recovery(inputs(), PRICES)
    # 16 USD an hour; at full load 10.8 · .4 + 3.6 · 1.6 = 10.08 USD
    assert found.revenue == Decimal("5.04")
    assert round(found.break_even_utilisation, 6) == Decimal("1.587302")
    assert round(found.break_even_utilisation_full, 6) == Decimal("2.007937")


def test_a_value_in_proportion_to_the_prices_covers_constructed_value_exactly():
    values = value_per_million(inputs(), Allocation.PROPORTIONAL_TO_PRICES, prices=PRICES)
    assert abs(recovery(inputs(), values).coverage - 1) < Decimal("1E-50")
    assert values[Meter.INPUT] / values[Meter.OUTPUT] == pytest.approx(Decimal("0.25"))


def test_training_is_a_line_of_its_own():
    # revenue 5.04 over (16 + 4) · 1.15 · 1.1
    assert round(coverage_with_training(inputs(), PRICES, Decimal(4)), 6) == Decimal("0.199209")
    assert coverage_with_training(inputs(), PRICES, Decimal(0)) == recovery(inputs(), PRICES).coverage


def test_a_mix_scales_every_meter_to_the_output_that_is_made():
    mix = {Meter.CACHED_INPUT: Decimal(7), Meter.INPUT: Decimal(2), Meter.OUTPUT: Decimal(1)}
    assert tokens_at_mix(Decimal(500), mix) == {Meter.CACHED_INPUT: 3500, Meter.INPUT: 1000, Meter.OUTPUT: 500}


def test_the_range_is_over_every_combination_of_input_rows():
    rows = bounds(
        gpus=Decimal(8),
        rents=[Decimal(1), Decimal(3)],
        tokens_s=[{Meter.OUTPUT: Decimal(speed)} for speed in (1000, 3000)],
        utilisations=[Decimal("0.3"), Decimal("0.7")],
        overheads=[(Decimal("0.1"), Decimal("0.05"))],
    )
    found = recovery_range(rows, {Meter.OUTPUT: Decimal(2)})
    assert len(rows) == 8
    assert (found.cheapest.cost, found.dearest.cost) == (8, 24)
    assert found.outcome is Outcome.NOT_EVALUABLE


def test_the_indicator_names_its_mix_and_what_it_leaves_out():
    made = constructed_value_indicator(
        recovery_range([inputs()], PRICES), subject="a", mix="input 3 : output 1", inputs=()
    )
    assert made.labels == ("mix input 3 : output 1", NOT_INCLUDED)
    assert made.outcome is Outcome.PASSES
    assert made.low == made.high


def test_a_served_meter_without_a_price_is_refused():
    with pytest.raises(ValueError, match="input"):
        recovery(inputs(), {Meter.OUTPUT: Decimal(2)})


@pytest.mark.parametrize("changed", [{"utilisation": "0"}, {"utilisation": "1.1"}, {"rent": "0"}, {"speed": "0"}])
def test_inputs_that_no_replica_has_are_refused(changed):
    with pytest.raises(ValueError):
        inputs(**changed)
