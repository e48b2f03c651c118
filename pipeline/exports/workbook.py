"""One XLSX workbook of a snapshot: decisions, flags, prices, comparisons, sellers, sources, evidence, coverage.

Deterministic: the same snapshot and profile give the same bytes (the creation date is the snapshot's). Text is never a
formula or a link, whatever a crawled page calls its models.
"""

import io
import json
from datetime import datetime
from typing import Any, Literal

import pandas as pd
import xlsxwriter

from pipeline.domain.instants import parse_instant
from pipeline.exports.comparisons import (
    flags_table,
    not_flagged_table,
    pairs_table,
    rents_table,
    same_weights_table,
    sellers_table,
    switches_table,
    taxes_table,
)
from pipeline.exports.funnel import rank_by_month, stops
from pipeline.exports.tables import Frames, coverage_table, events_table, prices_table, withheld
from pipeline.normalise.speakers import speaks

Profile = Literal["filing", "public"]

_NUMBERS = {
    "price per million units",
    "old price per million tokens",
    "new price per million tokens",
    "figure",
    "lowest figure",
    "highest figure",
    "signed margin (% of the export value)",
    "legal margin, not under 0 (% of the export value)",
    "best for the seller at any volumes (%)",
    "worst for the seller at any volumes (%)",
    "change of the meter (%)",
    "change of B31 (%)",
    "change of B721 (%)",
    *(
        f"{side}: {meter} per million tokens"
        for side in ("home", "export")
        for meter in ("input", "cached input", "output")
    ),
}
_WIDE = {
    "explanation": 80,
    "addresses": 60,
    "address": 60,
    "as published": 36,
    "label as printed": 34,
    "model version": 34,
    "in plain words": 90,
    "why": 50,
    "caveats": 60,
    "where it is stated": 60,
    "old and new prices per million tokens": 50,
}
NOTICE = (
    "An indicator, not a finding. A price fall is lawful; the figures show what public documents stated and when. "
    "Prices are as published; a margin says which tax it takes out of them, at the rate of the sheet of taxes."
)


def workbook(frames: Frames, meta: dict[str, Any], *, profile: Profile) -> bytes:
    """The workbook's bytes. `public` leaves out figures of sources whose terms forbid it, and lists those sources."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    built_at = parse_instant(meta["built_at"])
    book.set_properties({"title": "undercut: prices and decisions", "created": built_at.replace(tzinfo=None)})
    public = profile == "public"
    _about(book, frames, meta, profile)
    write_sheet(book, "Decisions", events_table(frames, public=public))
    write_sheet(book, "Flags", flags_table(frames, public=public))
    write_sheet(book, "Judged, no flag", not_flagged_table(frames, public=public))
    write_sheet(book, "Funnel", stops(frames))
    write_sheet(book, "Rank by month", rank_by_month(frames))
    write_sheet(book, "Prices", prices_table(frames, public=public))
    write_sheet(book, "Home and export", pairs_table(frames, public=public))
    write_sheet(book, "Margins by switch", switches_table(frames, public=public))
    write_sheet(book, "Same weights", same_weights_table(frames, public=public))
    write_sheet(book, "Sellers", sellers_table(frames))
    write_sheet(book, "Rents of machines", rents_table(frames))
    write_sheet(book, "Taxes", taxes_table(frames))
    write_sheet(book, "Sources", _sources(frames))
    write_sheet(book, "Evidence", evidence_table(frames))
    write_sheet(book, "Coverage", coverage_table(frames))
    book.close()
    return out.getvalue()


def _sources(frames: Frames) -> pd.DataFrame:
    table = frames["sources"].drop(columns=["sellers", "markets"])
    urls = [" | ".join(json.loads(text)) for text in table["urls"]]
    return table.assign(urls=urls, trust=speaks(table)).rename(
        columns={
            "urls": "addresses",
            "trust": "kind of source",
            "redistribute": "may be published",
            "needs_key": "needs a key",
            "confirmed": "layout confirmed by a real document",
        }
    )


def evidence_table(frames: Frames) -> pd.DataFrame:
    """One row a document: who published it where, when it was fetched, and its digest."""
    columns = ["source", "url", "captured_at", "as_of", "payload_sha256", "capture", "spider_version", "handed_in_by"]
    table = frames["captures"].drop_duplicates("payload_sha256")[columns]
    return table.rename(
        columns={
            "url": "address",
            "captured_at": "fetched (UTC)",
            "as_of": "speaks for (UTC)",
            "payload_sha256": "SHA-256 of the document",
            "capture": "number in the hash chain",
            "spider_version": "version of the reading",
            "handed_in_by": "handed in by",
        }
    )


def _about(book: Any, frames: Frames, meta: dict[str, Any], profile: Profile) -> None:
    sheet = book.add_worksheet("About")
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 110)
    bold = book.add_format({"bold": True, "valign": "top"})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    left_out = withheld(frames) if profile == "public" else withheld(frames).iloc[:0]
    rows = [
        ("undercut", "Prices of large language models and the decisions that moved them."),
        ("Profile", "for publication" if profile == "public" else "for a filing: not for publication"),
        ("Data to", meta["data_to"]),
        ("View", meta["view"]),
        ("Build", f"{meta['build']}, made {meta['built_at']}"),
        ("Method", f"version {meta['method_version']}"),
        ("Head of the hash chain", f"{meta['head']['seq']} {meta['head']['sha256']}"),
        ("Prices", "as published, per million units, in the seller's own currency, tax as stated (yes, no, unknown)"),
        ("B31", "(3 x input + output) / 4"),
        ("B721", "(7 x cached input + 2 x input + output) / 10"),
        (
            "Cite as",
            f"undercut, build {meta['build']}, data to {meta['data_to']}, chain head {meta['head']['sha256'][:16]}",
        ),
        ("Please note", NOTICE),
        *(("Left out by its terms", f"{row.title} ({row.licence})") for row in left_out.itertuples()),
        *(("Not in the sample", f"{entry['source']}: {entry['reason']}") for entry in meta.get("left_out", [])),
    ]
    for number, (name, text) in enumerate(rows):
        sheet.write_string(number, 0, name, bold)
        sheet.write_string(number, 1, str(text), wrap)


def write_sheet(book: Any, name: str, table: pd.DataFrame) -> None:
    """One table as a sheet: bold header, frozen, filtered, printed over one page's width."""
    sheet = book.add_worksheet(name)
    header = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    sheet.freeze_panes(1, 0)
    for column, title in enumerate(table.columns):
        sheet.write_string(0, column, str(title), header)
        sheet.set_column(column, column, _WIDE.get(str(title), 18))
        for row, value in enumerate(table.iloc[:, column], start=1):
            _cell(sheet, row, column, str(title), value)
    sheet.autofilter(0, 0, max(len(table), 1), max(len(table.columns) - 1, 0))
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _cell(sheet: Any, row: int, column: int, title: str, value: object) -> None:
    if value is None or (not isinstance(value, str) and pd.isna(value)):  # type: ignore[call-overload]
        return
    if title in _NUMBERS and value != "":
        sheet.write_number(row, column, float(str(value)))
    elif isinstance(value, bool):
        sheet.write_string(row, column, "yes" if value else "no")
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value)
    elif isinstance(value, datetime):
        sheet.write_string(row, column, value.strftime("%Y-%m-%d" if _is_day(value) else "%Y-%m-%dT%H:%M:%SZ"))
    else:
        sheet.write_string(row, column, str(value))


def _is_day(value: datetime) -> bool:
    return value.tzinfo is None
