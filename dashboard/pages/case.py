"""One case: every indicator that a decision can be asked for, with its inputs, what could not be tested, and the acts.

The importing country and the regime are the analyst's choice, kept in the address; they change the tables of the case
and no flag.
"""

from collections.abc import Hashable
from typing import Any
from urllib.parse import urlencode

import dash
from dash import dcc, html
from flask import Response, abort, request

from dashboard.components import words
from dashboard.components.field import field
from dashboard.components.frame import nothing_published, page
from dashboard.components.tables import facts, separated, table
from dashboard.pages.cases import section as acts_section
from dashboard.pages.files import asked_for
from pipeline.domain.errors import InvalidValueError
from pipeline.exports.case_file import MARKS, OUTCOMES, number, size, title, workbook
from pipeline.query import decisions
from pipeline.query.case_file import REGIMES, CaseFile, case_file
from pipeline.query.snapshot import Shelf, Snapshot
from pipeline.reviews.cases import Casebook, acts

Row = dict[Hashable, Any]
_REGIMES = {
    "market": "market: home prices and costs count",
    "NME": "NME (United States): home prices set aside",
    "6a": "6a (European Union): home prices set aside",
}
_CONTENTS = (
    ("#indicators", "Indicators"),
    ("#margins", "Margins under every choice"),
    ("#causes", "Other causes"),
    ("#seller", "The seller"),
    ("#not-tested", "Not tested"),
    ("#case", "Acts"),
)
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def add(app: dash.Dash, shelf: Shelf, book: Casebook, *, asks_name: bool, country: str) -> None:
    """Register the page and its download; `country` is the importing country where the address names none."""

    def shown(event_id: str = "", **query: str) -> html.Div:
        return layout(shelf, book, event_id, asks_name=asks_name, country=country, query=query)

    def download(event: str) -> Response:
        snapshot = asked_for(shelf)
        row = decisions.decision(snapshot, event)
        try:
            made = _made(snapshot, event, dict(request.args), country)
        except InvalidValueError as error:
            return Response(f"{error}\n", status=400, mimetype="text/plain")
        if row is None or made is None:
            abort(404)
        content = workbook(made, snapshot.meta, row, acts(book.case(event)), snapshot.frames)
        response = Response(content, mimetype=_XLSX)
        name = f"undercut-case-{event}-{made.subject.importing_country}-{snapshot.build}.xlsx"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return response

    dash.register_page(
        __name__,
        path_template="/cases/<event_id>",
        name="Case",
        title=lambda event_id="": f"Case {event_id} · undercut",
        layout=shown,
    )
    app.server.add_url_rule("/download/cases/<event>.xlsx", "undercut case file", download, methods=["GET"])


def layout(
    shelf: Shelf, book: Casebook, event_id: str, *, asks_name: bool, country: str, query: dict[str, str]
) -> html.Div:
    """The whole case, or why there is none."""
    snapshot = shelf.current(query.get("build"))
    if snapshot is None:
        return nothing_published()
    path = f"/cases/{event_id}"
    row = decisions.decision(snapshot, event_id)
    try:
        made = None if row is None else _made(snapshot, event_id, query, country)
        why = _NO_DECISION if row is None else _NO_VERSION
    except InvalidValueError as error:
        made, why = None, str(error)
    if row is None or made is None:
        below = acts_section(book, event_id, asks_name=asks_name, known=row is not None)
        back = html.P(dcc.Link("Every case", href="/cases"))
        return page(shelf, snapshot, "No case file", html.P(why), back, below, build=query.get("build"), path=path)
    asked = {
        "country": made.subject.importing_country,
        "regime": made.subject.regime.value,
        "as_of": str(made.subject.as_of),
    }
    return page(
        shelf,
        snapshot,
        f"Case: {title(made)}",
        html.P([dcc.Link(words.title(row), href=f"/events/{event_id}"), f" ({row['state']}). ", _LEAD]),
        html.P(MARKS, className="small"),
        *_no_import(made),
        *_without_price(made),
        _about(made),
        _choices(event_id, asked),
        html.P(
            separated(
                [
                    *(html.A(text, href=href) for href, text in _CONTENTS),
                    html.A("Workbook (.xlsx)", href=f"/download/cases/{event_id}.xlsx?{urlencode(asked)}"),
                ]
            )
        ),
        html.Section([html.H2("Indicators"), html.P(_counted(made)), *_indicators(made)], id="indicators"),
        html.Section([html.H2("Margins under every choice"), *_margins(made)], id="margins"),
        html.Section([html.H2("Other causes"), _causes(made)], id="causes"),
        html.Section([html.H2("The seller"), _seller(made)], id="seller"),
        html.Section([html.H2("Not tested"), *_not_tested(made)], id="not-tested"),
        acts_section(book, event_id, asks_name=asks_name),
        build=query.get("build"),
        path=f"{path}?{urlencode(asked)}",
    )


_LEAD = (
    "Everything that this decision can be asked by the method of trade remedies, as an analogy. An indicator is no "
    "finding; what could not be tested is listed with its reason and is never a pass."
)
_NO_DECISION = "This build holds no decision of that name. A corrected reading withdraws those that rested on it."
_NO_VERSION = "The label of this decision was matched with no model version, so nothing can be compared with it."


def _made(snapshot: Snapshot, event: str, query: dict[str, str], country: str) -> CaseFile | None:
    return case_file(
        snapshot,
        event,
        importing_country=query.get("country") or country,
        regime=query.get("regime") or "market",
        as_of=query.get("as_of") or None,
    )


def _no_import(made: CaseFile) -> list[Any]:
    if not made.no_import:
        return []
    country = made.subject.importing_country
    why = "is the maker's own country" if country == made.seat else f"is among those that serve it ({made.served_from})"
    text = f"No import: {country} {why}."
    return [html.Div(html.P(html.Strong(text)), className="banner", role="note")]


def _without_price(made: CaseFile) -> list[Any]:
    if made.without_price is None:
        return []
    said: list[Any] = [html.Strong(f"{made.without_price}."), " Choose a later or an earlier day below."]
    return [html.Div(html.P(said), className="banner", role="note")]


def _about(made: CaseFile) -> html.Dl:
    subject = made.subject
    price = (
        "none" if subject.price_usd is None else f"{number(subject.price_usd)} USD per million tokens, tax as stated"
    )
    return facts(
        [
            ("Maker", words.shown(subject.maker)),
            ("Applies from", str(subject.since)),
            ("Public since", str(subject.day)),
            ("B31 in dollars", price),
            ("Importing country", f"{subject.importing_country} (your choice; no flag reads it)"),
        ]
    )


def _choices(event_id: str, asked: dict[str, str]) -> html.Form:
    regimes = [
        html.Option(_REGIMES[name.value], value=name.value, selected=name.value == asked["regime"]) for name in REGIMES
    ]
    return html.Form(
        [
            field(
                "Importing country (two letters)", "case-country", name="country", value=asked["country"], maxLength=2
            ),
            html.Div(
                [html.Label("Regime", htmlFor="case-regime"), html.Select(regimes, id="case-regime", name="regime")]
            ),
            field("Quarters up to (YYYY-MM-DD)", "case-as-of", name="as_of", value=asked["as_of"], maxLength=10),
            html.Button("Show", type="submit", className="button"),
        ],
        action=f"/cases/{event_id}",
        method="get",
        className="choices",
    )


def _counted(made: CaseFile) -> str:
    total = len(made.indicators)
    return f"{made.evaluated} of {total} could be evaluated; {total - made.evaluated} could not, each with its reason."


def _indicators(made: CaseFile) -> list[Any]:
    parts: list[Any] = []
    for section in made.sections:
        headers = ["indicator", "outcome", "value", "threshold", "why", "follows"]
        rows = [_indicator(each) for each in section.indicators]
        parts += [html.H3(section.title), html.P(section.text, className="small"), table(section.title, headers, rows)]
        given = [
            [
                words.shown(each.name),
                words.shown(one.name),
                number(one.value),
                one.unit,
                words.shown(one.source),
                "" if one.day is None else str(one.day),
            ]
            for each in section.indicators
            for one in each.inputs
        ]
        if given:
            columns = ["indicator", "input", "value", "unit", "where it is stated", "day"]
            inside = table(f"Inputs: {section.title}", columns, given, numeric=(2,))
            parts.append(html.Details([html.Summary("1 input" if len(given) == 1 else f"{len(given)} inputs"), inside]))
    return parts


def _indicator(each: Any) -> list[Any]:
    value = "–" if each.value is None else f"{number(each.value)} {each.unit}"
    if each.low is not None and each.high is not None:
        value += f" ({number(each.low)} to {number(each.high)}{'' if each.value is not None else ' ' + each.unit})"
    why = "; ".join([each.reason, *each.labels])
    name = f"{each.name[:1].upper()}{each.name[1:]}".replace("-", "\N{NON-BREAKING HYPHEN}")
    outcome = html.Span(OUTCOMES[each.outcome.value], className="pill")
    return [name, outcome, value, each.threshold or "–", words.shown(why), "; ".join(map(str, each.rests_on)) or "–"]


def _margins(made: CaseFile) -> list[Any]:
    if not made.margins:
        return [html.P("No pair of offers of this party can be compared in that period: see the reasons above.")]
    rows = [
        [
            each.normal_value,
            each.tax,
            each.rate.replace("_", " "),
            each.mix,
            f"{each.method.upper()}, {each.period}",
            number(each.signed) or "–",
            number(each.legal) or "–",
            f"{number(each.best)} to {number(each.worst)}" if each.best is not None else "–",
            each.note,
        ]
        for each in made.margins
    ]
    headers = [
        "normal value",
        "tax: included at home, abroad",
        "exchange rate",
        "mix",
        "method, period",
        "signed (%)",
        "legal (%)",
        "best to worst at any volumes (%)",
        "why",
    ]
    caption = "Margins, per cent of the export value"
    legend = "AA averages to averages, TT day by day, AT average to each export without offsets. Legal: not under 0."
    inside = table(caption, headers, rows, numeric=(5, 6))
    return [html.P(legend, className="small"), html.Details([html.Summary(f"{len(rows)} margins"), inside])]


def _causes(made: CaseFile) -> html.Div:
    rows = [
        [
            each.cause.value,
            "–" if each.day is None else str(each.day),
            size(each) or "–",
            words.shown(each.source),
        ]
        for each in made.causes
    ]
    return table("Other causes, one row each", ["cause", "day", "size", "where it is stated"], rows)


def _seller(made: CaseFile) -> html.Div:
    rows = [[name, words.shown(value), words.shown(source) or "–"] for name, value, source in made.facts]
    return table("What is known of the seller on that day", ["fact", "value", "where it is stated"], rows)


def _not_tested(made: CaseFile) -> list[Any]:
    always = [
        [each.name, each.reason, "–" if each.rests_on is None else str(each.rests_on)] for each in made.not_tested
    ]
    here = [[each.name, words.shown(each.reason)] for each in made.indicators if each.outcome.value == "not_evaluable"]
    parts: list[Any] = [table("In no case", ["condition of the law", "why", "follows"], always)]
    if here:
        parts.append(table("Not evaluable in this case", ["indicator", "why"], here))
    return parts
