"""The permalink of one decision: its card, alone, and below it what analysts did about it."""

from collections.abc import Sequence
from typing import Any

import dash
from dash import dcc, html

from dashboard.components import words
from dashboard.components.card import card
from dashboard.components.frame import nothing_published, page
from dashboard.pages.cases import section
from pipeline.query import decisions
from pipeline.query.snapshot import Shelf
from pipeline.reviews.cases import Casebook


def add(app: dash.Dash, shelf: Shelf, book: Casebook, *, asks_name: bool) -> None:  # noqa: ARG001  (as every page)
    """Register the page."""

    def shown(event_id: str = "", **query: str) -> html.Div:
        snapshot = shelf.current(query.get("build"))
        known = snapshot is not None and decisions.decision(snapshot, event_id) is not None
        below = section(book, event_id, asks_name=asks_name, known=known)
        return layout(shelf, event_id, below=[below], **{name: query[name] for name in ("build",) if name in query})

    dash.register_page(
        __name__,
        path_template="/events/<event_id>",
        name="Decision",
        title=lambda event_id="": f"Decision {event_id} · undercut",
        layout=shown,
    )


def layout(shelf: Shelf, event_id: str = "", *, below: Sequence[Any] = (), **query: str) -> html.Div:
    """The card, or why there is none; and what stands below it."""
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
            html.P([dcc.Link("Every decision", href="/?days=all"), ", the most important first."]),
            *below,
            build=query.get("build"),
            path=f"/events/{event_id}",
        )
    return page(
        shelf,
        snapshot,
        words.title(row),
        card(snapshot, row),
        html.P(dcc.Link("Case file: every indicator of this decision, with inputs", href=f"/cases/{event_id}")),
        *below,
        build=query.get("build"),
        path=f"/events/{event_id}",
    )
