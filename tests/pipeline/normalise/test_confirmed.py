"""Looks that only confirmed a document: added to the spells of the looks before, they give the spells of all."""

from datetime import timedelta

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings
from pandas.testing import assert_frame_equal

from pipeline.normalise.confirmed import confirmed, without_confirmations
from pipeline.normalise.spells import spells
from tests.pipeline.normalise.conftest import capture, captures_frame, day, quote, quotes_frame

_GAP = timedelta(days=2)
PAGE, OTHER = "https://acme.example/pricing", "https://acme.example/other"


@st.composite
def histories(draw):
    """Copies of a page or releases of a package, and live looks at it, close together or not; three models at most."""
    quotes = {
        body: [
            quote(body, amount, listing_id=listing, label=f"model {listing}", where=f"row:{listing} {number}")
            for listing, amounts in draw(
                st.dictionaries(
                    st.sampled_from("123"), st.lists(st.sampled_from(["1", "2"]), min_size=1, max_size=2), max_size=3
                )
            ).items()
            for number, amount in enumerate(amounts)
        ]
        for body in "ab"
    }
    package, at, looks = draw(st.booleans()), 0.0, []
    for number in range(1, draw(st.integers(1, 12)) + 1):
        at += draw(st.sampled_from([0.0, 0.25, 0.5, 2.0, 3.0, 50.0]))
        release = draw(st.integers(1, 3))
        looks.append(
            capture(
                number,
                draw(st.sampled_from("aaabc")),  # `c` states no price
                url=f"pkg:pypi/prices@1.{release}#map.json" if package else PAGE,
                kind=draw(st.sampled_from(["scheduled", "scheduled", "backfill"])),
                public_at=day(at),
            )
        )
    shown = {look["payload_sha256"] for look in looks}
    return looks, [row for rows in quotes.values() for row in rows if row["payload_sha256"] in shown]


@settings(max_examples=150, deadline=None)
@given(histories())
def test_spells_with_what_was_confirmed_are_those_of_all_looks(history):
    looks, quotes = captures_frame(history[0]), quotes_frame(history[1])
    fewer, told = without_confirmations(looks, _GAP)
    made, issues = spells(fewer, quotes, schedule_gap=_GAP)
    whole, all_issues = spells(looks, quotes, schedule_gap=_GAP)
    assert_frame_equal(confirmed(made, told), whole)
    assert issues == all_issues


@pytest.mark.parametrize(
    ("kinds", "distances", "cut"),
    [
        pytest.param("llll", (1, 1, 1), 3, id="three looks confirmed the first"),
        pytest.param("blll", (1, 1, 1), 2, id="an archived copy and a live look are not one"),
        pytest.param("llbl", (1, 1, 1), 0, id="the look before the last is an archived copy"),
        pytest.param("llll", (1, 3, 1), 1, id="two days are a gap, three are longer"),
        pytest.param("llll", (1, 1, 3), 0, id="the last look came after a gap"),
    ],
)
def test_live_looks_that_follow_each_other_without_a_gap_are_left_out_but_the_first(kinds, distances, cut):
    at, looks = 1.0, []
    for number, (kind, distance) in enumerate(zip(kinds, (0, *distances), strict=True), start=1):
        at += distance
        looks.append(capture(number, "a", url=PAGE, kind={"l": "scheduled", "b": "backfill"}[kind], public_at=day(at)))
    fewer, told = without_confirmations(captures_frame(looks), _GAP)
    assert (len(looks) - len(fewer), 0 if told is None else told.looks) == (cut, cut)


def test_of_two_documents_no_look_is_left_out():
    looks = [
        capture(number, "a", url=url, kind="scheduled", public_at=day(number))
        for number, url in enumerate([OTHER, PAGE, PAGE], start=1)
    ]
    assert without_confirmations(captures_frame(looks), _GAP)[1] is None
