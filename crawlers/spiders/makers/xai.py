"""xAI's price page: Grok by prompt length."""

import re
from collections.abc import Iterator
from dataclasses import replace

from crawlers.base import PriceSpider, believable
from crawlers.document import Document
from crawlers.formats.bands import band, repriced
from crawlers.formats.other_tables import read_past_lines
from crawlers.formats.priced_cells import Column, columns_of, priced, template
from crawlers.tables import Table
from pipeline.domain.conditions import Conditions
from pipeline.domain.quote import Notice, Quote
from pipeline.domain.vocabulary import Meter, NoticeKind, Trust

_COLUMNS = {
    "Model": None,
    "Context": None,
    "": None,
    **dict.fromkeys(("Input", "Input / 1M tokens"), Column(meter=Meter.INPUT)),
    **dict.fromkeys(("Cached input", "Cached input / 1M tokens"), Column(meter=Meter.CACHED_INPUT)),
    **dict.fromkeys(("Output", "Output / 1M tokens"), Column(meter=Meter.OUTPUT)),
}
# Cards that repeat the table's first prices, and what is billed by the hour, the character, the picture or the call.
_SHOWN = re.compile(r"\$[0-9.]+ / (?:1M tokens|hour|1M characters|image|second|1k calls)")
_LENGTH = re.compile(r"\s*\(([<≥] [0-9]+k) prompt tokens\)")


class XAI(PriceSpider):
    """Market declared: one dollar price for the world."""

    name = "xai"
    title = "xAI, price page"
    sellers = ("xai",)
    markets = ("international",)
    urls = ("https://docs.x.ai/developers/pricing.md",)
    expected = (8, 120)
    lineage = "xai"
    trust = Trust.SELLER
    licence = "all rights reserved; read as a public price list"
    plausible = believable(USD=("0.01", "100"))

    def parse_quotes(self, document: Document) -> Iterator[Quote | Notice]:
        seen = 0
        for table in (table.fronted("Model", "Context") for table in document.markdown_tables()):
            titles = [cell.text for cell in table.rows[0]]
            if titles[:2] == ["Model", "Context"]:
                seen += 1
                yield from repriced(self._rows(table))
            else:
                where, text = table.rows[0][0].where, f"{table.heading}: {', '.join(titles)}"
                yield Notice(notice=NoticeKind.NOT_COMPARABLE, label="-", where=where, text=text)
        yield from read_past_lines(((where, line) for where, line in document.lines() if "|" not in line), _SHOWN)
        if not seen:
            raise document.shape_error("a table headed Model, Context", "none")

    def _rows(self, table: Table) -> Iterator[Quote | Notice]:
        columns = columns_of(table, _COLUMNS)
        for row in table.rows[1:]:
            length = _LENGTH.search(row[0].text)
            conditions = band(Conditions(), length[1] if length else "-")
            base = replace(template(self, _LENGTH.sub("", row[0].text)), conditions=conditions)
            yield from priced(base, [(row[at], column) for at, column in columns])
