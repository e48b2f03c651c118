"""A history chart's data as a table, with the document under each point."""

import pandas as pd
from dash import dcc, html

from dashboard.components import words
from dashboard.components.tables import table

MOST = 400


def history_table(lines: pd.DataFrame, caption: str, unit: str) -> html.Details:
    """One row per stretch of a line, newest first, each leading to the document in which it first stood."""
    newest = lines.sort_values("since", ascending=False)
    rows = [
        [
            row["name"],
            words.day(row["since"]),
            words.day(row["until"]),
            words.number(row["value"]),
            row["words"] or "–",
            _document(row["source"], row["payload_sha256"]),
        ]
        for row in newest.head(MOST).to_dict("records")
    ]
    more = [html.P(f"{len(newest) - MOST} older rows: see the download.")] if len(newest) > MOST else []
    headers = ["listing", "first seen", "last seen", unit, "as printed", "source and document"]
    summary = html.Summary(f"The same as a table ({len(newest)} rows), with the source under each point")
    return html.Details([summary, table(caption, headers, rows, numeric=(3,)), *more])


def _document(source: str, digest: str) -> html.Span | dcc.Link:
    if not digest:
        return html.Span(source)
    return dcc.Link(f"{source} ({digest[:8]}…)", href=f"/evidence/{digest}", title=digest)
