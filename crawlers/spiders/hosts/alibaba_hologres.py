"""Hologres (Alibaba Cloud): models resold inside its database, priced per thousand tokens by region."""

from collections.abc import Iterator
from dataclasses import replace

from crawlers.base import PriceSpider, believable
from crawlers.document import Document
from crawlers.formats.bands import band, repriced
from crawlers.formats.other_tables import read_past
from crawlers.formats.priced_cells import Column, How, columns_of, priced, template
from crawlers.tables import Table
from pipeline.domain.conditions import Conditions
from pipeline.domain.quote import Notice, Quote
from pipeline.domain.vocabulary import Meter, NoticeKind, Trust

_COLUMNS = {
    "地域": None,
    "模型名称": None,
    "模型类别": None,
    "输入 Token 阶梯": None,
    "输入单价（元/千 Token）": Column(meter=Meter.INPUT, per=1000),
    "显式缓存创建（元/千 Token）": Column(meter=Meter.CACHE_WRITE, per=1000),
    "显式缓存命中（元/千 Token）": None,
    "隐式缓存命中（元/千 Token）": Column(meter=Meter.CACHED_INPUT, per=1000),
    "输出单价（元/千 Token）": Column(meter=Meter.OUTPUT, per=1000),
}
_PLACES = ("地域", "模型名称", "模型类别", "输入 Token 阶梯")
_MADE = "显式缓存命中（元/千 Token）"
_REGIONS = {"北京 上海 杭州 深圳": "mainland", "新加坡": "singapore"}


class AlibabaHologres(PriceSpider):
    """Market declared: the mainland site, billed in CNY. A resale at its own prices, not Model Studio's list."""

    name = "alibaba_hologres"
    title = "Alibaba Cloud Hologres, price page"
    sellers = ("alibaba_hologres",)
    markets = ("CN",)
    urls = ("https://help.aliyun.com/zh/hologres/user-guide/managed-models-billing",)
    schedule = "every day"
    expected = (20, 400)
    lineage = "alibaba_hologres"
    trust = Trust.SELLER
    licence = "all rights reserved; read as a public price list"
    plausible = believable(CNY=("0.01", "800"))

    def parse_quotes(self, document: Document) -> Iterator[Quote | Notice]:
        table = document.table_rows("地域", "模型名称", "输入 Token 阶梯")
        columns = columns_of(table, _COLUMNS)
        place = table.columns(*_PLACES, _MADE)
        yield from repriced(self._rows(table, columns, place))
        yield from (read_past(other) for other in document.tables() if other.number != table.number)

    def _rows(self, table: Table, columns: list[tuple[int, Column]], place: dict[str, int]) -> Iterator[Quote | Notice]:
        for row in table.rows[1:]:
            region, label, kind, words = (row[place[name]].text for name in _PLACES)
            if not kind.startswith("文本生成"):
                yield Notice(notice=NoticeKind.NOT_COMPARABLE, label=label, where=row[0].where, text=kind)
                continue
            thinking = {"文本生成（思考）": True, "文本生成（非思考）": False}.get(kind)
            conditions = replace(band(Conditions(), words), thinking=thinking)
            base = replace(template(self, label), region=_REGIONS[region])
            cells = [(row[at], column) for at, column in columns]
            made = row[place[_MADE]]
            text = f"a second hit price, for caches that the buyer made: {made.text}"
            yield Notice(notice=NoticeKind.NOT_COMPARABLE, label=label, where=made.where, text=text)
            yield from priced(base, cells, conditions=conditions, how=How(currency="CNY"))
