"""Current prices of a few listings, each with who says so and who disagrees."""

import json
from collections.abc import Hashable

import pandas as pd
from dash import dcc, html

from dashboard.components import unconfirmed, words
from dashboard.components.aria import aria
from dashboard.components.tables import table


def price_table(rows: pd.DataFrame, names: dict[str, str]) -> html.Div:
    """Rows of `pipeline.query.prices.current`; `names` by listing_id. What all rows share stands in the caption."""
    basis = [f"{row.currency}, {words.TAX[str(row.vat_included)]}" for row in rows.itertuples()]
    shared = len(set(basis)) == 1
    body = [
        [
            names[str(row["listing_id"])],
            words.shown(row["label"]),
            *(_amount(row[meter]) for meter in ("input", "cached_input", "output")),
            *([] if shared else [basis[place]]),
            *(_blend(row, name) for name in ("b31_usd", "b721_usd")),
            dcc.Link(str(row["source"]), href=f"/evidence/{row['payload_sha256']}"),
            words.day(row["first_seen"]),
            standing(row),
            disagreement(row),
        ]
        for place, row in enumerate(rows.to_dict("records"))
    ]
    headers = ["listing", "name as printed", "input", "cached input", "output"]
    headers += [] if shared else ["currency and tax"]
    headers += ["B31 (USD)", "B721 (USD)", "who says it", "since", "last look", "who disagrees"]
    caption = f"Current prices per million tokens{f', {basis[0]}' if shared else ', tax as published'}"
    return table(caption, headers, body, numeric=(2, 3, 4, *((5, 6) if shared else (6, 7))))


def _amount(text: object) -> str:
    return "–" if words.missing(text) else str(text)


def _blend(row: dict[Hashable, object], name: str) -> str:
    """The blend in four digits, or why there is none."""
    return str(row["no_blend"]) if words.missing(row[name]) else words.number(float(str(row[name])), 4)


def standing(row: dict[object, object]) -> html.Span:
    """The day of the last look, and whether the price still stands."""
    state = "withdrawn" if row["withdrawn"] else "stale" if row["stale"] else ""
    state = state if row["confirmed"] else f"{state} {unconfirmed.TEXT}".strip()
    state = state if words.missing(row["handed_in_by"]) else f"{state} handed in by {row['handed_in_by']}".strip()
    return html.Span([words.day(row["last_seen"]), html.Span(f" {state}", className="doubt")], className="nowrap")


def disagreement(row: dict[object, object]) -> html.Span:
    """Who states another price; else how many others say the same."""
    against = _names(row["contradicting"])
    if against:
        return html.Span([html.Span("✕ ", className="doubt", **aria(hidden="true")), ", ".join(against)])
    agreeing = _names(row["agreeing"])
    if not agreeing:
        return html.Span("no other source")
    return html.Span(f"nobody; {', '.join(agreeing)} agree{'s' if len(agreeing) == 1 else ''}")


def _names(text: object) -> list[str]:
    return [] if words.missing(text) else [str(name) for name in json.loads(str(text))]
