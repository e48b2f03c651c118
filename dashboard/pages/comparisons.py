"""Comparisons: home beside export, a maker beside the hosts of its weights, and what cannot be compared and why."""

from functools import partial
from typing import Any
from urllib.parse import urlencode

import dash
import pandas as pd
from dash import dcc, html

from dashboard.components import unconfirmed, words
from dashboard.components.aria import aria
from dashboard.components.coverage_strip import coverage_strip
from dashboard.components.curated import curated
from dashboard.components.frame import nothing_published, page, stamp
from dashboard.components.graph import graph
from dashboard.components.pair import both_sides, margin, margins, price, switch_table
from dashboard.components.tables import separated, table
from pipeline.figures.comparisons import host_prices, margin_ranges
from pipeline.figures.palette import themed
from pipeline.query import comparisons
from pipeline.query.snapshot import Shelf, Snapshot

MOST = 40
OUTCOMES = {
    "passes": "margin holds",
    "indicated": "indicated only, on a catalogue's word",
    "fails": "no margin that holds",
    "not_evaluable": "not evaluable",
}
_CONTENTS = (
    ("#home-and-export", "Home and export"),
    ("#same-weights", "Same weights"),
    ("#not-comparable", "Not comparable"),
    ("#sellers", "Who the sellers are"),
    ("#rents-and-taxes", "Rents and taxes"),
)
_FACTS = {
    "legal_entity": "Legal entity",
    "country": "Country of record",
    "affiliated_with": "Belongs to the maker",
    "channel": "Channel",
    "served_from": "Served from",
    "volume_tiers": "Volume tiers",
}


def add(app: dash.Dash, shelf: Shelf) -> None:  # noqa: ARG001  (every page is added in one way)
    """Register the page."""
    dash.register_page(
        __name__,
        path="/comparisons",
        name="Comparisons",
        title="Comparisons · undercut",
        layout=partial(layout, shelf),
    )


def layout(shelf: Shelf, **query: str) -> html.Div:
    """`?maker=` narrows the pairs, `?pair=` opens one, `?weights=` opens one version's hosts."""
    snapshot = shelf.current(query.get("build"))
    if snapshot is None:
        return nothing_published()
    asked = {name: query[name] for name in ("maker", "pair", "weights") if query.get(name)}
    return page(
        shelf,
        snapshot,
        "Comparisons",
        html.P(
            "Two prices of one thing, side by side: what a maker asks at home and abroad, and what it and others ask "
            "for the same weights. A figure here is an indicator. What cannot be compared is listed with its reason, "
            "and that is never a pass."
        ),
        html.Nav(
            separated([html.A(text, href=href) for href, text in _CONTENTS]),
            className="contents",
            **aria(label="Parts of the page"),
        ),
        html.Section(_home_and_export(snapshot, asked), id="home-and-export"),
        html.Section(_same_weights(snapshot, asked), id="same-weights"),
        html.Section(_not_comparable(snapshot), id="not-comparable"),
        html.Section(_sellers(snapshot), id="sellers"),
        html.Section(curated(snapshot), id="rents-and-taxes"),
        build=query.get("build"),
        path=f"/comparisons?{urlencode(asked)}" if asked else "/comparisons",
    )


def _home_and_export(snapshot: Snapshot, asked: dict[str, str]) -> list[Any]:
    makers = comparisons.by_maker(snapshot)
    title = html.H2("Home and export")
    if makers.empty:
        return [title, html.P("No party of this ledger sells one model version in its own country and abroad.")]
    chosen = asked.get("maker") if asked.get("maker") in set(makers["maker"]) else None
    rows = comparisons.pairs(snapshot, chosen)
    return [
        title,
        html.P(_said(rows, chosen)),
        *_pair(snapshot, asked.get("pair")),
        _makers(makers, chosen),
        *_ranges(snapshot, rows),
        _pairs(snapshot, rows),
    ]


def _said(rows: pd.DataFrame, maker: str | None) -> str:
    counts = rows["outcome"].value_counts()
    said = ", ".join(f"{int(counts.get(name, 0))} {text}" for name, text in OUTCOMES.items())
    like = int((rows["comparability"] == "like").sum())
    whose = "all makers" if maker is None else maker
    return (
        f"{len(rows)} pairs of {whose}: {like} like, {len(rows) - like} similar (shown, kept out of a margin). {said}. "
        "Home is the maker's own country. A margin above 0 means that the export price is below the home price. Sign "
        "kept: how many combinations of switches have the sign of the base, of those that have a figure; undefined are "
        "the others, which need a price or a rate that no document states."
    )


def _pair(snapshot: Snapshot, name: str | None) -> list[Any]:
    """The pair that was asked for, in full."""
    if name is None:
        return []
    found = comparisons.pair(snapshot, name)
    if found is None:
        return [html.Div(html.P("This build holds no pair of that name."), className="banner", role="note")]
    row, switches = found
    heading = html.H3(["Pair: ", _model(str(row["model_version"])), f", {row['tier']}"])
    below = [html.H3("Which switch turns the sign"), html.P(_turned(row)), switch_table(switches)]
    return [
        html.Div(
            [heading, both_sides(snapshot, row), *margins(row, switches), *(below if len(switches) else [])],
            className="card",
            id="pair",
        )
    ]


def _turned(row: dict[str, object]) -> str:
    kept = f"The sign is kept in {row['kept']} of {row['defined']} combinations that have a figure"
    if words.missing(row["turned_by"]):
        return f"{kept}; no switch turns it."
    return f"{kept}; turned by: {str(row['turned_by']).replace(' ', ', ')}."


def _makers(makers: pd.DataFrame, chosen: str | None) -> html.Div:
    lines = [
        [
            dcc.Link(str(row["maker"]), href=f"/comparisons?maker={row['maker']}#home-and-export"),
            *(str(row[name]) for name in ("models", "pairs", "like", "similar", *OUTCOMES)),
            words.day(row["newest"]),
        ]
        for row in makers.to_dict("records")
    ]
    if chosen is not None:
        lines.append([dcc.Link("all makers", href="/comparisons#home-and-export"), *[""] * 9])
    head = ["Maker", "Models", "Pairs", "Like", "Similar", *(text.capitalize() for text in OUTCOMES.values()), "Newest"]
    return table("Makers whose home and export prices were both read", head, lines, numeric=range(1, 9))


def _ranges(snapshot: Snapshot, rows: pd.DataFrame) -> list[Any]:
    drawn = rows.dropna(subset="margin_b31").head(MOST)
    if drawn.empty:
        return []
    more = int(rows["margin_b31"].notna().sum()) - len(drawn)
    rest = f" {more} more stand in the table." if more else ""
    reading = (
        "A diamond is the margin with every switch at its base: B31 of the net weekly prices, the reference rate, days "
        "as weights, and the first reading of tax that the pages leave open (said in the table); the bar goes from the "
        "lowest to the highest margin of all combinations of switches. A bar across 0 says that the answer depends on "
        f"a switch.{rest}"
    )
    return [
        html.H3("Margins of home and export pairs"),
        graph(
            "pair-margins",
            themed(margin_ranges(drawn)),
            title="Margins of home and export pairs",
            reading=reading,
            source=stamp(snapshot),
            csv="/download/pairs.csv",
        ),
        coverage_strip(
            snapshot,
            {*drawn["home_source"].astype(str), *drawn["export_source"].astype(str)},
            min(drawn["home_day"].min(), drawn["export_day"].min()),
            snapshot.data_to,
        ),
    ]


def _pairs(snapshot: Snapshot, rows: pd.DataFrame) -> html.Div:
    lines = [
        [
            dcc.Link(_pair_name(row), href=f"/comparisons?pair={row['pair']}#pair"),
            price(row, "home"),
            price(row, "export"),
            [f"{row['home_vat_included']} / {row['export_vat_included']}", html.Br(), _base_tax(row)],
            _days(row),
            " / ".join(unconfirmed.beside(snapshot, row[f"{side}_source"]) for side in ("home", "export")),
            margin(row["margin_b31"]),
            "–" if words.missing(row["lowest"]) else f"{margin(row['lowest'])} to {margin(row['highest'])}",
            "–" if words.missing(row["kept"]) else f"{row['kept']} of {row['defined']}",
            [OUTCOMES[str(row["outcome"])], html.Br(), html.Span(_reason(row), className="small")],
        ]
        for row in rows.to_dict("records")
    ]
    head = [
        "Model, tier, band, and who sells it",
        "Home input / output",
        "Export input / output",
        "Tax included: home / export, and at the base",
        "Day",
        "Whose word: home / export",
        "Margin B31 (%)",
        "Over all switches (%)",
        "Sign kept",
        "Outcome, and why",
    ]
    caption = "Home and export pairs: prices per million tokens as published, the margin with every switch at its base"
    return table(caption, head, lines, numeric=(6, 7, 8))


def _base_tax(row: dict[Any, Any]) -> html.Span | None:
    """What the margin at the base takes of tax: where a page does not say it, the first reading that is left open."""
    if words.missing(row["base_tax"]):
        return None
    divisor = comparisons.home_divisor(row)
    by = "" if divisor is None else f"; home divided by {divisor:g}"
    return html.Span(f"base: {row['base_tax']}{by}", className="small words")


def _pair_name(row: dict[Any, Any]) -> str:
    parts = [str(row["model_version"]), *([str(row["tier"])] if row["tier"] != "standard" else [])]
    parts += [str(row["band"])] if not words.missing(row["band"]) and row["band"] != "all lengths" else []
    parts += [str(row[name]) for name in ("home_region", "export_region") if not words.missing(row[name])]
    return words.shown(f"{', '.join(parts)}, sold by {row['export_seller']}")


def _days(row: dict[Any, Any]) -> str:
    home, export = words.day(row["home_day"]), words.day(row["export_day"])
    return home if home == export else f"{home} / {export}"


def _reason(row: dict[Any, Any]) -> str:
    turned = "" if words.missing(row["turned_by"]) else f"; turned by {str(row['turned_by']).replace(' ', ', ')}"
    return words.shown(str(row["reason"]) + ("" if "turned by" in str(row["reason"]) else turned))


def _same_weights(snapshot: Snapshot, asked: dict[str, str]) -> list[Any]:
    versions = comparisons.weights(snapshot)
    title = html.H2("Same weights, different sellers")
    if versions.empty:
        return [title, html.P("No version of open weights is offered by three or more hosts on this build's day.")]
    known = set(versions["model_version"])
    chosen = asked["weights"] if asked.get("weights") in known else str(versions.iloc[0]["model_version"])
    counting = int((versions["counting"] > 0).sum())
    return [
        title,
        html.P(
            f"{len(versions)} versions of open weights are served by three or more hosts. A host counts in the gap "
            "where it was seen twice and its precision and context window were read: a quantised copy is not the same "
            f"product. In this build that holds for hosts of {counting} versions."
        ),
        *_hosts(snapshot, chosen),
        _versions(versions),
    ]


def _hosts(snapshot: Snapshot, model_version: str) -> list[Any]:
    rows = comparisons.serving(snapshot, model_version)
    lines = [
        [
            words.shown(row["host"]) + (" (the maker)" if row["role"] == "maker" else ""),
            words.number(row["b31_usd"], 4),
            words.number(row["b721_usd"], 4),
            words.shown(row["precision"]),
            row["context_tokens"] if row["context_tokens"] == "unknown" else f"{int(row['context_tokens']):,}",
            words.shown(row["served_from"]),
            words.shown(row["seller"]),
            str(row["affiliated_with_maker"]),
            f"{unconfirmed.beside(snapshot, row['source'])} ({row['trust']})",
            str(row["counts"]) if words.missing(row["left_out_because"]) else f"no: {row['left_out_because']}",
        ]
        for row in rows.to_dict("records")
    ]
    head = ["Host", "B31 (USD)", "B721 (USD)", "Precision", "Context (tokens)", "Served from", "Billed by"]
    head += ["Belongs to the maker", "Whose word", "Counts in the gap"]
    caption = f"{model_version} on {words.day(rows.iloc[0]['day'])}: {rows.iloc[0]['reason']}"
    reading = (
        "The maker is a square, a host that counts in the gap a full circle, one that is left out a hollow circle. "
        "Lowest price at the bottom."
    )
    return [
        html.H3(_model(model_version)),
        graph(
            "same-weights",
            themed(host_prices(rows)),
            title=f"{model_version}: who asks what for the same weights",
            reading=reading,
            source=stamp(snapshot),
            csv="/download/same-weights.csv",
        ),
        coverage_strip(snapshot, rows["source"].astype(str), rows["day"].min(), snapshot.data_to),
        table(caption, head, lines, numeric=(1, 2, 4)),
    ]


def _versions(versions: pd.DataFrame) -> html.Div:
    lines = [
        [
            dcc.Link(str(row["model_version"]), href=f"/comparisons?weights={row['model_version']}#same-weights"),
            "none stood" if words.missing(row["maker_usd"]) else words.number(row["maker_usd"], 4),
            str(row["hosts"]),
            str(row["counting"]),
            *(words.number(row[name], 4) for name in ("lowest", "median", "highest")),
            _gap(row),
            str(row["reason"]),
        ]
        for row in versions.to_dict("records")
    ]
    head = ["Version", "Maker's B31 (USD)", "Hosts", "Of them, count", "Lowest", "Median", "Highest"]
    head += ["Gap to the maker (%)", "What it rests on"]
    caption = "Versions of open weights with three or more hosts, B31 in USD per million tokens"
    return table(caption, head, lines, numeric=(1, 2, 3, 4, 5, 6))


def _gap(row: dict[Any, Any]) -> str:
    if words.missing(row["gap"]):
        return "–"
    return f"{margin(row['gap'])} ({margin(row['gap_low'])} to {margin(row['gap_high'])})"


def _not_comparable(snapshot: Snapshot) -> list[Any]:
    rows = comparisons.not_comparable(snapshot)
    title = html.H2("Not comparable")
    if rows.empty:
        return [title, html.P("Every price in force is billed by the token.")]
    lines = [
        [row["unit"].replace("_", " "), str(row["prices"]), str(row["listings"]), row["sellers"], row["reason"]]
        for row in rows.to_dict("records")
    ]
    head = ["Unit", "Prices", "Listings", "Sellers", "Why"]
    return [
        title,
        html.P(
            [
                "These prices are kept with their own meter and stand on the page ",
                dcc.Link("Prices", href="/prices"),
                " in the column of other meters. They enter no blend, no series and no flag. ",
                "Plans and subscriptions are not listings: none is read.",
            ]
        ),
        table(
            "Prices in force that are not billed by the token",
            head,
            lines,
            numeric=(1, 2),
        ),
    ]


def _sellers(snapshot: Snapshot) -> list[Any]:
    rows = comparisons.seller_facts(snapshot)
    title = html.H2("Who the sellers are")
    if rows.empty:
        return [title, html.P("No seller stands in a comparison.")]
    lines = [
        [
            words.shown(row["seller"]),
            *(words.shown(row[name]).replace("_", " ") for name in _FACTS),
            words.shown(row["where"]),
        ]
        for row in rows.to_dict("records")
    ]
    return [
        title,
        html.P("As a document states it, with the document; what no document states is unknown and is never guessed."),
        html.Details(
            [
                html.Summary(f"{len(rows)} sellers that stand in a comparison"),
                table("Facts of sellers", ["Seller", *_FACTS.values(), "Where it is stated"], lines),
            ],
            open=True,
        ),
    ]


def _model(name: str) -> dcc.Link:
    return dcc.Link(words.shown(name), href=f"/models/{name}")
