"""Worked cases of sales under cost and of constructed value, to the digit."""

from datetime import date
from decimal import Decimal

import pytest

from pipeline.domain.indicator import Outcome
from pipeline.domain.vocabulary import Meter
from pipeline.dumping.below_cost import CostedSale, below_cost
from pipeline.dumping.constructed_value import (
    Allocation,
    ReplicaHour,
    recovery,
    recovery_range,
    value_per_million,
)
from tests.worked_examples.cases import case, close
from tests.worked_examples.one_margin import single

YEAR = {"first_day": date(2025, 7, 1), "last_day": date(2026, 6, 30), "volumes_known": True}


def costed(*rows, cost="1"):
    return [CostedSale(price=Decimal(p), quantity=Decimal(q), unit_cost=Decimal(cost)) for p, q in rows]


@case("L09")
def test_exactly_twenty_per_cent_under_cost_is_substantial():
    found = below_cost(costed(("1.2", 800), (".9", 200)), **YEAR)
    assert (found.share_below_percent, found.outcome) == (20, Outcome.INDICATED)
    assert (found.normal_value_before, found.normal_value_after) == (Decimal("1.14"), Decimal("1.2"))
    assert close(single(found.normal_value_before, "1.15"), "-0.869565")
    assert close(single(found.normal_value_after, "1.15"), "4.347826")


@case("L09")
def test_nineteen_per_cent_under_cost_leave_normal_value_alone():
    found = below_cost(costed(("1.2", 810), (".9", 190)), **YEAR)
    assert (found.outcome, found.normal_value_after) == (Outcome.FAILS, Decimal("1.143"))


@case("L09")
def test_an_average_price_under_average_cost_is_substantial_by_itself():
    found = below_cost(costed(("1.01", 850), (".8", 150)), **YEAR)
    assert (found.volume_limb, found.average_limb, found.average_price) == (False, True, Decimal("0.9785"))
    assert found.normal_value_after == Decimal("1.01")


@case("L10")
def test_falling_cost_recovers_early_prices_under_it():
    costs = ("1.2", "0.9", "0.8", "0.8")
    found = below_cost([sale for cost in costs for sale in costed((".95", 100), cost=cost)], **YEAR)
    assert (found.share_below_percent, found.average_cost) == (25, Decimal("0.925"))
    assert (found.recovering, found.disregarded, found.outcome) == (1, False, Outcome.FAILS)


def replica(**changed):
    given = {
        "gpus": "8",
        "rent_usd_gpu_hour": "2",
        "utilisation": "0.5",
        "sga": "0",
        "profit": "0",
        "output": "2400",
    } | changed
    made = {name: Decimal(text) for name, text in given.items()}
    return ReplicaHour(tokens_s={Meter.OUTPUT: made.pop("output")}, **made)


@case("L11")
def test_an_export_price_under_constructed_value_is_a_margin_and_nothing_else():
    # .0036 USD an hour for 1.25 tokens/s: .8 per million tokens; overhead 15 %, profit 10 %
    inputs = replica(gpus="1", rent_usd_gpu_hour="0.0036", output="1.25", utilisation="1", sga=".15", profit=".1")
    assert value_per_million(inputs, Allocation.ALL_ON_OUTPUT, profit=False)[Meter.OUTPUT] == Decimal("0.92")
    constructed = value_per_million(inputs, Allocation.ALL_ON_OUTPUT)[Meter.OUTPUT]
    assert constructed == Decimal("1.012")
    found = below_cost(costed((".96", 1), cost="0.92"), **YEAR)
    assert (found.outcome, found.share_below_percent) == (Outcome.FAILS, 0)
    assert close(single(".96", ".95"), "1.052632")
    assert close(single(constructed, ".95"), "6.526316")


@case("M4", "M5")
def test_a_value_per_token_names_what_carries_the_cost():
    bare = value_per_million(replica(), Allocation.ALL_ON_OUTPUT)
    full = value_per_million(replica(sga="0.15", profit="0.1"), Allocation.ALL_ON_OUTPUT)
    assert close(bare[Meter.OUTPUT] / 2, "1.851852")
    assert close(bare[Meter.OUTPUT], "3.703704")
    assert close(full[Meter.OUTPUT], "4.685185")


LOW = {"rent_usd_gpu_hour": "1.5", "output": "3000", "utilisation": "0.7", "sga": "0.1", "profit": "0.05"}
HIGH = {"rent_usd_gpu_hour": "3", "output": "1500", "utilisation": "0.3", "sga": "0.2", "profit": "0.1"}


@case("L15")
def test_constructed_value_is_a_range_ten_times_wide():
    bare = {"sga": "0", "profit": "0"}
    values = [
        value_per_million(replica(**inputs), Allocation.ALL_ON_OUTPUT)[Meter.OUTPUT]
        for inputs in (LOW | bare, HIGH | bare, LOW, HIGH)
    ]
    assert [
        close(value, text)
        for value, text in zip(values, ("1.587302", "14.814815", "1.833333", "19.555556"), strict=True)
    ] == [True] * 4
    assert close(values[3] / values[2], "10.666667")


@case("L15")
@pytest.mark.parametrize(
    ("price", "break_even", "outcome"),
    [
        ("2.00", "0.555556", Outcome.NOT_EVALUABLE),
        ("1.10", "1.010101", Outcome.PASSES),
        ("20", "0.055556", Outcome.FAILS),
    ],
)
def test_only_a_price_under_the_low_end_is_below(price, break_even, outcome):
    prices = {Meter.OUTPUT: Decimal(price)}
    found = recovery_range([replica(**HIGH), replica(**LOW)], prices)
    assert found.outcome is outcome
    assert close(found.cheapest.break_even_utilisation, break_even)


@case("L16")
def test_revenue_is_that_of_all_meters():
    served = {Meter.INPUT: "3000", Meter.CACHED_INPUT: "7000", Meter.OUTPUT: "1000"}
    inputs = ReplicaHour(
        gpus=Decimal(8),
        rent_usd_gpu_hour=Decimal(2),
        tokens_s={meter: Decimal(speed) for meter, speed in served.items()},
        utilisation=Decimal(1),
        sga=Decimal(0),
        profit=Decimal(0),
    )
    prices = {Meter.INPUT: Decimal(".5"), Meter.CACHED_INPUT: Decimal(".05"), Meter.OUTPUT: Decimal(2)}
    found = recovery(inputs, prices)
    assert (found.revenue, 100 * found.coverage) == (Decimal("13.86"), Decimal("86.625"))
    assert close(found.scale, "1.154401")
    on_output = recovery(inputs, prices | {Meter.INPUT: Decimal(0), Meter.CACHED_INPUT: Decimal(0)})
    assert (on_output.revenue, 100 * on_output.coverage) == (Decimal("7.2"), 45)
