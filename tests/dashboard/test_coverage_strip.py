"""Coverage beside a chart, and the mark of a source whose layout nobody confirmed."""

import pandas as pd
from dash import Dash

from dashboard.components.card import card
from dashboard.components.coverage_strip import STATES, coverage_strip
from dashboard.components.price_rows import filtered, grid_rows
from dashboard.pages import comparisons, evidence, model, series, sources
from pipeline.domain.vocabulary import CoverageState
from pipeline.query import decisions
from pipeline.query.coverage import watched
from pipeline.query.snapshot import Snapshot
from tests.comparing import compared_frames
from tests.dashboard.test_pages import FixedShelf, said

FIRST, LAST = pd.Timestamp("2026-11-13", tz="UTC"), pd.Timestamp("2026-11-22", tz="UTC")


def test_every_state_of_a_day_has_a_sign_and_words() -> None:
    assert set(STATES) == {state.value for state in CoverageState}


def test_days_that_were_due_and_read_are_counted(small: Snapshot) -> None:
    found = watched(small, ["together"], FIRST, LAST)
    assert (found.due, found.read) == (10, 7)  # the last three of ten days could not be read


def test_days_on_which_no_look_was_due_are_days_without_a_document(small: Snapshot) -> None:
    found = watched(small, ["radar"], FIRST, LAST)
    assert (found.due, found.read) == (0, 0)
    assert found.days == (LAST - FIRST).days + 1


def test_a_strip_has_one_stretch_per_state(small: Snapshot) -> None:
    strip = coverage_strip(small, ["together", "together"], FIRST, LAST)
    assert strip is not None
    assert "On 7 of 10 source days a document speaks" in said(strip)
    assert "3 looks that were due brought none" in said(strip)
    bar = strip.children[1].children[0].children[1]
    assert [(part.className, part.style["flexGrow"]) for part in bar.children] == [
        ("stretch unchanged", 7),
        ("stretch failed_parse", 3),
    ]


def test_a_bar_says_its_days_in_words(small: Snapshot) -> None:
    strip = coverage_strip(small, ["together"], FIRST, LAST)
    assert strip is not None
    label = getattr(strip.children[1].children[0].children[1], "aria-label")
    assert "the document could not be read: 3 days" in label


def test_sources_without_coverage_have_no_strip(small: Snapshot) -> None:
    assert coverage_strip(small, ["nobody"], FIRST, LAST) is None


def test_the_model_page_shows_the_coverage_of_its_chart(app: Dash, small: Snapshot) -> None:
    parts = model.history(FixedShelf(small), "input", "auto", None, None, "deepseek/deepseek-v4-flash")
    assert "Were we watching?" in said(parts)


def test_the_series_page_shows_the_coverage_of_its_sources(app: Dash, small: Snapshot) -> None:
    assert "Were we watching?" in said(series.layout(FixedShelf(small)))


def test_an_unconfirmed_source_says_so_among_the_sources(app: Dash, small: Snapshot) -> None:
    assert said(sources.layout(FixedShelf(small))).count("layout unconfirmed") == 1


def test_an_unconfirmed_source_says_so_beside_its_prices(small: Snapshot) -> None:
    rows = grid_rows(filtered(small, {"only": "all"}))
    marked = {row["source"] for row in rows if "layout unconfirmed" in row["state"]}
    plain = {row["source"] for row in rows if "layout unconfirmed" not in row["state"]}
    assert marked <= {"together"}
    assert "together" not in plain


def test_an_unconfirmed_source_says_so_beside_its_documents(app: Dash, small: Snapshot) -> None:
    captures = small["captures"]
    digest = captures.loc[captures["source"] == "together", "payload_sha256"].iloc[0]
    assert "together: layout unconfirmed" in said(evidence.layout(FixedShelf(small), payload_sha256=digest))


def test_the_charts_of_a_decision_and_of_comparisons_say_whether_they_were_watched(app: Dash, small: Snapshot) -> None:
    events = small["events"]
    row = decisions.decision(small, events[events["flag"].notna()].iloc[0]["id"])
    assert "Were we watching?" in said(card(small, row))
    frames = small.frames | compared_frames()
    day = frames["pairs"]["home_day"].min()
    looks = small["coverage"].assign(source=frames["pairs"]["home_source"].iloc[0], day=day.normalize()).head(1)
    both = Snapshot(frames=frames | {"coverage": looks}, meta=small.meta)
    assert "Were we watching?" in said(comparisons.layout(FixedShelf(both)))
