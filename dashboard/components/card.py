"""One decision of a seller on a card: what happened, when, compared with what, who says so, what else it could be."""

import json
from collections.abc import Hashable
from typing import Any

import pandas as pd
from dash import dcc, html

from dashboard.components import unconfirmed, words
from dashboard.components.aria import aria, data
from dashboard.components.checks import explanations
from dashboard.components.coverage_strip import coverage_strip
from dashboard.components.frame import stamp
from dashboard.components.glossary import own_words
from dashboard.components.graph import graph
from dashboard.components.judged import explained, judged
from dashboard.components.listings import listing_names, reading
from dashboard.components.tables import facts, separated, table
from pipeline.exports.tables import as_published
from pipeline.figures.decision import decision_history, decision_lines
from pipeline.figures.lines import direction, moved_at, moved_most
from pipeline.figures.palette import themed
from pipeline.query import decisions, handed_in, own_past
from pipeline.query.flags import judged_of
from pipeline.query.snapshot import Snapshot
from pipeline.query.sources import titles

Row = dict[Hashable, Any]

RULES = {
    "watch": "On watch: a cut of 20 % or more on B31 or B721 that is not confirmed.",
    "sharp_cut": "Rule: a confirmed market move of −20 % or more on B31 or B721, on net prices.",
    "suspected_underpricing": "Rule: a confirmed trigger, an outlier among makers, and a price under the second lowest"
    " independent host of the same weights or under the low end of cost.",
    "suspected_dumping": "Rule: a confirmed trigger, an outlier among makers, and a margin of 2 % or more that keeps"
    " its sign under every switch.",
}
ENDED = {
    "open": "and still in force at the last look, {until}",
    "changed": "then changed again",
    "withdrawn": "then listed no longer; last seen {until}",
    "gap": "then nobody looked; last seen {until}",
}
"""How a price went on in the source that shows it."""

NOT_TESTED = "Not tested: volumes sold, prices net of private rebates, cost, injury."


def pills(row: Row) -> html.Span:
    """The kind of flag, the state and the class in words."""
    flag = [] if words.missing(row["flag"]) else [html.Span(words.FLAGS[row["flag"]], className=f"pill {row['tab']}")]
    named = words.CLASSES[row["class_"]]
    return html.Span(
        [*flag, html.Span(row["state"], className=f"pill {row['state']}"), html.Span(named, className="pill")],
        className="pills",
    )


def glyph(row: Row) -> html.Span:
    mark = direction(row)
    return html.Span(words.GLYPHS[mark], className=f"glyph {mark}", **aria(hidden="true"))


def item(row: Row) -> html.A:
    """One line of the overview's list; a link to the card, opened in place by a plain click."""
    pairs = json.loads(row["prices"])
    meter = moved_most(row) or ""
    pair = pairs.get(meter, {"old": None, "new": None})
    moved = f"{words.meter(meter)} {pair['old'] or '–'} → {pair['new'] or '–'} {row['currency']}"
    more = f" and {len(pairs) - 1} more" if len(pairs) > 1 else ""
    held = words.shown(f"{row['seller']} · {words.market(row['market'], short=True)}")
    return html.A(
        [
            html.Span([glyph(row), html.Span(words.title(row), className="what")], className="line"),
            html.Span(
                [html.Span(moved + more, className="amounts"), html.Span(words.day(moved_at(row)), className="nowrap")],
                className="line small",
            ),
            html.Span([html.Span(held), html.Span(f"{row['state']}, {_voices(row)}")], className="line small"),
        ],
        href=f"/events/{row['id']}",
        className="inbox-item",
        **data(select=str(row["id"])),
    )


def _voices(row: Row) -> str:
    shows, against = len(json.loads(row["sources"])), len(json.loads(row["contradicted_by"]))
    said = f"{shows} source{'' if shows == 1 else 's'} say{'s' if shows == 1 else ''} so"
    return f"{said}, {against} against" if against else said


def card(snapshot: Snapshot, row: Row) -> html.Article:
    """The whole card."""
    tested = judged_of(snapshot, str(row["id"]))
    return html.Article(
        [
            html.Header(
                [pills(row), html.H2([glyph(row), words.title(row)]), html.P(words.sentence(row), className="lead")]
            ),
            _amounts(row),
            facts(
                [
                    ("When", words.when(row)),
                    ("Known", _known(row)),
                    ("Evidence", _documents(snapshot, row)),
                    *_links(row),
                ]
            ),
            *_chart(snapshot, row),
            *_section("Compared with its own past", _comparison(snapshot, row)),
            *_section("Why it stands here", [html.P(words.shown(row["explanation"])), _rule(row)]),
            *_section("What was judged", judged(tested)),
            *_section("Who says so", [_who(snapshot, row), _evidence(snapshot, row), _words(snapshot, row)]),
            *_section("What else it could be", _innocent(snapshot, row, tested)),
            html.P(
                [
                    "A flag is a reason to look, not a finding. ",
                    dcc.Link("How flags are made", href="/method#flags"),
                    " · ",
                    dcc.Link("What the words mean", href="/method#glossary"),
                ],
                className="small",
            ),
        ],
        className="card",
    )


def _innocent(snapshot: Snapshot, row: Row, tested: list[Row]) -> list[Any]:
    """The explanations as judged; where nothing was judged, what the decision itself tells."""
    if tested:
        return [explained(tested)]
    return [explanations(row, decisions.own_words(snapshot, row)), html.P(NOT_TESTED)]


def _section(title: str, content: list[Any]) -> list[Any]:
    return [html.H3(title), *content] if content else []


def _amounts(row: Row) -> html.Div:
    unit = f"{row['currency']} per million tokens"
    rows = [
        [
            words.meter(meter),
            pair["old"] or "–",
            pair["new"] or "–",
            words.percent(words.ratio(pair["old"], pair["new"]), 1),
        ]
        for meter, pair in json.loads(row["prices"]).items()
    ]
    named = (("b31", "B31 = (3·input + output)/4"), ("b721", "B721 = (7·cached + 2·input + output)/10"))
    for (name, text), *sides in zip(named, *decisions.blends(row), strict=True):
        old, new = (words.number(None if price is None else float(price)) for price in sides)
        rows.append([text, old, new, words.percent(row[f"change_{name}"], 1)])
    return table(
        f"Old and new price, {words.TAX[row['vat_included']]}",
        ["meter", f"old ({unit})", f"new ({unit})", "change"],
        rows,
        numeric=(1, 2, 3),
    )


def _documents(snapshot: Snapshot, row: Row) -> html.Span:
    """The first documents it rests on, one click away; all of them stand further down."""
    found = decisions.evidence(snapshot, row).dropna(subset="source").head(4).to_dict("records")
    links = [
        dcc.Link(
            f"{document['source']}, {words.long_day(document['public_at'])}",
            href=f"/evidence/{document['payload_sha256']}?decision={row['id']}",
        )
        for document in found
    ]
    return separated(links)


def _known(row: Row) -> str:
    return (
        f"Public since {words.long_day(row['public_at'])}; in this ledger since {words.long_day(row['recorded_at'])}."
    )


def _links(row: Row) -> list[tuple[str, Any]]:
    versions = [name for name in json.loads(row["model_versions"]) if name]
    labels = separated([own_words(label) for label in dict.fromkeys(json.loads(row["labels"]))])
    links = separated([dcc.Link(words.shown(name), href=f"/models/{name}") for name in versions])
    permalink = dcc.Link(f"/events/{row['id']}", href=f"/events/{row['id']}")
    return [("Model", links if versions else None), ("Names as printed", labels), ("Permalink", permalink)]


def _chart(snapshot: Snapshot, row: Row) -> list[Any]:
    """The history of the meter that moved most, of the listings that moved."""
    listings = snapshot["listings"]
    names = listing_names(listings[listings["listing_id"].isin(json.loads(row["listing_ids"]))])
    meter, lines = decision_lines(row, snapshot["spells"], snapshot["sources"], names)
    if lines.empty:
        return []
    figure = decision_history(row, snapshot["spells"], snapshot["sources"], names, until=snapshot.data_to)
    unit = f"{row['currency']} per million tokens"
    named = words.meter(meter)
    title = f"{named[:1].upper()}{named[1:]} price of {words.name(row)}"
    version = row["model_version"]
    csv = None if words.missing(version) else f"/download/models/{version}.csv?build={snapshot.build}"
    said = reading(lines, unit) + _grey(lines)
    evidence = decisions.evidence(snapshot, row)["source"].dropna().astype(str)
    return [
        html.H3(f"{title}, {unit}"),
        graph(f"card-{row['id']}", themed(figure), reading=said, title=title, source=stamp(snapshot), csv=csv),
        coverage_strip(snapshot, evidence, lines["since"].min(), snapshot.data_to),
    ]


def _grey(lines: pd.DataFrame) -> str:
    """What the lines without a name are, where there are any."""
    rest = lines.loc[~lines["main"], "line"].nunique()
    if not rest:
        return ""
    others = "line is another listing or source" if rest == 1 else "lines are other listings or sources"
    return f" {rest} grey {others} of this decision: the pointer names each."


def _comparison(snapshot: Snapshot, row: Row) -> list[Any]:
    """The decision's own prices beside the past that one source tells; what no source tells is said."""
    found = own_past.comparison(snapshot, row)
    if found is None:
        return [html.P("No blended price is known before and after: nothing to compare with.")]
    said = f"New price {words.number(found.new)} {found.currency} per million tokens (B31)"
    last = ("Last price", _against(found.new, found.last))
    past = found.past
    if past is None:
        more = ": no source shows this step with all of its prices, so nothing is said of the days before and after."
        return [html.P(said + more), facts([last])]
    low = f"since {words.long_day(past.lowest_since)}" if past.ever_lower else "on record"
    held = f"Held for {past.held_days} day{'' if past.held_days == 1 else 's'}, {ENDED[past.ended]}"
    pairs = [
        last,
        ("90-day median", _against(found.new, past.median_90d)),
        ("Lowest", f"{low} (first seen {words.long_day(past.first_seen)})"),
        ("Share of days", f"cheaper than on {past.cheaper_than_pct:.0f}{words.THIN}% of the days before"),
        ("Lasting?", held.format(until=words.long_day(past.until))),
    ]
    day = words.long_day(past.since)
    return [html.P(f"{said}. All of it as {past.source} says, which shows the new price from {day}."), facts(pairs)]


def _against(new: float, old: float | None) -> str:
    if old is None:
        return "not known"
    return f"{words.percent(new / old - 1) if old else '–'} against {words.number(old)}"


def _rule(row: Row) -> html.P:
    text = "Not flagged." if words.missing(row["flag"]) else RULES[row["flag"]]
    if row["flag"] == "watch" and row["kind"] == "launch":
        text = "On watch: some of the conditions for a suspicion hold, and not all."
    veto = "" if words.missing(row["veto"]) else f" What speaks against a market move: {row['veto']}."
    return html.P([text + veto, " ", dcc.Link("The method", href="/method")])


def _who(snapshot: Snapshot, row: Row) -> html.Dl:
    evidence = decisions.evidence(snapshot, row)

    def named(lineages: list[str]) -> Any:
        return ", ".join(lineages) if lineages else "nobody"

    return facts(
        [
            ("Show it", named(json.loads(row["sources"]))),
            ("Contradict it", named(json.loads(row["contradicted_by"]))),
            ("List the model and are silent", named(decisions.silent(snapshot, row))),
            ("Please note", unconfirmed.named(snapshot, evidence["source"].dropna())),
            ("Handed in", handed_in.named(snapshot, json.loads(row["captures"]))),
        ]
    )


def _evidence(snapshot: Snapshot, row: Row) -> html.Div:
    named = titles(snapshot)
    rows = [
        [
            dcc.Link(f"{digest[:12]}…", href=f"/evidence/{digest}?decision={row['id']}", title=digest),
            own_words(named.get(str(found["source"]), str(found["source"])))
            if not words.missing(found["source"])
            else "not in this build",
            words.minute(found["public_at"]),
            html.Span(words.shown(found["url"]), className="address") if not words.missing(found["url"]) else "–",
        ]
        for found in decisions.evidence(snapshot, row).to_dict("records")
        for digest in [str(found["payload_sha256"])]
    ]
    return table("Documents it rests on", ["document (SHA-256)", "source", "public since (UTC)", "address"], rows)


def _words(snapshot: Snapshot, row: Row) -> Any:
    spells = decisions.own_words(snapshot, row).sort_values(["source", "meter", "first_seen"])
    rows = [
        [
            words.meter(str(spell["meter"])),
            str(spell["source"]),
            as_published(str(spell["amount"]), str(spell["currency"]), int(spell["per"]), str(spell["per_unit"])),
            words.day(spell["first_seen"]),
            words.day(spell["last_seen"]),
            words.shown(spell["where"]),
        ]
        for spell in spells.head(40).to_dict("records")
    ]
    if not rows:
        return None
    headers = ["meter", "source", "as printed", "first seen", "last seen", "place in the document"]
    return html.Details([html.Summary("In the sources' own words"), table("Amounts as printed", headers, rows)])
