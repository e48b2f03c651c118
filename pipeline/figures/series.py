"""Drawings of series: lines over time with their interval, gaps with theirs, speed beside price, shares.

Enters rows of the series' frames; leaves figures as plain dicts. Prices and levels stand on logarithmic axes, so that
equal falls look equal. Every line has a dash of its own: nothing is told by colour alone.
"""

from typing import Any

import numpy as np
import pandas as pd

from pipeline.figures.palette import LOG, Palette, axis_title, layout, plain

Figure = dict[str, Any]
_DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
_SYMBOLS = ("circle", "square", "diamond", "cross", "triangle-up", "x")
MOST_SHARES = 12
# What one source measures under one workload has its own marks, and one statistic is drawn.
_SPEED = "output_tokens_per_second"


def series_figure(name: str, table: pd.DataFrame, *, palette: Palette) -> Figure | None:
    """The drawing of a series by its name; None where it is a table alone, or has no rows."""
    if table.empty or name == "frontier_slope":
        return None
    if name == "frontier":
        unit = f"{str(table['blend'].iloc[0]).upper()}, USD per million tokens"
        return series_lines(table, name="score", value="price", unit=unit, palette=palette, prefix="at least ")
    if name == "origin_gap":
        return gap_marks(table, unit="per cent above all others of equal score, 95 % interval", palette=palette)
    if name == "cost_per_quality":
        return price_and_score(table, palette=palette)
    if name == "throughput":
        return speed_and_price(table, statistic="p50", palette=palette)
    if name == "market_share":
        return share_bars(table, palette=palette)
    if name == "host_dispersion":
        unit = "standard deviation between hosts, per cent"
        return series_lines(table, name="variant", value="value", unit=unit, palette=palette, log=False)
    return series_lines(table, name="variant", value="value", unit="first period = 100", palette=palette)


def series_lines(
    table: pd.DataFrame,
    *,
    name: str,
    value: str,
    unit: str,
    palette: Palette,
    height: int = 380,
    prefix: str = "",
    log: bool = True,
) -> Figure:
    """A line for every value of the column `name`, of the column `value`; a period without a row is a gap.

    A period is named by its last day, so its level is drawn up to it: the newest change has the length of its period.

    The first line has the band of `low` and `high`. `prefix` stands before the name of a line ("at least 1250").
    """
    traces: list[Figure] = []
    calendar = pd.DatetimeIndex(sorted(table["period"].unique()))
    for number, (line, own) in enumerate(table.groupby(name, sort=False)):
        colour = palette.series[number % len(palette.series)]
        steps = own["period"].sort_values().diff()
        kept = calendar[(calendar >= own["period"].min()) & (calendar <= own["period"].max())]
        # Lines of months stand among lines of weeks: only a step of twice a line's own is a gap.
        gaps = steps.max() > 2 * steps.median() if len(own) > 2 else False
        own = own.set_index("period").reindex(kept).rename_axis("period").reset_index() if gaps else own
        days = [f"{day:%Y-%m-%d}" for day in own["period"]]
        if number == 0 and "low" in own and own["low"].notna().any():
            traces += _band(days, own, palette)
        text = f"{prefix}{line:g}" if isinstance(line, float) else f"{prefix}{plain(str(line))}"
        traces.append(
            {
                "type": "scatter",
                "mode": "lines",
                "name": text,
                "x": days,
                "y": _numbers(own[value]),
                "line": {"color": colour, "width": 2, "dash": _DASHES[number % len(_DASHES)], "shape": "vh"},
                "connectgaps": False,
                "hovertemplate": "%{x}: %{y:.4g}<extra>" + text + "</extra>",
            }
        )
    drawn = layout(palette, height=height)
    drawn |= {
        "xaxis": {**_axis(palette), "type": "date"},
        "yaxis": {**_axis(palette), **(LOG if log else {"type": "linear"}), "title": axis_title(unit)},
        "showlegend": True,
    }
    return {"data": traces, "layout": drawn}


def gap_marks(table: pd.DataFrame, *, unit: str, palette: Palette, height: int = 260) -> Figure:
    """A mark with its interval for every variant, and the line of no gap."""
    names = [plain(str(variant)) for variant in table["variant"]][::-1]
    own = table.iloc[::-1]
    trace = {
        "type": "scatter",
        "mode": "markers",
        "x": _numbers(own["value"]),
        "y": names,
        "marker": {"color": palette.ink, "size": 10},
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": _numbers(own["high"] - own["value"]),
            "arrayminus": _numbers(own["value"] - own["low"]),
            "color": palette.muted,
        },
        "hovertemplate": "%{y}: %{x:.0f}<extra></extra>",
    }
    drawn = layout(palette, height=height)
    drawn["margin"] = {**drawn["margin"], "b": 56}
    drawn |= {
        "xaxis": {
            **_axis(palette),
            "type": "linear",
            "title": axis_title(unit),
            "zeroline": True,
            "zerolinecolor": palette.muted,
        },
        "yaxis": {**_axis(palette), "type": "category", "automargin": True},
        "showlegend": False,
    }
    return {"data": [trace], "layout": drawn}


def price_and_score(table: pd.DataFrame, *, palette: Palette, height: int = 420) -> Figure:
    """The last month's price of every scored model over its score, and the frontier price that reaches the score."""
    own = table[table["period"].eq(table["period"].max())].sort_values("score")
    marks = {
        "type": "scatter",
        "mode": "markers",
        "name": "models",
        "x": _numbers(own["score"]),
        "y": _numbers(own["price"]),
        "text": [plain(str(version)) for version in own["model_version"]],
        "marker": {"color": palette.ink, "size": 7, "opacity": 0.75},
        "hovertemplate": "%{text}: %{x:.4g} points, %{y:.3g} USD<extra></extra>",
    }
    frontier = {
        "type": "scatter",
        "mode": "lines",
        "name": "cheapest that reaches the score",
        "x": _numbers(own["score"]),
        "y": _numbers(own["frontier_price"]),
        "line": {"color": palette.cut, "width": 2, "shape": "vh"},
        "hoverinfo": "skip",
    }
    drawn = layout(palette, height=height)
    drawn |= {
        "margin": {**drawn["margin"], "b": 56},
        "xaxis": {**_axis(palette), "type": "linear", "title": axis_title(f"points of {own['benchmark'].iloc[0]}")},
        "yaxis": {**_axis(palette), **LOG, "title": axis_title("USD per million tokens")},
        "showlegend": True,
    }
    return {"data": [marks, frontier], "layout": drawn}


def speed_and_price(table: pd.DataFrame, *, statistic: str, palette: Palette, height: int = 420) -> Figure:
    """Tokens per second over price on the last measured day of each workload, of endpoints that have a price."""
    own = table[table["metric"].eq(_SPEED) & table["statistic"].eq(statistic) & table["price_usd"].gt(0)]
    own = own[own["value"].gt(0) & own["day"].eq(own.groupby("workload")["day"].transform("max"))]
    traces = [
        {
            "type": "scatter",
            "mode": "markers",
            "name": plain(f"{workload} ({rows['day'].max():%Y-%m-%d})"),
            "x": _numbers(rows["price_usd"]),
            "y": _numbers(rows["value"]),
            "text": [plain(f"{label} by {host}") for label, host in zip(rows["label"], rows["served_by"], strict=True)],
            "marker": {
                "color": palette.series[number % len(palette.series)],
                "symbol": _SYMBOLS[number % len(_SYMBOLS)],
                "size": 7,
                "opacity": 0.7,
            },
            "hovertemplate": "%{text}: %{x:.3g} USD, %{y:.0f} tokens a second<extra></extra>",
        }
        for number, (workload, rows) in enumerate(own.groupby("workload", sort=True))
    ]
    drawn = layout(palette, height=height)
    drawn |= {
        "margin": {**drawn["margin"], "b": 56},
        "xaxis": {**_axis(palette), **LOG, "title": axis_title("B31, USD per million tokens")},
        "yaxis": {**_axis(palette), **LOG, "title": axis_title(f"output tokens per second, {statistic}")},
        "showlegend": True,
    }
    return {"data": traces, "layout": drawn}


def share_bars(table: pd.DataFrame, *, palette: Palette) -> Figure:
    """The largest makers of the newest sum, largest on top."""
    own = table[table["by"].eq("maker") & table["last_day"].eq(table["last_day"].max())]
    largest = own.sort_values("share").tail(MOST_SHARES)
    trace = {
        "type": "bar",
        "orientation": "h",
        "x": _numbers(100 * largest["share"]),
        "y": [plain(str(maker)) for maker in largest["name"]],
        "marker": {"color": palette.muted},
        "hovertemplate": "%{y}: %{x:.1f} %<extra></extra>",
    }
    drawn = layout(palette, height=80 + 26 * max(len(largest), 4))
    drawn["margin"] = {**drawn["margin"], "b": 56}
    drawn |= {
        "xaxis": {**_axis(palette), "type": "linear", "title": axis_title("per cent of the tokens")},
        "yaxis": {**_axis(palette), "type": "category", "automargin": True},
        "showlegend": False,
    }
    return {"data": [trace], "layout": drawn}


def _axis(palette: Palette) -> Figure:
    return {"gridcolor": palette.grid, "zeroline": False}


def _numbers(values: "pd.Series[float]") -> list[float | None]:
    return [None if np.isnan(value) else float(value) for value in values.astype("float64")]


def _band(days: list[str], own: pd.DataFrame, palette: Palette) -> list[Figure]:
    edge: Figure = {"type": "scatter", "mode": "lines", "x": days, "line": {"width": 0, "shape": "vh"}}
    edge |= {"hoverinfo": "skip", "showlegend": False}
    low = {**edge, "y": _numbers(own["low"])}
    high = {**edge, "y": _numbers(own["high"]), "fill": "tonexty", "fillcolor": palette.box}
    return [low, high]
