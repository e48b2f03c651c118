"""Evidence: one document by its SHA-256. Where it came from, what was read from it, what rests on it."""

from functools import partial
from typing import Any

import dash
from dash import dcc, html

from dashboard.components import words
from dashboard.components.card import glyph
from dashboard.components.frame import nothing_published, page
from dashboard.components.glossary import own_words
from dashboard.components.listings import listing_names
from dashboard.components.tables import facts, table
from pipeline.exports.tables import as_published, conditions_in_words
from pipeline.query.documents import Document
from pipeline.query.evidence import Evidence, evidence
from pipeline.query.snapshot import Shelf, Snapshot

MOST = 200


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
    snapshot = shelf.current()
    if snapshot is None:
        return nothing_published()
    found = evidence(snapshot, payload_sha256)
    path = f"/evidence/{payload_sha256}"
    if found is None:
        text = "Nothing in this build rests on a document of that digest."
        return page(snapshot, "No such document", html.P(text), build=query.get("build"), path=path)
    return page(
        snapshot,
        "Evidence",
        _facts(found),
        *_captures(found),
        *_spells(snapshot, found),
        *_events(found),
        *_document(shelf.document(payload_sha256), payload_sha256),
        build=query.get("build"),
        path=path,
    )


def _facts(found: Evidence) -> html.Dl:
    pairs: list[tuple[str, Any]] = [("SHA-256 of the document", html.Code(found.payload_sha256, className="digest"))]
    if len(found.captures):
        first = found.captures.iloc[0].to_dict()
        pairs += [
            ("Address", words.shown(first["url"])),
            ("Fetched", f"{words.minute(first['captured_at'])} UTC"),
            ("Speaks for", "" if words.missing(first["as_of"]) else f"{words.minute(first['as_of'])} UTC"),
            ("Number in the hash chain", str(first["capture"])),
            ("Read by", f"spider {first['source']}, version {first['spider_version']}"),
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


def _spells(snapshot: Snapshot, found: Evidence) -> list[Any]:
    if found.spells.empty:
        return [html.H2("Prices"), html.P("No price begins or ends in this document; it confirmed earlier ones.")]
    listings = snapshot["listings"].set_index("listing_id")
    names = listing_names(snapshot["listings"][snapshot["listings"]["listing_id"].isin(found.spells["listing_id"])])
    rows = [
        [
            _model(listings.loc[row["listing_id"], "model_version"], listings.loc[row["listing_id"], "label"]),
            names[row["listing_id"]],
            words.meter(row["meter"]),
            as_published(row["amount"], row["currency"], row["per"], row["per_unit"]),
            words.day(row["first_seen"]),
            words.day(row["last_seen"]),
            words.shown(row["where"]) if row["first_payload"] == found.payload_sha256 else "the price stood here last",
        ]
        for row in found.spells.sort_values(["listing_id", "meter"]).head(MOST).to_dict("records")
    ]
    headers = ["model", "listing", "meter", "as printed", "first seen", "last seen", "place in the document"]
    more = [html.P(f"{len(found.spells) - MOST} more.")] if len(found.spells) > MOST else []
    title = "Prices that begin or end in it"
    return [html.H2(title), table(title, headers, rows), *more]


def _model(version: object, label: object) -> Any:
    if words.missing(version):
        return words.shown(label)
    return dcc.Link(words.shown(version), href=f"/models/{version}")


def _events(found: Evidence) -> list[Any]:
    if found.events.empty:
        return []
    items = [
        html.Li(dcc.Link([glyph(row), words.title(row)], href=f"/events/{row['id']}"))
        for row in found.events.to_dict("records")
    ]
    return [html.H2("Decisions that rest on it"), html.Ul(items)]


def _document(found: Document | None, payload_sha256: str) -> list[Any]:
    """The bytes in a frame that can do nothing, and what was read from them; or why they are not here."""
    if found is None or found.body is None:
        text = (
            "Document not shipped: its address, its instant and its digest are. Fetch it from the address and compare "
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
