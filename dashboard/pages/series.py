"""Series: what the same models cost, the frontier, prices at equal quality, gaps, speed, shares; each says what it is.

The address names the terms (`?blend=b721&weights=open&view=then&benchmark=…`), so a view can be cited and printed.
"""

from functools import partial
from typing import Any
from urllib.parse import urlencode

import dash
import pandas as pd
from dash import dcc, html

from dashboard.components import tables, words
from dashboard.components.aria import aria
from dashboard.components.coverage_strip import coverage_strip
from dashboard.components.frame import nothing_published, page, stamp
from dashboard.components.graph import graph
from dashboard.components.series_tables import newest
from pipeline.domain.errors import InvalidValueError
from pipeline.figures.palette import LIGHT, themed
from pipeline.figures.series import series_figure
from pipeline.query.series import (
    READINGS,
    SWITCHED,
    TITLES,
    Terms,
    asked_terms,
    benchmarks,
    breaks,
    hosts_of,
    rows,
)
from pipeline.query.snapshot import Shelf, Snapshot

_SWITCHES = {
    "blend": ("Prices", {"b31": "B31 = (3·input + output)/4", "b721": "B721 = (7·cached + 2·input + output)/10"}),
    "weights": ("Models", {"all": "all", "open": "open weights", "closed": "closed weights"}),
    "view": ("Scores", {"now": "as known now", "then": "as public then"}),
    "every": ("Periods", {"day": "days", "week": "weeks", "month": "months"}),
}
_USUAL = {"blend": "b31", "weights": "all", "view": "now", "every": "week", "benchmark": "arena overall"}
_LISTED = 12
_LEAD = (
    "USD per million tokens, tax as published. The series answer different questions and differ widely, by an order of "
    "magnitude on the same prices: each says what it is. "
)


def add(app: dash.Dash, shelf: Shelf) -> None:  # noqa: ARG001  (every page is added in one way)
    """Register the page."""
    dash.register_page(
        __name__, path="/series", name="Series", title="Series · undercut", layout=partial(layout, shelf)
    )


def layout(shelf: Shelf, **query: str) -> html.Div:
    """One section a series, under the terms that the address names; a term that is none is said, and not taken."""
    snapshot = shelf.current(query.get("build"))
    if snapshot is None:
        return nothing_published()
    said = {name: query.get(name, usual) for name, usual in _USUAL.items()}
    try:
        terms = terms_of(snapshot, said)
        refused: list[Any] = []
    except InvalidValueError as error:
        said, terms = dict(_USUAL), asked_terms()
        refused = [html.P(f"{error}. Shown are the usual terms.", role="alert", className="empty")]
    return page(
        shelf,
        snapshot,
        "Series",
        html.P([_LEAD, dcc.Link("What the words mean", href="/method#glossary")]),
        *refused,
        _switches(snapshot, said, query.get("build")),
        _benchmark(snapshot, terms),
        _contents(),
        *(_section(snapshot, name, terms, said) for name in TITLES),
        *_watched(snapshot),
        build=query.get("build"),
        path=f"/series?{urlencode(_unusual(said))}" if _unusual(said) else "/series",
    )


def terms_of(snapshot: Snapshot, said: dict[str, str]) -> Terms:
    """The terms that an address names. Raises InvalidValueError where one is none, or no score is known."""
    terms = asked_terms(**said)
    rows(snapshot, "frontier", terms)
    return terms


def _unusual(said: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in said.items() if value != _USUAL[name]}


def _switches(snapshot: Snapshot, said: dict[str, str], build: str | None) -> html.Div:
    """Every switch as links, the one in force marked: a view has an address, and works on paper."""

    def link(name: str, value: str, text: str) -> Any:
        asked = _unusual({**said, name: value}) | ({"build": build} if build else {})
        if said[name] == value:
            return html.Strong(text)
        return dcc.Link(text, href=f"/series?{urlencode(asked)}" if asked else "/series")

    rows_ = [
        html.Div([html.Span(f"{title}: "), tables.separated([link(name, *choice) for choice in choices.items()])])
        for name, (title, choices) in _SWITCHES.items()
    ]
    known = benchmarks(snapshot)
    others = [link("benchmark", benchmark, benchmark) for benchmark in known.loc[known["models"] > 0, "benchmark"]]
    named = html.Details([html.Summary(f"Benchmark: {said['benchmark']}"), html.P(tables.separated(others))])
    return html.Div([*rows_, named], className="terms")


def _benchmark(snapshot: Snapshot, terms: Terms) -> html.P:
    """Which scores the series rest on, and where their scale broke."""
    known = benchmarks(snapshot).set_index("benchmark")
    if terms.benchmark not in known.index:
        return html.P("No scores are known yet: series at equal quality are not evaluable.")
    own = known.loc[terms.benchmark]
    text = (
        f"Scores: {terms.benchmark}, vintage of {words.long_day(own['public_at'])}, {own['entries']} entries, of which "
        f"{own['models']} model versions are matched."
    )
    found = breaks(snapshot, terms.benchmark)
    for row in found.to_dict("records"):
        text += (
            f" On {words.long_day(row['public_at'])} {100 * row['moved']:.0f} % of the entries that both vintages have "
            "moved: another scale under the same name. "
        )
        text += (
            "It has no place on the newer one."
            if pd.isna(row["slope"])
            else f"Older scores are linked by {row['slope']:.3f}·score {row['intercept']:+.2f}, give or take "
            f"{row['residual']:.2f} points."
        )
    return html.P(text)


def _contents() -> html.Nav:
    links = [html.A(title, href=f"#{name}") for name, title in TITLES.items()]
    return html.Nav(tables.separated(links), className="contents", **aria(label="Series on this page"))


def _watched(snapshot: Snapshot) -> list[Any]:
    """Coverage of the sources that the series are made of."""
    blends = snapshot["blends"]
    if blends.empty:
        return []
    return [coverage_strip(snapshot, blends["source"].astype(str), blends["since"].min(), snapshot.data_to)]


def _section(snapshot: Snapshot, name: str, terms: Terms, said: dict[str, str]) -> html.Section:
    table = rows(snapshot, name, terms)
    body: list[Any] = [html.P(_not_evaluable(name))] if table.empty else _shown(snapshot, name, table, said)
    if name == "host_dispersion" and len(table):
        body.append(_hosts(snapshot, terms))
    return html.Section([html.H2(TITLES[name]), *body], id=name)


def _not_evaluable(name: str) -> str:
    if name in SWITCHED:
        return "Not evaluable over this ledger under these terms: too few scored models or periods."
    return "Nothing was measured yet: no source of this ledger states it."


def _shown(snapshot: Snapshot, name: str, table: pd.DataFrame, said: dict[str, str]) -> list[Any]:
    asked = {"build": snapshot.build} | (_unusual(said) if name in SWITCHED else {})
    csv = f"/download/series/{name}.csv?{urlencode(asked)}"
    figure = series_figure(name, table, palette=LIGHT)
    parts: list[Any] = []
    if figure is None:
        parts += [html.P(READINGS[name]), html.Div(html.A("Data (CSV)", href=csv, className="button"))]
    else:
        title, reading = TITLES[name], READINGS[name] + _coverage(table)
        source = f"{_made_of(snapshot, said)}<br>{stamp(snapshot)}" if name in SWITCHED else stamp(snapshot)
        parts.append(graph(f"series-{name}", themed(figure), title=title, reading=reading, source=source, csv=csv))
    found = newest(name, table)
    return parts if found is None else [*parts, found]


def _made_of(snapshot: Snapshot, said: dict[str, str]) -> str:
    """What a copied picture must say beside its build: prices, models, benchmark with its vintage, the definition."""
    known = benchmarks(snapshot).set_index("benchmark")
    of = said["benchmark"]
    vintage = f", vintage of {words.day(known.loc[of, 'public_at'])}" if of in known.index else ""
    weights, view = (_SWITCHES[name][1][said[name]] for name in ("weights", "view"))
    blend = _SWITCHES["blend"][1][said["blend"]]
    return f"{blend} · models: {weights} · scores: {of}{vintage}, {view} · defined in undercut, docs/methods/series.md"


def _coverage(table: pd.DataFrame) -> str:
    """How much of what is on sale the newest value rests on, where a series says so."""
    if "coverage" not in table or table["coverage"].isna().all():
        return ""
    share = table.loc[table["coverage"].notna(), "coverage"].iloc[-1]
    what = "offers on sale have a price the period before" if _matched(table) else "model versions on sale have a score"
    return f" Coverage of the newest period: {100 * share:.0f} % of the {what}."


def _matched(table: pd.DataFrame) -> bool:
    return "series" in table and bool(table["series"].eq("matched_model").all())


def _hosts(snapshot: Snapshot, terms: Terms) -> html.Div:
    last = hosts_of(snapshot, terms).head(_LISTED)
    head = [
        "Model version",
        "Hosts",
        "Lowest",
        "Median",
        "Highest",
        "Maker's own",
        "Median against it",
        "Same hosts, a month before",
    ]
    lines = [
        [
            words.shown(row["model_version"]),
            f"{row['hosts']}" + (f" (+{row['left_out']} left out)" if row["left_out"] else ""),
            *(words.number(row[column], 4) for column in ("lowest", "median", "highest")),
            words.number(row["maker_price"], 4),
            _signed(row["gap_pct"]),
            _signed(row["matched_change_pct"]),
        ]
        for row in last.to_dict("records")
    ]
    blend = terms.blend.upper()
    caption = (
        f"The {len(last)} versions with most hosts, {words.long_day(last['period'].max())}, {blend} in USD "
        "per million tokens; last column: the change of the median over the hosts that were there a month before, too"
    )
    return tables.table(caption, head, lines, numeric=range(1, len(head)))


def _signed(value: float) -> str:
    return "–" if pd.isna(value) else f"{value:+.0f} %".replace("-", words.MINUS)
