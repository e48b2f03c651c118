import pandas as pd

from tests.pipeline.normalise.conftest import capture, day, quote


def entry(body, amount, since, number, **change):
    dated = {} if since is None else {"effective_at": day(since), "effective_basis": "catalogue_dated"}
    return quote(body, amount, where=f"json:/{number}", **dated, **change)


def rows(frame):
    return frame[["amount", "first_seen", "last_seen", "ended"]].to_numpy().tolist()


def second_before(number):
    return pd.Timestamp(day(number)) - pd.Timedelta(seconds=1)


def test_dated_entries_are_spells_from_date_to_date(spells_of):
    frame, issues = spells_of([capture(9, "a")], [entry("a", "3", 1, 0), entry("a", "2", 4, 1)])
    assert rows(frame) == [
        ["3", pd.Timestamp(day(1)), second_before(4), "changed"],
        ["2", pd.Timestamp(day(4)), pd.Timestamp(day(9)), "open"],
    ]
    assert frame["effective_at"].tolist() == [pd.Timestamp(day(1)), pd.Timestamp(day(4))]
    assert frame["effective_basis"].tolist() == ["catalogue_dated", "catalogue_dated"]
    assert issues == []


def test_a_dated_entry_was_public_with_the_first_document_that_holds_it(spells_of):
    captures = [capture(2, "a"), capture(6, "b"), capture(9, "c")]
    held = [entry(body, "3", 1, 0) for body in "abc"] + [entry(body, "2", 4, 1) for body in "bc"]
    frame, _ = spells_of(captures, held)
    assert frame["public_at"].tolist() == [pd.Timestamp(day(2)), pd.Timestamp(day(6))]


def test_a_price_that_a_look_shows_is_public_since_that_look(spells_of):
    frame, _ = spells_of([capture(1, "a"), capture(3, "b")], [quote("a", "3"), quote("b", "2")])
    assert frame["public_at"].tolist() == frame["first_seen"].tolist()


def test_an_undated_beginning_is_known_only_just_before_the_first_date(spells_of):
    frame, _ = spells_of([capture(9, "a")], [entry("a", "3", None, 0), entry("a", "2", 4, 1)])
    assert rows(frame)[0] == ["3", second_before(4), second_before(4), "changed"]
    assert frame["effective_at"].isna().tolist() == [True, False]


def test_an_earlier_look_dates_the_undated_beginning_better(spells_of):
    frame, _ = spells_of(
        [capture(1, "old"), capture(9, "a")],
        [quote("old", "3"), entry("a", "3", None, 0), entry("a", "2", 4, 1)],
    )
    assert rows(frame)[0] == ["3", pd.Timestamp(day(1)), pd.Timestamp(day(1)), "changed"]
    assert frame["not_after"].iloc[0] == pd.Timestamp(day(4))


def test_the_newest_copy_corrects_what_an_older_one_dated(spells_of):
    frame, _ = spells_of(
        [capture(6, "a"), capture(7, "b")],
        [
            entry("a", "3", 1, 0),
            entry("a", "2", 5, 1),
            entry("b", "3", 1, 0),
            entry("b", "2.5", 4, 1),
        ],
    )
    assert [row[:2] for row in rows(frame)] == [["3", pd.Timestamp(day(1))], ["2.5", pd.Timestamp(day(4))]]


def test_an_entry_that_repeats_the_amount_before_begins_nothing(spells_of):
    frame, _ = spells_of([capture(9, "a")], [entry("a", "3", 1, 0), entry("a", "3", 4, 1), entry("a", "2", 5, 2)])
    assert [row[:2] for row in rows(frame)] == [["3", pd.Timestamp(day(1))], ["2", pd.Timestamp(day(5))]]


def test_an_entry_dated_after_the_newest_look_is_no_price_yet(spells_of):
    frame, _ = spells_of([capture(9, "a")], [entry("a", "3", 1, 0), entry("a", "2", 4, 1), entry("a", "1", 20, 2)])
    assert frame["amount"].tolist() == ["3", "2"]


def test_a_single_dated_price_of_a_timeline_begins_at_its_date(spells_of):
    other = {"label": "two", "listing_id": "2"}
    frame, _ = spells_of(
        [capture(9, "a")], [entry("a", "3", 1, 0), entry("a", "2", 4, 1), entry("a", "7", 2, 2, **other)]
    )
    assert rows(frame)[-1] == ["7", pd.Timestamp(day(2)), pd.Timestamp(day(9)), "open"]


def test_a_single_dated_price_of_a_page_is_seen_when_it_is_seen(spells_of):
    frame, _ = spells_of([capture(9, "a")], [entry("a", "3", 1, 0)])
    assert frame["first_seen"].tolist() == [pd.Timestamp(day(9))]
    assert frame["effective_at"].tolist() == [pd.Timestamp(day(1))]


def test_a_price_that_the_next_entry_of_its_label_leaves_out_is_withdrawn(spells_of):
    output = {"meter": "output"}
    frame, _ = spells_of(
        [capture(9, "a")],
        [entry("a", "3", 1, 0), entry("a", "7", 1, 1, **output), entry("a", "2", 4, 2)],
    )
    last = frame[frame["meter"] == "output"]
    assert rows(last) == [["7", pd.Timestamp(day(1)), second_before(4), "withdrawn"]]
    assert last["not_after"].tolist() == [pd.Timestamp(day(4))]


def test_another_tier_has_a_timeline_of_its_own(spells_of):
    batch = {"conditions": '{"tier":"batch"}', "listing_id": "2"}
    frame, _ = spells_of(
        [capture(9, "a")], [entry("a", "3", 1, 0), entry("a", "1", 1, 1, **batch), entry("a", "2", 4, 2)]
    )
    assert rows(frame)[-1] == ["1", pd.Timestamp(day(1)), pd.Timestamp(day(9)), "open"]


def test_a_timeline_that_a_later_copy_drops_is_withdrawn(spells_of):
    frame, _ = spells_of(
        [capture(9, "a"), capture(10, "b")],
        [entry("a", "3", 1, 0), entry("a", "2", 4, 1), quote("b", "7", label="two", listing_id="2")],
    )
    assert [row[3] for row in rows(frame)] == ["changed", "withdrawn", "open"]
    assert frame["not_after"].iloc[1] == pd.Timestamp(day(10))
