"""Cases: what analysts did about decisions, and the form that appends an act to one.

The one place where the dashboard writes, and it writes reviews only: a plain form, answered by a redirect. Who acts is
who signed in; on one's own machine, where nobody signs in, the form asks for a name.
"""

from datetime import UTC, date, datetime
from typing import Any

import dash
from dash import dcc, html
from flask import Flask, Response, abort, redirect, request

from dashboard.components import words
from dashboard.components.field import field
from dashboard.components.frame import nothing_published, page
from dashboard.components.tables import table
from pipeline.query import decisions
from pipeline.query.snapshot import Shelf
from pipeline.reviews.cases import Act, Case, Casebook, CaseState, Entry, seen

_ACTS = {
    Act.NOTE: "Note",
    Act.ACKNOWLEDGE: "Acknowledge",
    Act.HOLD: "Hold until",
    Act.DISMISS: "Dismiss",
    Act.ESCALATE: "Escalate",
}


def add(app: dash.Dash, shelf: Shelf, book: Casebook, *, sign_in_header: str | None) -> None:
    """Register the page and the route of its form."""

    def shown(**query: str) -> html.Div:
        return layout(shelf, book, state=query.get("state"), build=query.get("build"))

    dash.register_page(__name__, path="/cases", name="Cases", title="Cases · undercut", layout=shown)
    add_route(app.server, shelf, book, sign_in_header)


def layout(shelf: Shelf, book: Casebook, *, state: str | None = None, build: str | None = None) -> html.Div:
    """Every case, the last acted on first; with `state` those that stand so today."""
    snapshot = shelf.current(build)
    if snapshot is None:
        return nothing_published()
    today = datetime.now(UTC).date()
    listed = [case for case in book.cases() if state not in list(CaseState) or case.state(today) == state]
    links = [dcc.Link(name, href=f"/cases?state={name}") for name in CaseState]
    return page(
        shelf,
        snapshot,
        "Cases",
        html.P(
            [
                (
                    "What analysts did about decisions: who, when and why. Acts are appended and never edited; a case "
                    "changes no decision and no flag. A case is opened on the page of its decision, or by "
                ),
                html.Code("undercut case open"),
                ".",
            ]
        ),
        html.P([dcc.Link("all", href="/cases"), *(part for link in links for part in (" · ", link))]),
        _table(listed, today) if listed else html.P("No cases here."),
        build=build,
        path="/cases",
    )


def _table(listed: list[Case], today: date) -> html.Div:
    rows = []
    for case in listed:
        last = case.entries[-1]
        rows.append(
            [
                dcc.Link(case.event, href=f"/cases/{case.event}"),
                _about(case.entries[0]),
                _pill(case, today),
                str(len(case.entries)),
                f"{last.act.value}: {words.shown(last.reason)}",
                words.shown(last.who),
                words.minute(last.at),
            ]
        )
    headers = ["decision", "what it was when opened", "stands", "acts", "last act", "by", "at (UTC)"]
    return table("Cases, the last acted on first", headers, rows, numeric=(3,))


def _about(entry: Entry) -> str:
    known = (entry.saw[name] for name in ("kind", "model_version", "seller", "state") if name in entry.saw)
    return words.shown(", ".join(known).replace("_", " "))


def _pill(case: Case, today: date) -> html.Span:
    last = case.entries[-1]
    state = case.state(today)
    until = f" until {last.until}" if state is CaseState.HELD and last.until else ""
    return html.Span(f"{state.value}{until}", className="pill")


def section(book: Casebook, event: str, *, asks_name: bool, known: bool = True) -> html.Section:
    """The case of one decision on its page: every act, and the form for the next.

    About a decision that the build does not know (`known`) no case can be opened; one that is open can be acted on.
    """
    case = book.case(event)
    today = datetime.now(UTC).date()
    parts: list[Any] = [html.H2("Case")]
    if case is None:
        parts.append(html.P("No case was opened about this decision."))
    else:
        parts += [html.P(["Stands: ", _pill(case, today)]), _acts(case)]
    opens = case is None or case.state(today) is CaseState.DISMISSED
    buttons = {Act.OPEN: "Open a case"} if opens else _ACTS
    form = [_form(event, buttons, asks_name=asks_name)] if known or not opens else []
    return html.Section([*parts, *form], id="case")


def _acts(case: Case) -> html.Div:
    rows = [
        [
            words.minute(entry.at),
            entry.act.value + (f" until {entry.until}" if entry.until else ""),
            words.shown(entry.who),
            words.shown(entry.reason),
            f"{entry.saw['build']}" if "build" in entry.saw else "–",
        ]
        for entry in case.entries
    ]
    return table("Acts, oldest first", ["at (UTC)", "act", "by", "why", "build that was seen"], rows)


def _form(event: str, buttons: dict[Act, str], *, asks_name: bool) -> html.Form:
    fields = [field("Reason", "case-reason", name="reason", required=True, maxLength=2000)]
    if asks_name:
        fields.append(field("Your name", "case-by", name="by", required=True, maxLength=200))
    if Act.HOLD in buttons:
        fields.append(field("Hold until (YYYY-MM-DD)", "case-until", name="until", maxLength=10))
    pressed = [
        html.Button(text, type="submit", name="act", value=act.value, className="button")
        for act, text in buttons.items()
    ]
    return html.Form([*fields, html.Div(pressed, className="pills")], action=f"/cases/{event}", method="post")


def add_route(server: Flask, shelf: Shelf, book: Casebook, sign_in_header: str | None) -> None:
    """POST /cases/<decision>: append one act, then show the decision again; 400 says in words what is missing."""

    def act(event: str) -> Response:
        snapshot = shelf.current()
        if snapshot is None:
            abort(503)
        row = decisions.decision(snapshot, event)
        who = request.headers.get(sign_in_header, "") if sign_in_header else request.form.get("by", "")
        try:
            kind = Act(request.form.get("act", ""))
            until = date.fromisoformat(request.form["until"]) if kind is Act.HOLD else None
            if row is None and kind is Act.OPEN:
                abort(404)
            saw = {"build": snapshot.build} if row is None else seen(row, snapshot.build)
            reason = request.form.get("reason", "")
            book.record(event, kind, reason=reason, who=who, at=datetime.now(UTC), until=until, saw=saw)
        except ValueError as error:
            return Response(f"Nothing was written: {error}\n", status=400, mimetype="text/plain")
        answer: Response = redirect(f"/events/{event}", code=303)  # type: ignore[assignment]
        return answer

    server.add_url_rule("/cases/<event>", endpoint="undercut case", view_func=act, methods=["POST"])
