"""What is kept: found again exactly where it would be made alike."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.quote import Issue
from pipeline.store.digests import content, digests, digests_by_day, together
from pipeline.store.keep import Made, Parts, anew, gathered
from pipeline.store.kept import Kept

NOW = datetime(2026, 11, 1, tzinfo=UTC)
ISSUE = Issue(kind="order", subject="a", place="row:1", text="cached input is above input")


def table(*, price: float = 1.5, label: str | None = "a") -> pd.DataFrame:
    return pd.DataFrame(
        {
            "label": pd.Series([label, "b"], dtype="str"),
            "price": [price, np.nan],
            "at": pd.to_datetime([NOW, NOW + timedelta(days=1)]).astype("datetime64[us, UTC]"),
            "source": pd.Categorical(["x", "x"]),
        }
    )


def counted(kept: Kept, made: list[str], *parts: pd.DataFrame | str) -> Made:
    def make() -> Made:
        made.append("made")
        return Made(frames={"prices": table()}, issues=[ISSUE])

    return kept("prices", parts, make)


def test_a_stage_of_the_same_content_is_made_once_and_comes_back_with_its_types_and_issues(tmp_path):
    made: list[str] = []
    first = counted(Kept(tmp_path, use=True), made, table(), "2026-11-01")
    again = counted(Kept(tmp_path, use=True), made, table(), "2026-11-01")
    assert made == ["made"]
    pd.testing.assert_frame_equal(again.frames["prices"], first.frames["prices"])
    assert again.issues == [ISSUE]


@pytest.mark.parametrize("other", [table(price=1.25), table(label=None), table().iloc[::-1], table()[["label"]]])
def test_other_content_is_made_anew(tmp_path, other):
    made: list[str] = []
    counted(Kept(tmp_path, use=True), made, table(), "2026-11-01")
    counted(Kept(tmp_path, use=True), made, other.reset_index(drop=True), "2026-11-01")
    assert made == ["made", "made"]


def test_another_day_is_made_anew(tmp_path):
    made: list[str] = []
    counted(Kept(tmp_path, use=True), made, table(), "2026-11-01")
    counted(Kept(tmp_path, use=True), made, table(), "2026-11-02")
    assert made == ["made", "made"]


def test_whoever_uses_nothing_kept_makes_all_anew(tmp_path):
    made: list[str] = []
    counted(Kept(tmp_path, use=True), made, table())
    counted(Kept(tmp_path, use=False), made, table())
    assert made == ["made", "made"]


def test_what_was_not_asked_for_is_forgotten(tmp_path):
    counted(Kept(tmp_path, use=True), [], table(), "2026-11-01")
    kept = Kept(tmp_path, use=True)
    counted(kept, [], table(), "2026-11-02")
    kept.sweep()
    assert len({path.name.split(".")[1] for path in tmp_path.iterdir()}) == 1
    made: list[str] = []
    counted(Kept(tmp_path, use=True), made, table(), "2026-11-02")
    assert made == []


@given(st.lists(st.one_of(st.none(), st.text()), max_size=8), st.lists(st.one_of(st.none(), st.text()), max_size=8))
def test_two_columns_have_one_digest_exactly_where_they_are_equal(one, other):
    first, second = (pd.DataFrame({"label": pd.Series(texts, dtype="str")}) for texts in (one, other))
    assert (content(first) == content(second)) == first.equals(second)
    assert content(first) == content(first.copy())


@given(st.lists(st.one_of(st.none(), st.text(max_size=3)), min_size=2, max_size=40), st.data())
def test_rows_have_the_digest_that_they_have_alone_whatever_they_were_cut_from(texts, data):
    first = data.draw(st.integers(0, len(texts) - 1))
    last = data.draw(st.integers(first, len(texts)))
    whole = pd.DataFrame({"label": pd.Series(texts, dtype="str")})
    alone = pd.DataFrame({"label": pd.Series(texts[first:last], dtype="str")})
    assert content(whole.iloc[first:last].reset_index(drop=True)) == content(alone)


ROWS = st.lists(
    st.tuples(st.sampled_from("abc"), st.one_of(st.none(), st.text(max_size=2)), st.integers(0, 3)), max_size=9
)


def rows_of(rows) -> pd.DataFrame:
    columns = [list(column) for column in zip(*rows, strict=True)] or [[], [], []]
    part, label, price = columns
    return pd.DataFrame(
        {
            "of": pd.Series(part, dtype="str"),
            "label": pd.Series(label, dtype="str"),
            "price": np.array(price, dtype=int),
        }
    )


@given(ROWS, ROWS)
def test_a_part_has_one_digest_exactly_where_its_rows_are_equal_in_their_order(one, other):
    first, second = rows_of(one), rows_of(other)
    told = [digests(frame[["label", "price"]], frame["of"]) for frame in (first, second)]
    for part in "abc":
        rows = [[row[1:] for row in side if row[0] == part] for side in (one, other)]
        assert (told[0].get(part) == told[1].get(part)) == (rows[0] == rows[1])


SPANS = st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 6), st.integers(0, 6)), max_size=8, unique=True)


@given(SPANS)
def test_two_days_have_one_digest_exactly_where_the_same_rows_stand_on_them(spans):
    start = pd.Timestamp("2026-03-01")
    frame = pd.DataFrame(spans, columns=["label", "first", "length"]).astype({"label": "str", "first": int})
    first = start + pd.to_timedelta(frame["first"], unit="D")
    last = first + pd.to_timedelta(frame["length"].astype(int), unit="D")
    told = digests_by_day(frame, first, last)
    days = [(start + timedelta(days=number)).date() for number in range(-1, 14)]
    standing = [frozenset(span for span in spans if span[1] <= number <= span[1] + span[2]) for number in range(-1, 14)]
    for day, here in zip(days, standing, strict=True):
        for other, there in zip(days, standing, strict=True):
            assert (told(day) == told(other)) == (here == there)


def test_what_all_parts_share_and_what_each_has_of_every_frame_makes_its_digest():
    made = together(["a", "b"], {"a": "1", "b": "1"}, {"a": "2"}, shared=["day"])
    assert made["a"] != made["b"]
    assert made == together(["a", "b"], {"a": "1", "b": "1"}, {"a": "2"}, shared=["day"])
    assert made["b"] != together(["a", "b"], {"a": "1", "b": "1"}, {"a": "2"}, shared=["another day"])["b"]


class Doubler:
    """A stage over parts that remembers which it was asked for: one row per part, and an issue of part `b`."""

    def __init__(self, prices, until=None) -> None:
        self.prices, self.until, self.asked, self.finished = prices, until or {}, [], 0

    def finish(self, made):
        self.finished += 1
        return dict(made)

    def __call__(self, parts):
        self.asked.append(sorted(parts))
        rows = [{"part": part, "twice": 2 * self.prices[part], "name": part} for part in self.prices if part in parts]
        frame = pd.DataFrame(rows, columns=["part", "twice", "name"]).astype({"part": "str", "name": "category"})
        issues = [("b", ISSUE)] if "b" in parts else []
        return Parts(
            frames={"doubled": frame}, issues=issues, until={p: self.until[p] for p in parts if p in self.until}
        )


def test_where_every_part_stands_nothing_is_read_or_finished_until_it_is_asked_for(tmp_path):
    stage = Doubler({"b": 1, "a": 2})
    by_part(Kept(tmp_path, use=True), stage)
    (rows,) = tmp_path.glob("doubled.*.doubled.parquet")
    rows.unlink()
    again = by_part(Kept(tmp_path, use=True), stage)
    assert stage.finished == 1
    assert list(again.frames["doubled"]["twice"]) == [4, 2]


def by_part(keep, stage: Doubler, now=NOW) -> Made:
    parts = {part: str(value) for part, value in stage.prices.items()}
    return keep.by_part("doubled", parts, stage, stage.finish, now=now)


def same(one: Made, other: Made) -> None:
    pd.testing.assert_frame_equal(one.frames["doubled"], other.frames["doubled"])
    assert list(one.issues) == list(other.issues)


def test_only_parts_that_changed_are_made_anew_and_the_rows_are_those_of_making_all(tmp_path):
    by_part(Kept(tmp_path, use=True), Doubler({"c": 1, "b": 2, "a": 3}))
    stage = Doubler({"d": 4, "c": 5, "b": 2})
    made = by_part(Kept(tmp_path, use=True), stage)
    assert stage.asked == [["c", "d"]]
    assert made.frames["doubled"].to_dict("list") == {"twice": [4, 10, 8], "name": ["b", "c", "d"]}
    same(made, by_part(anew, stage))


def test_parts_that_are_gone_leave_no_row_behind(tmp_path):
    by_part(Kept(tmp_path, use=True), Doubler({"a": 1, "b": 2}))
    stage = Doubler({"a": 1})
    made = by_part(Kept(tmp_path, use=True), stage)
    assert stage.asked == []
    assert list(made.frames["doubled"]["name"]) == ["a"]
    assert list(made.issues) == []


def test_a_part_is_made_anew_from_the_instant_on_at_which_the_clock_alone_may_change_it(tmp_path):
    turn = NOW + timedelta(hours=2)
    stage = Doubler({"a": 1, "b": 2}, until={"a": turn})
    by_part(Kept(tmp_path, use=True), stage)
    by_part(Kept(tmp_path, use=True), stage, now=turn - timedelta(hours=1))
    by_part(Kept(tmp_path, use=True), stage, now=turn)
    by_part(Kept(tmp_path, use=True), stage, now=NOW - timedelta(hours=1))
    assert stage.asked == [["a", "b"], ["a"], ["a", "b"]]


def test_parts_outlive_a_sweep_and_those_of_before_do_not(tmp_path):
    by_part(Kept(tmp_path, use=True), Doubler({"a": 1}))
    kept = Kept(tmp_path, use=True)
    by_part(kept, Doubler({"a": 2}))
    kept.sweep()
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".json", ".json", ".parquet", ".parquet"]
    stage = Doubler({"a": 2})
    by_part(Kept(tmp_path, use=True), stage)
    assert stage.asked == []


def test_a_stage_without_parts_still_makes_its_frames(tmp_path):
    same(by_part(Kept(tmp_path, use=True), Doubler({})), by_part(anew, Doubler({})))


def test_frames_of_one_name_are_not_gathered():
    with pytest.raises(ValueError, match="made twice: prices"):
        gathered(Made(frames={"prices": table()}), Made(frames={"prices": table()}))
