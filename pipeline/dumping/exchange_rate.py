"""The exchange rate of a day, under the rule for United States margins or as a plain reference rate (METHODS 6).

United States (19 CFR 351.415): the rate of the date of sale; where it departs by more than 2.25 % from the mean of the
40 rates before it, that mean instead; after a sustained rise of the foreign currency an exporter under investigation
keeps the old rate for 60 days. That a movement was sustained is a fact that is handed in: nothing here recognises one.
Elsewhere: the rate published on the day, or the last earlier one of at most seven days before, flagged.

Enter rates as they were published, units of foreign currency per dollar or the other way round; the quotation is kept.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from pipeline.domain.errors import InvalidValueError
from pipeline.dumping.exact import as_decimal, percent

BENCHMARK_DAYS = 40
BAND_PERCENT = Decimal("2.25")
ADJUSTMENT_DAYS = 60
OLDEST = timedelta(days=7)

Published = tuple[date, Decimal]


class Proceeding(StrEnum):
    INVESTIGATION = "investigation"
    REVIEW = "review"


class RateBasis(StrEnum):
    DAILY = "daily"
    EARLIER = "last_earlier_day"
    BENCHMARK = "mean_of_40"
    FROZEN = "before_sustained_rise"


@dataclass(frozen=True, slots=True, kw_only=True)
class SustainedRise:
    """A sustained rise of the foreign currency: the day it was recognised, and the rate of before."""

    recognised_on: date
    old_rate: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class RateUsed:
    """The rate of a day, in the quotation of the rates given; `rate_day` is the day whose rate stood."""

    rate: Decimal
    basis: RateBasis
    rate_day: date
    benchmark: Decimal | None = None
    deviation_percent: Decimal | None = None


def reference_rate(published: Sequence[Published], day: date) -> RateUsed | None:
    """The rate of `day`, else the last earlier one up to seven days old, flagged; None where there is none.

    `published` are (day, rate) in the order of days, each day once.
    """
    at = _last_at(published, day)
    if at is None:
        return None
    rate_day, rate = published[at]
    return RateUsed(rate=rate, basis=RateBasis.DAILY if rate_day == day else RateBasis.EARLIER, rate_day=rate_day)


def benchmark(previous: Sequence[Decimal]) -> Decimal:
    """The mean of the 40 daily rates before a day; raises InvalidValueError where they are not 40."""
    if len(previous) != BENCHMARK_DAYS:
        raise InvalidValueError(f"a benchmark is the mean of {BENCHMARK_DAYS} rates, not of {len(previous)}")
    return as_decimal(sum(map(Fraction, previous), Fraction(0)) / BENCHMARK_DAYS)


def united_states_rate(
    published: Sequence[Published],
    day: date,
    *,
    proceeding: Proceeding,
    rises: Sequence[SustainedRise] = (),
) -> RateUsed | None:
    """The rate of the date of sale for a United States margin.

    `published` are (day, rate) in the order of days, each day once. None where no rate of the last seven days exists,
    or fewer than 40 rates precede it, so that the band cannot be tested. Within 60 days of a recognised rise, in an
    investigation only, the rate of before it. A fall of the foreign currency leaves no such days.
    """
    plain = reference_rate(published, day)
    if plain is None:
        return None
    held = frozen(rises, day, proceeding=proceeding)
    if held is not None:
        return RateUsed(rate=held.old_rate, basis=RateBasis.FROZEN, rate_day=held.recognised_on)
    at = _last_at(published, day)
    if at is None or at < BENCHMARK_DAYS:
        return None
    mean = benchmark([rate for _, rate in published[at - BENCHMARK_DAYS : at]])
    deviation = percent(Fraction(plain.rate) - Fraction(mean), Fraction(mean))
    departs = abs(deviation) > Fraction(BAND_PERCENT)
    return RateUsed(
        rate=mean if departs else plain.rate,
        basis=RateBasis.BENCHMARK if departs else plain.basis,
        rate_day=plain.rate_day,
        benchmark=mean,
        deviation_percent=as_decimal(deviation),
    )


def frozen(rises: Sequence[SustainedRise], day: date, *, proceeding: Proceeding) -> SustainedRise | None:
    """The latest recognised rise within whose 60 days `day` lies; in an investigation only."""
    if proceeding is not Proceeding.INVESTIGATION:
        return None
    within = [rise for rise in rises if timedelta(0) <= day - rise.recognised_on < timedelta(days=ADJUSTMENT_DAYS)]
    return max(within, key=lambda rise: rise.recognised_on, default=None)


def _last_at(published: Sequence[Published], day: date) -> int | None:
    """The place of the last rate up to `day` that is at most seven days old."""
    at = bisect_right(published, day, key=lambda row: row[0]) - 1
    return at if at >= 0 and day - published[at][0] <= OLDEST else None
