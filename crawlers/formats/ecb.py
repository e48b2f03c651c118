"""Euro reference rates of the European Central Bank: the feed (XML) and the history (CSV)."""

import csv
import io
from collections.abc import Iterator
from datetime import date

from crawlers.document import Document
from pipeline.domain.amounts import parse_decimal
from pipeline.domain.errors import DocumentShapeError
from pipeline.domain.quote import Rate

NOT_QUOTED = "N/A"


def feed_rates(document: Document, source: str) -> Iterator[Rate]:
    """The rates of a feed: one euro in units of each currency, by day."""
    for day in document.xml().xpath("//Cube[@time]"):
        printed = day.attrib["time"]
        for rate in day.xpath("./Cube"):
            currency = rate.attrib["currency"]
            where = f"text:{rate.root.sourceline}"
            yield _rate(source, currency, printed, rate.attrib["rate"], where)


def history_rates(text: str, source: str) -> Iterator[Rate]:
    """The rates of a history: a row a day, a column a currency; `N/A` where none was set that day."""
    rows = csv.reader(io.StringIO(text))
    head = next(rows, [])
    if head[:2] != ["Date", "USD"]:
        raise DocumentShapeError(f"the history begins with the columns {head[:3]}")
    for line, row in enumerate(rows, start=2):
        if len(row) != len(head):
            raise DocumentShapeError(f"text:{line}: {len(row)} columns, not {len(head)}")
        for currency, value in zip(head[1:], row[1:], strict=True):
            if currency and value != NOT_QUOTED:
                yield _rate(source, currency, row[0], value, f"text:{line}")


def _rate(source: str, currency: str, day: str, value: str, where: str) -> Rate:
    return Rate(
        source=source,
        base="EUR",
        currency=currency,
        day=date.fromisoformat(day),
        value=parse_decimal(value),
        where=where,
    )
