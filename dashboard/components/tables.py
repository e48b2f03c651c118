"""Plain tables: a caption, headers that carry the unit, numbers to the right."""

import re
from collections.abc import Sequence
from typing import Any

from dash import html

from dashboard.components.aria import aria

_SHORT = re.compile(r"[0-9]{4}-[0-9]{2}(-[0-9]{2}( [0-9]{2}:[0-9]{2})?)?|not tested")


def table(
    caption: str, headers: Sequence[str], rows: Sequence[Sequence[Any]], *, numeric: Sequence[int] = (), key: int = 0
) -> html.Div:
    """A table in a box that scrolls sideways; `numeric` columns stand right, column `key` heads its row."""

    def cell(place: int, content: Any) -> Any:
        short = isinstance(content, str) and _SHORT.fullmatch(content) is not None
        style = "number" if place in numeric else "nowrap" if short else ""
        return html.Th(content, scope="row", className=style) if place == key else html.Td(content, className=style)

    head = [html.Th(text, scope="col", className="number" if n in numeric else "") for n, text in enumerate(headers)]
    body = [html.Tr([cell(place, content) for place, content in enumerate(row)]) for row in rows]
    return html.Div(
        html.Table([html.Caption(caption), html.Thead(html.Tr(head)), html.Tbody(body)]),
        className="table-box",
        tabIndex="0",
        role="region",
        **aria(label=caption),
    )


def facts(pairs: Sequence[tuple[str, Any]]) -> html.Dl:
    """A list of named facts; a fact without a value is left out."""
    return html.Dl(
        [html.Div([html.Dt(name), html.Dd(value)]) for name, value in pairs if value not in (None, "", [])],
        className="facts",
    )


def separated(parts: Sequence[Any]) -> html.Span:
    """Parts in one line with a dot between them."""
    dotted = [piece for part in parts for piece in (" · ", part)]
    return html.Span(dotted[1:])
