"""A figure as PNG, without a browser: the same drawing that the page shows, for mails and dossiers.

In: the plain dict of a Plotly figure from pipeline.figures, of which lines, bands between two lines, markers with their
errors, bars and rectangles are drawn. Out: PNG bytes. What the dict asks for beyond that (hover, buttons) has no place
on paper.
"""

import io
import json
import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pandas as pd
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullFormatter

from pipeline.figures.decision import decision_history
from pipeline.figures.lines import moved_most

_INCHES = (5.6, 3.0)
_DPI = 200  # 560 px wide at twice the density
_MARKERS = {
    "triangle-down": "v",
    "triangle-up": "^",
    "x": "x",
    "cross": "P",
    "circle": "o",
    "diamond": "D",
    "square": "s",
}
_DASHES: dict[str, Any] = {
    "dash": "--",
    "dot": ":",
    "dashdot": "-.",
    "solid": "-",
    "longdash": (0, (8, 3)),
    "longdashdot": (0, (8, 3, 1, 3)),
}
_NAMES = 8  # as many lines as a legend tells apart on this paper


def history_png(frames: Mapping[str, pd.DataFrame], meta: dict[str, Any], decision: str) -> bytes | None:
    """The history of the price that a decision moved; None where nothing of it can be drawn."""
    events = frames["events"]
    found = events[events["id"] == decision].to_dict("records")
    if not found:
        return None
    labels = frames["listings"].set_index("listing_id")["label"]
    names = {str(key): str(label) for key, label in labels.items()}
    until = pd.Timestamp(meta["data_to"])
    figure = decision_history(found[0], frames["spells"], frames["sources"], names, until=until)
    name = (
        found[0]["model_version"] if isinstance(found[0]["model_version"], str) else json.loads(found[0]["labels"])[0]
    )
    meter = (moved_most(found[0]) or "price").replace("_", " ")
    titled = (
        None if figure is None else {**figure, "layout": {**figure["layout"], "title": {"text": f"{name}: {meter}"}}}
    )
    return None if titled is None else png(titled, source=f"undercut, build {meta['build']}, data to {meta['data_to']}")


def png(figure: dict[str, Any], *, source: str) -> bytes:
    """Draw the figure; `source` (build, date, licence) stands under it, so that a copy still says whose it is."""
    drawn = Figure(figsize=_INCHES, dpi=_DPI, layout="constrained")
    axes = drawn.add_subplot()
    layout = figure["layout"]
    for shape in layout.get("shapes", []):
        if shape.get("type") == "rect":
            _box(axes, shape)
    dated = layout.get("xaxis", {}).get("type", "date") == "date"
    before: dict[str, Any] = {}
    for trace in figure["data"]:
        _trace(axes, trace, before, dated=dated)
        before = trace
    _axes(axes, layout)
    drawn.supxlabel(source, fontsize=5, color="#555555")
    out = io.BytesIO()
    drawn.savefig(out, format="png", metadata={"Software": "undercut"})
    return out.getvalue()


def _trace(axes: Any, trace: dict[str, Any], before: dict[str, Any], *, dated: bool) -> None:
    x, y = ([_instant(value) for value in trace["x"]] if dated else trace["x"]), _gaps(trace["y"])
    line, marker = trace.get("line", {}), trace.get("marker", {})
    mode = trace.get("mode", "lines")
    colour = _colour(line.get("color") or _first(marker.get("color")), "#1b1f24")
    steps = {"hv": "post", "vh": "pre"}.get(line.get("shape", ""))
    if trace.get("fill") == "tonexty":
        band = _colour(trace.get("fillcolor"), "#e69f0038")
        axes.fill_between(x, _gaps(before["y"]), y, step=steps, color=band, linewidth=0)
    if trace["type"] == "bar":
        axes.barh(y, x, color=colour)
    elif "lines" in mode and line.get("width", 1) > 0:
        style = f"steps-{steps}" if steps else "default"
        name = trace.get("name", "_")
        axes.plot(x, y, drawstyle=style, color=colour, linestyle=_DASHES[line.get("dash", "solid")], lw=1.3, label=name)
    if "markers" in mode:
        symbol = _MARKERS.get(str(_first(marker.get("symbol")) or "circle"), "o")
        alpha = marker.get("opacity", 1.0)
        name = trace.get("name", "_")
        axes.plot(x, y, linestyle="none", marker=symbol, color=colour, markersize=4, alpha=alpha, label=name)
    if "error_x" in trace:
        error = trace["error_x"]
        axes.errorbar(x, y, xerr=[error["arrayminus"], error["array"]], fmt="none", ecolor=colour, elinewidth=0.8)


def _gaps(values: list[Any]) -> list[Any]:
    """Plotly's missing value as matplotlib's."""
    return [math.nan if value is None else value for value in values]


def _box(axes: Any, shape: dict[str, Any]) -> None:
    x0, x1 = _instant(shape["x0"]), _instant(shape["x1"])
    low, high = sorted((shape["y0"], shape["y1"]))
    axes.fill_between([x0, x1], low, high, color=_colour(shape.get("fillcolor"), "#e69f0038"), linewidth=0)


def _plain_numbers(axis: Any, limits: tuple[float, float]) -> None:
    """Prices and levels as they are written, not as powers of ten; between them only where no ten parts the ends."""
    low, high = sorted(limits)
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axis.set_minor_formatter(FuncFormatter(lambda value, _: f"{value:g}") if high < 10 * low else NullFormatter())


def _axes(axes: Any, layout: dict[str, Any]) -> None:
    xaxis, yaxis = layout.get("xaxis", {}), layout.get("yaxis", {})
    if xaxis.get("type") == "log":
        axes.set_xscale("log")
        _plain_numbers(axes.xaxis, axes.get_xlim())
    if yaxis.get("type") == "log":
        axes.set_yscale("log")
        _plain_numbers(axes.yaxis, axes.get_ylim())
    elif yaxis.get("type") != "category":
        axes.set_ylim(bottom=0)
    axes.set_title(_title(layout), fontsize=8, loc="left")
    axes.set_xlabel(_title(xaxis), fontsize=6)
    axes.set_ylabel(_title(yaxis), fontsize=6)
    axes.tick_params(which="both", labelsize=6)
    axes.spines[["top", "right"]].set_visible(False)
    named = len(axes.get_legend_handles_labels()[1])
    if layout.get("showlegend", False) and 1 < named <= _NAMES:
        axes.legend(fontsize=5, frameon=False, loc="best")


def _title(part: dict[str, Any]) -> str:
    title = part.get("title", "")
    return str(title.get("text", "") if isinstance(title, dict) else title).replace("<br>", "\n")


def _instant(value: Any) -> datetime:
    return pd.Timestamp(value).to_pydatetime()


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, list) and value else value


def _colour(text: str | None, otherwise: str) -> tuple[float, float, float, float]:
    """A CSS colour as matplotlib wants it (`rgba(230,159,0,.22)`, `#0063A0`, a name)."""
    if text is None:
        return to_rgba(otherwise)
    if text.startswith("rgb"):
        parts = [float(part) for part in text[text.index("(") + 1 : -1].split(",")]
        red, green, blue = (part / 255 for part in parts[:3])
        return (red, green, blue, parts[3] if len(parts) > 3 else 1.0)
    return to_rgba(text)
