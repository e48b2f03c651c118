"""The period that a margin looks at: the last full quarters (19 CFR 351.204(b)(1))."""

from datetime import date, timedelta

from pipeline.dumping.normal_value import Regime

QUARTERS = {Regime.MARKET: 4, Regime.ARTICLE_6A: 4, Regime.NME: 2}


def period_of_investigation(day: date, regime: Regime) -> tuple[date, date]:
    """First and last day of the last four calendar quarters that ended before `day`; of two under NME."""
    quarter = (day.month - 1) // 3
    start, back = date(day.year, 3 * quarter + 1, 1), QUARTERS[regime]
    years, first = divmod(day.year * 4 + quarter - back, 4)
    return date(years, 3 * first + 1, 1), start - timedelta(days=1)


def period_of_case(as_of: date, day: date, regime: Regime) -> tuple[date, date]:
    """The full quarters before `as_of`; where a price of `day` falls into the quarter that is not over, its quarters up
    to `as_of`, for a period without the price says nothing of it."""
    first, last = period_of_investigation(as_of, regime)
    if not last < day <= as_of:
        return first, last
    months = as_of.year * 12 + 3 * ((as_of.month - 1) // 3) + 3
    return period_of_investigation(date(months // 12, months % 12 + 1, 1), regime)[0], as_of
