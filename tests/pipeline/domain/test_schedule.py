"""Schedules in words."""

from datetime import UTC, datetime, timedelta

import pytest

from pipeline.domain.errors import InvalidValueError
from pipeline.domain.schedule import Schedule

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "interval"),
    [
        ("every 6 hours", timedelta(hours=6)),
        ("every hour", timedelta(hours=1)),
        ("every day", timedelta(days=1)),
        ("15 5 * * *", timedelta(days=1)),
        ("15 * * * *", timedelta(hours=1)),
        ("15 5 * * 1", timedelta(weeks=1)),
    ],
)
def test_a_schedule_has_a_longest_distance(text, interval):
    assert Schedule.parse(text).interval == interval


@pytest.mark.parametrize("text", ["hourly", "every 0 hours", "every six hours", "* * *", ""])
def test_anything_else_is_refused(text):
    with pytest.raises(InvalidValueError):
        Schedule.parse(text)


def test_a_restart_catches_up_once_and_never_looks_too_early():
    schedule = Schedule.parse("every 6 hours")
    assert schedule.next_due(None, now=NOW) == NOW
    assert schedule.next_due(NOW - timedelta(days=3), now=NOW) == NOW
    assert schedule.next_due(NOW - timedelta(hours=1), now=NOW) == NOW + timedelta(hours=5)


def test_a_source_that_is_asked_for_has_no_look_that_is_due():
    assert Schedule.parse("when asked").when_asked


@pytest.mark.parametrize(("text", "jitter"), [("every 6 hours", 36), ("every day", 144), ("15 5 * * *", 144)])
def test_a_look_wanders_by_a_tenth_of_its_interval(text, jitter):
    assert Schedule.parse(text).jitter == timedelta(minutes=jitter)
