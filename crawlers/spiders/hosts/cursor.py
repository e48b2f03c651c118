"""Cursor's rates of its own Composer models, billed on demand."""

from collections.abc import Iterator
from dataclasses import replace

from crawlers.base import PriceSpider, believable
from crawlers.document import Document
from crawlers.formats.priced_cells import Column, columns_of, priced, template
from pipeline.domain.conditions import Conditions
from pipeline.domain.quote import Notice, Quote
from pipeline.domain.vocabulary import Meter, Tier, Trust

_COLUMNS = {
    "Name": None,
    "Input": Column(meter=Meter.INPUT),
    "Cache Write": Column(meter=Meter.CACHE_WRITE),
    "Cache Read": Column(meter=Meter.CACHED_INPUT),
    "Output": Column(meter=Meter.OUTPUT),
}
_FAST = " (Fast)"
_UNIT = "All prices are per million tokens."


class Cursor(PriceSpider):
    """Market declared: one dollar price for the world. Plans that include usage are no listings."""

    name = "cursor"
    title = "Cursor, rates of Composer"
    sellers = ("cursor",)
    markets = ("international",)
    urls = ("https://cursor.com/docs/models/cursor-composer-2-5",)
    schedule = "every day"
    expected = (3, 60)
    lineage = "cursor"
    trust = Trust.SELLER
    licence = "all rights reserved; read as a public price list"
    confirmed = False  # only a reproduction of the page's layout was read
    terms = "p"
    plausible = believable(USD=("0.01", "100"))

    def parse_quotes(self, document: Document) -> Iterator[Quote | Notice]:
        if not any(_UNIT in line for line in document.prose("p")):
            raise document.shape_error(_UNIT, "no such sentence")
        table = document.table_rows("Name", "Input", "Output")
        columns = columns_of(table, _COLUMNS)
        for row in table.rows[1:]:
            tier = Tier.FAST if row[0].text.endswith(_FAST) else Tier.STANDARD
            base = replace(template(self, row[0].text.removesuffix(_FAST)), conditions=Conditions(tier=tier))
            yield from priced(base, [(row[at], column) for at, column in columns])
