"""Reference exchange rates of a day (METHODS 1): the last earlier day where none was published, for a week at most.

Enters the frame `rates` (base EUR: units of a currency per euro); leaves dollars per unit of a currency.
"""

import numpy as np
import pandas as pd

OLDEST_DAYS = 7
"""A rate older than this is none: an issue, no number."""


def euro_reference(rates: pd.DataFrame) -> pd.DataFrame:
    """The rates of sources that quote against the euro alone: a list against the dollar is another series."""
    in_dollars = rates.loc[rates["base"] == "USD", "source"].unique()
    return rates[(rates["base"] == "EUR") & ~rates["source"].isin(in_dollars)]


def reference_rate(rates: pd.DataFrame, currency: str, days: "pd.Series[pd.Timestamp]") -> pd.DataFrame:
    """US dollars per unit of `currency` on each day, by way of the euro.

    Returns `usd` (NaN where no rate of the last seven days exists) and `rate_day` (the day whose rate was used; NaT
    with NaN), keyed as `days`. Dollars are 1 with no rate day. Of two sources of one rate the first by name is used.
    """
    if currency == "USD":
        return pd.DataFrame(
            {"usd": 1.0, "rate_day": pd.Series(pd.NaT, index=days.index, dtype="datetime64[us]")}, index=days.index
        )
    euro = euro_reference(rates)
    euro = euro[(euro["currency"] == currency) | (euro["currency"] == "USD")]
    euro = euro.sort_values("source", kind="stable").drop_duplicates(["currency", "day"])
    table = {str(name): own.set_index("day")["value"].sort_index() for name, own in euro.groupby("currency")}
    if "USD" in table:
        table["EUR"] = table["USD"] / table["USD"]
    if currency not in table or "USD" not in table:
        return _none(days)
    known = (table["USD"] / table[currency]).dropna()
    if known.empty:
        return _none(days)
    wanted = days.to_numpy(dtype="datetime64[us]")
    published = known.index.to_numpy(dtype="datetime64[us]")
    at = np.searchsorted(published, wanted, side="right") - 1
    found = published[np.maximum(at, 0)]
    fresh = (at >= 0) & (wanted - found <= np.timedelta64(OLDEST_DAYS, "D"))
    return pd.DataFrame(
        {
            "usd": np.where(fresh, known.to_numpy()[np.maximum(at, 0)], np.nan),
            "rate_day": np.where(fresh, found, np.datetime64("NaT", "us")),
        },
        index=days.index,
    )


def _none(days: "pd.Series[pd.Timestamp]") -> pd.DataFrame:
    nat = pd.Series(pd.NaT, index=days.index, dtype="datetime64[us]")
    return pd.DataFrame({"usd": np.nan, "rate_day": nat}, index=days.index)
