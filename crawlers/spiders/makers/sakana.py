"""Sakana's price page: a table per model, its rows the meters, its columns the prompt lengths."""

import re
from collections.abc import Iterator
from dataclasses import replace

from crawlers.base import PriceSpider, believable
from crawlers.document import Document
from crawlers.formats.bands import band, repriced
from crawlers.formats.other_tables import read_past
from crawlers.formats.priced_cells import Column, priced, template
from crawlers.tables import Table
from pipeline.domain.conditions import Conditions
from pipeline.domain.quote import Notice, Quote
from pipeline.domain.vocabulary import Meter, Trust

_ROWS = {
    "Input": Column(meter=Meter.INPUT),
    "Cached input": Column(meter=Meter.CACHED_INPUT),
    "Output": Column(meter=Meter.OUTPUT),
}
_LONG = re.compile(r"Context > ([0-9]+K)")


class Sakana(PriceSpider):
    """Market declared: one dollar price for the world. The unit is declared: the tables name none."""

    name = "sakana"
    title = "Sakana, price page"
    sellers = ("sakana",)
    markets = ("international",)
    urls = ("https://console.sakana.ai/pricing",)
    schedule = "every day"
    expected = (3, 60)
    lineage = "sakana"
    trust = Trust.SELLER
    licence = "all rights reserved; read as a public price list"
    confirmed = False  # only a reproduction of the page's layout was read
    terms = "p"
    plausible = believable(USD=("0.01", "200"))

    def parse_quotes(self, document: Document) -> Iterator[Quote | Notice]:
        models: set[str] = set()
        for table in (grid.fronted("Token type", "Standard price") for grid in document.tables()):
            if table.rows[0][0].text == "Token type":
                if table.heading in models or not table.heading:
                    raise document.shape_error("a heading of its own above each table", table.heading)
                models.add(table.heading)
                yield from repriced(self._meters(table))
            else:
                yield read_past(table)

    def _meters(self, table: Table) -> Iterator[Quote | Notice]:
        titles = [cell.text for cell in table.even_rows[0]]
        lengths = [match for title in titles[2:] if (match := _LONG.fullmatch(title))]
        if titles[1] != "Standard price" or len(lengths) != len(titles) - 2 or len(lengths) > 1:
            raise ValueError(f"table:{table.number}: its columns are {titles}")
        for name, short, *long in table.rows[1:]:
            column, base = _ROWS[name.text], template(self, table.heading)
            up_to = replace(band(Conditions(), f"≤{lengths[0][1]}"), as_published=titles[1]) if long else Conditions()
            yield from priced(base, [(short, column)], conditions=up_to)
            for cell in long:
                above = replace(band(Conditions(), f">{lengths[0][1]}"), as_published=titles[2])
                yield from priced(base, [(cell, column)], conditions=above)
