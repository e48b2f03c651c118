"""What was judged of a decision: each condition with its number, threshold and outcome, and what is missing."""

from collections.abc import Hashable
from typing import Any

from dash import html

from dashboard.components import words
from dashboard.components.tables import table

Row = dict[Hashable, Any]

TRIGGERS = {
    "sharp_cut": "a cut of a fifth or more",
    "launch": "a launch price",
    "standing": "a price that has stood 30 days",
}
OUTCOMES = {
    "passes": "holds",
    "fails": "does not hold",
    "indicated": "indicated",
    "measured": "measured",
    "not_evaluable": "not evaluable",
}
EXPLAINED = {"excluded": "no", "possible": "possible", "not_tested": "not tested"}


def judged(rows: list[Row]) -> list[Any]:
    """One block per trigger, and once what a flag is not; empty where nothing was judged."""
    if not rows:
        return []
    untested = [html.Li(f"{each['name']}: {each['reason']}") for each in rows[0]["not_tested"]]
    return [
        *(part for row in rows for part in _one(row)),
        html.Details([html.Summary("Not tested in any flag"), html.Ul(untested)]),
        html.P(rows[0]["legal"], className="small"),
    ]


def explained(rows: list[Row]) -> html.Div:
    """The innocent explanations of the strongest trigger, each with how it came out."""
    tested = [
        [each["name"].capitalize(), EXPLAINED[each["outcome"]], words.shown(each["text"])]
        for each in rows[0]["explanations"]
    ]
    return table("Explanations checked", ["it could be", "outcome", "why"], tested)


def _one(row: Row) -> list[Any]:
    kind = "No flag" if words.missing(row["kind"]) else words.FLAGS[row["kind"]]
    head = f"{kind}: {TRIGGERS[row['trigger']]}, judged as of {words.long_day(row['public_at'])}"
    missing = [html.Li(words.shown(part)) for part in row["missing"]]
    return [
        html.P(html.Strong(head)),
        table(
            f"Conditions, {TRIGGERS[row['trigger']]}",
            ["condition", "outcome", "value", "threshold", "why"],
            [_condition(each) for each in row["conditions"]],
        ),
        *([html.P(_sign(row))] if not words.missing(row["kept"]) else []),
        *([html.P("Missing for a suspicion:"), html.Ul(missing)] if missing else []),
    ]


def _condition(each: dict[str, Any]) -> list[Any]:
    value = "–" if each["value"] is None else f"{each['value']} {each['unit']}"
    if each["low"] is not None and each["high"] is not None:
        value += f" ({each['low']} to {each['high']})"
    why = "; ".join([each["reason"], *each["labels"]])
    return [
        each["name"].capitalize(),
        OUTCOMES[each["outcome"]],
        value,
        each["threshold"] or "–",
        words.shown(why),
    ]


def _sign(row: Row) -> str:
    apart = f", {int(row['undefined'])} undefined" if row["undefined"] else ""
    return f"Sign of the margin kept in {int(row['kept'])} of {int(row['defined'])} combinations of switches{apart}."
