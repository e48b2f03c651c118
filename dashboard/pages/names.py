"""Names: which labels have no model version, what each may mean, and the form by which a person says so.

Nothing similar is accepted by itself. A decision is appended with who, when and why, and counts from the next build.
"""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import dash
import pandas as pd
from dash import dcc, html
from flask import Flask, Response, redirect, request

from dashboard.components import words
from dashboard.components.field import field
from dashboard.components.frame import nothing_published, page
from dashboard.components.tables import table
from pipeline.query import names
from pipeline.query.snapshot import Shelf, Snapshot
from pipeline.reviews.identity import Namebook

_SHOWN = 200
_WHY = {
    "matched": "matched",
    "unknown": "no rule and no table knows it",
    "ambiguous": "several versions bear that name",
    "price_apart": "refused: more than three times apart from the price of the same version",
    "before_release": "refused: priced before that version was released",
    "not_a_model": "no model: a tool, a router, a customer's own weights",
}


def add(app: dash.Dash, shelf: Shelf, book: Namebook, *, sign_in_header: str | None) -> None:
    """Register the page and the route of its form."""

    def shown(**query: str) -> html.Div:
        return layout(
            shelf,
            book,
            seller=query.get("seller"),
            label=query.get("label"),
            build=query.get("build"),
            asks_name=sign_in_header is None,
        )

    dash.register_page(__name__, path="/names", name="Names", title="Names · undercut", layout=shown)
    add_route(app.server, book, sign_in_header)


def layout(
    shelf: Shelf,
    book: Namebook,
    *,
    seller: str | None = None,
    label: str | None = None,
    build: str | None = None,
    asks_name: bool = True,
) -> html.Div:
    """The queue with its counts, or one label with what it may mean and the form."""
    snapshot = shelf.current(build)
    if snapshot is None:
        return nothing_published()
    if seller is not None and label is not None:
        parts = _one(snapshot, seller, label, asks_name=asks_name)
    else:
        parts = [*_queue(snapshot), _decided(book)]
    return page(shelf, snapshot, "Names", *parts, build=build, path="/names")


def _queue(snapshot: Snapshot) -> list[Any]:
    listings, spells = snapshot["listings"], snapshot["spells"]
    waiting = names.queue(listings, spells)
    waiting = waiting[waiting["why"].ne("not_a_model")]
    head = waiting.head(_SHOWN)
    candidates = names.proposed(head["label"].astype("str"), listings)
    rows = [
        [
            dcc.Link(words.shown(str(row.label)), href=_address(str(row.seller), str(row.label))),
            str(row.seller),
            f"{row.prices:,}",
            _WHY.get(str(row.why), str(row.why)),
            ", ".join(each.model_version for each in candidates[str(row.label)]) or "–",
        ]
        for row in head.itertuples()
    ]
    return [
        html.P(
            "A price joins a series only where its label names a model version by a rule or a reviewed table. Every "
            "other price stands under its own words, is counted here and is never dropped. Proposals are for a person: "
            "nothing similar is accepted by itself."
        ),
        _counts(names.counts(listings, spells)),
        table(
            f"Labels that wait, those with the most prices first ({min(_SHOWN, len(waiting)):,} of {len(waiting):,})",
            ["label", "seller", "prices recorded", "why", "may be"],
            rows,
            numeric=(2,),
        ),
    ]


def _counts(counted: pd.DataFrame) -> html.Div:
    rows = [
        [
            _WHY.get(str(row.why), str(row.why)),
            f"{row.labels:,}",
            f"{row.labels_percent:.1f}",
            f"{row.prices:,}",
            f"{row.prices_percent:.1f}",
        ]
        for row in counted.itertuples()
    ]
    headers = ["what became of it", "labels", "% of labels", "prices recorded", "% of prices"]
    return table("Every label of this build", headers, rows, numeric=(1, 2, 3, 4))


def _one(snapshot: Snapshot, seller: str, label: str, *, asks_name: bool) -> list[Any]:
    listings, spells = snapshot["listings"], snapshot["spells"]
    candidates = names.proposed([label], listings)[label]
    rows = [[each.model_version, f"{100 * each.shared:.0f}", each.reason] for each in candidates]
    sources = names.stands_in(listings, spells, seller, label)
    return [
        html.P(dcc.Link("← all labels that wait", href="/names")),
        html.H2(f"{words.shown(label)}, of {seller}"),
        html.P(f"Stated by {', '.join(sources)}." if sources else "No source of this build states it."),
        table("What it may mean", ["version", "parts shared, %", "what differs"], rows, numeric=(1,))
        if rows
        else html.P("No known version is near to it."),
        _form(seller, label, candidates[0].model_version if candidates else "", asks_name=asks_name),
    ]


def _form(seller: str, label: str, first: str, *, asks_name: bool) -> html.Form:
    fields = [
        field("Model version (maker/model)", "name-version", name="version", value=first, required=True, maxLength=200),
        field("Reason", "name-reason", name="reason", required=True, maxLength=2000),
    ]
    if asks_name:
        fields.append(field("Your name", "name-by", name="by", required=True, maxLength=200))
    hidden = [
        dcc.Input(type="hidden", name=name, value=value) for name, value in (("seller", seller), ("label", label))
    ]
    buttons = [
        html.Button(text, type="submit", name="decision", value=value, className="button")
        for text, value in (("The label names it", "accept"), ("It does not", "reject"))
    ]
    return html.Form([*hidden, *fields, html.Div(buttons, className="pills")], action="/names", method="post")


def _decided(book: Namebook) -> html.Section:
    made = book.decisions()
    if not made:
        return html.Section([html.H2("Decisions"), html.P("Nobody has decided about a label yet.")])
    rows = [
        [
            words.shown(each["label"]),
            each["seller"],
            f"{'is' if each['accepted'] else 'is not'} {each['model_version']}",
            words.shown(each["reason"]),
            words.shown(each["who"]),
            words.minute(each["at"]),
        ]
        for each in made
    ]
    headers = ["label", "seller", "decision", "why", "by", "at (UTC)"]
    return html.Section([html.H2("Decisions"), table("What people decided, the last first", headers, rows)])


def _address(seller: str, label: str) -> str:
    return f"/names?{urlencode({'seller': seller, 'label': label})}"


def add_route(server: Flask, book: Namebook, sign_in_header: str | None) -> None:
    """POST /names: append one decision, then show the queue; 400 says in words what is missing."""

    def decide() -> Response:
        who = request.headers.get(sign_in_header, "") if sign_in_header else request.form.get("by", "")
        given = {name: request.form.get(name, "") for name in ("seller", "label", "version", "reason", "decision")}
        try:
            if given["decision"] not in ("accept", "reject"):
                raise ValueError("a decision is accept or reject")
            book.decide(
                given["seller"],
                given["label"],
                given["version"],
                accepted=given["decision"] == "accept",
                reason=given["reason"],
                who=who,
                at=datetime.now(UTC),
            )
        except ValueError as error:
            return Response(f"Nothing was written: {error}\n", status=400, mimetype="text/plain")
        answer: Response = redirect("/names", code=303)  # type: ignore[assignment]
        return answer

    server.add_url_rule("/names", endpoint="undercut names", view_func=decide, methods=["POST"])
