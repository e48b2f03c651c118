"""What must hold of spells whatever a source serves: no overlap, no dependence on the order of rows or of arrival."""

from datetime import timedelta

import hypothesis.strategies as st
import pandas as pd
from hypothesis import given, settings
from pandas.testing import assert_frame_equal

from pipeline.normalise.spells import PRICE, spells
from tests.pipeline.normalise.conftest import capture, captures_frame, day, quote, quotes_frame

_GAP = timedelta(days=2)
_PAGES = ("https://acme.example/pricing", "https://acme.example/other", "pkg:pypi/prices@1.{}#map.json")


@st.composite
def histories(draw):
    """A source of two pages and a package, looked at up to twelve times; each body prices up to three models."""
    bodies = {}
    for name in "abcde":
        rows = []
        for listing in draw(st.sets(st.sampled_from("123"), max_size=3)):
            dated = draw(st.sampled_from([(None,), (None, 3.0), (2.0, 5.0)]))
            for number, since in enumerate(dated):
                rows.append(
                    quote(
                        name,
                        draw(st.sampled_from(["1", "2", "3"])),
                        listing_id=listing,
                        label=f"model {listing}",
                        where=f"row:{listing} {number}",
                        effective_at=None if since is None else day(since),
                        effective_basis=None if since is None else "catalogue_dated",
                        vat_included=draw(st.sampled_from(["unknown", "no"])) if since is None else "unknown",
                    )
                )
        bodies[name] = rows
    looks = []
    instants = draw(st.lists(st.integers(1, 40), min_size=1, max_size=12, unique=True).map(sorted))
    for number, at in enumerate(instants, start=1):
        page = draw(st.sampled_from(_PAGES))
        kind = "backfill" if page.startswith("pkg") else "scheduled"
        body = draw(st.sampled_from("abcde"))
        looks.append(capture(number, body, url=page.format(number), kind=kind, public_at=day(at / 2)))
    shown = {look["payload_sha256"] for look in looks}
    quotes = [row for rows in bodies.values() for row in rows if row["payload_sha256"] in shown]
    return looks, quotes


def made(looks, quotes):
    return spells(captures_frame(looks), quotes_frame(quotes), schedule_gap=_GAP)


@settings(max_examples=40, deadline=None)
@given(histories(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(history, random):
    looks, quotes = history
    frame, issues = made(looks, quotes)
    shuffled_looks, shuffled_quotes = list(looks), list(quotes)
    random.shuffle(shuffled_looks)
    random.shuffle(shuffled_quotes)
    again, again_issues = made(shuffled_looks, shuffled_quotes)
    assert_frame_equal(frame, again)
    assert issues == again_issues


@settings(max_examples=40, deadline=None)
@given(histories())
def test_spells_of_one_price_never_overlap(history):
    frame, _ = made(*history)
    for _, own in frame.groupby(list(PRICE)):
        ordered = own.sort_values("first_seen")
        assert (ordered["first_seen"] <= ordered["last_seen"]).all()
        assert (ordered["first_seen"].iloc[1:].to_numpy() > ordered["last_seen"].iloc[:-1].to_numpy()).all()


@settings(max_examples=40, deadline=None)
@given(histories())
def test_brackets_lie_outside_their_spell(history):
    frame, _ = made(*history)
    assert not (frame["not_before"] >= frame["first_seen"]).any()
    assert not (frame["not_after"] <= frame["last_seen"]).any()


@settings(max_examples=25, deadline=None)
@given(histories())
def test_only_the_newest_spell_of_a_price_is_open(history):
    frame, _ = made(*history)
    for _, own in frame.groupby(list(PRICE)):
        assert (own.sort_values("first_seen")["ended"].iloc[:-1] != "open").all()


@settings(max_examples=25, deadline=None)
@given(histories(), st.integers(0, 11))
def test_an_undated_past_is_not_rewritten_by_later_looks(history, cut):
    """What looks up to an instant showed is the same with and without later looks, but for how the last spell ended."""
    looks, quotes = history
    undated = [row for row in quotes if row["effective_at"] is None]
    live = [look | {"url": _PAGES[0], "kind": "scheduled"} for look in looks]
    early = live[: cut + 1]
    columns = ["listing_id", "vat_included", "nano_per_million", "first_seen"]
    before = made(early, [row for row in undated if row["payload_sha256"] in {x["payload_sha256"] for x in early}])[0]
    after = made(live, undated)[0]
    horizon = pd.Timestamp(early[-1]["public_at"])
    seen = after[after["first_seen"] <= horizon]
    assert_frame_equal(before[columns].reset_index(drop=True), seen[columns].reset_index(drop=True))
