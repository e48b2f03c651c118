"""A labelled input of a form."""

from typing import Any

from dash import dcc, html


def field(label: str, place: str, **given: Any) -> html.Div:
    """`place` is the identifier of the input; `given` its further attributes."""
    return html.Div([html.Label(label, htmlFor=place), dcc.Input(id=place, **given)])
