"""Every frame that crosses a layer: its columns, types, units, key and meaning.

`check(frame, "spells")` is the only way in: missing, surplus or mistyped columns, a broken key or a naive instant
raise FrameError. docs/data-dictionary.md and the column notes of exports are made from these declarations.

Types: `text` (pandas str or category), `integer` (int64; Int64 where nullable), `number` (float64), `flag` (bool),
`instant` (datetime64[us, UTC]), `day` (datetime64[us], midnight, no zone: a UTC calendar day). Missing is NA/NaT,
never 0 or "".
"""

from collections.abc import Iterable, Mapping
from typing import cast

import pandas as pd

from pipeline.domain.errors import FrameError
from pipeline.frames.column import Column, Frame
from pipeline.frames.comparisons import COMPARISONS
from pipeline.frames.decisions import DECISIONS
from pipeline.frames.evidence import EVIDENCE
from pipeline.frames.measures import MEASURES
from pipeline.frames.prices import PRICES
from pipeline.frames.series import SERIES

FRAMES: dict[str, Frame] = {**EVIDENCE, **PRICES, **DECISIONS, **COMPARISONS, **MEASURES, **SERIES}


def empty(name: str) -> pd.DataFrame:
    """A frame of no rows with the declared columns and types."""
    return coerce(pd.DataFrame({column: [] for column in FRAMES[name].columns}), name)


def joined(parts: Iterable[pd.DataFrame], name: str) -> pd.DataFrame:
    """One declared frame of many, its types kept whatever part was empty."""
    full = [part for part in parts if len(part)]
    return coerce(pd.concat(full, ignore_index=True), name) if full else empty(name)


def declared(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Frames by name, each as declared under it (`coerce`)."""
    return {name: coerce(table, name) for name, table in tables.items()}


def coerce(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """The frame's declared columns, in order, each cast to its declared type; then `check`. Loses no row."""
    declared = FRAMES[name].columns
    missing = [column for column in declared if column not in frame.columns]
    if missing:
        raise FrameError(f"the frame {name!r} lacks {', '.join(missing)}")
    return check(pd.DataFrame({column: _cast(frame[column], spec) for column, spec in declared.items()}), name)


def check(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """The same frame, or FrameError naming the first thing that is wrong with it."""
    declared = FRAMES[name]
    if list(frame.columns) != list(declared.columns):
        surplus = [str(c) for c in frame.columns if c not in declared.columns]
        missing = [c for c in declared.columns if c not in frame.columns]
        raise FrameError(f"the frame {name!r} lacks {missing} and has {surplus} too many, or another order")
    for column, spec in declared.columns.items():
        if not _is_kind(frame[column], spec):
            raise FrameError(f"{name}.{column} is {frame[column].dtype}, not {spec.kind}")
        if not spec.optional and frame[column].isna().any():
            raise FrameError(f"{name}.{column} has missing values")
    if frame.duplicated(list(declared.key)).any():
        row = frame[frame.duplicated(list(declared.key))].iloc[0]
        raise FrameError(f"two rows of {name!r} share the key {[row[part] for part in declared.key]}")
    for low, high in declared.ordered:
        wrong = frame[frame[low] > frame[high]]
        if len(wrong):
            row = wrong.iloc[0]
            raise FrameError(f"{name}.{low} is above {high}: {row[low]}, {row[high]} in {row[declared.key[0]]}")
    return frame


def _cast(values: pd.Series, spec: Column) -> pd.Series:
    match spec.kind:
        case "text":
            return values if isinstance(values.dtype, pd.CategoricalDtype) else values.astype("str")
        case "integer":
            return values.astype("Int64" if spec.optional else "int64")
        case "number":
            return values.astype("float64")
        case "flag":
            return values.astype("bool")
        case "instant":
            return cast("pd.Series", pd.to_datetime(values, utc=True).astype("datetime64[us, UTC]"))
        case "day":
            return cast("pd.Series", pd.to_datetime(values).astype("datetime64[us]"))


def _is_kind(values: pd.Series, spec: Column) -> bool:
    kind = str(values.dtype)
    match spec.kind:
        case "text":
            return kind in ("str", "category", "string")
        case "integer":
            return kind in ("int64", "Int64")
        case "number":
            return kind == "float64"
        case "flag":
            return kind == "bool"
        case "instant":
            return kind == "datetime64[us, UTC]"
        case "day":
            return kind == "datetime64[us]"
