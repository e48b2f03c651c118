"""Cost coverage from curated rows; without them, not evaluable."""

from datetime import date
from decimal import Decimal

import pytest

from pipeline.domain.facts import Rent, Throughput
from pipeline.domain.indicator import Outcome
from pipeline.domain.vocabulary import Meter
from pipeline.dumping.cost_coverage import cost_coverage, rents_per_chip
from pipeline.reference.facts import load_facts
from tests.pipeline.dumping.offers import NO_FACTS, facts

DAY = date(2026, 7, 17)


def rent(usd_hour, machine="m", public_since=date(2026, 5, 17), chips=8):
    return Rent(
        chip="X1",
        memory_gb=80,
        chips=chips,
        usd_hour=Decimal(usd_hour),
        seller="cloud",
        region="r",
        machine=machine,
        source=f"list of {machine}",
        public_since=public_since,
        reviewed_on=DAY,
    )


# Worked case L16: a replica of eight makes 3.6 M output, 10.8 M input and 25.2 M cached tokens an hour at full load.
SPEED = Throughput(
    model_version="acme/one",
    chip="X1",
    memory_gb=80,
    chips=8,
    input_tokens_s=Decimal(3000),
    cached_tokens_s=Decimal(7000),
    output_tokens_s=Decimal(1000),
    workload="7:3:1",
    source="a report",
    public_since=date(2026, 6, 1),
    reviewed_on=DAY,
)
PRICES = {Meter.INPUT: Decimal("0.5"), Meter.CACHED_INPUT: Decimal("0.05"), Meter.OUTPUT: Decimal(2)}


def covered(*rents, day=DAY, prices=PRICES):
    return cost_coverage("acme/one", prices, facts(rents=rents, throughputs=(SPEED,)), day)


def test_a_model_whose_throughput_no_document_states_is_not_evaluable():
    found = cost_coverage("acme/one", PRICES, NO_FACTS, DAY)
    assert (found.outcome, found.value) == (Outcome.NOT_EVALUABLE, None)
    assert "no document states the throughput" in found.reason


def test_a_chip_without_a_rent_is_not_evaluable():
    assert covered().reason == "no rent of X1 80 GB is known on 2026-07-17"


def test_a_price_under_the_cheapest_rent_passes():
    # 13.86 earned an hour against 16 and 32
    found = covered(rent(16), rent(32, machine="n"))
    assert found.outcome is Outcome.PASSES
    assert found.high == Decimal("86.625")


def test_a_price_that_covers_rent_alone_says_no_more():
    found = covered(rent(8))
    assert found.outcome is Outcome.NOT_EVALUABLE
    assert "overhead and profit not known" in found.reason


def test_a_rent_that_was_not_public_yet_does_not_count():
    assert "no rent" in covered(rent(16, public_since=date(2026, 9, 6))).reason


def test_the_newest_rent_of_a_machine_counts():
    found = covered(rent(16), rent(20, public_since=date(2026, 7, 1)))
    assert [each.value for each in found.inputs] == [20, 1000]


def test_a_missing_cached_price_is_the_input_price():
    prices = {meter: price for meter, price in PRICES.items() if meter is not Meter.CACHED_INPUT}
    # 36 M tokens at .5 and 3.6 M at 2
    assert covered(rent(32), prices=prices).high == Decimal("78.75")


@pytest.mark.parametrize(("day", "expected"), [(DAY, [("X1", 80, Decimal(1), Decimal(2))]), (date(2026, 1, 1), [])])
def test_rents_are_per_chip_and_of_what_was_known(day, expected):
    assert rents_per_chip(facts(rents=(rent(8), rent(2, machine="single", chips=1))), day) == expected


def test_the_cost_that_deepseek_published_of_one_day_gives_the_ratio_it_published():
    """DeepSeek, overview of its inference system (1 March 2025): 87,072 dollars of rent, 562,027 of revenue at the
    prices of R1 for all tokens."""
    prices = {Meter.INPUT: Decimal("0.55"), Meter.CACHED_INPUT: Decimal("0.14"), Meter.OUTPUT: Decimal("2.19")}
    found = cost_coverage("deepseek/deepseek-r1", prices, load_facts(), date(2025, 3, 2))
    assert float(found.low) == pytest.approx(100 * 562_027 / 87_072, rel=1e-3)  # tokens are printed in whole 1e9
    assert found.outcome is Outcome.NOT_EVALUABLE


def test_what_a_maker_published_of_its_cost_is_not_known_on_the_day_before():
    prices = {Meter.INPUT: Decimal("0.55"), Meter.CACHED_INPUT: Decimal("0.14"), Meter.OUTPUT: Decimal("2.19")}
    found = cost_coverage("deepseek/deepseek-r1", prices, load_facts(), date(2025, 2, 28))
    assert "no document states the throughput" in found.reason
