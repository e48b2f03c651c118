"""Time-of-week windows: which share of the week one takes (METHODS 1: a calendar never makes a price move).

Enters a window as conditions print it; leaves a share. Holidays that a page excludes are left out, and said so there.
"""

from typing import Any

_WEEK = 7 * 24 * 60


def week_share(window: dict[str, Any]) -> float:
    """The share of the week's 168 hours inside the window; spans may wrap midnight; no weekdays means all seven.

    The zone does not matter: a week has the same hours everywhere.
    """
    days = len(window.get("weekdays", range(7)))
    return days * sum(_minutes(span) for span in window["hours"]) / _WEEK


def _minutes(span: str) -> int:
    start, end = (int(text[:2]) * 60 + int(text[3:]) for text in span.split("-"))
    return (end - start) % 1440 or 1440
