"""From decisions to flags: what is left after each condition, what stopped the rest, and how many tests were made."""

from functools import partial

import dash
import pandas as pd
from dash import dcc, html

from dashboard.components.frame import nothing_published, page
from dashboard.components.tables import table
from pipeline.exports import funnel
from pipeline.query.snapshot import Shelf


def add(app: dash.Dash, shelf: Shelf) -> None:  # noqa: ARG001  (every page is added in one way)
    """Register the page."""
    dash.register_page(
        __name__,
        path="/funnel",
        name="Funnel",
        title="From decisions to flags · undercut",
        layout=partial(layout, shelf),
    )


def layout(shelf: Shelf, **query: str) -> html.Div:
    """Every table of the funnel of one build."""
    snapshot = shelf.current(query.get("build"))
    if snapshot is None:
        return nothing_published()
    return page(
        shelf,
        snapshot,
        "From decisions to flags",
        html.P([f"{funnel.LEGEND} ", dcc.Link("What the words mean", href="/method#glossary")]),
        html.Section([html.H2("Decisions"), _shown("Decisions by class", funnel.classes(snapshot.frames))]),
        html.Section(
            [html.H2("Steps"), _shown("What is left after each step", funnel.steps(snapshot.frames))], id="steps"
        ),
        html.Section(
            [
                html.H2("What stopped the rest"),
                _shown("The condition that stopped each trigger", funnel.stops(snapshot.frames)),
                _shown("Each condition by itself, over all triggers", funnel.alone(snapshot.frames)),
            ],
            id="stops",
        ),
        html.Section(
            [html.H2("Flags by year"), _shown("Decisions by strongest kind", funnel.flags_by_year(snapshot.frames))]
        ),
        html.Section(
            [
                html.H2("Tests made"),
                html.P(funnel.ABOUT_P),
                _shown("Tests by quarter", funnel.tests_by_quarter(snapshot.frames)),
                html.Details(
                    [
                        html.Summary("The rank in practice, month by month since 2023"),
                        _shown("The rank by month", funnel.rank_by_month(snapshot.frames)),
                    ],
                    open=True,
                ),
            ],
            id="rank",
        ),
        build=query.get("build"),
        path="/funnel",
    )


def _shown(caption: str, rows: pd.DataFrame) -> html.Div:
    numeric = [place for place, column in enumerate(rows.columns) if pd.api.types.is_numeric_dtype(rows[column])]
    cells = [[str(value) for value in row] for row in rows.itertuples(index=False)]
    return table(caption, [str(column) for column in rows.columns], cells, numeric=numeric)
