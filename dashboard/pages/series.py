"""Series: what the same models cost, the frontier of price and quality, prices at equal quality, the gap of seats."""

from functools import partial
from typing import Any

import dash
import pandas as pd
from dash import dcc, html

from dashboard.components import tables
from dashboard.components.coverage_strip import coverage_strip
from dashboard.components.frame import nothing_published, page
from dashboard.components.graph import graph
from pipeline.figures.palette import PALETTES
from pipeline.figures.series import series_lines
from pipeline.query.series import READINGS, TITLES, rows
from pipeline.query.snapshot import Shelf, Snapshot

_BLEND = {"b31": "B31 = (3·input + output)/4", "b721": "B721 = (7·cached + 2·input + output)/10"}


def add(app: dash.Dash, shelf: Shelf) -> None:  # noqa: ARG001  (every page is added in one way)
    """Register the page."""
    dash.register_page(
        __name__, path="/series", name="Series", title="Series · undercut", layout=partial(layout, shelf)
    )


def layout(shelf: Shelf, **query: str) -> html.Div:
    """One section a series; `?blend=b721` shows the other blend."""
    snapshot = shelf.current(query.get("build"))
    if snapshot is None:
        return nothing_published()
    asked = query.get("blend", "")
    blend = asked if asked in _BLEND else "b31"
    other = "b721" if blend == "b31" else "b31"
    return page(
        shelf,
        snapshot,
        "Series",
        html.P(
            [
                f"Over {_BLEND[blend]}, in USD per million tokens, tax as published. ",
                "The series answer different questions and differ widely: each says what it is. ",
                dcc.Link(f"The same over {other.upper()}", href=f"/series?blend={other}"),
            ]
        ),
        *(_section(snapshot, name, blend) for name in TITLES),
        *_watched(snapshot),
        build=query.get("build"),
        path=f"/series?blend={blend}",
    )


def _watched(snapshot: Snapshot) -> list[Any]:
    """Coverage of the sources that the series are made of."""
    blends = snapshot["blends"]
    if blends.empty:
        return []
    return [coverage_strip(snapshot, blends["source"].astype(str), blends["since"].min(), snapshot.data_to)]


def _section(snapshot: Snapshot, name: str, blend: str) -> html.Section:
    table = rows(snapshot.frames, name, blend=blend)
    if table.empty:
        body: list[Any] = [html.P("Not evaluable over this ledger: too few scored models or periods.")]
    elif name == "origin_gap":
        body = [html.P(READINGS[name]), _gaps(table)]
    else:
        body = [_chart(snapshot, table, name), _last(table, name)]
    return html.Section([html.H2(TITLES[name]), *body], id=name)


def _chart(snapshot: Snapshot, table: pd.DataFrame, name: str) -> html.Figure:
    frontier = name == "frontier"
    line, value = ("score", "price") if frontier else ("variant", "value")
    unit = "USD per million tokens" if frontier else "first period = 100"
    figures = {
        theme: series_lines(table, name=line, value=value, unit=unit, palette=palette)
        for theme, palette in PALETTES.items()
    }
    vintage = table["vintage"].dropna()
    scored = (
        f" Scores: Arena, vintage of {vintage.iloc[0]:%Y-%m-%d}." if name != "matched_model" and len(vintage) else ""
    )
    source = f"undercut, build {snapshot.build}, data to {snapshot.meta['data_to']}"
    return graph(f"series-{name}", figures, title=TITLES[name], reading=READINGS[name] + scored, source=source)


def _last(table: pd.DataFrame, name: str) -> html.Div:
    """The newest period of every line, as a table."""
    if name == "frontier":
        newest = table[table["period"] == table["period"].max()]
        head = ["At least", "Price", "Held by", "Asked by", "Next", "Its price", "Models that reach it"]
        lines = [
            [
                f"{row['score']:.0f}",
                f"{row['price']:.4g}",
                row["model_version"],
                row["seller"],
                "none" if pd.isna(row["runner_up"]) else row["runner_up"],
                "" if pd.isna(row["runner_up_price"]) else f"{row['runner_up_price']:.4g}",
                f"{row['candidates']}",
            ]
            for row in newest.to_dict("records")
        ]
    else:
        newest = table.groupby("variant").tail(1)
        head = ["Definition", "Period to", "Level", "95 % interval", "Models"]
        lines = [
            [
                row["variant"],
                f"{row['period']:%Y-%m-%d}",
                f"{row['value']:.1f}",
                _interval(row),
                "" if pd.isna(row["models"]) else f"{row['models']:.0f}",
            ]
            for row in newest.to_dict("records")
        ]
    numbers = (1, 5, 6) if name == "frontier" else (2, 4)
    return tables.table(f"{TITLES[name]}: the newest period", head, lines, numeric=numbers)


def _gaps(table: pd.DataFrame) -> html.Div:
    lines = [
        [row["variant"], f"{row['value']:+.0f} %", _interval(row), f"{row['models']:.0f}", f"{row['makers']:.0f}"]
        for row in table.to_dict("records")
    ]
    head = ["Seat", "Gap", "95 % interval", "Models", "Makers"]
    return tables.table(TITLES["origin_gap"], head, lines, numeric=(1, 3, 4))


def _interval(row: Any) -> str:
    return "" if pd.isna(row["low"]) else f"{row['low']:.1f} to {row['high']:.1f}"
