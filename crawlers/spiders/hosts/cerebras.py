"""Cerebras' price page: its tables stand in the page's scripts, with speeds."""

import re
from collections.abc import Iterator
from dataclasses import replace

from crawlers.amounts import price
from crawlers.base import PriceSpider, believable
from crawlers.document import Document
from crawlers.formats.next_flight import flight_text, lists_named
from crawlers.formats.other_tables import read_past_lines
from crawlers.formats.priced_cells import template
from pipeline.domain.quote import Notice, Quote
from pipeline.domain.vocabulary import Meter, NoticeKind, Trust

_METERS = {"Input": Meter.INPUT, "Output": Meter.OUTPUT}
_PLAN = re.compile(r"\$[0-9]+/(?:month|day)|starting at just \$")
_MARKS = re.compile(r"^\[[A-Z]+\]|\*+$")  # the maker's logo, and marks of footnotes


class Cerebras(PriceSpider):
    """Market declared: one dollar price for the world."""

    name = "cerebras"
    title = "Cerebras, price page"
    sellers = ("cerebras",)
    markets = ("international",)
    urls = ("https://www.cerebras.ai/pricing",)
    schedule = "every day"
    expected = (4, 60)
    lineage = "cerebras"
    trust = Trust.SELLER
    licence = "all rights reserved; read as a public price list"
    plausible = believable(USD=("0.01", "40"))

    def parse_quotes(self, document: Document) -> Iterator[Quote | Notice]:
        for rows in lists_named(flight_text(document), "rows"):
            head, *models = [row["cells"] for row in rows if row.get("_type") == "tableRow"]
            if head != ["Model", "Speed", "Input", "Output"]:
                raise document.shape_error("a table of Model, Speed, Input, Output", head)
            for number, cells in enumerate(models, start=2):
                yield from self._row(dict(zip(head, cells, strict=True)), f"table:1 row:{number}")
        yield from read_past_lines((("page", line) for line in document.prose("body")), _PLAN)

    def _row(self, row: dict[str, str], place: str) -> Iterator[Quote | Notice]:
        label = _MARKS.sub("", _MARKS.sub("", row["Model"])).strip()
        speed = f"speed {row['Speed']}"
        yield Notice(notice=NoticeKind.SKIPPED, label=label, where=f"{place} column:2", text=speed)
        if row["Model"].endswith("*"):
            text = f"{row['Model']}: a footnote limits this model"
            yield Notice(notice=NoticeKind.ANNOUNCEMENT, label=label, where=f"{place} column:1", text=text)
        for column, (title, meter) in enumerate(_METERS.items(), start=3):
            money = price(row[title].replace("$$", "$"), unit="/M tokens")  # the page's data doubles each dollar sign
            base = template(self, label, f"{place} column:{column}")
            yield replace(base, meter=meter, amount=money.amount, currency=money.currency)
