"""The order of periods that are written as text: ISO dates, else numbers, else text."""

import re
from collections.abc import Collection
from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any

from pipeline.domain.errors import PanelError

_YEAR_MONTH = re.compile(r"\d{4}(-\d{2})?", re.ASCII)
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)


def in_order(periods: Collection[str]) -> list[str]:
    """The periods by time: all of them ISO dates (year, month, day, week or instant), else all numbers, else text.

    Instants without an offset are UTC. Raises PanelError where two texts stand for the same period.
    """
    for reading in (_instant, _number):
        read: dict[str, Any] = {period: reading(period) for period in periods}
        if None not in read.values():
            ordered = sorted(read, key=lambda period: (read[period], period))
            for before, after in pairwise(ordered):
                if read[before] == read[after]:
                    raise PanelError(f"{before!r} and {after!r} are the same period: write it in one way")
            return ordered
    return sorted(periods)


def _instant(text: str) -> datetime | None:
    """The first instant of an ISO year, month, day or week, or the instant itself."""
    try:
        if _YEAR_MONTH.fullmatch(text):
            return datetime(int(text[:4]), int(text[5:] or 1), 1, tzinfo=UTC)
        if "-" not in text:
            return None
        read = datetime.fromisoformat(text)
    except ValueError:
        return None
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read


def _number(text: str) -> Decimal | None:
    return Decimal(text) if _NUMBER.fullmatch(text) else None
