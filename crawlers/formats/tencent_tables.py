"""Tencent Cloud's token price tables, one per region tab; amounts without a sign, the currency in the column title."""

import re
from collections.abc import Iterator
from dataclasses import replace

from crawlers.base import PriceSpider
from crawlers.document import Document
from crawlers.formats.bands import band, repriced
from crawlers.formats.priced_cells import Column, How, priced, template
from crawlers.tables import Table
from pipeline.domain.conditions import Conditions
from pipeline.domain.quote import Notice, Quote
from pipeline.domain.vocabulary import Meter, NoticeKind, Tier

_TITLE = re.compile(r"(推理输入|推理输出|缓存命中)\s*（(元|美元)/百万 tokens）")
_METERS = {"推理输入": Meter.INPUT, "推理输出": Meter.OUTPUT, "缓存命中": Meter.CACHED_INPUT}
_CURRENCIES = {"元": "CNY", "美元": "USD"}
_REGIONS = {"广州": "guangzhou", "新加坡": "singapore", "硅谷": "siliconvalley"}
_ENDS = re.compile(r"\s*（([0-9-]+) 下线）")
_DIRECT = " 原厂直供"  # served by the model's own maker, at another price than Tencent's own copy
_MAKERS = {"deepseek": "deepseek", "glm": "zhipu", "kimi": "moonshot", "minimax": "minimax"}


def tencent_quotes(spider: PriceSpider, document: Document) -> Iterator[Quote | Notice]:
    """Quotes of every table of model, condition and token prices; the others are not comparable."""
    tabs: list[str] = []
    seen = 0
    for table in map(_in_order, document.tables()):
        tabs = [_REGIONS[piece] for piece in table.lead if piece in _REGIONS] or tabs
        columns = _columns(table)
        if not columns:
            where, text = table.rows[0][0].where, f"{table.heading}: {', '.join(cell.text for cell in table.rows[0])}"
            yield Notice(notice=NoticeKind.NOT_COMPARABLE, label="-", where=where, text=text)
            continue
        seen += 1
        tier = Tier.BATCH if "批量任务场景" in table.headings else Tier.STANDARD
        region = tabs.pop(0) if tabs else None
        yield from repriced(_rows(spider, table, columns, tier, region))
    if not seen:
        raise document.shape_error("a table of 模型名称, 条件 and token prices", "none")


def _rows(
    spider: PriceSpider, table: Table, columns: list[tuple[int, Column]], tier: Tier, region: str | None
) -> Iterator[Quote | Notice]:
    for row in table.rows[1:]:
        conditions = band(Conditions(tier=tier), row[1].text)
        base = template(spider, row[0].text.replace(_DIRECT, ""))
        ends = _ENDS.search(base.label)
        if ends:
            base = replace(base, label=_ENDS.sub("", base.label))
            text = f"offline on {ends[1]}"
            yield Notice(notice=NoticeKind.DEPRECATED, label=base.label, where=row[0].where, text=text)
        if _DIRECT in row[0].text:
            base = replace(base, served_by=_MAKERS[base.label.split("-")[0].lower()])
        cells = [(row[at], column) for at, column in columns]
        yield from priced(replace(base, region=region), cells, conditions=conditions)


def _in_order(table: Table) -> Table:
    """The name and the condition first, wherever the page puts them."""
    conditions = [cell.text for cell in table.rows[0] if cell.text.startswith("条件")]
    return table.fronted("模型名称", *conditions)


def _columns(table: Table) -> list[tuple[int, Column]]:
    titles = [cell.text for cell in table.rows[0]]
    if titles[0] != "模型名称" or not titles[1].startswith("条件"):
        return []
    found = [(at, _TITLE.fullmatch(title)) for at, title in enumerate(titles[2:], start=2)]
    return [
        (at, Column(meter=_METERS[match[1]], how=How(currency=_CURRENCIES[match[2]])))
        for at, match in found
        if match is not None
    ]
