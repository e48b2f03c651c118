"""Novita's price page: models of many makers."""

import re
from collections.abc import Iterator
from dataclasses import replace

from crawlers.amounts import price
from crawlers.base import PriceSpider, believable
from crawlers.document import Document
from crawlers.formats.priced_cells import template
from crawlers.tables import Cell
from pipeline.domain.quote import Notice, Quote
from pipeline.domain.vocabulary import Meter, NoticeKind, Trust

_HEAD = ["Model Name", "Context", "Input", "Output"]
_CACHE = re.compile(r"\s*·\s*Cache Read\s+")


class Novita(PriceSpider):
    """Market declared: one dollar price for the world."""

    name = "novita"
    title = "Novita, price page"
    sellers = ("novita",)
    markets = ("international",)
    urls = ("https://novita.ai/pricing",)
    schedule = "every day"
    expected = (60, 800)
    lineage = "novita"
    trust = Trust.SELLER
    licence = "all rights reserved; read as a public price list"
    confirmed = False  # read as Markdown rendered by a reader service, never as the page itself
    plausible = believable(USD=("0.001", "100"))

    def parse_quotes(self, document: Document) -> Iterator[Quote | Notice]:
        seen = 0
        for table in (grid.fronted(*_HEAD) for grid in document.grids()):
            titles = [cell.text for cell in table.rows[0]]
            if titles[:4] != _HEAD:
                where, text = table.rows[0][0].where, f"{table.heading}: {', '.join(titles)}"
                yield Notice(notice=NoticeKind.NOT_COMPARABLE, label="-", where=where, text=text)
                continue
            seen += 1
            for name, _, paid, output, *_ in table.even_rows[1:]:
                fresh, *cached = _CACHE.split(paid.text)
                for meter, cell, text in (
                    (Meter.INPUT, paid, fresh),
                    *((Meter.CACHED_INPUT, paid, text) for text in cached),
                    (Meter.OUTPUT, output, output.text),
                ):
                    if text in ("Tiered pricing", "Omnimodal"):  # the prices stand on the model's own page
                        kind = NoticeKind.NOT_COMPARABLE
                        yield Notice(notice=kind, label=name.text, where=cell.where, text=f"{meter.value}: {text}")
                    elif text != "-":
                        yield self._quote(name.text, meter, cell, text)
        if not seen:
            raise document.shape_error(f"a table headed {', '.join(_HEAD)}", "none")

    def _quote(self, label: str, meter: Meter, cell: Cell, text: str) -> Quote:
        money = price(text, unit="/Mt")
        return replace(template(self, label, cell.where), meter=meter, amount=money.amount, currency=money.currency)
