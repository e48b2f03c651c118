"""Moonshot's (Kimi) Chinese price pages, one a model family."""

from collections.abc import Iterator

from crawlers.base import PriceSpider, believable
from crawlers.document import Document
from crawlers.formats.priced_cells import Column, How, columns_of, priced, template
from pipeline.domain.quote import Notice, Quote
from pipeline.domain.vocabulary import Meter, Trust

_COLUMNS = {
    "模型": None,
    "计费单位": None,
    "输入价格（缓存命中）": Column(meter=Meter.CACHED_INPUT),
    "输入价格（缓存未命中）": Column(meter=Meter.INPUT),
    "输出价格": Column(meter=Meter.OUTPUT),
    "上下文窗口": None,
}


class MoonshotCN(PriceSpider):
    """Market declared: the platform of the mainland. `¥` is CNY there."""

    name = "moonshot_cn"
    title = "Moonshot (Kimi), Chinese price pages"
    sellers = ("moonshot",)
    markets = ("CN",)
    urls = (
        "https://platform.kimi.com/docs/pricing/chat-k26",
        "https://platform.kimi.com/docs/pricing/chat-k27-code",
    )
    expected = (3, 60)
    lineage = "moonshot"
    trust = Trust.SELLER
    licence = "all rights reserved; read as a public price list"
    terms = "p"
    plausible = believable(CNY=("0.01", "400"))

    def parse_quotes(self, document: Document) -> Iterator[Quote | Notice]:
        table = document.table_rows("模型", "计费单位").fronted("模型")
        unit = table.columns("计费单位")["计费单位"]
        columns = columns_of(table, _COLUMNS)
        for row in table.rows[1:]:
            if row[unit].text != "1M tokens":
                raise ValueError(f"{row[unit].where}: the unit is {row[unit].text!r}")
            cells = [(row[at], column) for at, column in columns]
            yield from priced(template(self, row[0].text), cells, how=How(yen_sign="CNY"))
