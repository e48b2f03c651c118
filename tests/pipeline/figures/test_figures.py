"""Drawings: valid for Plotly, honest about gaps, readable by everybody."""

from itertools import pairwise

import pandas as pd
import plotly.graph_objects as go
import pytest

from pipeline.figures.decision import decision_history
from pipeline.figures.history import MARKS, price_history
from pipeline.figures.lines import LINES, direction, marks, meter_lines
from pipeline.figures.palette import DARK, LIGHT, Palette, plain, recoloured
from pipeline.figures.series import gap_marks, price_and_score
from tests.dashboard.shelf import small_snapshot
from tests.dashboard.snapshot import HOSTILE

UNTIL = pd.Timestamp("2026-11-22", tz="UTC")
NO_EVENTS = pd.DataFrame(columns=["at", "value", "mark", "text", "id"])


def stretch(since: str, until: str, value: float, **given: object) -> dict[str, object]:
    row: dict[str, object] = dict.fromkeys(LINES, "")
    row |= {
        "line": given.get("listing_id", "a"),
        "listing_id": "a",
        "source": "s",
        "currency": "USD",
        "name": "a seller",
        "main": True,
        "ended": "changed",
    }
    row |= {"since": pd.Timestamp(since, tz="UTC"), "until": pd.Timestamp(until, tz="UTC"), "value": value}
    return row | {"before": pd.Timestamp(until, tz="UTC")} | given


def drawn(*rows: dict[str, object], log: bool = False, palette: Palette = LIGHT) -> dict[str, object]:
    lines = pd.DataFrame(rows, columns=list(LINES))
    return price_history(lines, NO_EVENTS, palette=palette, unit="USD per million tokens", log=log, until=UNTIL)


@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_plotly_accepts_the_figure(palette: Palette, log: bool) -> None:
    figure = drawn(stretch("2026-01-01", "2026-03-01", 2.0), stretch("2026-03-05", "2026-11-22", 0.5), log=log)
    assert go.Figure(figure).to_plotly_json()["data"]


def test_a_change_between_two_looks_is_a_box() -> None:
    figure = drawn(stretch("2026-01-01", "2026-03-01", 2.0), stretch("2026-03-05", "2026-11-22", 0.5))
    (box,) = figure["layout"]["shapes"]  # type: ignore[index]
    assert (box["x0"], box["x1"]) == ("2026-03-01T00:00:00", "2026-03-05T00:00:00")
    assert (box["y0"], box["y1"]) == (2.0, 0.5)


def test_a_gap_is_a_gap_and_never_a_flat_line() -> None:
    figure = drawn(
        stretch("2026-01-01", "2026-03-01", 2.0, ended="gap"), stretch("2026-08-01", "2026-11-22", 2.0, ended="open")
    )
    (line,) = figure["data"]  # type: ignore[misc]
    assert line["x"] == [
        "2026-01-01T00:00:00",
        "2026-03-01T00:00:00",
        None,
        "2026-08-01T00:00:00",
        "2026-11-22T00:00:00",
    ]
    assert figure["layout"]["shapes"] == []  # type: ignore[index]


def test_a_free_price_has_no_place_on_a_logarithmic_axis() -> None:
    figure = drawn(stretch("2026-01-01", "2026-03-01", 2.0), stretch("2026-03-02", "2026-11-22", 0.0), log=True)
    assert all(value is None or value > 0 for value in figure["data"][0]["y"])  # type: ignore[index]


def test_nothing_to_draw_is_an_empty_chart() -> None:
    assert drawn()["data"] == []


def test_labels_of_equal_prices_do_not_cover_each_other() -> None:
    rows = [stretch("2026-01-01", "2026-11-22", 1.0, listing_id=name, name=name) for name in "abcdef"]
    places = [label["y"] for label in drawn(*rows)["layout"]["annotations"]]  # type: ignore[index]
    gaps = [high - low for low, high in pairwise(places)]
    assert min(gaps) * (420 - 56) >= 38 - 1e-9
    assert max(places) <= 1


def test_a_crawled_name_brings_no_markup_into_a_drawing() -> None:
    figure = drawn(stretch("2026-01-01", "2026-11-22", 1.0, name=HOSTILE))
    assert "<img" not in str(figure)
    assert plain("<a href=x>") == "‹a href=x›"


def test_the_axis_ends_where_the_data_end() -> None:
    axis = drawn(stretch("2026-01-01", "2026-02-01", 1.0))["layout"]["xaxis"]  # type: ignore[index]
    assert axis["range"][1] >= "2026-11-22"


def test_every_kind_of_mark_has_a_shape_of_its_own() -> None:
    assert len({symbol for symbol, _ in MARKS.values()}) == len(MARKS)


@pytest.mark.parametrize(
    ("kind", "class_", "state", "mark"),
    [
        ("cut", "market_move", "confirmed", "cut"),
        ("cut", "market_move", "recorded", "doubt"),
        ("cut", "correction", "confirmed", "doubt"),
        ("rise", "market_move", "probable", "rise"),
        ("launch", "market_move", "recorded", "other"),
        ("to_free", "market_move", "confirmed", "cut"),
    ],
)
def test_doubt_has_a_mark_of_its_own(kind: str, class_: str, state: str, mark: str) -> None:
    assert direction({"kind": kind, "class_": class_, "state": state}) == mark


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_text_of_a_drawing_can_be_read(palette: Palette) -> None:
    for colour in (palette.ink, *palette.series):
        dark, light = sorted([_luminance(colour), _luminance(palette.paper)])
        assert (light + 0.05) / (dark + 0.05) >= 4.5, colour  # WCAG 2 contrast of text


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_marks_of_a_drawing_can_be_seen(palette: Palette) -> None:
    for colour in (palette.cut, palette.rise, palette.doubt, palette.muted):
        dark, light = sorted([_luminance(colour), _luminance(palette.paper)])
        assert (light + 0.05) / (dark + 0.05) >= 3, colour  # WCAG 2 contrast of graphics


def test_another_palette_is_what_drawing_again_would_give() -> None:
    rows = [stretch("2026-01-01", "2026-03-01", 2.0), stretch("2026-03-05", "2026-11-22", 0.5)]
    grey = stretch("2026-01-01", "2026-11-22", 1.0, listing_id="b", main=False)
    assert recoloured(drawn(*rows, grey), LIGHT, DARK) == drawn(*rows, grey, palette=DARK)


class TestOfASnapshot:
    small = small_snapshot()

    def test_the_most_trusted_source_is_in_colour(self) -> None:
        listing = self.small["listings"].iloc[0]["listing_id"]
        lines = meter_lines(self.small["spells"], "input", {listing: "x"}, [listing], self.small["sources"])
        assert set(lines.loc[lines["main"], "source"]) == {"deepseek"}

    def test_a_decision_is_marked_at_its_new_price(self) -> None:
        event = self.small["events"].iloc[0]
        listing = self.small["listings"].iloc[0]["listing_id"]
        lines = meter_lines(self.small["spells"], "output", {listing: "x"}, [listing], self.small["sources"])
        (mark,) = marks(pd.DataFrame([event]), lines, "output").to_dict("records")
        assert (mark["value"], mark["mark"]) == (0.28, "cut")

    def test_a_decision_that_moved_another_meter_has_no_mark(self) -> None:
        event = self.small["events"].iloc[0]
        listing = self.small["listings"].iloc[0]["listing_id"]
        lines = meter_lines(self.small["spells"], "input", {listing: "x"}, [listing], self.small["sources"])
        assert marks(pd.DataFrame([event]), lines, "audio_input").empty

    def test_every_decision_of_known_listings_has_a_chart(self) -> None:
        for event in self.small["events"].to_dict("records"):
            figure = decision_history(event, self.small["spells"], self.small["sources"], {}, until=UNTIL)
            assert figure is not None
            go.Figure(figure)


class TestAxes:
    def test_a_tick_of_a_logarithmic_axis_bears_its_whole_value(self) -> None:
        """Left alone, plotly writes 0.2 as a small `2` between 0.1 and 1: a reader is out by ten or a hundred."""
        scored = pd.DataFrame({"model_version": ["acme/nova-4"], "score": [1433.0], "price": [0.5625]})
        scored = scored.assign(period=UNTIL, frontier_price=0.1375, benchmark="arena overall")
        axis = price_and_score(scored, palette=LIGHT)["layout"]["yaxis"]
        assert (axis["type"], axis["tickformat"]) == ("log", ",~g")

    def test_the_names_of_rows_make_their_own_room(self) -> None:
        """`US, openness of weights held constant` lost its country at a margin of fixed width."""
        gaps = pd.DataFrame(
            {"variant": ["US, openness of weights held constant"], "value": [-33.0], "low": [-73.0], "high": [66.0]}
        )
        axis = gap_marks(gaps, unit="per cent", palette=LIGHT)["layout"]["yaxis"]
        assert axis["automargin"] is True
