"""Overview: what changed, most important first. A list of decisions and the card of the chosen one."""

from functools import partial
from typing import Any

import dash
import dash_mantine_components as dmc
import pandas as pd
from dash import ClientsideFunction, Input, Output, State, dcc, html

from dashboard.components import words
from dashboard.components.aria import aria
from dashboard.components.card import card, item
from dashboard.components.frame import nothing_published, page
from dashboard.components.tables import table
from pipeline.query import decisions
from pipeline.query.snapshot import Shelf, Snapshot

MOST = 200
DAYS = {"30": "30 days", "90": "90 days", "365": "1 year", "all": "all"}
DEFAULT_DAYS = "90"
_TABS = {"flagged": "Flagged", "watch": "On watch", "other": "Other changes", "entry": "New and gone"}


_NOTHING = {
    "flagged": "No flags",
    "watch": "Nothing on watch",
    "other": "No other changes",
    "entry": "No new or withdrawn listings",
}


def add(app: dash.Dash, shelf: Shelf) -> None:
    """Register the page and its callbacks."""
    dash.register_page(__name__, path="/", name="Overview", title="Overview · undercut", layout=partial(layout, shelf))
    filters = [Input(f"inbox-{name}", "value") for name in ("tab", "days", "maker", "market", "q")]
    app.callback(
        Output("inbox-list", "children"),
        Output("inbox-count", "children"),
        Output("inbox-not-flagged", "children"),
        Output("inbox-first", "data"),
        *filters,
        State("page-build", "data"),
    )(partial(listed, shelf))
    app.callback(
        Output("inbox-detail", "children"),
        Input("selected", "data"),
        Input("inbox-first", "data"),
        State("page-build", "data"),
    )(partial(detail, shelf))
    app.clientside_callback(
        ClientsideFunction("undercut", "overview_url"),
        Output("inbox-url", "data"),
        *filters,
        Input("selected", "data"),
    )


def layout(shelf: Shelf, **query: str) -> html.Div:
    """Filters as the URL has them, the list, the card."""
    snapshot = shelf.current(query.get("build"))
    if snapshot is None:
        return nothing_published()
    events = snapshot["events"]
    tab = query.get("tab") if query.get("tab") in _TABS else _first_tab(snapshot)
    days = query.get("days") if query.get("days") in DAYS else DEFAULT_DAYS
    return page(
        shelf,
        snapshot,
        "What changed",
        html.Div(
            [
                _segments("inbox-tab", "Kind", _TABS, str(tab)),
                _segments("inbox-days", "Became public in the last", DAYS, str(days)),
                _choice("inbox-maker", "Maker", events["maker"], query.get("maker")),
                _choice("inbox-market", "Buyers in", events["market"], query.get("market")),
                dmc.TextInput(id="inbox-q", label="Model or name", value=query.get("q", ""), debounce=250, w=200),
            ],
            className="filters",
        ),
        html.P(id="inbox-count", className="count", **aria(live="polite")),
        html.Div(
            [
                html.Div(
                    [
                        html.Nav(
                            id="inbox-list", className="inbox-list", **aria(label="Decisions, most important first")
                        ),
                        html.Div(id="inbox-not-flagged"),
                        html.P(
                            [html.Kbd("j"), " next, ", html.Kbd("k"), " previous, ", html.Kbd("/"), " search"],
                            className="small keys",
                        ),
                    ],
                    className="inbox-left",
                ),
                html.Section(id="inbox-detail", className="inbox-detail", **aria(label="The chosen decision")),
            ],
            className="inbox",
        ),
        dcc.Store(id="selected", data=query.get("id")),
        dcc.Store(id="page-build", data=query.get("build")),
        dcc.Store(id="inbox-first"),
        dcc.Store(id="inbox-url"),
        build=query.get("build"),
    )


def listed(
    shelf: Shelf, tab: str, days: str, maker: str | None, market: str | None, q: str, build: str | None = None
) -> tuple[Any, ...]:
    """The list, how many there are, what was not flagged, and the first decision of the list."""
    snapshot = shelf.current(build)
    if snapshot is None:
        return [], "", [], None
    span = None if days == "all" else int(days)
    period = decisions.since(decisions.ranked_decisions(snapshot), data_to=snapshot.data_to, days=span)
    chosen = _matching(period, maker, market, q)
    rows = chosen[chosen["tab"] == tab]
    counts = chosen["tab"].value_counts()
    said = ", ".join(f"{int(counts.get(name, 0))} {text.lower()}" for name, text in _TABS.items())
    over = "all of the record" if span is None else f"in the {span} days"
    items: Any = [item(row) for row in rows.head(MOST).to_dict("records")]
    if len(rows) > MOST:
        items.append(html.P(f"{len(rows) - MOST} more: narrow the filters to see them.", className="small"))
    return (
        items or _nothing(snapshot, chosen, tab, days),
        f"{said}; {over} to {words.long_day(snapshot.data_to)}",
        _not_flagged(chosen),
        str(rows.iloc[0]["id"]) if len(rows) else None,
    )


def detail(shelf: Shelf, selected: str | None, first: str | None, build: str | None = None) -> Any:
    """The card of the chosen decision, else of the first of the list."""
    snapshot = shelf.current(build)
    chosen = selected or first
    if snapshot is None or chosen is None:
        return []
    row = decisions.decision(snapshot, chosen)
    return html.P("This build holds no such decision.") if row is None else card(snapshot, row)


def _first_tab(snapshot: Snapshot) -> str:
    """The first kind that has something to show in the default period: flagged, else watch, else other."""
    events = decisions.ranked_decisions(snapshot)
    recent = decisions.since(events, data_to=snapshot.data_to, days=int(DEFAULT_DAYS))
    return str(recent.iloc[0]["tab"]) if len(recent) else "flagged"


def _matching(events: pd.DataFrame, maker: str | None, market: str | None, q: str | None) -> pd.DataFrame:
    if maker:
        events = events[events["maker"] == maker]
    if market:
        events = events[events["market"] == market]
    for word in (q or "").casefold().split():
        names = events["model_versions"].astype("str") + events["labels"].astype("str") + events["seller"].astype("str")
        events = events[names.str.casefold().str.contains(word, regex=False)]
    return events


def _nothing(snapshot: Snapshot, chosen: pd.DataFrame, tab: str, days: str) -> list[Any]:
    """An empty list says what was looked at and which filter to drop."""
    kind = _NOTHING[tab]
    others = [f"{count} {_TABS[str(name)].lower()}" for name, count in chosen["tab"].value_counts().items()]
    looked = f"{len(snapshot['sources'])} sources are watched; prices to {words.minute(snapshot.data_to)} UTC."
    elsewhere = f" Under the same filters: {', '.join(others)}." if others else ""
    said: list[Any] = [html.Strong(f"{kind} here. "), looked + elsewhere]
    if days != "all":
        said += [" ", dcc.Link("Look at the whole record", href=f"/?tab={tab}&days=all")]
    return [html.Div(html.P(said), className="empty")]


def _not_flagged(events: pd.DataFrame) -> list[Any]:
    reasons = decisions.not_flagged(events)
    if reasons.empty:
        return []
    rows = [[row.reason, str(row.count_)] for row in reasons.rename(columns={"count": "count_"}).itertuples()]
    total = int(reasons["count"].sum())
    return [
        html.Details(
            [
                html.Summary(f"What was not flagged, and why ({total})"),
                table("Changes that were not flagged", ["reason", "decisions"], rows, numeric=(1,)),
            ]
        )
    ]


def _segments(name: str, label: str, options: dict[str, str], value: str) -> html.Div:
    return html.Div(
        [
            html.Span(label, className="label", id=f"{name}-label"),
            dmc.SegmentedControl(
                id=name,
                value=value,
                data=[{"value": key, "label": text} for key, text in options.items()],
                **aria(labelledby=f"{name}-label"),
            ),
        ]
    )


def _choice(name: str, label: str, values: pd.Series, value: str | None) -> dmc.Select:
    known = sorted(set(values.dropna().astype(str)))
    chosen = value if value in known else None
    return dmc.Select(
        id=name, label=label, data=known, value=chosen, clearable=True, searchable=True, placeholder="all", w=180
    )
