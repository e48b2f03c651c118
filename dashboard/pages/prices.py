"""Prices: what every listing costs now, who says so, how old that is, and who disagrees."""

from functools import partial
from typing import Any

import dash
import dash_ag_grid as dag
import dash_mantine_components as dmc
from dash import ClientsideFunction, Input, Output, State, dcc, html

from dashboard.components import words
from dashboard.components.aria import aria
from dashboard.components.aria import data as attributes
from dashboard.components.frame import nothing_published, page
from dashboard.components.price_rows import COLUMNS, FILTERS
from pipeline.query.snapshot import Shelf

INTRODUCTION = (
    "One row per listing and currency: per million tokens, tax as published, what a new customer is charged where the "
    "source says it. B31 = (3·input + output)/4; B721 = (7·cached + 2·input + output)/10; both of the row's own "
    "prices, in USD at the reference rate of its last look; a row that lacks one of them says why."
)
_CHOICES = (("maker", "Maker"), ("seller", "Seller"), ("market", "Buyers in"), ("source", "Source"))


def add(app: dash.Dash, shelf: Shelf) -> None:
    """Register the page; its rows come from a route, filtered as the download is."""
    dash.register_page(
        __name__, path="/prices", name="Prices", title="Prices · undercut", layout=partial(layout, shelf)
    )
    app.clientside_callback(
        ClientsideFunction("undercut", "price_rows"),
        Output("prices-grid", "rowData"),
        Output("prices-count", "children"),
        Output("prices-csv", "href"),
        Output("prices-grid", "columnDefs"),
        Input("prices-build", "data"),
        *(Input(f"prices-{name}", "value") for name in FILTERS),
        State("prices-grid", "columnDefs"),
    )


def layout(shelf: Shelf, **query: str) -> html.Div:
    """Filters, the grid, the download of exactly this view."""
    snapshot = shelf.current(query.get("build"))
    if snapshot is None:
        return nothing_published()
    listings = snapshot["listings"]
    known = {name: sorted(set(listings[name].dropna().astype(str))) for name in ("maker", "seller", "market")}
    known["source"] = sorted(set(snapshot["prices"]["source"].astype(str)))
    return page(
        shelf,
        snapshot,
        "Prices now",
        html.P(INTRODUCTION),
        *_unknown(query, known),
        html.Div(
            [
                dmc.TextInput(id="prices-q", label="Model or name", value=query.get("q", ""), debounce=250, w=200),
                *(
                    dmc.Select(
                        id=f"prices-{name}",
                        label=label,
                        data=known[name],
                        value=query.get(name) if query.get(name) in known[name] else None,
                        clearable=True,
                        searchable=True,
                        placeholder="all",
                        w=160,
                    )
                    for name, label in _CHOICES
                ),
                dmc.TextInput(
                    id="prices-mix",
                    label="My mix (in:cached:out)",
                    value=query.get("mix", ""),
                    placeholder="such as 5:10:1",
                    debounce=400,
                    w=170,
                ),
                dmc.Select(
                    id="prices-only",
                    label="Show",
                    data=[
                        {"value": "base", "label": "tokens, standard conditions"},
                        {"value": "all", "label": "all conditions"},
                        {"value": "disagree", "label": "where sources disagree"},
                        {"value": "stale", "label": "stale or withdrawn"},
                    ],
                    value=query.get("only", "base"),
                    allowDeselect=False,
                    w=210,
                ),
            ],
            className="filters",
        ),
        html.P(id="prices-count", className="count", **aria(live="polite")),
        html.P(
            [
                html.A("This view as CSV", id="prices-csv", href="/download/prices.csv", className="button"),
                html.Span(" all figures, with address and SHA-256 of every document", className="small"),
            ]
        ),
        dag.AgGrid(
            id="prices-grid",
            columnDefs=COLUMNS,
            rowData=[],
            defaultColDef={
                "sortable": True,
                "resizable": True,
                "suppressHeaderMenuButton": True,
                "wrapHeaderText": True,
                "autoHeaderHeight": True,
                "minWidth": 90,
            },
            dashGridOptions={
                "theme": {"function": "gridTheme(themeQuartz)"},
                "ensureDomOrder": True,
                "enableCellTextSelection": True,
                "animateRows": False,
                "pagination": True,
                "paginationPageSize": 100,
                "paginationPageSizeSelector": False,
                "tooltipShowDelay": 200,
            },
            getRowId="params.data.key",
            style={"height": "68vh"},
            className="grid",
        ),
        # Filled when the page is printed, up to the column that is named here: what lies further right is in the file.
        html.Div(id="prices-printed", className="printed", **attributes(last="tax")),
        dcc.Store(id="prices-build", data=snapshot.build),
        build=query.get("build"),
        path="/prices",
    )


def _unknown(query: dict[str, str], known: dict[str, list[str]]) -> list[Any]:
    """Says of a filter in the address that no listing has it: it is left out, and all rows are shown."""
    named = [
        (label.lower(), query[name]) for name, label in _CHOICES if query.get(name) not in ("", None, *known[name])
    ]
    if not named:
        return []
    said = "; ".join(f"{label} “{words.shown(value)}”" for label, value in named)
    return [
        html.Div(
            html.P(f"No listing of this build has {said}. That filter is left out."), className="banner", role="note"
        )
    ]
