"""When a model version can have been priced: release days, and where a floating name pointed.

Enters the curated tables; answers for one instant. A date stamp in a name is its earliest day: what bears it cannot
have been sold before.
"""

import re
from datetime import UTC, datetime
from typing import Protocol

import pandas as pd

_STAMP = re.compile(r"(20\d{2})-?(0[1-9]|1[0-2])-?(0[1-9]|[12]\d|3[01])(?!\d)")


class Dated(Protocol):
    """The tables that say when (pipeline.reference.load.Reference)."""

    @property
    def aliases(self) -> pd.DataFrame: ...
    @property
    def models(self) -> pd.DataFrame: ...


class Releases:
    """Release days and alias intervals, indexed."""

    def __init__(self, reference: Dated) -> None:
        known = reference.models.dropna(subset="released")
        self._released = dict(zip(known["model_version"], known["released"], strict=True))
        self._aliases: dict[str, list[tuple[pd.Timestamp, pd.Timestamp | None, str]]] = {}
        for row in reference.aliases.dropna(subset="slug").to_dict("records"):
            until = None if pd.isna(row["until"]) else row["until"]
            interval = (row["since"], until, f"{row['maker']}/{row['slug']}")
            self._aliases.setdefault(f"{row['maker']}/{row['alias']}", []).append(interval)

    def pointed_to(self, version: str, instant: datetime) -> str | None:
        """The version behind a floating name at that instant; None where that is not known."""
        at = _naive(instant)
        for since, until, target in self._aliases.get(version, []):
            if since <= at and (until is None or at < until):
                return target
        return None

    def before_release(self, version: str, instant: datetime) -> bool:
        """Whether the version was not out yet: by the reviewed release day, else by the date in its name."""
        released = self._released.get(version, _stamped(version))
        return released is not None and _naive(instant) < released


def _stamped(version: str) -> pd.Timestamp | None:
    stamp = _STAMP.search(version)
    try:
        return pd.Timestamp(int(stamp[1]), int(stamp[2]), int(stamp[3])) if stamp else None
    except ValueError:
        return None


def _naive(instant: datetime) -> pd.Timestamp:
    return pd.Timestamp(instant.astimezone(UTC).replace(tzinfo=None))
