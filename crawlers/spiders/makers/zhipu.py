"""Zhipu's (Z.AI) Chinese price page: GLM for buyers in China, by input and output length."""

import re
from collections.abc import Iterator

from crawlers.base import PriceSpider, believable
from crawlers.document import Document
from crawlers.formats.bands import band, repriced
from crawlers.formats.priced_cells import Column, columns_of, priced, template
from crawlers.tables import Table
from pipeline.domain.conditions import Conditions
from pipeline.domain.quote import Notice, Quote
from pipeline.domain.vocabulary import Meter, NoticeKind, PerUnit, Trust

_COLUMNS = {
    "模型名称": None,
    "上下文 (千tokens)": None,
    "输入单价 (百万tokens)": Column(meter=Meter.INPUT),
    "输出单价 (百万tokens)": Column(meter=Meter.OUTPUT),
    "缓存存储 (百万tokens/小时)": Column(meter=Meter.CACHE_STORAGE, per_unit=PerUnit.TOKEN_HOUR),
    "缓存命中 (百万tokens)": Column(meter=Meter.CACHED_INPUT),
    "输入模态": None,
}
_BADGE = re.compile(r"\s*(新品|推荐|热门)$")


class Zhipu(PriceSpider):
    """Market declared: the platform of the mainland; buyers abroad are billed by Z.AI."""

    name = "zhipu"
    title = "Zhipu (Z.AI), Chinese price page"
    sellers = ("zhipu",)
    markets = ("CN",)
    urls = ("https://open.bigmodel.cn/pricing",)
    expected = (30, 400)
    lineage = "zai"
    trust = Trust.SELLER
    licence = "all rights reserved; read as a public price list"
    terms = "p"
    plausible = believable(CNY=("0.005", "400"))

    def parse_quotes(self, document: Document) -> Iterator[Quote | Notice]:
        """A head table of one row stands before the table of its rows."""
        head: Table | None = None
        seen = 0
        for table in document.tables():
            titles = [cell.text for cell in table.rows[0]]
            if titles[:3] == list(_COLUMNS)[:3]:
                head = table
            elif head is not None and len(titles) == len(head.rows[0]):
                seen += 1
                yield from repriced(self._rows(head, table))
                head = None
            else:
                where, text = table.rows[0][0].where, ", ".join(titles)
                yield Notice(notice=NoticeKind.NOT_COMPARABLE, label="-", where=where, text=text)
        if not seen:
            raise document.shape_error("a table of 模型名称, 上下文 and token prices", "none")

    def _rows(self, head: Table, table: Table) -> Iterator[Quote | Notice]:
        columns = columns_of(head, _COLUMNS)
        for row in table.rows:
            length = row[1].text if row[1].text.startswith("输入长度") else "-"  # else the model's own window
            base = template(self, _BADGE.sub("", row[0].text))
            cells = [(row[at], column) for at, column in columns]
            yield from priced(base, cells, conditions=band(Conditions(), length, unit=1000))
