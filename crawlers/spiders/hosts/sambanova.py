"""SambaNova's price page: one table, amounts with the word USD, `N/A` where there is no cached price."""

from collections.abc import Iterator

from crawlers.base import PriceSpider, believable
from crawlers.document import Document
from crawlers.formats.priced_cells import Column, columns_of, priced, template
from pipeline.domain.quote import Notice, Quote
from pipeline.domain.vocabulary import Meter, Trust

_INPUT = "Input (per 1M tokens)"
_COLUMNS = {
    "Model": None,
    "Cached Input Tokens": Column(meter=Meter.CACHED_INPUT),
    _INPUT: Column(meter=Meter.INPUT),
    "Output (per 1M tokens)": Column(meter=Meter.OUTPUT),
}


class SambaNova(PriceSpider):
    """Market declared: one dollar price for the world."""

    name = "sambanova"
    title = "SambaNova, price page"
    sellers = ("sambanova",)
    markets = ("international",)
    urls = ("https://cloud.sambanova.ai/plans/pricing",)
    schedule = "every day"
    expected = (6, 120)
    lineage = "sambanova"
    trust = Trust.SELLER
    licence = "all rights reserved; read as a public price list"
    confirmed = False  # the rows of a real page were read, its head only as others describe it
    plausible = believable(USD=("0.005", "60"))

    def parse_quotes(self, document: Document) -> Iterator[Quote | Notice]:
        table = document.table_rows("Model", _INPUT).fronted("Model")
        columns = columns_of(table, _COLUMNS)
        for row in table.rows[1:]:
            yield from priced(template(self, row[0].text), [(row[at], column) for at, column in columns])
