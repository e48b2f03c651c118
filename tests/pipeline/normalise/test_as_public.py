"""The view as public on a day knows nothing of the days after it."""

from datetime import UTC, date, datetime

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.normalise.as_public import (
    aliases_as_public,
    announcements_as_public,
    captures_as_public,
    end_of,
    quotes_as_public,
    rates_as_public,
    scores_as_public,
)

AT = datetime(2026, 8, 16, 23, 59, 59, tzinfo=UTC)
INSTANTS = pd.to_datetime(["2026-08-15T00:00:00Z", "2026-08-16T23:59:59Z", "2026-08-17T00:00:00Z"])


def captures(instants=INSTANTS):
    return pd.DataFrame(
        {
            "public_at": instants,
            "recorded_at": pd.Timestamp("2026-11-23", tz="UTC"),
            "payload_sha256": [f"p{place}" for place in range(len(instants))],
        }
    )


def test_a_capture_counts_from_the_instant_at_which_it_was_public():
    assert list(captures_as_public(captures(), AT)["payload_sha256"]) == ["p0", "p1"]


def test_a_view_records_when_it_could_have_known():
    seen = captures_as_public(captures(), AT)
    assert (seen["recorded_at"] == seen["public_at"]).all()


def test_quotes_and_statements_come_with_their_document():
    seen = captures_as_public(captures(), AT)
    own = {"seller": "a", "label": "m", "effective_at": INSTANTS[:2], "about": ["model", "price"]}
    said = pd.DataFrame({"payload_sha256": ["p1", "p2"], **own})
    assert list(quotes_as_public(said, seen)["payload_sha256"]) == ["p1"]
    known = announcements_as_public(said, seen)
    assert known.to_dict("records") == [{"seller": "a", "label": "m", "effective_at": INSTANTS[0], "about": "model"}]


def test_a_score_counts_from_its_publication_and_a_rate_from_its_day():
    assert len(scores_as_public(pd.DataFrame({"published_at": INSTANTS}), AT)) == 2
    days = pd.DataFrame({"day": pd.to_datetime(["2026-08-15", "2026-08-16", "2026-08-17"])})
    assert len(rates_as_public(days, AT)) == 2


@pytest.mark.parametrize(
    ("day", "slug", "ended"), [("2026-08-15", "0423", False), ("2026-08-16", "0813", False)], ids=["before", "after"]
)
def test_where_a_name_will_point_is_not_known_before_it_does(day, slug, ended):
    pointers = pd.DataFrame(
        {
            "slug": ["0423", "0813"],
            "since": pd.to_datetime(["2026-04-24", "2026-08-16"]),
            "until": pd.to_datetime(["2026-08-16", None]),
        }
    )
    newest = aliases_as_public(pointers, end_of(date.fromisoformat(day))).iloc[-1]
    assert (newest["slug"], bool(pd.notna(newest["until"]))) == (slug, ended)


_MOMENTS = st.lists(
    st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001  (naive bounds)
    max_size=12,
)


@given(_MOMENTS, _MOMENTS, st.dates(date(2026, 1, 1), date(2026, 12, 31)))
def test_later_captures_never_enter_the_view_of_a_day(early, late, day):
    at = end_of(day)
    known = captures(pd.to_datetime([moment for moment in early if moment <= at], utc=True))
    more = captures(pd.to_datetime([moment for moment in late if moment > at], utc=True))
    both = captures_as_public(pd.concat([known, more], ignore_index=True), at)
    assert list(both["public_at"]) == list(known["public_at"])
