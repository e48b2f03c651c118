"""What a look tells: where it is told by the same digest, what is made of the spells is the same."""

from datetime import timedelta

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.dumping.as_read import as_read
from pipeline.dumping.offered import standing
from pipeline.events.looks import followed, instants
from pipeline.indices.blended import blended
from pipeline.jobs.looked import Spells
from pipeline.reference.thresholds import load_thresholds
from tests.pipeline.events.ledger import Ledger, instant
from tests.pipeline.events.test_properties import ledgers

BEGUN = instant("2026-01-01")
UNTIL = instant("2026-12-01")
RATES = pd.DataFrame({"base": [], "currency": [], "day": pd.to_datetime([]), "value": []})
_SLOW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
_HOURS = st.lists(st.integers(0, 24 * 300), min_size=2, max_size=2, unique=True)


def seen_last(ledger: Ledger, hours: int) -> pd.DataFrame:
    """The spells, the standing ones seen last so many hours after the last of them began, once more than before."""
    spells = ledger.frame("spells")
    still = spells["ended"].eq("open")
    at = max(spells["first_seen"].max(), BEGUN) + timedelta(hours=hours)
    return spells.assign(last_seen=spells["last_seen"].mask(still, at), captures=spells["captures"] + 1 + still)


@_SLOW
@given(ledgers(), _HOURS)
def test_where_no_instant_lies_between_two_looks_decisions_follow_a_price_to_the_same_one(ledger, hours):
    thresholds, listings = load_thresholds(), ledger.frame("listings")
    both = [seen_last(ledger, own) for own in hours]
    asked = [instants(spells, thresholds) for spells in both]
    pd.testing.assert_frame_equal(*asked)
    told = [Spells.of(spells).by_instant(asked[0]) for spells in both]
    read = [followed(spells, listings, thresholds) for spells in both]
    assert told[0] != told[1] or read[0].equals(read[1])


def test_a_look_after_which_a_price_has_lasted_is_told():
    ledger = Ledger()
    ledger.history(ledger.source("a"), ledger.listing("one"), [("2026-01-01", {"input": 1.0})], until="2026-01-02")
    spells, thresholds = ledger.frame("spells"), load_thresholds()
    asked = instants(spells, thresholds)
    lasted = BEGUN + thresholds.corroborated_after
    told = [
        Spells.of(spells.assign(last_seen=lasted + timedelta(hours=late))).by_instant(asked) for late in (-2, -1, 0, 1)
    ]
    assert told[0] == told[1] != told[2] == told[3]


@_SLOW
@given(ledgers(), st.integers(0, 300), st.lists(st.integers(0, 23), min_size=2, max_size=2, unique=True))
def test_two_looks_of_one_day_leave_what_is_made_of_days(ledger, days, hours):
    """Schedules of a day: from noon on a look is stale on another day than one of the morning, unless that is later
    than the day of the build."""
    listings, sources = ledger.frame("listings"), ledger.frame("sources")
    until = BEGUN + timedelta(days=days + 200)
    both = [seen_last(ledger, 24 * days + own) for own in hours]
    told = [Spells.of(spells).by_day(sources, until) for spells in both]
    stood = [standing(spells, listings, sources, until=until) for spells in both]
    read = [as_read(rows, pd.Series(pd.Timestamp(until.date()), index=rows.index)) for rows in stood]
    made = [blended(spells, listings, RATES, sources, until=until) for spells in both]
    assert told[0] != told[1] or (read[0].equals(read[1]) and made[0].equals(made[1]))


def test_a_further_look_of_the_day_is_told_to_what_prints_it_and_not_to_what_is_made_of_days():
    ledger = Ledger()
    ledger.history(ledger.source("a"), ledger.listing("one"), [("2026-01-01", {"input": 1.0})], until="2026-11-30")
    sources = ledger.frame("sources")
    first, second = (Spells.of(seen_last(ledger, 7200 + hour)) for hour in (1, 2))
    assert first.by_day(sources, UNTIL) == second.by_day(sources, UNTIL)
    assert first.facts() == second.facts()
    assert first.by_look() != second.by_look()


@pytest.mark.parametrize("promotion", ['{"ends_at":"2026-11-30T00:00:00Z","percent":"50"}', '{"percent":"50"}'])
def test_of_a_promotion_only_a_stated_end_is_asked_of_by_the_instant(promotion):
    ledger = Ledger()
    ledger.history(
        ledger.source("a"),
        ledger.listing("one"),
        [("2026-01-01", {"input": 1.0})],
        until="2026-11-30",
        promotion=promotion,
    )
    first, second = (Spells.of(seen_last(ledger, 7200 + hour)) for hour in (1, 2))
    assert (first.facts() != second.facts()) == ("ends_at" in promotion)
