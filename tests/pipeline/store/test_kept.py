"""What is kept: found again exactly where it would be made alike."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.quote import Issue
from pipeline.store.kept import Kept, Made, content

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
