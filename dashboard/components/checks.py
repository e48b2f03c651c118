"""Innocent explanations of a decision, each with how its check came out. Nothing here decides: the class did."""

from collections.abc import Hashable
from typing import Any

import pandas as pd
from dash import html

from dashboard.components.tables import table

Row = dict[Hashable, Any]

_BY_CLASS = (
    ("A source corrected itself", "correction"),
    ("A name was pointed to another version", "alias_move"),
    ("Another tier, window, region or currency of the same price", "scope_change"),
    ("One channel discounted many models alike", "channel_discount"),
)
NOT_TESTED = (
    "A market-wide fall of cost",
    "Release of open weights, or a host that left",
    "Others cut first",
)


def explanations(row: Row, spells: pd.DataFrame) -> html.Div:
    """The fixed list: explanation and outcome (`yes`, `no`, `not tested`), with the reason in words."""
    rows = [[text, *_by_class(row, name)] for text, name in _BY_CLASS]
    rows += [
        ["A promotion", *_promotion(spells)],
        ["Time of day or week", "no", "time windows are listings of their own; a calendar moves no price"],
        ["The exchange rate", "no", f"both prices are in {row['currency']} as published"],
        ["Tax", *_tax(row)],
        *([text, "not tested", "looked at when a case is made"] for text in NOT_TESTED),
    ]
    return table("Explanations checked", ["it could be", "outcome", "why"], rows)


def _by_class(row: Row, name: str) -> tuple[str, str]:
    if row["class_"] == name:
        return "yes", "this is what the evidence says"
    if row["class_"] == "market_move":
        return "no", "no rule for it fires"
    return "not tested", "another explanation came first"


def _promotion(spells: pd.DataFrame) -> tuple[str, str]:
    stated = spells["promotion"].dropna()
    if len(stated):
        return "yes", "the document states one"
    return "no", "the documents state none"


def _tax(row: Row) -> tuple[str, str]:
    if row["vat_included"] == "unknown":
        return "not tested", "the source does not state its tax basis; old and new price are of one series"
    return "no", "old and new price have the same stated basis"
