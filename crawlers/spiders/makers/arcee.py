"""Arcee's price page: one table of its own and of other makers' models, written as HTML inside Markdown."""

from collections.abc import Iterator

from parsel import Selector

from crawlers.base import PriceSpider, believable
from crawlers.document import Document
from crawlers.formats.mdx import as_page
from crawlers.formats.other_tables import read_past
from crawlers.formats.priced_cells import Column, columns_of, priced, template
from crawlers.tables import html_tables
from pipeline.domain.quote import Notice, Quote
from pipeline.domain.vocabulary import Meter, Trust

_MODEL = "Model Name"
_COLUMNS = {
    _MODEL: None,
    "Input": Column(meter=Meter.INPUT),
    "Output": Column(meter=Meter.OUTPUT),
    "Cached Input": Column(meter=Meter.CACHED_INPUT),
}


class Arcee(PriceSpider):
    """Market declared: one dollar price for the world. The unit is declared: the table names none."""

    name = "arcee"
    title = "Arcee, price page"
    sellers = ("arcee",)
    markets = ("international",)
    urls = ("https://docs.arcee.ai/get-started/pricing.md",)
    schedule = "every day"
    expected = (4, 120)
    lineage = "arcee"
    trust = Trust.SELLER
    licence = "all rights reserved; read as a public price list"
    confirmed = False  # only a reproduction of the page's layout was read
    plausible = believable(USD=("0.005", "60"))

    def parse_quotes(self, document: Document) -> Iterator[Quote | Notice]:
        seen = 0
        for table in html_tables(Selector(text=as_page(document.text()), type="html")):
            if table.rows[0][0].text != _MODEL:
                yield read_past(table)
                continue
            seen += 1
            columns = columns_of(table, _COLUMNS)
            for row in table.even_rows[1:]:
                yield from priced(template(self, row[0].text), [(row[at], column) for at, column in columns])
        if not seen:
            raise document.shape_error(f"a table headed {_MODEL}", "none")
