"""How numbers, instants and decisions are written."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.components import glossary, words


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0028, "0.0028"), (1234567.0, "1,234,567"), (0.000012, "0.000012"), (10.0, "10"), (0.0, "0"), (2.5, "2.5")],
)
def test_a_number_is_written_without_exponent_and_never_cut(value: float, text: str) -> None:
    assert words.number(value) == text


@given(st.floats(min_value=1e-9, max_value=1e9))
def test_a_written_number_reads_back_to_six_digits(value: float) -> None:
    assert float(words.number(value).replace(",", "")) == pytest.approx(value, rel=1e-5)


def test_a_change_is_written_with_a_true_minus() -> None:
    assert words.percent(-0.6132) == "−61 %"
    assert words.percent(0.04, 1) == "+4.0 %"
    assert words.percent(0.0) == "0 %"
    assert words.percent(None) == "–"


def test_a_price_that_is_not_free_never_fell_by_a_hundred_per_cent() -> None:
    assert words.percent(-0.99996) == "−99.996 %"
    assert words.percent(-0.999875, 1) == "−99.99 %"
    assert words.percent(-1.0) == "−100 %"


def test_marks_of_direction_become_visible() -> None:
    assert words.shown("a‮b\nc") == "a\\u202eb\\u000ac"


def test_a_day_is_iso_in_tables_and_long_in_sentences() -> None:
    at = pd.Timestamp("2026-11-03T05:06:07Z")
    assert (words.day(at), words.minute(at), words.long_day(at)) == ("2026-11-03", "2026-11-03 05:06", "3 Nov 2026")


def test_a_change_from_zero_has_no_ratio() -> None:
    assert words.ratio("0", "1") is None
    assert words.ratio("4", "3") == -0.25


def test_chinese_words_have_an_english_gloss() -> None:
    assert glossary.gloss("缓存命中") == "cache hit"


def test_the_longest_word_is_glossed_once() -> None:
    assert glossary.gloss("输入（缓存未命中）") == "input · cache miss"


def test_a_dated_entry_lies_between_no_looks() -> None:
    at = pd.Timestamp("2026-11-02", tz="UTC")
    row = {"effective_at": at, "effective_basis": "catalogue_dated", "bracket_from": at, "bracket_to": at}
    assert words.when(row) == "Applies from 2 Nov 2026, as a catalogue dates it."
    seen = row | {"bracket_from": at - pd.Timedelta(days=3), "bracket_to": at + pd.Timedelta(days=1)}
    assert "the new one first seen 3 Nov 2026 (4 days between the looks)" in words.when(seen)


@pytest.mark.parametrize(
    ("kind", "b31", "b721", "head"),
    [
        ("cut", -0.442, -0.38, "44 % cut by host"),
        # 29 % dearer in sum: "29 % cut and rise" would say the contrary of what it costs.
        ("mixed", 0.289, 0.135, "Cut and rise (blend +29 %) by host"),
        ("promotion_end", 1.0, 1.0, "Promotion ends (blend +100 %) by host"),
        ("to_free", -1.0, -1.0, "Now free by host"),
        ("launch", None, None, "First price by host"),
    ],
)
def test_a_title_says_which_way_the_price_went(kind: str, b31: float | None, b721: float | None, head: str) -> None:
    row = {"kind": kind, "change_b31": b31, "change_b721": b721, "prices": "{}", "seller": "host"}
    row |= {"model_version": "acme/nova-4", "labels": '["nova-4"]'}
    assert words.title(row).replace(words.THIN, " ") == f"{head}: acme/nova-4"
