"""A figure on paper."""

from pipeline.exports.picture import _colour, png

FIGURE = {
    "data": [
        {
            "type": "scatter",
            "mode": "lines",
            "x": ["2025-01-01", "2025-06-10", "2025-12-01"],
            "y": [17.5, 3.5, 3.5],
            "line": {"shape": "hv", "color": "#1b1f24", "dash": "dash"},
        },
        {"type": "scatter", "mode": "markers", "x": ["2025-06-10"], "y": [3.5], "marker": {"symbol": "triangle-down"}},
    ],
    "layout": {
        "title": {"text": "openai/o3<br>B31"},
        "yaxis": {"title": {"text": "USD per million tokens"}, "type": "log"},
        "shapes": [
            {
                "type": "rect",
                "x0": "2025-06-09",
                "x1": "2025-06-11",
                "y0": 3.5,
                "y1": 17.5,
                "fillcolor": "rgba(230,159,0,.22)",
            }
        ],
    },
}


def test_a_figure_becomes_a_png_of_its_size():
    drawn = png(FIGURE, source="undercut, build 1")
    assert drawn.startswith(b"\x89PNG")
    assert int.from_bytes(drawn[16:20]) == 1120
    assert len(drawn) < 100_000


def test_css_colours_are_read():
    assert _colour("rgba(230,159,0,.22)", "#000000") == (230 / 255, 159 / 255, 0.0, 0.22)
    assert _colour(None, "#ffffff") == (1.0, 1.0, 1.0, 1.0)


def test_bars_of_named_makers_and_marks_with_their_errors_are_drawn():
    bars = {"type": "bar", "orientation": "h", "x": [40.0, 60.0], "y": ["acme", "bolt"], "marker": {"color": "#767d86"}}
    error = {"type": "data", "symmetric": False, "array": [5.0], "arrayminus": [4.0]}
    marks = {"type": "scatter", "mode": "markers", "x": [50.0], "y": ["acme"], "error_x": error}
    axes = {"xaxis": {"type": "linear"}, "yaxis": {"type": "category"}}
    assert png({"data": [bars, marks], "layout": axes}, source="undercut, build 1").startswith(b"\x89PNG")


def test_a_band_between_two_lines_with_a_gap_is_drawn():
    edge = {"type": "scatter", "mode": "lines", "x": ["2025-01-01", "2025-02-01"], "line": {"width": 0, "shape": "hv"}}
    low, high = {**edge, "y": [90.0, None]}, {**edge, "y": [110.0, 120.0], "fill": "tonexty"}
    layout = {"xaxis": {"type": "date"}, "yaxis": {"type": "log"}, "showlegend": True}
    assert png({"data": [low, high], "layout": layout}, source="undercut, build 1").startswith(b"\x89PNG")
