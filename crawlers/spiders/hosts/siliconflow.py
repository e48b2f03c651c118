"""SiliconFlow's English price page, as a reader shows it: one cell a line, the dollar sign on a line of its own."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from crawlers.amounts import price
from crawlers.base import PriceSpider, believable
from crawlers.document import Document
from crawlers.formats.other_tables import read_past_lines
from crawlers.formats.priced_cells import template
from pipeline.domain.quote import Notice, Quote
from pipeline.domain.vocabulary import Meter, NoticeKind, PerUnit, Trust

_TOKENS = ["Model Name", "Context Length", "Input", "Cached Input", "Output", "Actions"]
_IMAGES = ["Model Name", "Price (/image)", "Actions"]
_START, _LAST = "Model Name", "Actions"
_DETAILS = re.compile(r"\[Details\]\(.*\)")
_ENDS = ("Load More", "Prices ")
_SHOWN = re.compile(
    r"^\*  .*\$[0-9.]+/Image|\$[0-9]+ (?:in free credits|a month)"
)  # a carousel that repeats the table of images
_METERS = {
    2: (Meter.INPUT, Meter.OUTPUT),  # a model without a cache leaves its cell out
    3: (Meter.INPUT, Meter.CACHED_INPUT, Meter.OUTPUT),
}


@dataclass(frozen=True, slots=True)
class _Record:
    head: list[str]
    cells: list[str]
    where: str
    amounts: tuple[str, ...]


class Siliconflow(PriceSpider):
    """Market declared: the dollar site for the world; buyers in China have its twin in CNY."""

    name = "siliconflow"
    title = "SiliconFlow, English price page"
    sellers = ("siliconflow",)
    markets = ("international",)
    urls = ("https://www.siliconflow.com/pricing",)
    schedule = "every day"
    expected = (30, 400)
    lineage = "siliconflow"
    trust = Trust.SELLER
    licence = "all rights reserved; read as a public price list"
    confirmed = False  # read as Markdown rendered by a reader service, never as the page itself
    plausible = believable(USD=("0.001", "60"))

    def parse_quotes(self, document: Document) -> Iterator[Quote | Notice]:
        records = list(_records(document))
        if not any(record.head == _TOKENS for record in records):
            raise document.shape_error(f"a table of {', '.join(_TOKENS)}", "none")
        for record in records:
            yield from self._record(record)
        yield from read_past_lines(document.lines(), _SHOWN)

    def _record(self, record: _Record) -> Iterator[Quote | Notice]:
        label, *cells = record.cells
        base = template(self, label, record.where)
        signs = [index for index, cell in enumerate(cells) if cell == "$"]
        amounts = [price(f"${cells[index + 1]}") for index in signs]
        if record.head == _TOKENS:
            if len(cells) != 1 + 2 * len(amounts) or len(amounts) not in _METERS:
                raise ValueError(f"{record.where}: {label} has the cells {cells}")
            for meter, money in zip(_METERS[len(amounts)], amounts, strict=True):
                yield replace(base, meter=meter, amount=money.amount, currency=money.currency)
        elif record.head == _IMAGES:
            (money,) = amounts
            image = replace(base, meter=Meter.IMAGE_OUTPUT, per=1, per_unit=PerUnit.IMAGE)
            yield replace(image, amount=money.amount, currency=money.currency)
        else:
            text = f"{', '.join(record.head)}: {' '.join(cells)}"
            for where in record.amounts or (record.where,):
                yield Notice(notice=NoticeKind.NOT_COMPARABLE, label=label, where=where, text=text)


def _records(document: Document) -> Iterator[_Record]:
    """The rows of every table: its head runs from `Model Name` to `Actions`, a row to its link."""
    head: list[str] | None = None
    cells: list[str] = []
    amounts: list[str] = []
    where = ""
    for place, line in document.lines():
        text = line.strip()
        if text == _START:
            head, cells = [], []
        if not text or head is None:
            continue
        if _LAST not in head:
            head.append(text)
        elif text.startswith(_ENDS):
            if cells:
                raise document.shape_error("a link at the end of a row", cells)
            head = None
        elif _DETAILS.fullmatch(text):
            yield _Record(head, cells, where, tuple(amounts))
            cells, amounts = [], []
        else:
            where = where if cells else place
            if cells[-1:] == ["$"]:
                amounts.append(place)
            cells.append(text)
    if head is not None and (cells or _LAST not in head):
        raise document.shape_error("a table with an end", [*head, *cells])
