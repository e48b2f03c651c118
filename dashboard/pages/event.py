"""The permalink of one decision: its card, alone."""

from functools import partial

import dash
from dash import html

from dashboard.components import words
from dashboard.components.card import card
from dashboard.components.frame import nothing_published, page
from pipeline.query import decisions
from pipeline.query.snapshot import Shelf


def add(app: dash.Dash, shelf: Shelf) -> None:  # noqa: ARG001  (every page is added in one way)
    """Register the page."""
    dash.register_page(
        __name__,
        path_template="/events/<event_id>",
        name="Decision",
        title=lambda event_id="": f"Decision {event_id} · undercut",
        layout=partial(layout, shelf),
    )


def layout(shelf: Shelf, event_id: str = "", **query: str) -> html.Div:
    """The card, or why there is none."""
    snapshot = shelf.current(query.get("build"))
    if snapshot is None:
        return nothing_published()
    row = decisions.decision(snapshot, event_id)
    if row is None:
        return page(
            shelf,
            snapshot,
            "No such decision",
            html.P(
                "This build holds none of that name. A corrected reading withdraws the decisions that rested on it."
            ),
            build=query.get("build"),
            path=f"/events/{event_id}",
        )
    return page(
        shelf, snapshot, words.title(row), card(snapshot, row), build=query.get("build"), path=f"/events/{event_id}"
    )
