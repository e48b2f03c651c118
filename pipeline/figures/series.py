"""Lines of a series over time, with the interval of the first; logarithmic, so that equal falls look equal."""

from typing import Any

import pandas as pd

from pipeline.figures.palette import Palette, layout, plain

Figure = dict[str, Any]
_DASHES = ("solid", "dash", "dot", "dashdot")


def series_lines(
    table: pd.DataFrame, *, name: str, value: str, unit: str, palette: Palette, height: int = 380
) -> Figure:
    """The figure as a dict; `name` is the column that tells lines apart, `value` the one that is drawn."""
    traces: list[Figure] = []
    for number, (line, own) in enumerate(table.groupby(name, sort=True)):
        colour = palette.series[number % len(palette.series)]
        days = [f"{day:%Y-%m-%d}" for day in own["period"]]
        if number == 0 and "low" in own and own["low"].notna().any():
            traces += _band(days, own, palette)
        traces.append(
            {
                "type": "scatter",
                "mode": "lines",
                "name": plain(str(line)),
                "x": days,
                "y": own[value].astype("float64").tolist(),
                "line": {"color": colour, "width": 2, "dash": _DASHES[number % len(_DASHES)], "shape": "hv"},
                "hovertemplate": "%{x}: %{y:.4g}<extra>" + plain(str(line)) + "</extra>",
            }
        )
    drawn = layout(palette, height=height)
    axis = {"gridcolor": palette.grid, "zeroline": False}
    drawn |= {
        "xaxis": {**axis, "type": "date"},
        "yaxis": {**axis, "type": "log", "title": {"text": unit}},
        "showlegend": True,
    }
    return {"data": traces, "layout": drawn}


def _band(days: list[str], own: pd.DataFrame, palette: Palette) -> list[Figure]:
    edge: Figure = {"type": "scatter", "mode": "lines", "x": days, "line": {"width": 0, "shape": "hv"}}
    edge |= {"hoverinfo": "skip", "showlegend": False}
    low = {**edge, "y": own["low"].astype("float64").tolist()}
    high = {**edge, "y": own["high"].astype("float64").tolist(), "fill": "tonexty", "fillcolor": palette.box}
    return [low, high]
