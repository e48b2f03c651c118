"""One model: the history of every listing of it, what it costs now, who says so, the decisions that moved it."""

from functools import partial
from typing import Any

import dash
import dash_mantine_components as dmc
import pandas as pd
from dash import ClientsideFunction, Input, Output, State, dcc, html

from dashboard.components import unconfirmed, words
from dashboard.components.card import glyph, pills
from dashboard.components.coverage_strip import coverage_strip
from dashboard.components.frame import nothing_published, page, stamp
from dashboard.components.glossary import own_words
from dashboard.components.graph import graph
from dashboard.components.history_table import history_table
from dashboard.components.listings import listing_names, reading
from dashboard.components.price_table import price_table
from dashboard.components.standard_steps import standard_steps
from dashboard.components.tables import facts, separated, table
from pipeline.domain.errors import InvalidValueError
from pipeline.figures.history import price_history
from pipeline.figures.lines import BLENDS, blend_lines, marks, meter_lines, moved_at
from pipeline.figures.palette import LIGHT, themed
from pipeline.query import handed_in
from pipeline.query.mix import Mix
from pipeline.query.models import Model, meters, model
from pipeline.query.prices import current
from pipeline.query.snapshot import Shelf, Snapshot

BLEND_NAMES = {"b31_usd": "B31", "b721_usd": "B721", "mix": "my mix"}
SCALES = {"auto": "automatic", "linear": "linear", "log": "logarithmic"}
MOST_COLOURED = 6
MOST_NAMES = 8
_LOG_FROM = 20  # the ratio of highest to lowest price from which a linear axis hides the cheap listings


def add(app: dash.Dash, shelf: Shelf) -> None:
    """Register the page and its callbacks."""
    dash.register_page(
        __name__,
        path_template="/models/<maker>/<slug>",
        name="Model",
        title=lambda maker="", slug="": f"{maker}/{slug} · undercut",
        layout=partial(layout, shelf),
    )
    chosen = [Input(f"model-{name}", "value") for name in ("measure", "scale", "sellers", "mix")]
    app.callback(
        Output("model-history", "children"), *chosen, State("model-version", "data"), State("page-build", "data")
    )(partial(history, shelf))
    app.clientside_callback(ClientsideFunction("undercut", "model_url"), Output("model-url", "data"), *chosen)


def layout(shelf: Shelf, maker: str = "", slug: str = "", **query: str) -> html.Div:
    """The head, the chart with its controls, decisions, prices now, scores."""
    snapshot = shelf.current(query.get("build"))
    if snapshot is None:
        return nothing_published()
    version = f"{maker}/{slug}"
    found = model(snapshot, version)
    path = f"/models/{version}"
    if found is None:
        text = "No listing, score or decision of this build has that name. The search box knows all that have."
        return page(shelf, snapshot, words.shown(version), html.P(text), build=query.get("build"), path=path)
    return page(
        shelf,
        snapshot,
        words.shown(version),
        _head(snapshot, found),
        html.H2("History"),
        _controls(found, query),
        html.Div(id="model-history"),
        dcc.Store(id="page-build", data=query.get("build")),
        dcc.Store(id="model-version", data=version),
        dcc.Store(id="model-url"),
        html.H2("Decisions"),
        _decisions(found),
        html.H2("What it costs now"),
        _now(snapshot, found),
        *standard_steps(snapshot, version, query),
        *_scores(found),
        build=query.get("build"),
        path=path,
    )


def history(
    shelf: Shelf,
    measure: str,
    scale: str,
    sellers: list[str] | None,
    mix: str | None,
    version: str,
    build: str | None = None,
) -> list[Any]:
    """The chart of the chosen measure, one per currency, its reading, and the same as a table."""
    snapshot = shelf.current(build)
    found = None if snapshot is None else model(snapshot, version)
    if snapshot is None or found is None:
        return []
    listings = found.listings[found.listings["seller"].isin(sellers)] if sellers else found.listings
    try:
        lines = _lines(snapshot, found, listings, measure, mix)
    except InvalidValueError as error:
        return [html.P(str(error), className="empty", role="alert")]
    if lines.empty:
        return [html.P("No price of this measure is known for these sellers. Choose another measure, or all sellers.")]
    return [
        part
        for currency, rows in lines.groupby("currency", sort=True)
        for part in _drawn(snapshot, found, rows, measure, scale, str(currency))
    ]


def _lines(snapshot: Snapshot, found: Model, listings: pd.DataFrame, measure: str, mix: str | None) -> pd.DataFrame:
    names = listing_names(listings)
    main = _main(found, listings)
    spells = found.spells[found.spells["listing_id"].isin(listings["listing_id"])]
    if measure not in BLENDS:
        return meter_lines(spells, measure, names, main, snapshot["sources"])
    blends = found.blends[found.blends["listing_id"].isin(listings["listing_id"])]
    values = Mix.parse(mix or "").usd(blends) if measure == "mix" else blends[measure]
    lines = blend_lines(blends, values, spells, names, main)
    return lines.assign(until=lines["until"].where(lines["until"] < snapshot.data_to, snapshot.data_to))


def _main(found: Model, listings: pd.DataFrame) -> list[str]:
    """The listings drawn in colour: the maker's own at base conditions, else the cheapest now; no more than can be told
    apart."""
    last = found.blends.sort_values("since").drop_duplicates("listing_id", keep="last").set_index("listing_id")
    order = listings.assign(b31=listings["listing_id"].map(last["b31_usd"])).sort_values(
        ["first_party", "base", "b31"], ascending=[False, False, True], kind="stable"
    )
    own = order[order["first_party"] & order["base"]]
    chosen = order if len(order) <= MOST_COLOURED or own.empty else own
    return [str(listing) for listing in chosen["listing_id"].head(MOST_COLOURED)]


def _drawn(snapshot: Snapshot, found: Model, lines: pd.DataFrame, measure: str, scale: str, currency: str) -> list[Any]:
    unit = f"{currency} per million tokens"
    named = f"{BLEND_NAMES.get(measure, words.meter(measure))} of {found.version}"
    priced = lines.loc[lines["value"] > 0, "value"]
    spread = len(priced) > 0 and len(priced) == len(lines) and priced.max() / priced.min() > _LOG_FROM
    log = scale == "log" or (scale == "auto" and spread)
    events = marks(found.events, lines, measure)
    figure = price_history(lines, events, palette=LIGHT, unit=unit, log=log, until=snapshot.data_to)
    title = f"{named}, {unit}"
    return [
        html.H3(title),
        graph(
            f"history-{measure}-{currency}",
            themed(figure),
            title=title,
            reading=reading(lines, unit),
            source=stamp(snapshot),
            csv=f"/download/models/{found.version}.csv?build={snapshot.build}",
        ),
        history_table(lines, f"The same as a table: {title}", unit),
        coverage_strip(snapshot, found.spells["source"].astype(str), lines["since"].min(), snapshot.data_to),
    ]


def _head(snapshot: Snapshot, found: Model) -> html.Dl:
    labels = dict.fromkeys(found.listings["label"].astype(str))
    spells = found.spells
    looks = ""
    if len(spells):
        looks = f"{words.long_day(spells['first_seen'].min())} to {words.long_day(spells['last_seen'].max())}"
    sources = sorted(set(spells["source"].astype(str)))
    kept: list[Any] = [own_words(label) for label in list(labels)[:MOST_NAMES]]
    kept += [f"{len(labels) - MOST_NAMES} more"] if len(labels) > MOST_NAMES else []
    return facts(
        [
            ("Maker", found.version.split("/")[0]),
            ("Names as printed", separated(kept)),
            ("Sellers", str(found.listings["seller"].nunique())),
            ("Listings", str(len(found.listings))),
            ("Sources", ", ".join(unconfirmed.beside(snapshot, name) for name in sources)),
            ("Handed in", handed_in.named(snapshot, set(spells["first_payload"]) | set(spells["last_payload"]))),
            ("Seen", looks),
        ]
    )


def _controls(found: Model, query: dict[str, str]) -> html.Div:
    known = meters(found)
    measures = [{"value": key, "label": f"{text} (blend, USD)"} for key, text in BLEND_NAMES.items()]
    measures += [{"value": key, "label": f"{words.meter(key)} (as published)"} for key in known]
    wanted = query.get("measure", "")
    start = "b31_usd" if found.blends["b31_usd"].notna().any() else (known or ["b31_usd"])[0]
    sellers = sorted(set(found.listings["seller"].astype(str)))
    asked = [seller for seller in query.get("sellers", "").split(",") if seller in sellers]
    return html.Div(
        [
            dmc.Select(
                id="model-measure",
                label="Price",
                data=measures,
                value=wanted if wanted in {entry["value"] for entry in measures} else start,
                allowDeselect=False,
                w=230,
            ),
            dmc.TextInput(
                id="model-mix",
                label="My mix (input:cached:output)",
                value=query.get("mix", "3:0:1"),
                debounce=400,
                w=220,
            ),
            dmc.Select(
                id="model-scale",
                label="Axis",
                data=[{"value": key, "label": text} for key, text in SCALES.items()],
                value=query["scale"] if query.get("scale") in SCALES else "auto",
                allowDeselect=False,
                w=140,
            ),
            dmc.MultiSelect(
                id="model-sellers",
                label="Sellers",
                data=sellers,
                value=asked,
                clearable=True,
                searchable=True,
                placeholder="" if asked else "all",
                miw=320,
            ),
        ],
        className="filters",
    )


def _decisions(found: Model) -> Any:
    if found.events.empty:
        return html.P("No decision about this model is on record: its prices have not changed while somebody looked.")
    rows = [
        [
            dcc.Link([glyph(row), words.title(row)], href=f"/events/{row['id']}"),
            words.day(moved_at(row)),
            row["seller"],
            row["market"],
            words.percent(row["change_b31"], 1),
            words.percent(row["change_b721"], 1),
            pills(row),
        ]
        for row in sorted(found.events.to_dict("records"), key=moved_at, reverse=True)
    ]
    headers = ["decision", "day", "seller", "buyers in", "B31", "B721", "what it is"]
    return table("Decisions, newest first", headers, rows, numeric=(4, 5))


def _now(snapshot: Snapshot, found: Model) -> Any:
    rows = current(snapshot, mix=None, listings=found.listings["listing_id"])
    if rows.empty:
        return html.P("No listing of it has a current price.")
    first = found.listings.set_index("listing_id")["first_party"]
    rows = rows.assign(own=rows["listing_id"].map(first)).sort_values(
        ["own", "base", "b31_usd"], ascending=[False, False, True], kind="stable"
    )
    return price_table(rows, listing_names(found.listings))


def _scores(found: Model) -> list[Any]:
    if found.scores.empty:
        return []
    newest = found.scores.sort_values("published_at", ascending=False).drop_duplicates(["source", "benchmark"])
    overall = newest["benchmark"].astype("str").str.contains("overall")
    first, rest = newest[overall], newest[~overall].sort_values("benchmark")
    if first.empty:
        first, rest = rest, rest.iloc[:0]
    parts: list[Any] = [html.H2("Quality"), _score_table("Benchmark scores, newest of each", first)]
    if len(rest):
        parts.append(html.Details([html.Summary(f"By category ({len(rest)})"), _score_table("By category", rest)]))
    return parts


def _score_table(caption: str, scores: pd.DataFrame) -> html.Div:
    rows = [
        [
            str(row["benchmark"]),
            str(row["benchmark_version"]),
            words.number(row["value"]),
            "–" if words.missing(row["low"]) else f"{words.number(row['low'])} to {words.number(row['high'])}",
            words.day(row["published_at"]),
            dcc.Link(str(row["source"]), href=f"/evidence/{row['payload_sha256']}"),
        ]
        for row in scores.to_dict("records")
    ]
    headers = ["benchmark", "version", "score (points)", "interval (points)", "published", "source"]
    return table(caption, headers, rows, numeric=(2, 3))
