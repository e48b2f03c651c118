"""A document that a person handed in is marked on every screen and in every file that rests on it."""

from dataclasses import replace

import pandas as pd
import pytest
from dash import Dash

from dashboard.components.card import card
from dashboard.components.price_rows import state
from dashboard.pages import model
from pipeline.exports.tables import events_table, prices_table
from pipeline.query import decisions, handed_in
from pipeline.query.prices import current
from pipeline.query.snapshot import Snapshot
from tests.dashboard.shelf import FixedShelf
from tests.dashboard.test_pages import said

GIVER = "A. Clerk"
MARK = f"was handed in by {GIVER}"


@pytest.fixture
def given(small: Snapshot) -> Snapshot:
    """The small snapshot as if a person had handed in every document of DeepSeek's own page."""
    captures = small["captures"].copy()
    captures["handed_in_by"] = captures["source"].astype(str).map({"deepseek": GIVER, "deepseek_cn": GIVER})
    return replace(small, frames={**small.frames, "captures": captures})


def test_what_our_own_look_brought_is_not_handed_in(small: Snapshot, given: Snapshot) -> None:
    assert handed_in.givers(small) == {}
    digests = set(handed_in.givers(given))
    one = next(iter(digests))
    again = given["captures"][given["captures"]["payload_sha256"] == one].assign(handed_in_by=None)
    both = pd.concat([given["captures"], again], ignore_index=True)
    assert set(handed_in.givers(replace(given, frames={**given.frames, "captures": both}))) == digests - {one}


def test_every_screen_with_such_a_price_says_so(app: Dash, given: Snapshot) -> None:
    shelf = FixedShelf(given)
    assert f"handed in by {GIVER}" in said(model.layout(shelf, maker="deepseek", slug="deepseek-v4-flash"))
    rows = current(given, mix=None)
    marked = rows[rows["handed_in_by"].notna()]
    assert set(marked["source"].astype(str)) <= {"deepseek", "deepseek_cn"}
    assert len(marked)
    assert all(state(row).endswith(f"handed in by {GIVER}") for row in marked.to_dict("records"))


def test_a_decisions_card_says_so(app: Dash, given: Snapshot) -> None:
    known = handed_in.givers(given)
    events = given["events"]
    rests = events[[any(digest in text for digest in known) for text in events["captures"]]]
    assert len(rests)
    row = decisions.decision(given, rests.iloc[0]["id"])
    assert MARK in said(card(given, row))


def test_files_name_the_giver(given: Snapshot) -> None:
    table = prices_table(given.frames, public=False)
    assert set(table.loc[table["source"].isin(["deepseek", "deepseek_cn"]), "handed in by"]) == {GIVER}
    assert set(table.loc[~table["source"].isin(["deepseek", "deepseek_cn"]), "handed in by"]) == {""}
    assert GIVER in set(events_table(given.frames, public=False)["documents handed in by"])
