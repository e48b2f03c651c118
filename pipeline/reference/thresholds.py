"""thresholds.toml as values: the numbers that decide about events and flags, reviewed and dated."""

import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any

from pipeline.domain.errors import InvalidValueError
from pipeline.domain.thresholds import Thresholds

_FILE = Path(__file__).with_name("thresholds.toml")


def load_thresholds(path: Path = _FILE) -> Thresholds:
    """Read the file whole. A missing, surplus or non-positive number raises InvalidValueError."""
    rows = tomllib.loads(path.read_text(encoding="utf-8"))
    reviewed_on = rows.pop("reviewed_on")
    values: dict[str, Any] = {_name(name): _value(name, row) for name, row in rows.items()}
    fields = {name for name in Thresholds.__slots__ if name != "reviewed_on"}
    if fields != values.keys():
        raise InvalidValueError(f"{path.name} and the thresholds differ in {sorted(fields ^ values.keys())}")
    return Thresholds(reviewed_on=reviewed_on, **values)


def _name(name: str) -> str:
    return name.removesuffix("_days").removesuffix("_hours")


def _value(name: str, row: dict[str, Any]) -> int | timedelta:
    value = row["value"]
    if not isinstance(value, int) or isinstance(value, bool) or value <= 0:
        raise InvalidValueError(f"the threshold {name} is {value!r}, not a whole number above 0")
    if name.endswith("_days"):
        return timedelta(days=value)
    return timedelta(hours=value) if name.endswith("_hours") else value
