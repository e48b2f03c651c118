"""Dense integer codes of rows: what lets millions of rows be grouped and compared without sorting text.

Enters a frame, leaves one int64 code per row; equal rows have equal codes, missing equals missing.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Codes = npt.NDArray[np.int64]


def column_codes(values: "pd.Series[Any]") -> tuple[Codes, int]:
    """Codes of one column from 0, and how many there are; a missing value has the code 0."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        return values.cat.codes.to_numpy().astype(np.int64) + 1, len(values.cat.categories) + 1
    codes, uniques = pd.factorize(values, use_na_sentinel=True)
    return codes.astype(np.int64) + 1, len(uniques) + 1


def row_codes(frame: pd.DataFrame, columns: Sequence[str]) -> Codes:
    """One code per row over several columns. Codes are dense but in no order that means anything."""
    combined, size = np.zeros(len(frame), dtype=np.int64), 1
    for column in columns:
        codes, count = column_codes(frame[column])
        if size * count >= np.iinfo(np.int64).max:
            combined, size = _dense(combined)
        combined, size = combined * count + codes, size * count
    return _dense(combined)[0]


def _dense(codes: Codes) -> tuple[Codes, int]:
    dense, uniques = pd.factorize(codes)
    return dense.astype(np.int64), len(uniques)


def first_rows(codes: Codes) -> Codes:
    """Position of the first row of each code of `row_codes`, in the order of the codes."""
    first = np.full(int(codes.max()) + 1 if len(codes) else 0, -1, dtype=np.int64)
    first[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)
    return first
