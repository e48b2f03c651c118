"""The file of a case as tables, as a workbook and as text: every indicator with its inputs, and what was not tested.

In: a `CaseFile`, the build's `meta`, the decision and the acts of its case. Out: frames whose titles carry the unit,
bytes, text. The same case of the same build gives the same bytes.
"""

import io
import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import pandas as pd
import xlsxwriter

from pipeline.domain.amounts import decimal_text
from pipeline.domain.indicator import READ_MARK, Input
from pipeline.domain.instants import parse_instant
from pipeline.dumping.case.margins import INTERNATIONAL
from pipeline.dumping.case.subject import CaseFile
from pipeline.dumping.other_causes import OtherCause
from pipeline.exports.tables import Frames
from pipeline.exports.workbook import NOTICE, evidence_table, write_sheet

OUTCOMES = {
    "passes": "holds",
    "fails": "does not hold",
    "indicated": "indicated",
    "measured": "measured",
    "not_evaluable": "not evaluable",
}
MARKS = (
    f"{READ_MARK}: the paragraph was read in public text; others are named from general knowledge. A-A, T-T, A-T: "
    "averages compared with averages, single days with single days, averages with single days (days stand for sales). "
    "NME: home prices and costs of a non-market economy are set aside (United States); 6a: the same after significant "
    "distortions (European Union)."
)
"""What the marks and short names of a case stand for."""
Row = Mapping[Any, Any]
Acts = Sequence[Mapping[str, str]]


def title(made: CaseFile) -> str:
    """What the case is about; the importing country is the analyst's choice and stands in it."""
    subject = made.subject
    buyers = "any country" if subject.market == INTERNATIONAL else subject.market
    sold = f"{subject.model_version} by {subject.seller}, offered to buyers in {buyers}"
    return f"{sold}; importing country {subject.importing_country}"


def number(value: Decimal | None) -> str:
    """Six significant digits, plain; empty where there is none."""
    return "" if value is None else decimal_text(Decimal(f"{value:.6g}"))


def indicators(made: CaseFile) -> pd.DataFrame:
    """One row an indicator, evaluated or not."""
    return pd.DataFrame(
        [
            {
                "part": section.title,
                "indicator": each.name,
                "outcome": OUTCOMES[each.outcome.value],
                "figure": number(each.value),
                "unit": each.unit,
                "lowest figure": number(each.low),
                "highest figure": number(each.high),
                "threshold": each.threshold or "",
                "why": each.reason,
                "caveats": "; ".join(each.labels),
                "follows": "; ".join(str(cited) for cited in each.rests_on),
                "as of": section.text,
            }
            for section in made.sections
            for each in section.indicators
        ]
    )


def inputs(made: CaseFile) -> pd.DataFrame:
    """One row an input of an indicator, with where it was read."""
    rows = [
        {
            "indicator": each.name,
            "input": given.name,
            "figure": number(given.value),
            "unit": given.unit,
            "where it is stated": given.source,
            "day": "" if given.day is None else str(given.day),
        }
        for each in made.indicators
        for given in each.inputs
    ]
    return pd.DataFrame(rows, columns=["indicator", "input", "figure", "unit", "where it is stated", "day"])


def input_documents(made: CaseFile, frames: Frames, event: Row) -> list[list[str]]:
    """An input each, in the order of `inputs`: SHA-256 of the documents that state it; none for what was computed.

    Of a price of a seller of these weights: where the source that is named began to state what stood on the day.
    """
    listings = frames["listings"]
    own = listings[(listings["model_version"] == made.subject.model_version) & listings["base"].astype(bool)]
    spells = frames["spells"].merge(own[["listing_id", "served_by"]], on="listing_id", validate="many_to_one")
    return [_stating(given, spells, event) for each in made.indicators for given in each.inputs]


def _stating(given: Input, spells: pd.DataFrame, event: Row) -> list[str]:
    if given.source.startswith("the decision"):
        return [str(digest) for digest in json.loads(event["captures"])]
    role, _, who = given.name.partition(" ")
    if given.day is None or role not in ("host", "maker"):
        return []
    ended = pd.Timestamp(given.day, tz="UTC") + pd.Timedelta(days=1)
    told = spells[
        (spells["source"] == given.source.partition(";")[0])
        & (spells["served_by"] == who)
        & (spells["first_seen"] < ended)
    ]
    standing = told.sort_values("first_seen", kind="stable").drop_duplicates(["listing_id", "meter"], keep="last")
    return sorted(set(standing["first_payload"].astype("str")))


def documents(frames: Frames, cited: Sequence[Sequence[str]], event: Row) -> pd.DataFrame:
    """One row a document that the decision or an input rests on, with its address and when it was fetched."""
    of_decision = [str(digest) for digest in json.loads(event["captures"])]
    named = dict.fromkeys([*of_decision, *(digest for own in cited for digest in own)])
    known = evidence_table(frames)
    digest = "SHA-256 of the document"
    rows = pd.DataFrame({digest: list(named)}, dtype="object").merge(
        known.astype({digest: "object"}), on=digest, how="left", validate="one_to_one"
    )
    rests = ["the decision" if one in of_decision else "an input" for one in rows[digest]]
    return rows.assign(**{"what rests on it": rests})[["what rests on it", *known.columns]]


def margins(made: CaseFile) -> pd.DataFrame:
    """One row a margin under one choice of tax, rate, mix, method and period; none where no pair is comparable."""
    columns = {
        "normal_value": "normal value",
        "tax": "tax (home, export)",
        "rate": "exchange rate",
        "mix": "mix of tokens",
        "method": "method (aa, tt, at)",
        "period": "period",
        "signed": "signed margin (% of the export value)",
        "legal": "legal margin, not under 0 (% of the export value)",
        "best": "best for the seller at any volumes (%)",
        "worst": "worst for the seller at any volumes (%)",
        "note": "why",
    }
    numbers = ("signed", "legal", "best", "worst")
    rows = [
        {
            head: number(getattr(row, name)) if name in numbers else str(getattr(row, name))
            for name, head in columns.items()
        }
        for row in made.margins
    ]
    return pd.DataFrame(rows, columns=list(columns.values()))


def size(cause: OtherCause) -> str:
    """How large a cause is, with its unit; a change in per cent bears its sign: a rise is no fall of cost."""
    if cause.size is None:
        return ""
    sign = "+" if cause.size > 0 and cause.unit.startswith("%") else ""
    return f"{sign}{number(cause.size)} {cause.unit}"


def causes(made: CaseFile) -> pd.DataFrame:
    """One row an other cause, measured or not."""
    return pd.DataFrame(
        [
            {
                "other cause": each.cause.value,
                "day": "" if each.day is None else str(each.day),
                "size": size(each),
                "where it is stated": each.source,
            }
            for each in made.causes
        ]
    )


def sellers(made: CaseFile) -> pd.DataFrame:
    """What is known of the seller, each fact with its source or `unknown`."""
    return pd.DataFrame(list(made.facts), columns=["fact", "value", "where it is stated"])


def not_tested(made: CaseFile) -> pd.DataFrame:
    """What no case tests, and what of this one could not be evaluated."""
    rows = [(each.name, each.reason, "in no case") for each in made.not_tested]
    rows += [(each.name, each.reason, "in this case") for each in made.indicators if not _evaluated(each.outcome.value)]
    return pd.DataFrame(rows, columns=["not tested", "why", "where"])


def workbook(made: CaseFile, meta: Mapping[str, Any], event: Row, acts: Acts, frames: Frames) -> bytes:
    """The case as XLSX, for a filing; `frames` are those of the build that the case was made of."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    created = parse_instant(meta["built_at"]).replace(tzinfo=None)
    book.set_properties({"title": f"undercut: {title(made)}", "created": created})
    write_sheet(book, "Case", pd.DataFrame(about(made, meta, event), columns=["case", "in plain words"]))
    write_sheet(book, "Indicators", indicators(made))
    cited = input_documents(made, frames, event)
    stated = {"SHA-256 of the documents": [" | ".join(own) for own in cited]}
    write_sheet(book, "Inputs", inputs(made).assign(**stated))
    write_sheet(book, "Documents", documents(frames, cited, event))
    write_sheet(book, "Margins", margins(made))
    write_sheet(book, "Other causes", causes(made))
    write_sheet(book, "Seller", sellers(made))
    write_sheet(book, "Not tested", not_tested(made))
    write_sheet(
        book, "Acts", pd.DataFrame(acts, columns=["at (UTC)", "act", "by", "why", "until", "build that was seen"])
    )
    book.close()
    return out.getvalue()


def about(made: CaseFile, meta: Mapping[str, Any], event: Row) -> list[tuple[str, str]]:
    """What the case is about, on what it rests, and what it is not."""
    subject = made.subject
    price = (
        "none" if subject.price_usd is None else f"{number(subject.price_usd)} USD per million tokens, tax as stated"
    )
    total = len(made.indicators)
    rows = [
        ("Title", title(made)),
        ("Decision", f"{event['id']}, {event['kind']}, {event['state']}, {event['class_']}"),
        ("Maker", f"{subject.maker}, {made.seat}"),
        ("Applies from", str(subject.since)),
        ("Public since", str(subject.day)),
        ("B31 in dollars", price),
        ("Importing country", f"{subject.importing_country} (the analyst's choice; no flag reads it)"),
        ("Regime", f"{subject.regime} (a switch of the margin tables; no flag reads it)"),
        (
            "Indicators",
            f"{made.evaluated} of {total} evaluated; {total - made.evaluated} not evaluable, each with its reason",
        ),
        ("Flag", str(event["flag"]) if isinstance(event["flag"], str) else "none"),
        ("Documents (SHA-256)", ", ".join(json.loads(event["captures"]))),
        ("Data to", meta["data_to"]),
        ("View", meta["view"]),
        ("Build", f"{meta['build']}, made {meta['built_at']}, method version {meta['method_version']}"),
        ("Head of the hash chain", f"{meta['head']['seq']} {meta['head']['sha256']}"),
        ("Profile", "for a filing: it may hold figures that may not be published"),
        ("Marks", MARKS),
        ("Please note", NOTICE),
    ]
    if made.without_price is not None:
        rows.insert(1, ("Outside its period", made.without_price))
    if made.no_import:
        rows.insert(
            6, ("No import", f"the importing country is the maker's own, or serves these tokens ({made.served_from})")
        )
    return rows


def text(made: CaseFile, meta: Mapping[str, Any], event: Row) -> str:
    """The case in plain lines, for a terminal."""
    lines = [f"{name}: {value}" for name, value in about(made, meta, event)]
    for section in made.sections:
        lines += ["", section.title, f"  {section.text}"]
        for each in section.indicators:
            value = f" {number(each.value)} {each.unit}" if each.value is not None else ""
            bounds = (
                f" ({number(each.low)} to {number(each.high)})"
                if each.low is not None and each.high is not None
                else ""
            )
            lines.append(f"  {each.name}: {OUTCOMES[each.outcome.value]}{value}{bounds}: {each.reason}")
            lines += [
                f"      {given.name}: {number(given.value)} {given.unit} ({given.source})" for given in each.inputs
            ]
    lines += ["", "Other causes"]
    for cause in made.causes:
        size = "" if cause.size is None else f" {number(cause.size)} {cause.unit} on {cause.day}"
        lines.append(f"  {cause.cause}:{size} ({cause.source})")
    lines += ["", "Not tested in any case"]
    lines += [f"  {each.name}: {each.reason}" for each in made.not_tested]
    return "\n".join(lines) + "\n"


def as_json(made: CaseFile, meta: Mapping[str, Any], event: Row) -> dict[str, Any]:
    """The case as one object of tables."""
    tables = {
        "indicators": indicators(made),
        "inputs": inputs(made),
        "margins": margins(made),
        "other_causes": causes(made),
        "seller": sellers(made),
        "not_tested": not_tested(made),
    }
    return {"case": dict(about(made, meta, event)), **{name: rows.to_dict("records") for name, rows in tables.items()}}


def _evaluated(outcome: str) -> bool:
    return outcome != "not_evaluable"
