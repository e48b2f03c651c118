"""A hand-kept table of Chinese prices in the first price war (2024 to early 2025), by series of models, in CNY.

Only sections whose one platform is a seller on the mainland are read: the others are dollar prices turned into CNY at
a rate of the author's own.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from crawlers.amounts import price
from crawlers.base import PriceSpider, believable
from crawlers.document import Document
from crawlers.formats.other_tables import read_past
from crawlers.tables import Cell, Table, markdown_tables
from pipeline.domain.quote import Notice, Quote
from pipeline.domain.vocabulary import Meter, NoticeKind, Trust

_SELLERS = {
    "GLM系列": "zhipu",
    "GLM闭源系列": "zhipu",
    "Deepseek系列": "deepseek",
    "零一万物Yi系列": "01ai",
    "通义千问闭源系列": "alibaba",
    "豆包系列": "volcengine",
    "文心系列": "baidu",
    "文心Ernie系列": "baidu",
    "月之暗面系列": "moonshot",
}
_PLATFORMS = {"阿里云": "alibaba", "百度千帆": "baidu"}
# A sentence that gives the table below it another platform than its section's.
_ELSEWHERE = re.compile(r"^(?!模型提供平台)(?=.*平台)(.*[：:])\s*$", re.MULTILINE)
_INPUT, _OUTPUT = (
    re.compile(r"(?:文本模态)?输入价格（元/M Tokens）"),
    re.compile(r"(?:文本模态)?输出价格（元/M Tokens）"),
)
_CACHED = re.compile(r"([0-9.]+)\s*[（(]缓存命中为([0-9.]+)[)）]")
_BASE = re.compile(r"(\S+?)\s*（基于(.+)）")


class CNPriceTable(PriceSpider):
    """Market declared: list prices of mainland platforms. A copy of their pages by hand: it alone proves nothing."""

    name = "cn_price_table"
    title = "LLM-Price (hand-kept table of Chinese prices)"
    markets = ("CN",)
    urls = ("https://raw.githubusercontent.com/syaoranwe/LLM-Price/main/README.md",)
    schedule = "every week"
    expected = (10, 300)
    lineage = "syaoranwe"
    trust = Trust.COPY
    licence = "no licence stated"
    confirmed = False  # its prices were typed by a person
    plausible = believable(CNY=("0.01", "300"))

    def parse_quotes(self, document: Document) -> Iterator[Quote | Notice]:
        seen: set[tuple[str, ...]] = set()
        for table in markdown_tables(_ELSEWHERE.sub(r"#### \1", document.text())):
            seller, table = _seller(table), _in_order(table)
            titles = [cell.text for cell in table.rows[0]]
            if seller is None or not _INPUT.fullmatch(titles[1]) or not _OUTPUT.fullmatch(titles[2]):
                yield read_past(table, " / ".join(table.headings[1:-1]))
                continue
            if table.headings in seen:  # whose prices the second table holds is not said
                raise document.shape_error("one table under a heading", " / ".join(table.headings))
            seen.add(table.headings)
            for row in table.even_rows[1:]:
                yield from self._row(seller, row)
        if not seen:
            raise document.shape_error("a section of a mainland seller", "none")

    def _row(self, seller: str, row: tuple[Cell, ...]) -> Iterator[Quote | Notice]:
        name, paid, output, *_ = row
        based = _BASE.fullmatch(name.text)
        base = Quote(
            source=self.name,
            seller=seller,
            served_by=seller,
            market="CN",
            label=based[1] if based else name.text,
            alias_of=based[2] if based else None,
            meter=Meter.INPUT,
            amount=Decimal(0),
            currency="CNY",
            per=1_000_000,
            where=name.where,
        )
        for meter, cell, text in (*_input(paid), (Meter.OUTPUT, output, output.text)):
            money = price(text, currency="CNY")
            if money.amount:
                yield replace(base, meter=meter, amount=money.amount, where=cell.where)
            else:
                said = f"{meter.value}: free"
                yield Notice(notice=NoticeKind.SKIPPED, label=base.label, where=cell.where, text=said)


def _input(cell: Cell) -> Iterator[tuple[Meter, Cell, str]]:
    """`2`, or with a price of cached input in brackets."""
    if stated := _CACHED.fullmatch(cell.text):
        yield Meter.INPUT, cell, stated[1]
        yield Meter.CACHED_INPUT, cell, stated[2]
    else:
        yield Meter.INPUT, cell, cell.text


def _in_order(table: Table) -> Table:
    """Name, input and output first, wherever the table has them; prices of fine-tuned models stay where they are."""
    titles = [cell.text for cell in table.rows[0]]
    priced = [title for wanted in (_INPUT, _OUTPUT) for title in titles if wanted.fullmatch(title)]
    return table if any("微调" in title for title in titles) else table.fronted("模型", *priced)


def _seller(table: Table) -> str | None:
    """Whose prices a table holds: those of its section, or of the platform that the line above it names."""
    if len(table.headings) < 2:
        return None
    section, *deeper = table.headings[1:]
    if not deeper:
        return _SELLERS.get(section)
    named = [seller for platform, seller in _PLATFORMS.items() if platform in deeper[-1]]
    return named[0] if len(named) == 1 and len(deeper) == 1 else None
