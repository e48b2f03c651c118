"""The UTC calendar day of instants, as frames hold days: midnight without a zone."""

from typing import Any

import pandas as pd


def day_of(instants: "pd.Series[Any]") -> "pd.Series[Any]":
    """The UTC day of each instant, NaT where there is none. Enter aware UTC instants, or ones without a zone."""
    days: pd.Series[Any] = instants.dt.tz_localize(None).dt.normalize().astype("datetime64[us]")
    return days
