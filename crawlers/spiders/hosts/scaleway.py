"""Scaleway's Generative APIs: a table in euros, a cached price in the cell of the input price."""

import re
from collections.abc import Iterator
from dataclasses import replace

from crawlers.amounts import NoAmount, parse_amount, price
from crawlers.base import PriceSpider, believable
from crawlers.document import Document
from crawlers.formats.other_tables import read_past
from crawlers.formats.priced_cells import template
from crawlers.tables import Cell, Table
from pipeline.domain.quote import Notice, Quote
from pipeline.domain.vocabulary import Meter, NoticeKind, Trust

_HEAD = ("Name", "Tasks", "Input tokens", "Output tokens")
_PRICE = re.compile(r"(€[0-9.]+) / million tokens(?: (€[0-9.]+) / million tokens cached)?")


class Scaleway(PriceSpider):
    """Market declared: one price for the world, in euros as printed. The table of machines by the hour is said to be
    there, and so are models that are billed by the minute of audio."""

    name = "scaleway"
    title = "Scaleway, model as a service"
    sellers = ("scaleway",)
    markets = ("international",)
    urls = ("https://www.scaleway.com/en/pricing/model-as-a-service/",)
    schedule = "every day"
    expected = (10, 200)
    lineage = "scaleway"
    trust = Trust.SELLER
    licence = "all rights reserved; read as a public price list"
    confirmed = False  # the table as another reader of the page describes it
    plausible = believable(EUR=("0.001", "60"))

    def parse_quotes(self, document: Document) -> Iterator[Quote | Notice]:
        seen = 0
        for table in document.tables():
            if not _is_of_models(table):
                yield read_past(table)
                continue
            seen += 1
            for row in table.even_rows[1:]:
                yield from self._cell(row[0].text, row[2], (Meter.INPUT, Meter.CACHED_INPUT))
                yield from self._cell(row[0].text, row[3], (Meter.OUTPUT,))
        if not seen:
            raise document.shape_error(f"a table of {', '.join(_HEAD)}", "none")

    def _cell(self, label: str, cell: Cell, meters: tuple[Meter, ...]) -> Iterator[Quote | Notice]:
        found = _PRICE.fullmatch(cell.text)
        if found is None:
            free = cell.text == "Free" and isinstance(parse_amount(cell.text), NoAmount)
            if not free and not cell.text.endswith("/ Audio minute"):
                raise ValueError(f"{cell.where}: {cell.text!r} is no price")
            kind = NoticeKind.SKIPPED if free else NoticeKind.NOT_COMPARABLE
            yield Notice(notice=kind, label=label, where=cell.where, text=cell.text)
            return
        stated = [text for text in found.groups() if text]
        if len(stated) > len(meters):
            raise ValueError(f"{cell.where}: a cached price of output")
        for meter, text in zip(meters, stated, strict=False):
            money = price(text)
            quote = replace(template(self, label, cell.where), meter=meter)
            yield replace(quote, amount=money.amount, currency=money.currency)


def _is_of_models(table: Table) -> bool:
    titles = [cell.text for cell in table.rows[0]]
    return len(titles) > len(_HEAD) and all(
        title.startswith(start) for title, start in zip(titles, _HEAD, strict=False)
    )
