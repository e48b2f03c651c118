"""Worked cases of exchange rates under the United States rule, to the digit."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from pipeline.dumping.exchange_rate import (
    Proceeding,
    RateBasis,
    SustainedRise,
    benchmark,
    united_states_rate,
)
from tests.worked_examples.cases import case, close
from tests.worked_examples.one_margin import single

RATES = [(date(2026, 1, 1) + timedelta(days), Decimal("7.10" if days < 39 else "7.20")) for days in range(40)]
SALE = date(2026, 1, 1) + timedelta(40)


def used(rate):
    return united_states_rate([*RATES, (SALE, Decimal(rate))], SALE, proceeding=Proceeding.REVIEW)


@case("L07")
def test_a_rate_outside_the_band_gives_way_to_the_mean_of_forty():
    inside, outside = used("7.20"), used("6.90")
    assert benchmark([rate for _, rate in RATES]) == Decimal("7.1025")
    assert (inside.rate, inside.basis) == (Decimal("7.20"), RateBasis.DAILY)
    assert close(inside.deviation_percent, "1.372756")
    assert (outside.rate, outside.basis) == (Decimal("7.1025"), RateBasis.BENCHMARK)
    assert close(outside.deviation_percent, "-2.851109")
    assert close(single(Decimal(7) / Decimal("6.90"), ".98"), "3.519669")
    assert close(single(Decimal(7) / outside.rate, ".98"), "0.568210")


@case("L08")
@pytest.mark.parametrize(
    ("days", "proceeding", "expected"),
    [
        (30, Proceeding.INVESTIGATION, "0"),
        (75, Proceeding.INVESTIGATION, "7.142857"),
        (30, Proceeding.REVIEW, "7.142857"),
    ],
)
def test_a_sustained_rise_leaves_sixty_days_at_the_old_rate(days, proceeding, expected):
    risen = date(2026, 3, 1)
    published = [(risen + timedelta(day), Decimal("0.15")) for day in range(-60, 100)]
    rise = SustainedRise(recognised_on=risen, old_rate=Decimal("0.14"))
    found = united_states_rate(published, risen + timedelta(days), proceeding=proceeding, rises=[rise])
    assert close(single(7 * found.rate, ".98"), expected)
