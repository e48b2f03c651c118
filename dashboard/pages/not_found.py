"""What an address without a page says, and its status: 404, with the way back."""

import re
from collections.abc import Callable
from functools import partial

import dash
from dash import Dash, dcc, html
from flask import Response, request

from dashboard.components.frame import NAV
from dashboard.components.tables import separated
from pipeline.domain.errors import UndercutError
from pipeline.query.decisions import decision
from pipeline.query.evidence import evidence
from pipeline.query.models import model
from pipeline.query.snapshot import Shelf, Snapshot

_ANY = "/<path:path>"
"""Dash's rule for whatever no other route takes: pages, and what is none."""
_NAMED: dict[str, Callable[[Snapshot, str], object | None]] = {
    "events": decision,
    "cases": decision,
    "models": model,
    "evidence": evidence,
}
"""First part of the address of what a build holds by name → how it is looked up."""


def add(app: Dash, shelf: Shelf) -> None:
    """Register the page, and give its status to every address without one, or of what the asked build does not hold."""
    # The name is Dash's own for it.
    dash.register_page(
        "not_found_404", path="/not-found", name="Not found", title="Not found · undercut", layout=layout
    )
    app.server.after_request(partial(_status, shelf))


def layout(**_: str) -> html.Div:
    """That there is no such page, and which there are."""
    links = [dcc.Link(text, href=href) for href, text in NAV]
    return html.Div([html.H1("No such page"), html.P("Nothing stands at this address."), html.P(separated(links))])


def _status(shelf: Shelf, response: Response) -> Response:
    rule = request.url_rule
    page = rule is not None and rule.rule == _ANY and response.status_code == 200
    if page and not (_is_page(request.path) and _is_held(shelf, request.path)):
        response.status_code = 404
    return response


def _is_held(shelf: Shelf, path: str) -> bool:
    """Whether the asked build holds what the address names, so far as it can be read: the page says what it lacks."""
    kind, _, name = path.strip("/").partition("/")
    if not name or kind not in _NAMED:
        return True
    try:
        snapshot = shelf.current(request.args.get("build"))
    except UndercutError:
        return True
    return snapshot is None or _NAMED[kind](snapshot, name) is not None


def _is_page(path: str) -> bool:
    """Whether a page is registered at the path, or at a template that it fits."""
    templates = (each["path_template"] or each["path"] for each in dash.page_registry.values())
    return any(re.fullmatch(re.sub(r"<[^>]+>", "[^/]+", one.rstrip("/")), path.rstrip("/")) for one in templates)
