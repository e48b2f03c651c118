"""Published reference rates as a series of one currency against the dollar (METHODS 1).

Enters the frame `rates` (base EUR: units of a currency per euro); leaves (day, units of the currency per dollar), by
way of the euro, on the days on which both were published.
"""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pandas as pd

from pipeline.dumping.exact import as_decimal
from pipeline.dumping.exchange_rate import Published

DOLLAR = "USD"


def per_dollar(rates: pd.DataFrame, currency: str) -> list[Published]:
    """Units of `currency` per dollar, in the order of days; of two sources of one rate the first by name.

    Rates are taken as the decimals that were published. Empty where either side is not published.
    """
    euro = rates[rates["base"] == "EUR"].sort_values(["source", "day"], kind="stable")
    dollar, other = _by_day(euro, DOLLAR), _by_day(euro, currency)
    if currency == "EUR":
        other = dict.fromkeys(dollar, Decimal(1))
    return [
        (day, as_decimal(Fraction(other[day]) / Fraction(dollar[day]))) for day in sorted(dollar.keys() & other.keys())
    ]


def _by_day(euro: pd.DataFrame, currency: str) -> dict[date, Decimal]:
    own = euro[euro["currency"] == currency].drop_duplicates("day")
    # The float's shortest text is the number that was published.
    return {day.date(): Decimal(repr(float(value))) for day, value in zip(own["day"], own["value"], strict=True)}
