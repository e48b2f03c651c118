from datetime import UTC, datetime, timedelta

import pandas as pd

from pipeline import frames
from tests.pipeline.normalise.conftest import capture, day, quote, sha


def rows(frame):
    """(amount, first day, last day, how it ended) of each spell, in order."""
    start = pd.Timestamp(day(0))
    return [
        (
            row.amount,
            (row.first_seen - start) / pd.Timedelta("1D"),
            (row.last_seen - start) / pd.Timedelta("1D"),
            row.ended,
        )
        for row in frame.itertuples()
    ]


def test_the_same_amount_in_every_look_is_one_spell(spells_of):
    frame, issues = spells_of([capture(1, "a"), capture(2, "b"), capture(3, "b")], [quote("a", "3"), quote("b", "3")])
    assert rows(frame) == [("3", 1, 3, "open")]
    assert frame["captures"].tolist() == [3]
    assert issues == []


def test_another_amount_ends_a_spell_and_brackets_the_change(spells_of):
    frame, _ = spells_of([capture(1, "a"), capture(2, "a"), capture(3, "b")], [quote("a", "3"), quote("b", "2")])
    assert rows(frame) == [("3", 1, 2, "changed"), ("2", 3, 3, "open")]
    assert frame["not_after"].tolist() == [pd.Timestamp(day(3)), pd.NaT]
    assert frame["not_before"].tolist() == [pd.NaT, pd.Timestamp(day(2))]


def test_amounts_equal_as_integers_are_one_price(spells_of):
    frame, _ = spells_of(
        [capture(1, "a"), capture(2, "b")],
        [quote("a", "0.000003", per=1), quote("b", "0.0000029999999999999997", per=1)],
    )
    assert rows(frame) == [("0.000003", 1, 2, "open")]


def test_a_late_look_at_the_same_amount_begins_a_new_spell(spells_of):
    frame, _ = spells_of([capture(1, "a"), capture(4, "a")], [quote("a", "3")])
    assert rows(frame) == [("3", 1, 1, "gap"), ("3", 4, 4, "open")]
    assert frame["not_after"].isna().all()
    assert frame["not_before"].isna().all()


def test_a_release_that_is_still_the_newest_was_in_force_all_the_while(spells_of):
    release = {"url": "pkg:pypi/acme@1.2.0#prices.json"}
    made, _ = spells_of(
        [capture(1, "a", **release), capture(30, "a", **release)], [quote("a", "3")], schedule_gap=timedelta(days=2)
    )
    assert list(zip(made["ended"], made["first_seen"], made["last_seen"], strict=True)) == [("open", day(1), day(30))]


def test_a_look_just_in_time_leaves_no_gap(spells_of):
    frame, _ = spells_of([capture(1, "a"), capture(3, "a")], [quote("a", "3")])
    assert rows(frame) == [("3", 1, 3, "open")]


def test_a_change_across_a_gap_keeps_its_bracket(spells_of):
    frame, _ = spells_of([capture(1, "a"), capture(9, "b")], [quote("a", "3"), quote("b", "2")])
    assert rows(frame) == [("3", 1, 1, "gap"), ("2", 9, 9, "open")]
    assert frame["not_after"].tolist() == [pd.Timestamp(day(9)), pd.NaT]


def test_archived_copies_may_lie_45_days_apart(spells_of):
    copies = [capture(1, "a", kind="backfill"), capture(45, "b", kind="backfill"), capture(91, "c", kind="backfill")]
    frame, _ = spells_of(copies, [quote("a", "3"), quote("b", "3"), quote("c", "3")])
    # distances 44 and 46: twice the median is 90 days
    assert rows(frame) == [("3", 1, 91, "open")]


def test_close_archived_copies_still_allow_45_days(spells_of):
    copies = [capture(n, "a", kind="backfill") for n in (1, 2, 3, 4, 49, 95)]
    frame, _ = spells_of(copies, [quote("a", "3")])
    assert rows(frame) == [("3", 1, 49, "gap"), ("3", 95, 95, "open")]


def test_a_price_that_the_next_look_lacks_is_withdrawn(spells_of):
    frame, _ = spells_of(
        [capture(1, "a"), capture(2, "b"), capture(3, "b")],
        [
            quote("a", "3"),
            quote("a", "9", label="two", listing_id="2", where="w2"),
            quote("b", "9", label="two", listing_id="2"),
        ],
    )
    assert rows(frame) == [("3", 1, 1, "withdrawn"), ("9", 1, 3, "open")]
    assert frame["not_after"].iloc[0] == pd.Timestamp(day(2))


def test_a_price_that_comes_back_is_a_new_spell(spells_of):
    other = {"label": "two", "listing_id": "2", "where": "w2"}
    frame, _ = spells_of(
        [capture(1, "a"), capture(2, "b"), capture(3, "a")],
        [quote("a", "3"), quote("a", "9", **other), quote("b", "9", **other)],
    )
    assert rows(frame)[:2] == [("3", 1, 1, "withdrawn"), ("3", 3, 3, "open")]
    assert frame["not_before"].iloc[1] == pd.Timestamp(day(2))


def test_two_meters_of_one_listing_are_two_prices(spells_of):
    frame, _ = spells_of([capture(1, "a")], [quote("a", "3"), quote("a", "9", meter="output", where="w2")])
    assert rows(frame) == [("3", 1, 1, "open"), ("9", 1, 1, "open")]


def test_two_amounts_of_one_price_are_an_issue_and_neither_is_used(spells_of):
    frame, issues = spells_of(
        [capture(1, "a"), capture(2, "b"), capture(3, "a")],
        [quote("a", "3"), quote("b", "3"), quote("b", "4", where="table:1 row:2 column:1")],
    )
    assert rows(frame) == [("3", 1, 1, "gap"), ("3", 3, 3, "open")]
    assert [issue.kind for issue in issues] == ["conflicting_quotes"]
    assert "3 USD" in issues[0].text
    assert "4 USD" in issues[0].text


def test_one_amount_at_two_places_is_no_conflict(spells_of):
    frame, issues = spells_of([capture(1, "a")], [quote("a", "3", where="w2"), quote("a", "3", where="w1")])
    assert frame["where"].tolist() == ["w1"]
    assert issues == []


def test_a_body_that_two_documents_serve_is_looked_at_in_both(spells_of):
    urls = {"url": "https://acme.example/other"}
    frame, _ = spells_of(
        [capture(1, "a"), capture(2, "x", **urls), capture(3, "a"), capture(4, "x", **urls)],
        [quote("a", "3"), quote("x", "7", label="two", listing_id="2")],
    )
    assert rows(frame) == [("3", 1, 3, "open"), ("7", 2, 4, "open")]


def test_another_document_of_the_source_may_take_a_price_over(spells_of):
    copy = {"kind": "backfill", "url": "pkg:pypi/prices@1.0#map.json"}
    frame, _ = spells_of([capture(1, "a", **copy), capture(2, "b")], [quote("a", "3"), quote("b", "3")])
    assert rows(frame) == [("3", 1, 2, "open")]


def test_a_document_that_lags_behind_another_moves_no_price(spells_of):
    late = {"url": "https://acme.example/other"}
    frame, issues = spells_of(
        [capture(1, "a"), capture(2, "b"), capture(2.1, "a", capture=20, **late), capture(3, "b")],
        [quote("a", "3"), quote("b", "2")],
    )
    assert rows(frame) == [("3", 1, 1, "changed"), ("2", 2, 3, "open")]
    assert [issue.kind for issue in issues] == ["conflicting_quotes"]


def test_a_back_port_published_later_is_not_looked_at(spells_of):
    def release(number, version, body):
        return capture(number, body, kind="backfill", url=f"pkg:pypi/prices@{version}#map.json")

    frame, _ = spells_of(
        [release(1, "1.9.0", "a"), release(2, "1.10.0", "b"), release(3, "1.9.1", "a"), release(4, "1.11.0", "b")],
        [quote("a", "3"), quote("b", "2")],
    )
    assert rows(frame) == [("3", 1, 1, "changed"), ("2", 2, 4, "open")]


def test_a_new_tax_basis_is_a_new_price_and_an_issue(spells_of):
    frame, issues = spells_of(
        [capture(1, "a"), capture(2, "b")], [quote("a", "3", vat_included="no"), quote("b", "3", vat_included="yes")]
    )
    assert [(row[0], row[3]) for row in rows(frame)] == [("3", "withdrawn"), ("3", "open")]
    assert [issue.kind for issue in issues] == ["basis_changed"]


def test_the_ledger_held_a_price_when_it_first_wrote_any_look_at_it(spells_of):
    early_but_recorded_late = capture(1, "a", kind="backfill", recorded_at=day(30))
    frame, _ = spells_of([early_but_recorded_late, capture(2, "a")], [quote("a", "3")])
    assert frame["recorded_at"].tolist() == [pd.Timestamp(day(2))]


def test_a_promotion_is_kept_with_the_spell_it_began(spells_of):
    terms = '{"promotion":{"percent":"75"},"tier":"standard"}'
    frame, _ = spells_of([capture(1, "a")], [quote("a", "3", conditions=terms)])
    assert frame["promotion"].tolist() == ['{"percent":"75"}']


def test_each_observed_instant_of_a_catalogue_is_a_look(spells_of):
    looks = [datetime(2025, month, 1, tzinfo=UTC) for month in (1, 2, 3)]
    frame, _ = spells_of(
        [capture(1, "a")],
        [
            quote("a", amount, where=f"w{n}", observed_at=at)
            for n, (amount, at) in enumerate(zip(("5", "5", "4"), looks, strict=True))
        ],
    )
    assert frame[["amount", "ended"]].to_numpy().tolist() == [["5", "changed"], ["4", "open"]]
    assert frame["first_seen"].tolist() == [pd.Timestamp(looks[0]), pd.Timestamp(looks[2])]
    assert frame["last_seen"].tolist() == [pd.Timestamp(looks[1]), pd.Timestamp(looks[2])]


def test_the_newest_copy_of_a_catalogue_says_what_an_observed_instant_showed(spells_of):
    at = datetime(2025, 1, 1, tzinfo=UTC)
    frame, _ = spells_of(
        [capture(1, "a"), capture(2, "b")], [quote("a", "5", observed_at=at), quote("b", "4", observed_at=at)]
    )
    assert frame["amount"].tolist() == ["4"]
    assert frame["first_payload"].tolist() == [sha("b")]


def test_an_announced_price_holds_from_its_date_on(spells_of):
    dated = {"effective_at": day(2.5), "effective_basis": "seller_dated", "where": "w2"}
    frame, issues = spells_of(
        [capture(n, "a") for n in (1, 2)] + [capture(3, "b")],
        [quote("a", "3"), quote("a", "2", **dated), quote("b", "2")],
    )
    assert rows(frame) == [("3", 1, 2, "changed"), ("2", 3, 3, "open")]
    assert issues == []


def test_no_source_no_spells(spells_of):
    frame, issues = spells_of([], [])
    assert frames.check(frame, "spells").empty
    assert issues == []


def test_quotes_that_no_capture_in_force_brought_are_left_out(spells_of):
    frame, _ = spells_of([capture(1, "a")], [quote("a", "3"), quote("quarantined", "1")])
    assert rows(frame) == [("3", 1, 1, "open")]


def test_a_gap_is_twice_the_schedule_of_the_source(spells_of):
    looks = [capture(1, "a"), capture(1.6, "a", capture=2)]
    assert len(spells_of(looks, [quote("a", "3")], gap=timedelta(hours=12))[0]) == 2
    assert len(spells_of(looks, [quote("a", "3")], gap=timedelta(hours=24))[0]) == 1
