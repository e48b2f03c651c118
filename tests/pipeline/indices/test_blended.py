import json

import hypothesis.strategies as st
import pandas as pd
import pytest
from hypothesis import assume, given, settings

from pipeline import frames
from pipeline.indices.blended import blended, without_rate
from tests.pipeline.normalise.conftest import START, day, source_row, sources_frame, spell_row, spells_frame
from tests.pipeline.normalise.test_rates import rates

ONE = "0000000000000001"
SOURCES = [source_row("acme", "seller"), source_row("index", "aggregator")]


def listing(listing_id=ONE, base=True, market="international", **conditions):
    terms = {"tier": "standard"} | conditions
    return {
        "listing_id": listing_id,
        "seller": "acme",
        "served_by": "acme",
        "market": market,
        "region": None,
        "label": "one",
        "conditions": json.dumps(terms, sort_keys=True, separators=(",", ":")),
        "maker": "acme",
        "model_version": "acme/one",
        "identity_rule": "first_party",
        "first_party": True,
        "floating": False,
        "tier": terms["tier"],
        "base": base,
    }


def made(spells, listings=None, ecb=None, until=10.0):
    table = frames.coerce(pd.DataFrame(listings or [listing()]), "listings")
    known = frames.empty("rates") if ecb is None else ecb
    return blended(spells_frame(spells), table, known, sources_frame(SOURCES), until=day(until))


def days(frame):
    """(first day, last day) of each row, counted from the first of March 2026."""
    start = pd.Timestamp(START).tz_localize(None)
    return [((row.since - start).days, (row.until - start).days) for row in frame.itertuples()]


def meters(input_="1", cached="0.1", output="4", first=1, last=10, **change):
    return [
        spell_row(amount, first, last, meter=meter, **change)
        for meter, amount in (("input", input_), ("cached_input", cached), ("output", output))
    ]


def test_one_row_holds_as_long_as_nothing_changes():
    frame = made(meters())
    assert days(frame) == [(1, 10)]
    assert frame["b31_usd"].tolist() == [(3 * 1 + 4) / 4]
    assert frame["b721_usd"].tolist() == pytest.approx([(7 * 0.1 + 2 * 1 + 4) / 10])


def test_a_change_begins_a_row_on_its_day():
    change = {"ended": "changed", "not_after": day(5)}
    old = [spell_row("2", 1, 4, **change), spell_row("4", 1, 10, meter="output")]
    frame = made([*old, spell_row("1", 5, 10)])
    assert days(frame) == [(1, 4), (5, 10)]
    assert frame["input"].tolist() == [2.0, 1.0]


def test_between_two_looks_the_older_price_holds():
    old = spell_row("2", 1, 4, ended="changed", not_after=day(7))
    frame = made([old, spell_row("1", 7, 10)])
    assert days(frame) == [(1, 6), (7, 10)]


def test_two_changes_on_one_day_leave_the_last():
    old = spell_row("2", 1, 4, ended="changed", not_after=day(5))
    short = spell_row("9", 5, 5.25, ended="changed", not_after=day(5.5))
    frame = made([old, short, spell_row("1", 5.5, 10)])
    assert frame["input"].tolist() == [2.0, 1.0]


def test_a_gap_stays_a_gap():
    old = spell_row("2", 1, 2, ended="gap")
    frame = made([old, spell_row("2", 8, 10)])
    # daily looks: the price of day 2 is stale after two missed looks
    assert days(frame) == [(1, 4), (8, 10)]


def test_the_newest_price_goes_stale():
    assert days(made([spell_row("2", 1, 4)], until=30)) == [(1, 6)]


def test_a_withdrawn_price_ends_before_the_look_that_lacked_it():
    assert days(made([spell_row("2", 1, 4, ended="withdrawn", not_after=day(6))])) == [(1, 5)]


def test_nothing_holds_after_the_last_day_asked_for():
    assert days(made([spell_row("2", 1, 10)], until=8)) == [(1, 8)]


def test_the_most_trusted_source_speaks_and_its_silence_is_marked():
    frame = made([spell_row("2", 1, 4, ended="gap"), spell_row("3", 1, 10, source="index")])
    assert frame[["source", "source_changed"]].to_numpy().tolist() == [["acme", False], ["index", True]]
    assert days(frame) == [(1, 6), (7, 10)]


def test_a_missing_cached_price_is_the_input_price_and_flagged():
    frame = made([spell_row("1", 1, 10), spell_row("4", 1, 10, meter="output")])
    assert frame["cached_assumed"].tolist() == [True]
    assert frame["b721_usd"].tolist() == pytest.approx([(7 * 1 + 2 * 1 + 4) / 10])
    assert frame["cached_input"].isna().all()


def test_net_prices_are_preferred_to_list_prices():
    frame = made([spell_row("4", 1, 10), spell_row("1", 1, 10, price_basis="net")])
    assert frame["input"].tolist() == [1.0]


def test_a_price_in_another_currency_has_a_row_per_reference_rate():
    ecb = rates(
        ("2026-03-02", "USD", 1.2), ("2026-03-02", "CNY", 8.0), ("2026-03-04", "USD", 1.2), ("2026-03-04", "CNY", 7.5)
    )
    frame = made(
        [spell_row(p, 1, 5, meter=m, currency="CNY") for m, p in (("input", "8"), ("output", "8"))], ecb=ecb, until=5
    )
    assert days(frame) == [(1, 2), (3, 5)]
    assert frame["b31_usd"].tolist() == pytest.approx([8 * 1.2 / 8.0, 8 * 1.2 / 7.5])
    assert frame["input"].tolist() == [8.0, 8.0]
    assert frame["rate_day"].tolist() == [pd.Timestamp("2026-03-02"), pd.Timestamp("2026-03-04")]


def test_no_rate_no_number():
    frame = made([spell_row("8", 1, 5, currency="CNY")], until=5)
    assert frame["b31_usd"].isna().all()
    assert frame["input"].tolist() == [8.0]


def test_days_without_a_rate_are_an_issue():
    issues = without_rate(made([spell_row("8", 1, 5, currency="CNY")], until=5))
    assert [(issue.kind, issue.subject) for issue in issues] == [("rate_stale", "CNY")]


def test_dollars_never_lack_a_rate():
    assert without_rate(made(meters())) == []


def test_windows_enter_by_their_share_of_the_week():
    # DeepSeek V4-Pro from 2026-08-16: .66 off peak, 1.32 for 7 h on weekdays: 35 of 168 hours
    peak = {"name": "peak", "hours": ["01:00-04:00", "06:00-10:00"], "tz": "UTC", "weekdays": [1, 2, 3, 4, 5]}
    rows = [listing(window={"name": "off_peak"}), listing("0000000000000002", base=False, window=peak)]
    spells = [spell_row("0.66", 1, 10), spell_row("1.32", 1, 10, listing_id="0000000000000002")]
    frame = made(spells, rows)
    assert frame["listing_id"].tolist() == [ONE]
    assert frame["input"].tolist() == pytest.approx([0.66 * (133 / 168) + 1.32 * (35 / 168)])


def test_the_rest_of_the_week_without_its_windows_is_no_weekly_price():
    assert made([spell_row("0.66", 1, 10)], [listing(window={"name": "off_peak"})]).empty


def test_windows_that_fill_the_week_are_their_mean():
    day_time = {"name": "peak", "hours": ["00:30-16:30"], "tz": "UTC"}
    night = {"name": "off_peak", "hours": ["16:30-00:30"], "tz": "UTC"}
    rows = [listing(window=day_time), listing("0000000000000002", base=False, window=night)]
    frame = made([spell_row("3", 1, 10), spell_row("1.5", 1, 10, listing_id="0000000000000002")], rows)
    assert frame["input"].tolist() == pytest.approx([(16 * 3 + 8 * 1.5) / 24])


def test_the_shortest_band_is_the_base_and_lends_meters_without_a_band():
    rows = [listing(), listing("0000000000000002", context_max=200000)]
    spells = [
        spell_row("0.1", 1, 10, meter="cached_input"),
        spell_row("1", 1, 10, listing_id="0000000000000002"),
        spell_row("4", 1, 10, listing_id="0000000000000002", meter="output"),
    ]
    frame = made(spells, rows)
    assert frame[["listing_id", "input", "cached_input", "output"]].to_numpy().tolist() == [
        ["0000000000000002", 1.0, 0.1, 4.0]
    ]


def test_markets_are_kept_apart():
    rows = [listing(), listing("0000000000000002", market="CN")]
    frame = made([spell_row("1", 1, 10), spell_row("2", 1, 10, listing_id="0000000000000002")], rows)
    assert frame["input"].tolist() == [1.0, 2.0]


def test_other_meters_and_units_are_no_blend():
    assert made([spell_row("1", 1, 10, meter="image_output"), spell_row("1", 1, 10, per_unit="character")]).empty


@st.composite
def stated(draw):
    """Spells of two sources and two meters that never overlap within one source and meter."""
    rows = []
    for source in ("acme", "index"):
        for meter in ("input", "output"):
            edges = draw(st.lists(st.integers(1, 40), max_size=6, unique=True).map(sorted))
            for first, last in zip(edges[::2], edges[1::2], strict=False):
                amount = draw(st.sampled_from(["1", "2"]))
                rows.append(spell_row(amount, first, last, source=source, meter=meter, ended="gap"))
    return rows


@settings(max_examples=25, deadline=None)
@given(stated(), st.randoms(use_true_random=False))
def test_rows_of_one_listing_never_overlap_whatever_the_order(rows, random):
    assume(rows)
    frame = made(rows, until=50)
    assert (frame["since"] <= frame["until"]).all()
    assert (frame["since"].iloc[1:].to_numpy() > frame["until"].iloc[:-1].to_numpy()).all()
    random.shuffle(rows)
    pd.testing.assert_frame_equal(frame, made(rows, until=50))


def test_no_spells_no_blends():
    empty = blended(
        frames.empty("spells"), frames.empty("listings"), frames.empty("rates"), sources_frame(SOURCES), until=day(1)
    )
    assert frames.check(empty, "blends").empty
