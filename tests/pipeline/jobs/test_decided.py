"""Decisions kept by maker: whatever was made together, they are those of the whole ledger."""

from datetime import datetime, timedelta

import pandas as pd
from hypothesis import HealthCheck, given, settings

from pipeline.jobs.decided import decided
from pipeline.jobs.looked import Spells
from pipeline.jobs.read import Read
from pipeline.reference.load import load_reference
from pipeline.store.keep import Held, Made, anew
from pipeline.store.kept import Kept
from tests.pipeline.events.decoys import sweep
from tests.pipeline.events.ledger import Ledger, instant
from tests.pipeline.events.test_properties import ledgers
from tests.pipeline.jobs.one_by_one import OneByOne

NOW = instant("2026-12-01")
_SLOW = settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])


class Remade(Held):
    """A `Keep` in memory that remembers which parts were made anew."""

    def __init__(self) -> None:
        super().__init__()
        self.made: dict[str, list[str]] = {}

    def by_part(self, stage, parts, make, finish, /, *, now):
        self.made[stage] = []

        def noted(names):
            self.made[stage] = sorted(names)
            return make(names)

        return super().by_part(stage, parts, noted, finish, now=now)


def decided_of(ledger: Ledger, keep, *, now: datetime = NOW) -> Made:
    rates = pd.DataFrame({"base": [], "currency": [], "day": pd.to_datetime([]), "value": []})
    announcements = pd.DataFrame(
        {"seller": [], "label": [], "effective_at": pd.to_datetime([], utc=True), "about": []}
    ).astype({"seller": "str", "label": "str"})
    told = {name: ledger.frame(name) for name in ("listings", "sources")}
    facts = Made(frames={**told, "announcements": announcements, "rates": rates})
    read = Read(facts=facts, spells=Spells.of(ledger.frame("spells")), now=now, at=now)
    return decided(read, load_reference(), keep)


def same(one: Made, other: Made) -> None:
    for name in one.frames:
        pd.testing.assert_frame_equal(one.frames[name], other.frames[name], obj=name)
    assert sorted(map(repr, one.issues)) == sorted(map(repr, other.issues))


def crowded(until: str = "2025-12-01") -> Ledger:
    """A bulk edit over six makers, sellers of models nobody knows, and a move of some on another day.

    `until` is the last look that saw the price of `model-8`.
    """
    ledger = sweep()
    source = ledger.source("models_dev")
    for label, maker, seller, day in (
        ("model-7", "maker-1", "host", "2025-06-12"),
        ("model-8", "maker-2", "host", "2025-08-01"),
        ("mystery", None, "host", "2025-07-01"),
        ("riddle", None, "cloud", "2025-07-02"),
    ):
        listing = ledger.listing(label, maker=maker, version="" if maker else None, seller=seller)
        steps = [("2025-01-01", {"input": 8.0, "output": 11.0}), (day, {"input": 4.0, "output": 5.5})]
        ledger.history(source, listing, steps, until=until if label == "model-8" else "2025-12-01")
    return ledger


def test_each_maker_alone_gives_the_decisions_of_the_whole_ledger():
    keep = OneByOne()
    found = decided_of(crowded(), keep)
    assert list(keep.parts["decisions"]) == ["?cloud", "?host", *(f"maker-{number}" for number in range(6))]
    assert (found.frames["events"]["veto"] == "bulk edit").sum() == 30
    same(found, decided_of(crowded(), anew))


@_SLOW
@given(ledgers())
def test_for_any_ledger_what_is_made_alone_is_what_is_made_together(ledger):
    other = ledger.listing("three", maker="other", seller="other")
    for source in ledger.sources:
        steps = [("2026-01-01", {"input": 1.0, "output": 2.0}), ("2026-03-01", {"input": 0.5, "output": 1.0})]
        ledger.history(source, other, steps, until="2026-09-01")
    same(decided_of(ledger, OneByOne()), decided_of(ledger, anew))


def test_a_look_that_tells_something_of_one_maker_makes_the_decisions_of_that_maker_anew():
    """On 15 September the price of 1 August has lasted 45 days: no later one contradicts it."""
    keep = Remade()
    decided_of(crowded(until="2025-09-14"), keep)
    found = decided_of(crowded(until="2025-09-15"), keep)
    assert keep.made == {"recorded": ["maker-2"], "decisions": ["maker-2"]}
    same(found, decided_of(crowded(until="2025-09-15"), anew))


def test_further_looks_at_prices_that_lasted_make_no_decision_anew():
    keep = Remade()
    for until in ("2025-12-01", "2025-12-01T11:00", "2025-12-05"):
        found = decided_of(crowded(until=until), keep)
    assert keep.made == {"recorded": [], "decisions": []}
    same(found, decided_of(crowded(until="2025-12-05"), anew))


def test_a_decision_that_only_the_clock_changes_is_made_anew_when_its_time_has_come():
    """A cut in one catalogue is recorded, and probable 48 hours after it was seen."""
    ledger = Ledger()
    for source, label in (("litellm", "one"), ("models_dev", "two")):
        steps = [("2026-01-01", {"input": 2.0, "output": 8.0}), ("2026-11-30", {"input": 1.0, "output": 4.0})]
        listing = ledger.listing(label, maker=label, seller=label)
        ledger.history(ledger.source(source), listing, steps[: 2 if label == "one" else 1], until="2026-11-30")
    keep = Remade()
    states = []
    for hours in (24, 47, 48, 49):
        now = instant("2026-11-30") + timedelta(hours=hours)
        found = decided_of(ledger, keep, now=now)
        same(found, decided_of(ledger, anew, now=now))
        states.append((*found.frames["events"]["state"], keep.made["decisions"]))
    assert states == [("recorded", ["one", "two"]), ("recorded", []), ("probable", ["one"]), ("probable", [])]


def test_where_nothing_moved_yet_there_is_no_decision(tmp_path):
    """The first look of two sources in two currencies, and of none: a replay begins so."""
    ledger = Ledger()
    listing = ledger.listing("one")
    for currency in ("USD", "CNY"):
        ledger.history(
            ledger.source(currency.lower()),
            listing,
            [("2026-01-01", {"input": 1.0})],
            until="2026-01-01",
            currency=currency,
        )
    for keep in (anew, Held(), Kept(tmp_path, use=True), Kept(tmp_path, use=True)):
        assert decided_of(ledger, keep).frames["events"].empty
        assert decided_of(Ledger(), keep).frames["events"].empty
