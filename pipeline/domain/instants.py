"""Instants: aware UTC datetimes, and their one text form (ISO 8601 with `Z`)."""

from datetime import UTC, date, datetime

from pipeline.domain.errors import InvalidValueError


def utc(value: datetime) -> datetime:
    """The same instant in UTC. A datetime without a zone is refused: nothing says which day it means."""
    if value.tzinfo is None or value.utcoffset() is None:
        raise InvalidValueError(f"the instant {value!s} has no time zone")
    return value.astimezone(UTC)


def parse_instant(text: str) -> datetime:
    """Read `2026-05-31T15:59:00Z` (or an offset); a text without a zone raises InvalidValueError."""
    try:
        return utc(datetime.fromisoformat(text))
    except ValueError as error:
        raise InvalidValueError(f"{text!r} is not an instant with a time zone") from error


def midnight(day: date) -> datetime:
    """The first instant of a UTC day: what a source that names only a day is taken to mean."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def instant_text(value: datetime) -> str:
    """`2026-05-31T15:59:00Z`; fractions of a second only where there are any."""
    return utc(value).isoformat().replace("+00:00", "Z")
