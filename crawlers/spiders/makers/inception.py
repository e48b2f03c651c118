"""Inception's model table: a struck list price, an arrow, the price charged."""

from collections.abc import Iterator
from dataclasses import replace

from crawlers.base import PriceSpider, believable
from crawlers.document import Document
from crawlers.formats.other_tables import read_past
from crawlers.formats.priced_cells import Column, columns_of, priced, template
from pipeline.domain.quote import Notice, Quote
from pipeline.domain.vocabulary import Meter, Trust

_COLUMNS = {
    "Model": None,
    "Input Price (1M Tokens)": Column(meter=Meter.INPUT),
    "Cached Input Price (1M Tokens)": Column(meter=Meter.CACHED_INPUT),
    "Output Price (1M Tokens)": Column(meter=Meter.OUTPUT),
    "Supported Endpoints": None,
    "Context Window": None,
}


class Inception(PriceSpider):
    """Market declared: one dollar price for the world."""

    name = "inception"
    title = "Inception, model table"
    sellers = ("inception",)
    markets = ("international",)
    urls = ("https://docs.inceptionlabs.ai/get-started/models.md",)
    schedule = "every day"
    expected = (3, 60)
    lineage = "inception"
    trust = Trust.SELLER
    licence = "all rights reserved; read as a public price list"
    confirmed = False  # only a reproduction of the page's layout was read
    plausible = believable(USD=("0.001", "30"))

    def parse_quotes(self, document: Document) -> Iterator[Quote | Notice]:
        seen = 0
        for table in (grid.fronted("Model") for grid in document.markdown_tables()):
            if "Input Price (1M Tokens)" not in [cell.text for cell in table.rows[0]]:
                yield read_past(table)
                continue
            columns = columns_of(table, _COLUMNS)
            seen += 1
            for row in table.rows[1:]:
                cells = [(replace(row[at], text=_charged(row[at].text)), column) for at, column in columns]
                yield from priced(template(self, row[0].text), cells)
        if not seen:
            raise document.shape_error("a table of Model and Input Price (1M Tokens)", "none")


def _charged(text: str) -> str:
    """`→ $0.04`: what stands behind the arrow, the struck price being taken off already."""
    return text.removeprefix("→").strip()
