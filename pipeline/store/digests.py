"""Digests of frames, whole and by part: what tells whether something was made of the same rows before."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

_KEYS = ("the first of two", "the other of two")
"""Of two hashes of 64 bits each; pandas wants sixteen characters."""


def content(frame: pd.DataFrame) -> str:
    """A digest of a frame's columns, types and rows in their order; equal for equal frames."""
    digest = _Digest()
    table = pa.Table.from_pandas(frame, preserve_index=False)
    table = pa.table([_alone(column) for column in table.columns], schema=table.schema)
    with pa.ipc.new_stream(pa.PythonFile(digest, mode="w"), table.schema) as stream:
        stream.write_table(table)
    return digest.hexdigest()


def digests(frame: pd.DataFrame, part: "pd.Series[Any]") -> dict[str, str]:
    """By part a digest of its rows and their order; `part` names the part of each row. 128 bits."""
    parts, names = pd.factorize(part.astype("str"), sort=True)
    columns = ",".join(f"{name}:{kind}" for name, kind in frame.dtypes.astype("str").items())
    place = frame.groupby(parts, sort=False).cumcount().to_numpy().astype("uint64")
    words = []
    for key in _KEYS:
        rows = pd.util.hash_pandas_object(frame, index=False, hash_key=key).to_numpy()
        mixed = pd.util.hash_array(rows ^ pd.util.hash_array(place))
        sums = np.zeros(len(names), dtype="uint64")
        np.add.at(sums, parts, mixed)
        words.append(sums)
    shape = hashlib.blake2b(columns.encode(), digest_size=8).hexdigest()
    return {str(name): f"{shape}{one:016x}{two:016x}" for name, one, two in zip(names, *words, strict=True)}


def digests_by_day(frame: pd.DataFrame, first: "pd.Series[Any]", last: "pd.Series[Any]") -> Callable[[date], str]:
    """A digest of the rows that stand on a day, in any order; each stands from `first` to `last`, days without a zone.

    The hashes of what has begun, less those of what has ended: one running sum tells every day.
    """
    ends = last + pd.Timedelta(days=1)
    days = pd.concat([first, ends]).to_numpy("datetime64[D]")
    order = np.argsort(days, kind="stable")
    days = days[order]
    sums = []
    for key in _KEYS:
        rows = pd.util.hash_pandas_object(frame, index=False, hash_key=key).to_numpy()
        begun_and_ended = np.concatenate([rows, np.uint64(0) - rows])
        sums.append(np.concatenate([np.zeros(1, dtype="uint64"), np.cumsum(begun_and_ended[order], dtype="uint64")]))

    def of(day: date) -> str:
        place = int(np.searchsorted(days, np.datetime64(day, "D"), side="right"))
        return "".join(f"{int(each[place]):016x}" for each in sums)

    return of


def together(parts: Iterable[str], *own: Mapping[str, str], shared: Sequence[str] = ()) -> dict[str, str]:
    """By part one digest of several: those of its own rows (none where a frame has none of it) and what all share."""
    made = {}
    for part in parts:
        words = json.dumps([*shared, *(digest.get(part) for digest in own)])
        made[part] = hashlib.blake2b(words.encode(), digest_size=16).hexdigest()
    return made


def _alone(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Text without the rows that it is a slice of: Arrow writes some bits of these beside it."""
    if not pa.types.is_large_string(column.type) and not pa.types.is_string(column.type):
        return column
    return pa.chunked_array([pa.concat_arrays([*column.chunks, pa.nulls(0, column.type)])])


class _Digest:
    """A file that only counts what is written into it."""

    def __init__(self) -> None:
        self._hash = hashlib.blake2b(digest_size=16)
        self.closed = False

    def write(self, data: bytes) -> int:
        self._hash.update(data)
        return len(data)

    def flush(self) -> None:
        """Nothing waits."""

    def close(self) -> None:
        self.closed = True

    def hexdigest(self) -> str:
        return self._hash.hexdigest()
