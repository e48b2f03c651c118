"""Groq's list of models: one cell holds both prices, `$0.15 input$0.60 output`."""

import re
from collections.abc import Iterator
from dataclasses import replace

from crawlers.amounts import price
from crawlers.base import PriceSpider, believable
from crawlers.document import Document
from crawlers.formats.other_tables import read_past
from crawlers.formats.priced_cells import template
from crawlers.tables import Cell, markdown_tables
from pipeline.domain.quote import Notice, Quote
from pipeline.domain.vocabulary import Meter, NoticeKind, PerUnit, Trust

_LABEL, _PRICE = "MODEL ID", "PRICE PER 1M TOKENS"
_IMAGE = re.compile(r"!\[[^\]]*\]\([^)]*\)")
_LINK = re.compile(r"\[([^\]]*)\]\((?:https://console\.groq\.com)?/docs/(?:model|compound/systems)/([^)\s]+)\)")
_NAMED = re.compile(r".*\{(?P<linked>[^}]+)\}\s*(?:Enterprise)?\s*(?P<printed>\S+)")
_BOTH = re.compile(r"(\$[0-9.]+) input\s*(\$[0-9.]+) output")
_OTHERS = (
    (re.compile(r"(\$[0-9.]+) per hour"), Meter.AUDIO_INPUT, 1, PerUnit.HOUR),
    (re.compile(r"(\$[0-9.]+) per 1M characters"), Meter.SPEECH_OUTPUT, 1_000_000, PerUnit.CHARACTER),
)
_NONE = ("-", "ContactSales", "Contact Sales")


class Groq(PriceSpider):
    """Market declared: one dollar price for the world. Where the page says *contact sales* there is no price."""

    name = "groq"
    title = "Groq, list of models"
    sellers = ("groq",)
    markets = ("international",)
    urls = ("https://console.groq.com/docs/models.md",)
    schedule = "every day"
    expected = (8, 200)
    lineage = "groq"
    trust = Trust.SELLER
    licence = "all rights reserved; read as a public price list"
    plausible = believable(USD=("0.005", "60"))

    def parse_quotes(self, document: Document) -> Iterator[Quote | Notice]:
        text = _LINK.sub(r"\1 {\2} ", _IMAGE.sub("", document.text()))
        seen = 0
        for table in markdown_tables(text):
            titles = [cell.text for cell in table.even_rows[0]]
            if titles.count(_LABEL) != 1 or titles.count(_PRICE) != 1:
                yield read_past(table)
                continue
            seen += 1
            for row in table.rows[1:]:
                yield from self._cell(_label(row[titles.index(_LABEL)]), row[titles.index(_PRICE)])
        if not seen:
            raise document.shape_error(f"a table with the columns {_LABEL} and {_PRICE}", "none")

    def _cell(self, label: str, cell: Cell) -> Iterator[Quote | Notice]:
        base = template(self, label, cell.where)
        if both := _BOTH.fullmatch(cell.text):
            for meter, text in zip((Meter.INPUT, Meter.OUTPUT), both.groups(), strict=True):
                yield replace(base, meter=meter, amount=price(text).amount)
            return
        for pattern, meter, per, unit in _OTHERS:
            if match := pattern.fullmatch(cell.text):
                yield replace(base, meter=meter, amount=price(match[1]).amount, per=per, per_unit=unit)
                return
        if cell.text not in _NONE:
            raise ValueError(f"{cell.where}: {cell.text!r} is no price")
        yield Notice(notice=NoticeKind.SKIPPED, label=label, where=cell.where, text=cell.text)


def _label(cell: Cell) -> str:
    """The id that is printed, which is also the end of the link on the model's name."""
    named = _NAMED.fullmatch(cell.text)
    if named is None or named["printed"] not in (named["linked"], f"groq/{named['linked']}"):
        raise ValueError(f"{cell.where}: {cell.text!r} names no model")
    return named["printed"]
