"""Published reference rates as a series of one currency against the dollar (METHODS 1).

Enters the frame `rates`; leaves (day, units of the currency per dollar): `per_dollar` by way of the euro, on the days
on which both sides were published, `quoted_in_dollars` as a list against the dollar (the Federal Reserve's H.10) has
them.
"""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pandas as pd

from pipeline.dumping.exact import as_decimal
from pipeline.dumping.exchange_rate import Published
from pipeline.normalise.rates import euro_reference

DOLLAR = "USD"


def per_dollar(rates: pd.DataFrame, currency: str) -> list[Published]:
    """Units of `currency` per dollar, in the order of days; of two sources of one rate the first by name.

    Rates are taken as the decimals that were published. Empty where either side is not published.
    """
    euro = euro_reference(rates)
    euro = euro[euro["currency"].isin([DOLLAR, currency])].sort_values(["source", "day"], kind="stable")
    dollar, other = _by_day(euro, DOLLAR), _by_day(euro, currency)
    if currency == "EUR":
        other = dict.fromkeys(dollar, Decimal(1))
    return [
        (day, as_decimal(Fraction(other[day]) / Fraction(dollar[day]))) for day in sorted(dollar.keys() & other.keys())
    ]


def quoted_in_dollars(rates: pd.DataFrame, currency: str) -> list[Published]:
    """Units of `currency` per dollar, in the order of days, of the sources that quote against the dollar.

    A rate quoted the other way round (dollars per unit: the euro, the pound) is turned over. Of two sources of one rate
    the first by name. Empty where no such source has the currency.
    """
    listed = rates[rates["source"].isin(rates.loc[rates["base"] == DOLLAR, "source"].unique())]
    listed = listed[(listed["currency"] == currency) | (listed["base"] == currency)]
    listed = listed.sort_values(["source", "day"], kind="stable")
    found = _by_day(listed[listed["base"] == DOLLAR], currency)
    turned = _by_day(listed[listed["base"] == currency], DOLLAR)
    found |= {day: as_decimal(1 / Fraction(value)) for day, value in turned.items() if day not in found}
    return sorted(found.items())


def _by_day(listed: pd.DataFrame, currency: str) -> dict[date, Decimal]:
    own = listed[listed["currency"] == currency].drop_duplicates("day")
    # The float's shortest text is the number that was published.
    return {day.date(): Decimal(repr(float(value))) for day, value in zip(own["day"], own["value"], strict=True)}
