"""Instants in the prose of price pages: `2026/05/31 15:59 UTC`, `北京时间 2026/07/24 23:59`."""

import re
from datetime import UTC, datetime, timedelta, timezone

from pipeline.domain.errors import DocumentShapeError

BEIJING = timezone(timedelta(hours=8))
_ZONES = {"UTC": UTC, "GMT": UTC, "北京时间": BEIJING, "BEIJING TIME": BEIJING, "UTC+8": BEIJING, "(UTC+8)": BEIJING}
_DAY = r"(?P<y>20[0-9]{2})\s*[-/年.]\s*(?P<m>[0-9]{1,2})\s*[-/月.]\s*(?P<d>[0-9]{1,2})\s*日?"
_INSTANT = re.compile(
    rf"(?P<before>北京时间)?\s*{_DAY},?\s*(?P<hour>[0-9]{{1,2}})[::：](?P<minute>[0-9]{{2}})"
    r"\s*(?P<after>\(?UTC\+8\)?|UTC|GMT|Beijing Time|北京时间)?",
    re.IGNORECASE,
)


def instant_in(text: str) -> datetime | None:
    """The one instant that a text names, in UTC; None where it names none.

    Raises DocumentShapeError for an instant without a zone and for two different ones.
    """
    found: set[datetime] = set()
    for match in _INSTANT.finditer(text):
        zone = _ZONES.get((match["before"] or match["after"] or "").upper())
        if zone is None:
            raise DocumentShapeError(f"{match[0]!r} names no time zone")
        year, month, day, hour, minute = (int(match[name]) for name in ("y", "m", "d", "hour", "minute"))
        midnight = datetime(year, month, day, tzinfo=zone)
        found.add((midnight + timedelta(hours=hour, minutes=minute)).astimezone(UTC))  # 24:00 is the next day's start
    if len(found) > 1:
        raise DocumentShapeError(f"{len(found)} instants in {text[:80]!r}")
    return found.pop() if found else None
