"""Reka's price page: a table of chat models whose first line is the name, its second a description."""

from collections.abc import Iterator

from crawlers.base import PriceSpider, believable
from crawlers.document import Document
from crawlers.formats.other_tables import read_past
from crawlers.formats.priced_cells import Column, columns_of, priced, template
from pipeline.domain.quote import Notice, Quote
from pipeline.domain.vocabulary import Meter, PerUnit, Trust

_INPUT = "Input Tokens (per 1M)"
_COLUMNS = {
    "Model": None,
    _INPUT: Column(meter=Meter.INPUT),
    "Output Tokens (per 1M)": Column(meter=Meter.OUTPUT),
    "Image": Column(meter=Meter.IMAGE_INPUT, per=1, per_unit=PerUnit.IMAGE),
    "Video (per min)": Column(meter=Meter.VIDEO_INPUT, per=1, per_unit=PerUnit.MINUTE),
    "Audio (per min)": Column(meter=Meter.AUDIO_INPUT, per=1, per_unit=PerUnit.MINUTE),
}


class Reka(PriceSpider):
    """Market declared: one dollar price for the world. Research is billed by the request and said to be there."""

    name = "reka"
    title = "Reka, price page"
    sellers = ("reka",)
    markets = ("international",)
    urls = ("https://docs.reka.ai/pricing.md",)
    schedule = "every day"
    expected = (4, 60)
    lineage = "reka"
    trust = Trust.SELLER
    licence = "all rights reserved; read as a public price list"
    plausible = believable(USD=("0.01", "60"))

    def parse_quotes(self, document: Document) -> Iterator[Quote | Notice]:
        seen = 0
        for table in document.markdown_tables():
            titles = [cell.text for cell in table.even_rows[0]]
            if _INPUT not in titles:
                yield read_past(table)
                continue
            seen += 1
            columns = columns_of(table, _COLUMNS)
            for row in table.rows[1:]:
                yield from priced(template(self, row[0].parts[0]), [(row[at], column) for at, column in columns])
        if not seen:
            raise document.shape_error(f"a table with the column {_INPUT}", "none")
