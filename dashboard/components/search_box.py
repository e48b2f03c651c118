"""One search box over models, sellers and sources."""

from functools import partial
from typing import Any

import dash_mantine_components as dmc
from dash import ClientsideFunction, Dash, Input, Output, dcc, html

from dashboard.components.aria import aria
from dashboard.components.words import shown
from pipeline.query.search import Hit, find
from pipeline.query.snapshot import Shelf

MOST = 20
_GROUPS = {"model": "Models", "seller": "Sellers", "source": "Sources"}


def layout() -> html.Div:
    """The box; options come as one types."""
    return html.Div(
        [
            dmc.Select(
                id="search",
                data=[],
                searchable=True,
                clearable=True,
                placeholder="Search models, sellers, sources",
                nothingFoundMessage="Nothing of that name in this build",
                filter={"function": "asGiven"},
                w=300,
                **aria(label="Search models, sellers, sources"),
            ),
            dcc.Location(id="go", refresh="callback-nav"),
        ],
        className="search",
        role="search",
    )


def add(app: Dash, shelf: Shelf) -> None:
    """Register the callbacks of the box."""
    app.callback(Output("search", "data"), Input("search", "searchValue"))(partial(options, shelf))
    app.clientside_callback(
        ClientsideFunction("undercut", "go"), Output("go", "href"), Output("search", "value"), Input("search", "value")
    )


def options(shelf: Shelf, text: str | None) -> list[dict[str, Any]]:
    """Hits in groups; the value of each is the address it leads to."""
    snapshot = shelf.current()
    hits = [] if snapshot is None or not text else find(snapshot, text, most=MOST)
    groups = [
        {"group": title, "items": [_option(hit) for hit in hits if hit.kind == kind]} for kind, title in _GROUPS.items()
    ]
    return [group for group in groups if group["items"]]


def _option(hit: Hit) -> dict[str, str]:
    return {"value": _address(hit), "label": shown(hit.name)}


def _address(hit: Hit) -> str:
    match hit.kind:
        case "model":
            return f"/models/{hit.name}"
        case "seller":
            return f"/prices?seller={hit.name}"
        case _:
            return f"/sources?source={hit.name}"
