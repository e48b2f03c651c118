"""Thinking Machines' Tinker: prices of prefill, sampling and training of open weights that a customer tunes."""

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from crawlers.amounts import price
from crawlers.base import PriceSpider, believable
from crawlers.document import Document
from crawlers.formats.other_tables import read_past
from crawlers.formats.priced_cells import list_and_net, template
from crawlers.tables import Cell
from pipeline.domain.conditions import Promotion
from pipeline.domain.quote import Notice, Quote
from pipeline.domain.vocabulary import Meter, NoticeKind, Trust

_HEAD = ["Model", "Context", "Tinker ID", "Prefill — Cached: 80% discount", "Sample", "Train"]
_OFFER = re.compile(r"Limited-time ([0-9]+)% discount")
_CACHED = re.compile(r"(.*), (\S+) \(cached\)")


class ThinkingMachines(PriceSpider):
    """Market declared: one dollar price for the world. The unit is declared: the table names none.

    Prefill is input, a sample output; training is no meter of inference.
    """

    name = "thinkingmachines"
    title = "Thinking Machines, Tinker price table"
    sellers = ("thinkingmachines",)
    markets = ("international",)
    urls = ("https://tinker-docs.thinkingmachines.ai/tinker/models/models_and_pricing/index.md",)
    schedule = "every day"
    expected = (4, 200)
    lineage = "thinkingmachines"
    trust = Trust.SELLER
    licence = "all rights reserved; read as a public price list"
    confirmed = False  # only a reproduction of the page's layout was read
    plausible = believable(USD=("0.005", "60"))

    def parse_quotes(self, document: Document) -> Iterator[Quote | Notice]:
        seen = 0
        for table in (grid.fronted(*_HEAD) for grid in document.markdown_tables()):
            if [cell.text for cell in table.even_rows[0]] != _HEAD:
                yield read_past(table)
                continue
            seen += 1
            for name, _, label, prefill, sample, train in table.rows[1:]:
                yield from self._row(label.text, _OFFER.search(name.text), prefill, sample)
                text = f"training: {train.text}"
                yield Notice(notice=NoticeKind.NOT_COMPARABLE, label=label.text, where=train.where, text=text)
        if not seen:
            raise document.shape_error(f"a table of {', '.join(_HEAD)}", "none")

    def _row(self, label: str, offer: re.Match[str] | None, prefill: Cell, sample: Cell) -> Iterator[Quote]:
        both = _CACHED.fullmatch(prefill.text)
        if both is None:
            raise ValueError(f"{prefill.where}: {prefill.text!r} names no cached price")
        promotion = Promotion(percent=Decimal(offer[1]), text=offer[0]) if offer else Promotion()
        fresh, output = replace(prefill, text=both[1]), sample
        for meter, cell in ((Meter.INPUT, fresh), (Meter.OUTPUT, output)):
            money = price(cell.text)
            quote = replace(template(self, label, cell.where), meter=meter)
            quote = replace(quote, amount=money.amount, currency=money.currency)
            if cell.struck:
                (before,) = cell.struck
                yield from list_and_net(quote, price(before), promotion)
            else:
                yield quote
        cached = price(both[2])
        quote = replace(template(self, label, prefill.where), meter=Meter.CACHED_INPUT)
        yield replace(quote, amount=cached.amount, currency=cached.currency)
