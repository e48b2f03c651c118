"""Sources: were we watching? Health of each, its days as a strip, and the issues that need a person."""

from functools import partial
from typing import Any

import dash
import pandas as pd
from dash import dcc, html

from dashboard.components import unconfirmed, words
from dashboard.components.aria import aria
from dashboard.components.coverage_strip import STATES
from dashboard.components.frame import nothing_published, page
from dashboard.components.glossary import own_words
from dashboard.components.tables import facts, table
from pipeline.query import sources
from pipeline.query.snapshot import Shelf, Snapshot

STRIP_DAYS = 60
MOST_ISSUES = 150
HEALTH = {
    "fresh": "fresh",
    "late": "late",
    "failing": "failing",
    "needs_key": "needs a key",
    "never": "never read",
}


def add(app: dash.Dash, shelf: Shelf) -> None:  # noqa: ARG001  (every page is added in one way)
    """Register the page."""
    dash.register_page(
        __name__, path="/sources", name="Sources", title="Sources · undercut", layout=partial(layout, shelf)
    )


def layout(shelf: Shelf, **query: str) -> html.Div:
    """The table of sources, or one of them in full; coverage; issues."""
    snapshot = shelf.current(query.get("build"))
    if snapshot is None:
        return nothing_published()
    rows = sources.health(snapshot)
    chosen = query.get("source")
    one = rows[rows["source"] == chosen]
    if chosen and one.empty:
        chosen = None
    shown = one if chosen else rows
    return page(
        shelf,
        snapshot,
        f"Source: {words.shown(one.iloc[0]['title'])}" if chosen else "Sources",
        *([_one(one.iloc[0].to_dict())] if chosen else [_all(rows)]),
        html.H2(f"Coverage of the last {STRIP_DAYS} days"),
        _strip(snapshot, list(shown["source"].astype(str))),
        html.H2("What needs a person"),
        _issues(snapshot, chosen),
        build=query.get("build"),
        path=f"/sources?source={chosen}" if chosen else "/sources",
    )


def _all(rows: pd.DataFrame) -> html.Div:
    body = [
        [
            _named(row),
            html.Span(HEALTH[row["health"]], className=f"pill {row['health']}"),
            words.minute(row["last_good_at"]),
            words.shown(row["schedule"]),
            words.shown(row["speaks"]),
            words.shown(row["lineage"]),
            "–" if words.missing(row["quotes"]) else f"{int(row['quotes']):,}",
            str(row["issues"]),
        ]
        for row in rows.to_dict("records")
    ]
    headers = [
        "source",
        "health",
        "last good look (UTC)",
        "schedule",
        "who speaks",
        "voice",
        "quotes last run",
        "open issues",
    ]
    return table("Every source, those that need a look first", headers, body, numeric=(6, 7))


def _named(row: dict[Any, Any]) -> html.Span:
    link = dcc.Link(own_words(row["title"]), href=f"/sources?source={row['source']}")
    return html.Span([link] if row["confirmed"] else [link, " ", unconfirmed.mark()])


def _one(row: dict[Any, Any]) -> html.Dl:
    addresses = [html.Div(words.shown(url)) for url in sources.addresses(row)]
    return facts(
        [
            ("Health", html.Span(HEALTH[row["health"]], className=f"pill {row['health']}")),
            ("Last good look", f"{words.minute(row['last_good_at'])} UTC"),
            ("Schedule", words.shown(row["schedule"])),
            ("Addresses", addresses),
            ("Who speaks", words.shown(row["speaks"])),
            ("Voice it repeats", words.shown(row["lineage"])),
            ("Licence", words.shown(row["licence"])),
            ("May be passed on", words.shown(row["redistribute"])),
            ("Read from a real document", "yes" if row["confirmed"] else f"not yet. {unconfirmed.REASON}"),
            ("Prices it speaks for", dcc.Link("the grid", href=f"/prices?source={row['source']}&only=all")),
            ("All sources", dcc.Link("the list", href="/sources")),
        ]
    )


def _strip(snapshot: Snapshot, chosen: list[str]) -> html.Div:
    """A row per source and a cell per day: a sign and a colour, and the day's words for the pointer."""
    days = sources.days(snapshot, last=STRIP_DAYS)
    named = sources.titles(snapshot)
    head = [html.Th("source", scope="col"), *(_day_head(pd.Timestamp(day)) for day in days.columns)]
    body = [
        html.Tr([html.Th(named[name], scope="row"), *(_cell(str(state), day) for day, state in days.loc[name].items())])
        for name in chosen
    ]
    legend = html.Ul(
        [
            html.Li([html.Span(sign, className=f"day {state}", **aria(hidden="true")), f" {text}"])
            for state, (sign, text) in STATES.items()
        ],
        className="legend",
    )
    box = html.Div(
        html.Table([html.Caption("Coverage by source and day"), html.Thead(html.Tr(head)), html.Tbody(body)]),
        className="table-box strip",
        tabIndex="0",
        role="region",
        **aria(label="Coverage by source and day"),
    )
    return html.Div([_reading(days, chosen), box, legend])


def _reading(days: pd.DataFrame, chosen: list[str]) -> html.P:
    counts = pd.Series(days.loc[chosen].to_numpy().ravel()).value_counts()
    due = int(counts.drop("not_due", errors="ignore").sum())
    read = int(counts.get("changed", 0) + counts.get("unchanged", 0))
    return html.P(
        f"On {read:,} of {int(counts.sum()):,} source days a document speaks; on {due - read:,} a look was due that "
        "brought none. An archived copy speaks for its own day. A day without a document is a gap, never a flat line."
    )


def _day_head(day: pd.Timestamp) -> html.Th:
    text = day.strftime("%d %b") if day.day in (1, 8, 15, 22) else ""
    return html.Th(html.Span(text) if text else "", scope="col", title=words.day(day))


def _cell(state: str, day: Any) -> html.Td:
    sign, text = STATES[state]
    return html.Td(
        [html.Span(sign, **aria(hidden="true")), html.Span(text, className="unseen")],
        className=f"day {state}",
        title=f"{words.day(day)}: {text}",
    )


def _issues(snapshot: Snapshot, source: str | None) -> Any:
    found = sources.issues(snapshot, source=source)
    if found.empty:
        return html.P(f"No open issue. Looked at to {words.minute(snapshot.data_to)} UTC.", className="empty")
    kinds = found["kind"].value_counts()
    summary = ", ".join(f"{count} {str(kind).replace('_', ' ')}" for kind, count in kinds.items())
    rows = [
        [
            str(row["kind"]).replace("_", " "),
            "–"
            if words.missing(row["source"])
            else dcc.Link(str(row["source"]), href=f"/sources?source={row['source']}"),
            own_words(row["subject"]),
            html.Span(own_words(row["text"]), className="words"),
            html.Span(words.shown(row["place"]), className="address"),
            words.day(row["first_seen"]),
            words.day(row["last_seen"]),
            str(row["count"]),
        ]
        for row in found.head(MOST_ISSUES).to_dict("records")
    ]
    headers = ["kind", "source", "about", "what is wrong", "where", "first seen", "last seen", "sightings"]
    more = [html.P(f"{len(found) - MOST_ISSUES} more.")] if len(found) > MOST_ISSUES else []
    return html.Div(
        [html.P(f"{len(found)} open: {summary}."), table("Open issues", headers, rows, numeric=(7,)), *more]
    )
