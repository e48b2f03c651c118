"""What is no page: rows of the grid, downloads, readiness. Read-only, and made of the same functions as the pages."""

import json
from collections.abc import Callable

import pandas as pd
from flask import Flask, Response, abort, request

from dashboard.components.listings import listing_names
from dashboard.components.price_rows import csv_frame, filtered, grid_rows
from pipeline.domain.errors import InvalidValueError
from pipeline.exports.comparisons import pairs_table, same_weights_table
from pipeline.exports.csv import stamped, to_csv
from pipeline.query.models import model
from pipeline.query.series import TERMS, TITLES, asked_terms, rows
from pipeline.query.snapshot import Shelf, Snapshot
from pipeline.query.sources import health

DOCUMENT_CSP = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; frame-ancestors 'self'"
)
_TEXT = "text/plain; charset=utf-8"
_SHOWN = {
    "text/html": "text/html",
    "text/plain": _TEXT,
    "text/markdown": _TEXT,
    "text/csv": _TEXT,
    "application/json": _TEXT,
}


def add_routes(server: Flask, shelf: Shelf) -> None:
    """Register the routes on the app's server."""

    def route(path: str, answer: Callable[..., Response]) -> None:
        def view(**given: str) -> Response:
            return answer(asked_for(shelf), **given)

        server.add_url_rule(path, endpoint=f"undercut {path}", view_func=view, methods=["GET"])

    route("/rows/prices", price_rows)
    route("/download/prices.csv", prices_csv)
    route("/download/models/<maker>/<slug>.csv", model_csv)
    route("/download/series/<name>.csv", series_csv)
    route("/download/pairs.csv", pairs_csv)
    route("/download/same-weights.csv", same_weights_csv)
    server.add_url_rule(
        "/documents/<payload_sha256>", "documents", lambda payload_sha256: document(shelf, payload_sha256)
    )
    server.add_url_rule("/readyz", "readyz", lambda: ready(shelf))


def asked_for(shelf: Shelf) -> Snapshot:
    """The build that the address names, else the newest; 404 in words where it is no longer kept, 503 before the first.

    A page shows the newest in place of a build that is gone, and says so; a file cannot say so.
    """
    build = request.args.get("build")
    snapshot = shelf.current(build)
    if snapshot is None:
        abort(503)
    if build and snapshot.build != build and request.path.startswith("/download/"):
        said = f"Build {build} is not kept here. The newest is {snapshot.build}.\n"
        abort(Response(said, status=404, mimetype="text/plain"))
    return snapshot


def price_rows(snapshot: Snapshot) -> Response:
    """The grid's rows as JSON, revalidated by build and filters."""
    try:
        rows = filtered(snapshot, request.args)
    except InvalidValueError as error:
        return _json({"error": str(error)}, 400)
    response = _json({"rows": grid_rows(rows), "sentence": _sentence(snapshot, rows)})
    response.set_etag(f"{snapshot.build}-{request.query_string.decode()}")
    response.headers["Cache-Control"] = "private, no-cache"
    return response.make_conditional(request)  # type: ignore[return-value]


def prices_csv(snapshot: Snapshot) -> Response:
    """Exactly the view of the page Prices as a file."""
    try:
        rows = filtered(snapshot, request.args)
    except InvalidValueError as error:
        return _json({"error": str(error)}, 400)
    return _csv(stamped(csv_frame(snapshot, rows), snapshot.meta, titled=True), f"undercut-prices-{snapshot.build}.csv")


def model_csv(snapshot: Snapshot, maker: str, slug: str) -> Response:
    """The whole history of one model: every spell of every listing, with its document."""
    found = model(snapshot, f"{maker}/{slug}")
    if found is None:
        abort(404)
    names = listing_names(found.listings)
    spells = found.spells.assign(
        listing=found.spells["listing_id"].map(names),
        price_per_million=found.spells["nano_per_million"] / 1_000_000_000,
    )
    spells = stamped(spells, snapshot.meta, titled=False)
    for name in spells.columns[spells.dtypes == "datetime64[us, UTC]"]:
        spells[name] = spells[name].dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    first = ["listing", "meter", "price_per_million", "currency", "vat_included", "price_basis", "source"]
    ordered = [*first, *(name for name in spells.columns if name not in (*first, "nano_per_million"))]
    return _csv(spells[ordered], f"undercut-{maker}-{slug}-{snapshot.build}.csv")


def series_csv(snapshot: Snapshot, name: str) -> Response:
    """The rows of one series under the terms of the page Series, with the build and the instant of its data."""
    if name not in TITLES:
        abort(404)
    asked = {key: value for key, value in request.args.items() if key in TERMS}
    try:
        table = rows(snapshot, name, asked_terms(**asked))
    except InvalidValueError as error:
        return _json({"error": str(error)}, 400)
    return _csv(stamped(table, snapshot.meta, titled=False), f"undercut-{name}-{snapshot.build}.csv")


def pairs_csv(snapshot: Snapshot) -> Response:
    """Every home and export pair with its margin, as the workbook has them."""
    return _csv(
        stamped(pairs_table(snapshot.frames), snapshot.meta, titled=True), f"undercut-pairs-{snapshot.build}.csv"
    )


def same_weights_csv(snapshot: Snapshot) -> Response:
    """Every maker of open weights beside its hosts."""
    table = same_weights_table(snapshot.frames)
    return _csv(stamped(table, snapshot.meta, titled=True), f"undercut-same-weights-{snapshot.build}.csv")


def ready(shelf: Shelf) -> Response:
    """200 with the build's age and late sources; 503 while nothing is published. No details beyond counts."""
    snapshot = shelf.current()
    if snapshot is None:
        return _json({"ready": False, "reason": "nothing is published yet"}, 503)
    counts = health(snapshot)["health"].value_counts()
    body = {"ready": True, "build": snapshot.build, "data_to": snapshot.meta["data_to"]}
    return _json(body | {"sources": {str(name): int(count) for name, count in counts.items()}})


def document(shelf: Shelf, payload_sha256: str) -> Response:
    """A document as it was served, inert: no script, no picture from elsewhere, no form, no parent.

    What a browser could run by itself (SVG, PDF, anything unknown) is only handed out as a file.
    """
    found = shelf.document(payload_sha256)
    if found is None or found.body is None:
        abort(404)
    response = Response(found.body, mimetype=_SHOWN.get(found.media_type, "application/octet-stream"))
    response.headers["Content-Security-Policy"] = DOCUMENT_CSP
    if found.media_type not in _SHOWN:
        response.headers["Content-Disposition"] = f'attachment; filename="{payload_sha256[:16]}.bin"'
    return response


def _sentence(snapshot: Snapshot, rows: pd.DataFrame) -> str:
    total = snapshot["prices"].drop_duplicates(["listing_id", "currency"])
    differ = int(rows["contradicting"].notna().sum())
    return f"{len(rows):,} of {len(total):,} listings, newest change first; sources disagree about {differ:,} of them."


def _json(body: object, status: int = 200) -> Response:
    return Response(json.dumps(body, allow_nan=False), status=status, mimetype="application/json")


def _csv(frame: pd.DataFrame, name: str) -> Response:
    response = Response(to_csv(frame), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
