"""What an address without a page says, and its status: 404, with the way back."""

import re

import dash
from dash import Dash, dcc, html
from flask import Response, request

from dashboard.components.frame import NAV
from dashboard.components.tables import separated

_ANY = "/<path:path>"
"""Dash's rule for whatever no other route takes: pages, and what is none."""


def add(app: Dash) -> None:
    """Register the page, and give every address without one its status."""
    # The name is Dash's own for it.
    dash.register_page(
        "not_found_404", path="/not-found", name="Not found", title="Not found · undercut", layout=layout
    )
    app.server.after_request(_status)


def layout(**_: str) -> html.Div:
    """That there is no such page, and which there are."""
    links = [dcc.Link(text, href=href) for href, text in NAV]
    return html.Div([html.H1("No such page"), html.P("Nothing stands at this address."), html.P(separated(links))])


def _status(response: Response) -> Response:
    rule = request.url_rule
    if rule is not None and rule.rule == _ANY and response.status_code == 200 and not _is_page(request.path):
        response.status_code = 404
    return response


def _is_page(path: str) -> bool:
    """Whether a page is registered at the path, or at a template that it fits."""
    templates = (each["path_template"] or each["path"] for each in dash.page_registry.values())
    return any(re.fullmatch(re.sub(r"<[^>]+>", "[^/]+", one.rstrip("/")), path.rstrip("/")) for one in templates)
