"""The steps from a quoted to a standard price, with a switch for each: a link, so that a what-if has an address."""

from typing import Any

from dash import dcc, html

from dashboard.components import tables, words
from pipeline.domain.errors import InvalidValueError
from pipeline.query.snapshot import Snapshot
from pipeline.query.standard import STEPS, standard_prices, without_steps

_MOST = 6
_NAMES = {
    "unit": "per million tokens",
    "band": "shortest context band",
    "week": "mean over the week",
    "promotion": "net of promotions",
    "tax": "without tax, where its rate is known",
    "currency": "dollars at the day's rate",
}


def standard_steps(snapshot: Snapshot, version: str, query: dict[str, str]) -> list[Any]:
    """The section of a model's page; the address's `without` names the steps that are left out."""
    try:
        without, refused = without_steps(query.get("without", "")), ""
    except InvalidValueError as error:
        without, refused = frozenset(), f"{error}. All steps are taken."
    found = standard_prices(snapshot, version, without=without, most=_MOST)
    if not found.prices:
        return []
    parts: list[Any] = [
        html.H2("Standard price, step by step"),
        html.P("From the quoted amount to one that compares. Each step can be left out to see what it does."),
        html.Div([html.Span("Steps: "), tables.separated([_switch(version, step, without, query) for step in STEPS])]),
        *([html.P(refused, role="alert", className="empty")] if refused else []),
    ]
    parts += [_steps(price) for price in found.prices]
    if found.more:
        parts.append(html.P(f"{found.more} more offers: `undercut price {version}` prints them all."))
    return parts


def _switch(version: str, step: str, without: frozenset[Any], query: dict[str, str]) -> Any:
    off = {str(name) for name in without}
    rest = ",".join(name for name in STEPS if name in off ^ {step})
    asked = [f"{name}={value}" for name, value in (("without", rest), ("build", query.get("build", ""))) if value]
    text = f"take again: {_NAMES[step]}" if step in off else f"leave out: {_NAMES[step]}"
    return dcc.Link(text, href=f"/models/{version}" + (f"?{'&'.join(asked)}" if asked else ""))


def _steps(price: Any) -> html.Details:
    offer = price.offer
    head = ["meter", "step", "before", "after", "unit", "what it did"]
    lines = [
        [
            words.meter(step.meter.value),
            _NAMES[step.name.value],
            words.number(step.before),
            "no price" if step.after is None else words.number(step.after),
            step.unit,
            step.text,
        ]
        for step in price.steps
    ]
    caption = f"{offer.seller}, buyers in {offer.market}, by {offer.source}, {offer.day}"
    box = tables.table(caption, head, lines, numeric=(2, 3))
    return html.Details([html.Summary(caption), box])
