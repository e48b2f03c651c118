"""Z.AI's English price page (the maker of GLM, for buyers outside China)."""

from collections.abc import Iterator

from crawlers.base import PriceSpider, believable
from crawlers.document import Document
from crawlers.formats.priced_cells import Column, columns_of, priced, template
from pipeline.domain.quote import Notice, Quote
from pipeline.domain.vocabulary import Meter, NoticeKind, PerUnit, Trust

_COLUMNS = {
    "Model": None,
    "Input": Column(meter=Meter.INPUT),
    "Cached Input": Column(meter=Meter.CACHED_INPUT),
    "Cached Input Storage": Column(meter=Meter.CACHE_STORAGE, per_unit=PerUnit.TOKEN_HOUR),
    "Output": Column(meter=Meter.OUTPUT),
}


class Zai(PriceSpider):
    """Market declared: the dollar page is for the world; buyers in China are billed by Zhipu's own platform."""

    name = "zai"
    title = "Z.AI, English price page"
    sellers = ("zai",)
    markets = ("international",)
    urls = ("https://docs.z.ai/guides/overview/pricing.md",)
    expected = (20, 300)
    lineage = "zai"
    trust = Trust.SELLER
    licence = "all rights reserved; read as a public price list"
    terms = "p"
    plausible = believable(USD=("0.001", "60"))

    def parse_quotes(self, document: Document) -> Iterator[Quote | Notice]:
        seen = 0
        for table in (grid.fronted("Model", "Input") for grid in document.grids()):
            titles = [cell.text for cell in table.rows[0]]
            if titles[:2] != ["Model", "Input"]:
                where, text = table.rows[0][0].where, f"{table.heading}: {', '.join(titles)}"
                yield Notice(notice=NoticeKind.NOT_COMPARABLE, label="-", where=where, text=text)
                continue
            columns = columns_of(table, _COLUMNS)
            seen += 1
            for row in table.rows[1:]:
                yield from priced(template(self, row[0].text), [(row[at], column) for at, column in columns])
        if not seen:
            raise document.shape_error("a table headed Model, Input", "none")
