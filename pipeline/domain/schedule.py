"""Schedules in words: `every 6 hours`, `every day`, `every 30 minutes`, five cron fields (UTC), or `when asked`."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from pipeline.domain.errors import InvalidValueError

_EVERY = re.compile(r"every (?:([0-9]+) )?(minute|hour|day|week)s?")
_UNIT = {
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
}
_WHEN_ASKED = "when asked"
_NEVER = timedelta(days=3650)
_CRON = re.compile(r"\S+ \S+ \S+ \S+ \S+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """How often a source is looked at. `interval` is the longest distance between two looks.

    `when_asked` is a source that a person asks for: no look is ever due, so none is missed.
    """

    interval: timedelta
    cron: str | None = None
    when_asked: bool = False

    @classmethod
    def parse(cls, text: str) -> "Schedule":
        """Read a schedule; anything else than the three forms raises InvalidValueError."""
        if text == _WHEN_ASKED:
            return cls(interval=_NEVER, when_asked=True)
        every = _EVERY.fullmatch(text)
        if every is not None:
            count = int(every[1] or 1)
            if count == 0:
                raise InvalidValueError(f"the schedule {text!r} never comes round")
            return cls(interval=count * _UNIT[every[2]])
        if _CRON.fullmatch(text):
            return cls(interval=_longest(text), cron=text)
        raise InvalidValueError(f"{text!r} is no schedule: write 'every 6 hours' or five cron fields")

    @property
    def jitter(self) -> timedelta:
        """The most by which a look comes earlier or later, so that not every source is asked on the hour."""
        return self.interval / 10

    def next_due(self, last_due: datetime | None, *, now: datetime) -> datetime:
        """When the next look is due: at once where none was made or one was missed (a restart catches up once)."""
        return now if last_due is None else max(now, last_due + self.interval)


def _longest(cron: str) -> timedelta:
    """A cron line's longest distance, by its coarsest fixed field: a week, a day, else an hour."""
    _, hour, day_of_month, _, day_of_week = cron.split()
    if day_of_month != "*":
        return timedelta(days=31)
    if day_of_week != "*":
        return timedelta(weeks=1)
    return timedelta(days=1) if hour != "*" else timedelta(hours=1)
