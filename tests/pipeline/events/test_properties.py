"""What must hold for any ledger: order, rebuilds and the names of countries change nothing."""

import json

import pandas as pd
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pipeline.flags.sharp_cut import flagged
from pipeline.reference.thresholds import load_thresholds
from tests.pipeline.events.deciding import decisions
from tests.pipeline.events.ledger import Ledger, instant

NOW = instant("2026-12-01")
_AMOUNT = st.sampled_from([0.0, 0.1, 0.25, 1.0, 2.0, 2.5, 10.0])
_DAYS = st.lists(st.integers(0, 200), min_size=1, max_size=4, unique=True).map(sorted)


@st.composite
def ledgers(draw: st.DrawFn) -> Ledger:
    ledger = Ledger()
    for name, trust in draw(st.sampled_from([[("a", "seller")], [("a", "seller"), ("b", "aggregator")]])):
        source = ledger.source(name, trust=trust, sellers=("acme",) if trust == "seller" else ())
        for label in draw(st.lists(st.sampled_from(["one", "two", "two-latest"]), min_size=1, unique=True)):
            market = draw(st.sampled_from(["international", "CN"]))
            listing = ledger.listing(label, market=market, floating=label.endswith("latest"))
            if any(spell["source"] == source and spell["listing_id"] == listing for spell in ledger.spells):
                continue
            days = draw(_DAYS)
            first = pd.Timestamp("2026-01-01")
            steps = [
                (f"{first + pd.Timedelta(days=day):%Y-%m-%d}", {"input": draw(_AMOUNT), "output": draw(_AMOUNT)})
                for day in days
            ]
            ledger.history(source, listing, steps, until="2026-09-01", watched_since="2025-12-01")
    return ledger


def read(ledger: Ledger, *, shuffle: int | None = None, exact: bool = False) -> pd.DataFrame:
    spells, listings, sources = (ledger.frame(name) for name in ("spells", "listings", "sources"))
    if shuffle is not None:
        spells, listings, sources = (
            frame.sample(frac=1, random_state=shuffle).reset_index(drop=True) for frame in (spells, listings, sources)
        )
    thresholds = load_thresholds()
    found, _ = decisions(spells, listings, sources, now=NOW, thresholds=thresholds, exact=exact)
    return flagged(found, spells, thresholds)


slow = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@slow
@given(ledgers(), st.integers(0, 1000))
def test_the_order_of_rows_does_not_matter(ledger: Ledger, seed: int) -> None:
    pd.testing.assert_frame_equal(read(ledger), read(ledger, shuffle=seed))


@slow
@given(ledgers())
def test_identifiers_are_unique_and_the_same_at_every_rebuild(ledger: Ledger) -> None:
    first, second = read(ledger)["id"], read(ledger)["id"]
    assert first.is_unique
    assert list(first) == list(second)


@slow
@given(ledgers())
def test_countries_by_another_name_change_no_class_state_or_flag(ledger: Ledger) -> None:
    before = read(ledger)
    renamed = Ledger(spells=ledger.spells, sources=ledger.sources)
    names = {"CN": "US", "international": "international"}
    renamed.listings = {key: row | {"market": names[row["market"]]} for key, row in ledger.listings.items()}
    after = read(renamed)
    kept = ["id", "kind", "class_", "state", "flag", "change_b31", "effective_at", "contradicted_by"]
    pd.testing.assert_frame_equal(before[kept], after[kept])


@slow
@given(ledgers())
def test_what_is_flagged_is_a_confirmed_market_move_down(ledger: Ledger) -> None:
    found = read(ledger)
    sharp = found[found["flag"] == "sharp_cut"]
    assert set(sharp["class_"]) <= {"market_move"}
    assert set(sharp["state"]) <= {"confirmed", "expired"}
    for prices in sharp["prices"].map(json.loads):
        assert any(float(pair["new"]) < float(pair["old"]) for pair in prices.values())


_PEAK = {"name": "peak", "hours": ["01:00-04:00", "06:00-10:00"], "tz": "UTC"}


@st.composite
def ledgers_with_windows(draw: st.DrawFn) -> Ledger:
    """One offer, flat or in two windows, each priced, moved and left by itself, in one source or two."""
    ledger = Ledger()
    first = pd.Timestamp("2026-01-01")
    for name in draw(st.sampled_from([["a"], ["a", "b"]])):
        source = ledger.source(name)
        for window in draw(st.lists(st.sampled_from([None, _PEAK, {"name": "off_peak"}]), min_size=1, unique_by=str)):
            listing = ledger.listing("one") if window is None else ledger.listing("one", window=window)
            meters = {"input": draw(_AMOUNT), "output": draw(_AMOUNT), "cached_input": draw(_AMOUNT)}
            steps = [
                (
                    f"{first + pd.Timedelta(days=day):%Y-%m-%d}",
                    draw(st.sampled_from([{}, meters, meters | {"input": 3.0}])),
                )
                for day in draw(_DAYS)
            ]
            ledger.history(source, listing, steps, until="2026-09-01", watched_since="2025-12-01")
    return ledger


def a_window_that_came_and_went() -> Ledger:
    ledger = Ledger()
    source, prices = ledger.source("a"), {"input": 1.0, "output": 2.0}
    rest, peak = (ledger.listing("one", window=window) for window in ({"name": "off_peak"}, _PEAK))
    ledger.history(source, rest, [("2026-01-01", prices)], until="2026-09-01", watched_since="2025-12-01")
    steps = [("2026-06-25", prices | {"input": 2.0}), ("2026-07-08", {})]
    ledger.history(source, peak, steps, until="2026-09-01", watched_since="2025-12-01")
    return ledger


@slow
@given(ledgers_with_windows())
@example(a_window_that_came_and_went())
def test_no_bracket_ends_before_it_begins(ledger: Ledger) -> None:
    found = read(ledger)
    known = found[found["bracket_from"].notna()]
    assert (known["bracket_from"] < known["bracket_to"]).all()


@slow
@given(ledgers(), st.lists(st.integers(0, 2400), min_size=2, max_size=2))
def test_decisions_ask_nothing_that_lies_beyond_how_far_a_standing_price_is_followed(
    ledger: Ledger, hours: list[int]
) -> None:
    """Two sources that look at hours of their own, and ended their looks at instants of their own."""
    later = dict(zip(("a", "b"), hours, strict=True))
    for spell in ledger.spells:
        for name in ("first_seen", "last_seen", "not_before", "not_after", "public_at", "recorded_at"):
            if spell[name] is not None:
                spell[name] += pd.Timedelta(hours=later[spell["source"]] % 24)
        if spell["ended"] == "open":
            spell["last_seen"] += pd.Timedelta(hours=later[spell["source"]])
    pd.testing.assert_frame_equal(read(ledger), read(ledger, exact=True))
