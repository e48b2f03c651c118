"""Evidence: one document by its SHA-256. Where it came from, what was read from it, what rests on it."""

import json
from functools import partial
from typing import Any

import dash
import pandas as pd
from dash import dcc, html

from dashboard.components import unconfirmed, words
from dashboard.components.card import glyph
from dashboard.components.frame import nothing_published, page
from dashboard.components.glossary import own_words
from dashboard.components.listings import listing_names
from dashboard.components.tables import facts, table
from pipeline.domain.conditions import conditions_in_words
from pipeline.exports.tables import as_published
from pipeline.query import decisions
from pipeline.query.documents import Document
from pipeline.query.evidence import Evidence, evidence
from pipeline.query.snapshot import Shelf, Snapshot

MOST = 200
FEW = 12


def add(app: dash.Dash, shelf: Shelf) -> None:  # noqa: ARG001  (every page is added in one way)
    """Register the page."""
    dash.register_page(
        __name__,
        path_template="/evidence/<payload_sha256>",
        name="Evidence",
        title=lambda payload_sha256="": f"Document {payload_sha256[:12]} · undercut",
        layout=partial(layout, shelf),
    )


def layout(shelf: Shelf, payload_sha256: str = "", **query: str) -> html.Div:
    """The document's facts, its readings and what rests on it."""
    snapshot = shelf.current(query.get("build"))
    if snapshot is None:
        return nothing_published()
    found = evidence(snapshot, payload_sha256)
    path = f"/evidence/{payload_sha256}"
    if found is None:
        text = "Nothing in this build rests on a document of that digest."
        return page(shelf, snapshot, "No such document", html.P(text), build=query.get("build"), path=path)
    return page(
        shelf,
        snapshot,
        "Evidence",
        _facts(snapshot, found),
        *_of_decision(snapshot, found, query.get("decision")),
        *_document(shelf.document(payload_sha256), payload_sha256, sample=snapshot.meta["sample"]),
        *_events(found),
        *_spells(snapshot, found),
        *_captures(found),
        build=query.get("build"),
        path=path,
    )


def _facts(snapshot: Snapshot, found: Evidence) -> html.Dl:
    pairs: list[tuple[str, Any]] = [("SHA-256 of the document", html.Code(found.payload_sha256, className="digest"))]
    if len(found.captures):
        first = found.captures.iloc[0].to_dict()
        pairs += [
            ("Address", words.shown(first["url"])),
            ("Fetched", f"{words.minute(first['captured_at'])} UTC"),
            ("Speaks for", "" if words.missing(first["as_of"]) else f"{words.minute(first['as_of'])} UTC"),
            ("Number in the hash chain", str(first["capture"])),
            ("Read by", f"spider {first['source']}, version {first['spider_version']}"),
            ("Please note", unconfirmed.named(snapshot, found.captures["source"])),
            ("Handed in by", "" if words.missing(first["handed_in_by"]) else words.shown(first["handed_in_by"])),
        ]
    return facts(pairs)


def _captures(found: Evidence) -> list[Any]:
    if len(found.captures) < 2:
        return []
    rows = [
        [str(row["capture"]), words.minute(row["captured_at"]), words.minute(row["as_of"]), row["kind"], row["verdict"]]
        for row in found.captures.head(MOST).to_dict("records")
    ]
    headers = ["number in the chain", "fetched (UTC)", "speaks for (UTC)", "kind of run", "verdict"]
    return [html.H2("Every look that brought or confirmed it"), table("Fetches of this document", headers, rows)]


def _of_decision(snapshot: Snapshot, found: Evidence, event_id: str | None) -> list[Any]:
    """What the decision that led here reads from the document."""
    row = None if event_id is None else decisions.decision(snapshot, event_id)
    if row is None:
        return []
    own = found.spells[found.spells["listing_id"].isin(json.loads(row["listing_ids"]))]
    link = dcc.Link([glyph(row), words.title(row)], href=f"/events/{row['id']}")
    if own.empty:
        return [html.H2("What it says of the decision"), html.P([link, ": it confirms a price that others state."])]
    return [html.H2("What it says of the decision"), html.P(link), _spell_table(snapshot, found, own, "Prices of it")]


def _spells(snapshot: Snapshot, found: Evidence) -> list[Any]:
    title = "Prices that begin or end in it"
    if found.spells.empty:
        return [html.H2(title), html.P("None: it confirmed what earlier documents stated.")]
    listed = _spell_table(snapshot, found, found.spells, title)
    if len(found.spells) <= FEW:
        return [html.H2(title), listed]
    shown = f", the first {MOST} here" if len(found.spells) > MOST else ""
    return [html.H2(title), html.Details([html.Summary(f"{len(found.spells):,} prices{shown}"), listed])]


def _spell_table(snapshot: Snapshot, found: Evidence, spells: pd.DataFrame, caption: str) -> html.Div:
    known = snapshot["listings"][snapshot["listings"]["listing_id"].isin(spells["listing_id"])]
    listings, names = known.set_index("listing_id"), listing_names(known)
    rows = [
        [
            _model(listings.loc[row["listing_id"], "model_version"], listings.loc[row["listing_id"], "label"]),
            names[row["listing_id"]],
            words.meter(row["meter"]),
            as_published(row["amount"], row["currency"], row["per"], row["per_unit"]),
            words.day(row["first_seen"]),
            words.day(row["last_seen"]),
            words.shown(row["where"]) if row["first_payload"] == found.payload_sha256 else "stood here last",
        ]
        for row in spells.sort_values(["listing_id", "meter"]).head(MOST).to_dict("records")
    ]
    headers = ["model", "listing", "meter", "as printed", "first seen", "last seen", "place in the document"]
    return table(caption, headers, rows)


def _model(version: object, label: object) -> Any:
    if words.missing(version):
        return words.shown(label)
    return dcc.Link(words.shown(version), href=f"/models/{version}")


def _events(found: Evidence) -> list[Any]:
    if found.events.empty:
        return []
    items = [
        html.Li(dcc.Link([glyph(row), words.title(row)], href=f"/events/{row['id']}"))
        for row in found.events.head(MOST).to_dict("records")
    ]
    parts: list[Any] = [html.H2("Decisions that rest on it"), html.Ul(items[:FEW], className="plain")]
    if len(items) > FEW:
        rest = html.Ul(items[FEW:], className="plain")
        parts.append(html.Details([html.Summary(f"{len(found.events) - FEW} more"), rest]))
    return parts


def _document(found: Document | None, payload_sha256: str, *, sample: bool) -> list[Any]:
    """The bytes in a frame that can do nothing, and what was read from them; or why they are not here."""
    if found is None or found.body is None:
        why = "not shipped" if sample else "not held in this archive"
        text = (
            f"Document {why}: its address, its instant and its digest are. Fetch it from the address and compare "
            "the SHA-256. (Of a range of a package the digest is that of the range.)"
        )
        return [html.H2("The document"), html.P(text), *_quotes(found)]
    cut = " Cut after the first 32 MB." if found.cut else ""
    return [
        html.H2("The document"),
        html.P(f"As it was served, without scripts and without pictures from elsewhere.{cut}", className="small"),
        html.Iframe(
            src=f"/documents/{payload_sha256}", sandbox="", title="The document as it was served", className="document"
        ),
        *_quotes(found),
    ]


def _quotes(found: Document | None) -> list[Any]:
    quotes = [] if found is None else [quote for quote in found.quotes if "amount" in quote]
    if not quotes:
        return []
    rows = [
        [
            own_words(quote["label"]),
            words.shown(quote["seller"]),
            words.meter(quote["meter"]),
            as_published(quote["amount"], quote["currency"], quote["per"], quote["per_unit"]),
            words.TAX[quote["vat_included"]],
            conditions_in_words(quote["conditions"]),
            words.shown(quote["where"]),
        ]
        for quote in quotes[:MOST]
    ]
    headers = ["name as printed", "seller", "meter", "as printed", "tax", "conditions", "place in the document"]
    caption = f"Prices read from it ({len(quotes):,}{f', the first {MOST}' if len(quotes) > MOST else ''})"
    return [html.Details([html.Summary(caption), table(caption, headers, rows)])]
