"""Volcengine (ByteDance's cloud in China): token prices by prompt length, tier and time of day."""

import re
from collections.abc import Iterator
from dataclasses import replace

from crawlers.base import PriceSpider, believable
from crawlers.document import Document
from crawlers.formats.bands import band, repriced
from crawlers.formats.other_tables import read_past_lines
from crawlers.formats.priced_cells import Column, How, columns_of, priced, template
from crawlers.tables import Table, markdown_tables
from pipeline.domain.conditions import Conditions, Window
from pipeline.domain.quote import Notice, Quote
from pipeline.domain.vocabulary import Meter, NoticeKind, PerUnit, Tier, Trust

_SECTIONS = {"在线推理（常规）": Tier.STANDARD, "在线推理（低延迟）": Tier.FAST, "批量推理": Tier.BATCH}
_METERS = {
    "输入(非音频)": Column(meter=Meter.INPUT),
    "输入(音频)": Column(meter=Meter.AUDIO_INPUT),
    "缓存存储": Column(meter=Meter.CACHE_STORAGE, per_unit=PerUnit.TOKEN_HOUR),
    "缓存命中(非音频)": Column(meter=Meter.CACHED_INPUT),
    "缓存命中(音频)": Column(meter=Meter.CACHED_AUDIO_INPUT),
    "输出": Column(meter=Meter.OUTPUT),
}
_WINDOWS = {"空闲时段": Window(name="off_peak"), "高峰时段": Window(name="peak")}
_PACK = re.compile("可生成 ?[0-9]+次")  # packs of video tokens
_SUPERSEDED = re.compile(r"\s*>?\s*调整前价格.*")


class Volcengine(PriceSpider):
    """Market declared: the mainland site, billed in CNY; its export twin is BytePlus."""

    name = "volcengine"
    title = "Volcengine, price page"
    sellers = ("volcengine",)
    markets = ("CN",)
    urls = ("https://www.volcengine.com/api/doc/getDocDetail?LibraryID=82379&DocumentID=1544106&type=online",)
    expected = (60, 900)
    lineage = "volcengine"
    trust = Trust.SELLER
    licence = "all rights reserved; read as a public price list"
    terms = "p"
    plausible = believable(CNY=("0.005", "800"))

    def parse_quotes(self, document: Document) -> Iterator[Quote | Notice]:
        """The answer of the documentation service (Markdown inside JSON), or the page that a browser shows."""
        if document.text().lstrip().startswith("{"):
            text = document.json()["Result"]["MDContent"]
            tables, lines = markdown_tables(text), text.split("\n")
        else:
            tables, lines = document.tables(), document.prose("li")
        section, seen = None, 0
        for table in map(_in_order, tables):
            named = [piece for piece in (*table.lead, table.heading) if piece in _SECTIONS]
            section = _SECTIONS[named[-1]] if named else section
            titles = [_plain(cell.text) for cell in table.rows[0]]
            if section is None or not named or titles[0] != "模型名称" or not titles[1].startswith("条件"):
                where, text = table.rows[0][0].where, ", ".join(titles)
                yield Notice(notice=NoticeKind.NOT_COMPARABLE, label="-", where=where, text=text)
                continue
            seen += 1
            yield from repriced(self._table(table, section))
        yield from read_past_lines((("page", line) for line in lines), _PACK)
        if not seen:
            raise document.shape_error("a table of 模型名称, 条件 and token prices", "none")

    def _table(self, table: Table, tier: Tier) -> Iterator[Quote | Notice]:
        known = {cell.text: _column(cell.text) for cell in table.rows[0]}
        columns = columns_of(table, known)
        label = ""
        for row in table.rows[1:]:
            label = row[0].text or label  # Markdown leaves the name of further bands blank
            if _SUPERSEDED.search(label):
                yield Notice(
                    notice=NoticeKind.SKIPPED, label=_SUPERSEDED.sub("", label), where=row[0].where, text=label
                )
                continue
            window = _WINDOWS.get(row[1].text)
            words = "-" if window else row[1].text
            conditions = replace(band(Conditions(tier=tier), words, unit=1000), window=window)
            cells = [(row[at], column) for at, column in columns]
            yield from priced(template(self, label), cells, conditions=conditions, how=How(currency="CNY"))


def _in_order(table: Table) -> Table:
    """The name and the condition first, wherever the page puts them."""
    titles = [cell.text for cell in table.rows[0] if _plain(cell.text).startswith(("模型名称", "条件"))]
    return table.fronted(*sorted(titles, key=lambda title: _plain(title).startswith("条件")))


def _plain(title: str) -> str:
    return title.replace("（", "(").replace("）", ")")


def _column(title: str) -> Column | None:
    """The meaning of a title such as `输入(非音频) 元/百万token`; names and conditions have none."""
    plain = _plain(title)
    if plain.startswith(("模型名称", "条件")):
        return None
    name, _, unit = plain.partition(" ")
    column = _METERS[name]
    hourly = column.meter is Meter.CACHE_STORAGE
    if unit != ("元/百万token/小时" if hourly else "元/百万token"):
        raise ValueError(f"the column {title!r} has another unit")
    return column
