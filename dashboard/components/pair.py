"""One home and export pair in full: both sides in the seller's own words, the margin, and what each switch does."""

import json
from collections.abc import Mapping
from typing import Any

import pandas as pd
from dash import dcc, html

from dashboard.components import unconfirmed, words
from dashboard.components.tables import facts, table
from pipeline.query import handed_in
from pipeline.query.snapshot import Snapshot

Row = Mapping[Any, Any]

MIXES = {"b31": "B31", "b721": "B721", "input": "Input only", "output": "Output only"}
SWITCHES = {
    "tax": "Tax in the prices",
    "rate": "Exchange rate",
    "mix": "Mix of tokens",
    "peak": "Hours of the week",
    "price": "Net or list",
    "weights": "Weights of days",
}
VALUES = {
    "reference": "of the day (reference)",
    "united_states": "United States rule",
    "week": "mean of the week",
    "off_peak": "off peak",
    "peak": "peak",
    "net": "net: promotions in",
    "list": "list",
    "days": "by days",
    "worst": "worst attainable",
    "best": "best attainable",
    **MIXES,
}
_SIDES = ("home", "export")


def both_sides(snapshot: Snapshot, row: Row) -> html.Div:
    """Every fact of the two offers beside each other; what nothing states is `unknown` or `not stated`."""
    lines: list[list[Any]] = [
        ["Seller", *(_text(row[f"{side}_seller"]) for side in _SIDES)],
        ["Buyers in", *(words.market(str(row[f"{side}_market"])) for side in _SIDES)],
        ["Region", *(_text(row[f"{side}_region"]) for side in _SIDES)],
        ["Day", *(words.day(row[f"{side}_day"]) for side in _SIDES)],
        *(
            [f"{name}, per million tokens", *(_price(row, side, column) for side in _SIDES)]
            for column, name in (("input", "Input"), ("cached_input", "Cached input"), ("output", "Output"))
        ),
        ["Tax in the price", *(_text(row[f"{side}_vat_included"]) for side in _SIDES)],
        ["Where that is stated", *(_text(row[f"{side}_vat_stated_in"]) for side in _SIDES)],
        ["Seller of record in", *(_text(row[f"{side}_country_of_record"]) for side in _SIDES)],
        ["Channel", *(_text(row[f"{side}_channel"]).replace("_", " ") for side in _SIDES)],
        ["Served from", *(_text(row[f"{side}_served_from"]) for side in _SIDES)],
        ["Whose word", *(_whose(snapshot, row, side) for side in _SIDES)],
        ["Documents", *(_documents(row, side) for side in _SIDES)],
    ]
    given = [handed_in.named(snapshot, json.loads(str(row[f"{side}_documents"]))) for side in _SIDES]
    if any(given):
        lines.append(["Handed in", *given])
    return table("Both offers, as their documents state them", ["", "Home", "Export"], lines)


def margins(row: Row, switches: pd.DataFrame) -> list[Any]:
    """The outcome in words, the rate that was used, and the margin per treatment of tax and mix."""
    said = facts(
        [
            ("Compared", f"{row['comparability']}, {_text(row['band'], 'no band in common')}"),
            ("Differences", _text(row["differences"], "")),
            ("Reference rate", _rate(row)),
            ("Tax at home", _rate_of_tax(row)),
            ("Result", str(row["reason"])),
            ("Caveats", _text(row["labels"], "")),
        ]
    )
    own = switches[switches["switch"] == "tax"]
    if own.empty:
        return [said]
    lines = [[value["value"], *(margin(value[mix]) for mix in MIXES)] for value in own.to_dict("records")]
    caption = "Margin in % of the export price, by what the prices include; all other switches at their base"
    return [said, table(caption, ["Tax in home, export", *MIXES.values()], lines, numeric=(1, 2, 3, 4))]


def switch_table(switches: pd.DataFrame) -> html.Div:
    """Each switch held at each of its values: the base's figure, the range over all others, signs kept."""
    lines = []
    for row in switches.to_dict("records"):
        mix = str(row["value"]) if row["switch"] == "mix" else "b31"
        lines.append(
            [
                SWITCHES[str(row["switch"])],
                VALUES.get(str(row["value"]), str(row["value"])),
                margin(row[mix]),
                f"{margin(row['lowest'])} to {margin(row['highest'])}" if row["defined"] else "–",
                f"{row['kept']} of {row['defined']}",
                str(row["undefined"]) if row["undefined"] else "",
            ]
        )
    head = ["Switch", "Held at", "Margin, all else at base", "Range over all others", "Sign kept", "No figure"]
    return table(
        "What each switch does to the margin (B31 unless the mix says otherwise)", head, lines, numeric=(2, 3, 4, 5)
    )


def margin(value: Any) -> str:
    """`−4.0`, `+21.2` or a dash, in per cent without the sign for it."""
    if words.missing(value):
        return "–"
    return f"{float(value):+.1f}".replace("-", words.MINUS)


def price(row: Row, side: str) -> str:
    """`3 / 6 CNY`: input and output."""
    return f"{_text(row[f'{side}_input'], '–')} / {_text(row[f'{side}_output'], '–')} {row[f'{side}_currency']}"


def _price(row: Row, side: str, column: str) -> str:
    value = row[f"{side}_{column}"]
    return "not stated" if words.missing(value) else f"{value} {row[f'{side}_currency']}"


def _rate(row: Row) -> str:
    if words.missing(row["rate_per_usd"]):
        return "none within seven days"
    return f"{float(row['rate_per_usd']):.4f} {row['home_currency']} per USD, {words.day(row['rate_day'])}"


def _rate_of_tax(row: Row) -> str:
    known = row["home_tax_rate"]
    return "rate unknown" if words.missing(known) else f"{words.percent_size(float(known))} %"


def _whose(snapshot: Snapshot, row: Row, side: str) -> str:
    return f"{unconfirmed.beside(snapshot, row[f'{side}_source'])} ({row[f'{side}_trust']})"


def _documents(row: Row, side: str) -> html.Span:
    links: list[Any] = []
    for digest in json.loads(str(row[f"{side}_documents"])):
        links += [" ", dcc.Link(html.Code(digest[:12]), href=f"/evidence/{digest}")]
    return html.Span(links[1:])


def _text(value: object, otherwise: str = "not stated") -> str:
    return otherwise if words.missing(value) else words.shown(value)
