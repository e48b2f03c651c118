"""Meituan's LongCat price page: one model, a table in USD and one in CNY under the same title.

The title of both tables says `$`; the currency is read from each cell.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from crawlers.amounts import price
from crawlers.base import PriceSpider, believable
from crawlers.document import Document
from crawlers.formats.other_tables import read_past
from crawlers.formats.priced_cells import template
from crawlers.tables import Table
from pipeline.domain.conditions import Conditions, Promotion
from pipeline.domain.quote import Notice, Quote
from pipeline.domain.vocabulary import Meter, PriceBasis, Trust

_MODEL = re.compile(r"currently supports (LongCat-[A-Za-z0-9.\-]*[A-Za-z0-9])\.")
_ROWS = {"Uncached Input": Meter.INPUT, "Cached Input": Meter.CACHED_INPUT, "Output": Meter.OUTPUT}
_TITLE = re.compile(r"(?P<net>Discounted )?Price \$/1M Tokens(?: \((?P<words>limited-time)\))?")
_MARKETS = {"USD": "international", "CNY": "CN"}


class Longcat(PriceSpider):
    """Market declared by currency: USD for the world, CNY for the mainland. The discount's list price is not said."""

    name = "longcat"
    title = "Meituan LongCat, price page"
    sellers = ("longcat",)
    markets = ("CN", "international")
    urls = ("https://longcat.chat/platform/docs/pricing/longcat-2.0",)
    expected = (3, 24)
    lineage = "longcat"
    trust = Trust.SELLER
    licence = "all rights reserved; read as a public price list"
    confirmed = False  # only a reproduction of the page's layout was read
    terms = "p"
    plausible = believable(USD=("0.0005", "30"), CNY=("0.005", "200"))

    def parse_quotes(self, document: Document) -> Iterator[Quote | Notice]:
        models = set(_MODEL.findall("\n".join(document.prose("p"))))
        if len(models) != 1:
            raise document.shape_error("one model that is supported", sorted(models))
        (label,) = models
        for table in (grid.fronted("Item") for grid in document.tables()):
            if table.rows[0][0].text == "Item":
                yield from self._table(table, label)
            else:
                yield read_past(table)

    def _table(self, table: Table, label: str) -> Iterator[Quote]:
        title = _TITLE.fullmatch(table.even_rows[0][1].text)
        if title is None or len(table.rows[0]) != 2:
            raise ValueError(f"table:{table.number}: the column {table.rows[0][1].text!r} is unknown")
        for name, cell in table.rows[1:]:
            money = price(cell.text, yen_sign="CNY")
            quote = template(self, label, cell.where, market=_MARKETS[money.currency])
            quote = replace(quote, meter=_ROWS[name.text], amount=money.amount, currency=money.currency)
            if title["net"]:
                offered = Conditions(promotion=Promotion(text=title["words"]))
                quote = replace(quote, price_basis=PriceBasis.NET, conditions=offered)
            yield quote
