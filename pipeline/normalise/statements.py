"""What a sheet says of one price: one amount, several dated amounts, or two that cannot both be true.

Enters quotes with their price key and sheet; leaves one statement per (price, sheet, effective instant).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.normalise.codes import Codes
from pipeline.normalise.looks import Looks

UNKNOWN = -1
"""Stands for an amount of which a sheet says two: no look at it confirms, changes or withdraws a price."""

Instants = npt.NDArray[np.datetime64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Statements:
    """Arrays of one length, and the rows of quotes that contradict each other.

    `row` is a row of quotes. A statement holds for looks in [valid_from, valid_to); NaT is no bound.
    """

    key: Codes
    sheet: Codes
    nano: Codes
    row: Codes
    effective: Instants
    valid_from: Instants
    valid_to: Instants
    conflicts: Codes


def statements(quotes: pd.DataFrame, key: Codes, sheet: Codes, looked: Looks) -> Statements:
    """One statement per price, sheet and effective instant; an amount dated later holds from that instant on.

    Quotes that agree (one listing under two labels) are one statement, at the first place. Quotes of one price, sheet
    and instant that differ are the statement UNKNOWN, and their rows are `conflicts`.
    """
    nano = quotes["nano_per_million"].to_numpy(dtype=np.int64)
    effective = quotes["effective_at"].to_numpy(dtype="datetime64[us]")
    count = int(sheet.max()) + 1 if len(sheet) else 1
    met = np.isin(np.arange(count), looked.sheet)[sheet]
    repeated = pd.Series(key * count + sheet).duplicated(keep=False).to_numpy() & met
    single = (met & ~repeated).nonzero()[0]
    several = _several(quotes, key, sheet, repeated.nonzero()[0])
    row = np.concatenate([single, several["row"].to_numpy(dtype=np.int64)])
    stated = np.concatenate([nano[single], several["nano"].to_numpy(dtype=np.int64)])
    until = np.full(len(single), np.datetime64("NaT"), dtype="datetime64[us]")
    return Statements(
        key=key[row],
        sheet=sheet[row],
        nano=stated,
        row=row,
        effective=effective[row],
        valid_from=effective[row],
        valid_to=np.concatenate([until, several["until"].to_numpy(dtype="datetime64[us]")]),
        conflicts=_conflicts(key, sheet, several),
    )


def _several(quotes: pd.DataFrame, key: Codes, sheet: Codes, rows: Codes) -> pd.DataFrame:
    """One row per (key, sheet, effective instant) of the prices that a sheet states more than once."""
    said = quotes.iloc[rows]
    table = pd.DataFrame(
        {
            "row": rows,
            "key": key[rows],
            "sheet": sheet[rows],
            "effective": said["effective_at"].to_numpy(dtype="datetime64[us]"),
            "nano": said["nano_per_million"].to_numpy(dtype=np.int64),
            "where": said["where"].to_numpy(dtype=object),
            "conditions": said["conditions"].to_numpy(dtype=object),
        }
    ).sort_values(["key", "sheet", "effective", "where", "conditions"], na_position="first", kind="stable")
    instant = ["key", "sheet", "effective"]
    amounts = table.groupby(instant, dropna=False, sort=False)["nano"].transform("nunique")
    table["nano"] = table["nano"].where(amounts == 1, UNKNOWN)
    table = table.drop_duplicates(instant).reset_index(drop=True)
    table["until"] = table.groupby(["key", "sheet"], sort=False)["effective"].shift(-1)
    return table


def _conflicts(key: Codes, sheet: Codes, several: pd.DataFrame) -> Codes:
    """The rows of quotes behind the statements UNKNOWN."""
    unknown = several[several["nano"] == UNKNOWN]
    if unknown.empty:
        return np.empty(0, dtype=np.int64)
    pairs: pd.MultiIndex = pd.MultiIndex.from_arrays([unknown["key"], unknown["sheet"]])
    rows = np.isin(key, unknown["key"].to_numpy()).nonzero()[0]
    inside = pd.MultiIndex.from_arrays([key[rows], sheet[rows]]).isin(pairs)
    found: npt.NDArray[Any] = rows[inside]
    return found.astype(np.int64)
