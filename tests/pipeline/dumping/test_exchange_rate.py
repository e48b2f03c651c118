"""The rate of a day under both rules."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from pipeline.dumping.exchange_rate import (
    Proceeding,
    RateBasis,
    SustainedRise,
    benchmark,
    reference_rate,
    united_states_rate,
)

START = date(2026, 1, 1)


def published(count, rate="7"):
    return [(START + timedelta(day), Decimal(rate)) for day in range(count)]


@pytest.mark.parametrize(("late", "basis"), [(0, RateBasis.DAILY), (1, RateBasis.EARLIER), (7, RateBasis.EARLIER)])
def test_the_last_rate_of_seven_days_stands_flagged(late, basis):
    found = reference_rate(published(3), START + timedelta(2 + late))
    assert (found.basis, found.rate_day) == (basis, START + timedelta(2))


@pytest.mark.parametrize("day", [START + timedelta(10), START - timedelta(1)])
def test_an_older_rate_or_a_later_one_is_none(day):
    assert reference_rate(published(3), day) is None


def test_without_forty_rates_before_it_the_band_cannot_be_tested():
    rows = published(41)
    assert united_states_rate(rows, rows[-1][0], proceeding=Proceeding.REVIEW) is not None
    assert united_states_rate(rows[1:], rows[-1][0], proceeding=Proceeding.REVIEW) is None
    with pytest.raises(ValueError, match="40"):
        benchmark([Decimal(7)] * 39)


@pytest.mark.parametrize(("rate", "basis"), [("102.25", RateBasis.DAILY), ("102.26", RateBasis.BENCHMARK)])
def test_a_departure_of_exactly_the_band_keeps_the_daily_rate(rate, basis):
    day = START + timedelta(40)
    found = united_states_rate([*published(40, "100"), (day, Decimal(rate))], day, proceeding=Proceeding.REVIEW)
    assert found.basis is basis


@pytest.mark.parametrize(("days", "frozen"), [(-1, False), (0, True), (59, True), (60, False)])
def test_sixty_days_at_the_old_rate_are_counted_from_the_recognition(days, frozen):
    rise = SustainedRise(recognised_on=START + timedelta(50), old_rate=Decimal(6))
    day = rise.recognised_on + timedelta(days)
    found = united_states_rate(published(200), day, proceeding=Proceeding.INVESTIGATION, rises=[rise])
    assert (found.basis is RateBasis.FROZEN) is frozen
    assert found.rate == (6 if frozen else 7)
