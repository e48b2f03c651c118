"""The page Series: switches in the address, what each series rests on, and its rows as a file."""

import csv
import io
import json
from dataclasses import replace

import pandas as pd
import pytest
from dash import Dash
from flask.testing import FlaskClient
from plotly.utils import PlotlyJSONEncoder

from dashboard.app import create_app
from dashboard.components.series_tables import _percent
from dashboard.pages import series
from pipeline import frames
from pipeline.figures.palette import LIGHT
from pipeline.figures.series import series_figure
from pipeline.query.series import TITLES, asked_terms, rows
from pipeline.query.snapshot import Snapshot
from pipeline.settings import Settings
from tests.dashboard.shelf import FixedShelf
from tests.dashboard.test_pages import said

VINTAGE = pd.Timestamp("2026-10-20", tz="UTC")


def rung(score: float, view: str) -> dict[str, object]:
    own = {"blend": "b31", "every": "week", "view": view, "score": score, "period": "2026-11-22", "price": 0.5}
    held = {"model_version": "deepseek/deepseek-v4-flash", "seller": "deepseek", "listing_id": "0" * 16}
    beside = {"runner_up": None, "runner_up_price": None, "candidates": 1, "cost_per_point": 0.0004}
    scored = {"holder_score": 1303.0, "band": 0.0, "coverage": 0.18, "benchmark": "arena overall", "vintage": VINTAGE}
    return own | held | beside | scored


def level(variant: str, period: str, value: float) -> dict[str, object]:
    own = {"series": "matched_model", "variant": variant, "blend": "b31", "every": "week", "period": period}
    return own | {"value": value, "low": value - 1, "high": value + 1, "models": 4, "makers": 2, "coverage": 0.8}


VINTAGES = [
    {"source": "board", "benchmark": "arena overall", "public_at": "2026-09-20", "payload_sha256": "a" * 64},
    {"source": "board", "benchmark": "arena overall", "public_at": "2026-10-20", "payload_sha256": "b" * 64},
]
_BREAK = {"benchmark_version": "v", "entries": 40, "models": 30, "overlap": 40, "moved": 1.0}


@pytest.fixture(scope="module")
def published(small: Snapshot) -> Snapshot:
    """The small snapshot with a frontier, an index and a benchmark whose scale broke."""
    made = {
        "frontier": [rung(1250.0, "known_now"), rung(1300.0, "public_then")],
        "series": [level("per model version", "2026-11-15", 100.0), level("per model version", "2026-11-22", 95.4)],
        "vintages": [
            VINTAGES[0] | _BREAK | {"is_break": False},
            VINTAGES[1] | _BREAK | {"is_break": True, "slope": 0.91, "intercept": -4.67, "residual": 1.09},
        ],
    }
    tables = {
        name: frames.coerce(pd.DataFrame(table).reindex(columns=list(frames.FRAMES[name].columns)), name)
        for name, table in made.items()
    }
    return replace(small, frames={**small.frames, **tables})


@pytest.fixture(scope="module")
def downloads(published: Snapshot) -> FlaskClient:
    return create_app(FixedShelf(published), Settings()).server.test_client()


def test_a_rung_is_written_as_points_and_its_coverage_stands_beside_it(app: Dash, published: Snapshot) -> None:
    text = said(series.layout(FixedShelf(published)))
    assert " 1250 " in text
    assert "1250.0" not in text
    assert "18 % of the model versions on sale have a score" in text


def test_a_rung_has_its_unit(app: Dash, published: Snapshot) -> None:
    text = said(series.layout(FixedShelf(published)))
    assert "the newest period, B31 in USD per million tokens" in text
    assert "Price (USD per M)" in text


def test_a_picture_names_its_prices_benchmark_vintage_and_method(app: Dash, published: Snapshot) -> None:
    drawn = json.dumps(series.layout(FixedShelf(published)), cls=PlotlyJSONEncoder)
    for part in ("B31 = (3", "models: all", "scores: arena overall, vintage of 2026-10-20, as known now", "method 1"):
        assert part in drawn


@pytest.mark.parametrize(
    ("value", "text"), [(-39.4, "−39 %"), (-99.1, "−99 %"), (-99.97, "−99.97 %"), (-100.0, "−100 %"), (3.0, "+3 %")]
)
def test_a_slope_that_is_not_all_of_the_price_is_not_rounded_to_it(value: float, text: str) -> None:
    assert _percent(value) == text


def test_the_newest_change_has_the_length_of_its_period(published: Snapshot) -> None:
    figure = series_figure("matched_model", published["series"], palette=LIGHT)
    assert figure is not None
    assert {trace["line"]["shape"] for trace in figure["data"]} == {"vh"}


def test_a_break_of_the_benchmark_is_said_with_its_link(app: Dash, published: Snapshot) -> None:
    text = said(series.layout(FixedShelf(published)))
    assert "another scale under the same name" in text
    assert "0.910·score -4.67, give or take 1.09 points" in text


def test_every_series_has_a_section_whether_evaluable_or_not(app: Dash, published: Snapshot) -> None:
    text = said(series.layout(FixedShelf(published)))
    assert [title for title in TITLES.values() if title not in text] == []
    assert "Not evaluable over this ledger" in text
    assert "Nothing was measured yet" in text


def test_an_address_that_names_no_term_is_said_and_not_taken(app: Dash, published: Snapshot) -> None:
    text = said(series.layout(FixedShelf(published), view="tomorrow"))
    assert "view is one of now, then; 'tomorrow' is none" in text


def test_an_empty_build_has_the_page_too(app: Dash, small: Snapshot) -> None:
    assert "No scores are known yet" in said(series.layout(FixedShelf(small)))


def test_the_scores_of_then_are_another_frontier(published: Snapshot) -> None:
    held = [rows(published, "frontier", asked_terms(view=view))["score"].tolist() for view in ("now", "then")]
    assert held == [[1250.0], [1300.0]]


def test_open_weights_alone_are_computed_from_the_build_and_nothing_else(published: Snapshot) -> None:
    """Of two makers' own offers one has open weights, and the build published no such series."""
    assert rows(published, "matched_model", asked_terms(weights="open"))["makers"].max() == 1


def test_the_rows_are_a_file_with_their_build(downloads: FlaskClient) -> None:
    answer = downloads.get("/download/series/frontier.csv")
    (row,) = csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")))
    assert (row["score"], row["model_version"]) == ("1250.0", "deepseek/deepseek-v4-flash")
    assert row["build"]


def test_a_file_of_no_series_and_of_no_term_are_refused(downloads: FlaskClient) -> None:
    assert downloads.get("/download/series/nonsense.csv").status_code == 404
    assert downloads.get("/download/series/frontier.csv?blend=b99").status_code == 400
