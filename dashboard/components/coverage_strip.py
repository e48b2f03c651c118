"""Were we watching while this line was drawn? A bar per source, a stretch per state, folded under its chart."""

from collections.abc import Iterable
from typing import Any

import pandas as pd
from dash import dcc, html

from dashboard.components import words
from dashboard.components.aria import aria
from pipeline.query.coverage import watched
from pipeline.query.snapshot import Snapshot
from pipeline.query.sources import titles

MOST_SOURCES = 12
STATES = {
    "changed": ("◆", "read, something changed"),
    "unchanged": ("■", "read, nothing changed"),
    "failed_fetch": ("✕", "no document came"),
    "failed_parse": ("✕", "the document could not be read"),
    "blind": ("?", "read and not believed: outside its bounds, or held back"),
    "needs_key": ("–", "needs a key"),
    "missed": ("○", "a look was due and none was made"),
    "not_due": ("·", "no look was planned, no archived copy read"),
}
"""State of a source's day → its sign and its words, for every page that shows one."""


def coverage_strip(
    snapshot: Snapshot, sources: Iterable[str], since: pd.Timestamp, until: pd.Timestamp
) -> html.Details | None:
    """The coverage of a chart's sources over its window; None where no source has any."""
    found = watched(snapshot, sources, since, until)
    if found.stretches.empty:
        return None
    named = titles(snapshot)
    by_source = list(found.stretches.groupby("source", sort=True))
    bars = [_bar(named.get(str(source), str(source)), str(source), rows) for source, rows in by_source[:MOST_SOURCES]]
    more = len(by_source) - MOST_SOURCES
    return html.Details(
        [
            html.Summary(
                f"Were we watching? On {found.read:,} of {found.days:,} source days a document speaks, "
                f"{words.day(since)} to {words.day(until)}; {found.due - found.read:,} looks that were due brought none"
            ),
            html.Div(bars, className="bars"),
            html.P(f"{more} more sources: the page Sources lists them.") if more > 0 else None,
            html.Ul(
                [
                    html.Li([html.Span(className=f"stretch {state}", **aria(hidden="true")), f" {text}"])
                    for state, (_, text) in STATES.items()
                    if (found.stretches["state"] == state).any()
                ],
                className="legend",
            ),
        ],
        className="coverage",
    )


def _bar(title: str, source: str, rows: pd.DataFrame) -> html.Div:
    stretches = [_stretch(row) for row in rows.to_dict("records")]
    days = rows.groupby("state")["days"].sum()
    said = ", ".join(f"{STATES[str(state)][1]}: {count:,} days" for state, count in days.items())
    return html.Div(
        [
            dcc.Link(title, href=f"/sources?source={source}"),
            html.Div(stretches, className="bar", role="img", **aria(label=f"{title}: {said}")),
        ]
    )


def _stretch(row: dict[Any, Any]) -> html.Span:
    state = str(row["state"])
    days = words.day(row["since"])
    days = days if row["since"] == row["until"] else f"{days} to {words.day(row['until'])}"
    return html.Span(
        className=f"stretch {state}", style={"flexGrow": int(row["days"])}, title=f"{days}: {STATES[state][1]}"
    )
