"""CSV that opens safely in a spreadsheet: UTF-8 with a byte-order mark, CRLF, and no text that could run as a formula.

Only text cells are touched: one that begins with `=`, `+`, `-`, `@`, TAB or CR gets a leading apostrophe. The untouched
form is Parquet or JSON.
"""

import csv
import io
import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

_RUNS_AS_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")


def safe_cell(value: object) -> str:
    """The cell's text; numbers stay numbers, missing is empty."""
    if value is None or (not isinstance(value, str) and pd.isna(value)):  # type: ignore[call-overload]
        return ""
    text = str(value)
    return f"'{text}" if text.startswith(_RUNS_AS_FORMULA) and not _NUMBER.fullmatch(text) else text


def stamped(frame: pd.DataFrame, meta: Mapping[str, Any], *, titled: bool) -> pd.DataFrame:
    """The frame with the build, the instant of its data and the method on every row: a row that is copied keeps them.

    `titled`: the columns are words for people; else names for programs.
    """
    space = " " if titled else "_"
    said = {"build": "build", f"data{space}to": "data_to", f"method{space}version": "method_version"}
    return frame.assign(**{column: meta[name] for column, name in said.items()})


def to_csv(frame: pd.DataFrame) -> bytes:
    """The whole frame as CSV bytes, the same for the same frame."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([safe_cell(column) for column in frame.columns])
    for row in frame.itertuples(index=False, name=None):
        writer.writerow([safe_cell(value) for value in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode()
