"""Alibaba Cloud Model Studio (Bailian), Chinese price page: Qwen and others, by region, mode and prompt length.

The page prices every region in CNY. Only the mainland's (Beijing) is an offer to buyers in China; another region's is
sold abroad at that market's own price list, and is left out here.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from crawlers.amounts import price
from crawlers.base import PriceSpider, believable
from crawlers.document import Document
from crawlers.formats.bands import band, repriced
from crawlers.formats.other_tables import read_past_lines
from crawlers.formats.priced_cells import list_and_net, template
from crawlers.tables import Cell, Table
from pipeline.domain.conditions import Conditions, Promotion
from pipeline.domain.errors import AmountError
from pipeline.domain.quote import Notice, Quote
from pipeline.domain.vocabulary import IssueKind, MarketBasis, Meter, NoticeKind, Trust

_ADDRESS = (
    "https://help.aliyun.com/help/json/document_detail.json"
    "?alias=%2Fmodel-studio%2Fmodel-pricing&pageNum=1&pageSize=20&website=cn&language=zh"
)
_HOME = "华北2（北京）"
_MODEL = "模型 ID（Model ID）"
_LENGTHS = ("单次请求的输入Token数", "单次请求的输入Token范围")
_IGNORED = ("免费额度（注）", "服务部署范围")
_MODES = {
    "非思考和思考模式": None,
    "仅非思考模式": False,
    "非思考模式": False,
    "仅思考模式": True,
    "思考模式": True,
    "思考模式（思维链+回答）": True,
}
_INPUT = re.compile(r"输入单价 ?（每百万Token）")
_OUTPUT = re.compile(r"输出单价 ?（每百万Token）(?: ?思维链\+回答)?")
_LENGTH = re.compile(r"([0-9]+[KM]?)<Token≤([0-9]+[KM]?)")
_SAME = re.compile(r"当前能力等同于\s*([A-Za-z0-9.\-]+)")
_REDUCED = re.compile(r"原价([0-9.]+元) ?限时([0-9](?:\.[0-9])?)折")

_EXAMPLE = re.compile("费用计算")  # an arithmetic example below the tables


class AlibabaCN(PriceSpider):
    """Market read from the heading of each region."""

    name = "alibaba_cn"
    title = "Alibaba Cloud Model Studio, Chinese price page"
    sellers = ("alibaba",)
    markets = ("CN",)
    urls = (_ADDRESS,)
    expected = (120, 1500)
    lineage = "alibaba"
    trust = Trust.SELLER
    licence = "all rights reserved; read as a public price list"
    plausible = believable(CNY=("0.005", "800"))

    def parse_quotes(self, document: Document) -> Iterator[Quote | Notice]:
        content = document.json()["data"]["content"]
        seen = 0
        for table in replace(document, body=content.encode()).tables():
            columns = _columns(table)
            if _HOME not in table.headings or columns is None:
                where, text = table.rows[0][0].where, " / ".join(table.headings)
                yield Notice(notice=NoticeKind.NOT_COMPARABLE, label="-", where=where, text=text or "a table")
                continue
            seen += 1
            yield from repriced(self._rows(table, columns))
        lines = replace(document, body=content.encode()).prose("li")
        yield from read_past_lines((("page", line) for line in lines), _EXAMPLE)
        if not seen:
            raise document.shape_error(f"a table of {_MODEL} under {_HOME}", "none")

    def _rows(self, table: Table, columns: list[tuple[int, Meter, bool | None]]) -> Iterator[Quote | Notice]:
        titles = [cell.text for cell in table.rows[0]]
        for row in table.even_rows[1:]:
            if row[0].text == _MODEL:
                continue  # the second line of a head
            label, same = row[0].text.split()[0], _SAME.search(row[0].text)
            if same:
                text = row[0].text
                notice = Notice(notice=NoticeKind.ALIAS, label=label, where=row[0].where, text=text, alias_of=same[1])
                yield notice
            named = dict(zip(titles, row, strict=True))
            length = next((named[title].text for title in _LENGTHS if title in named), "无阶梯计价")
            base = replace(
                template(self, label),
                market_basis=MarketBasis.PAGE,
                alias_of=same[1] if same else None,
                region="beijing",
                conditions=replace(_band(length), thinking=_MODES[named["模式"].text] if "模式" in named else None),
            )
            for at, meter, thinking in columns:
                conditions = base.conditions if thinking is None else replace(base.conditions, thinking=thinking)
                yield from _cell(replace(base, meter=meter, conditions=conditions), row[at])


def _columns(table: Table) -> list[tuple[int, Meter, bool | None]] | None:
    """(position, meter, thinking) of the priced columns; None where a title is not one of a token price table."""
    found: list[tuple[int, Meter, bool | None]] = []
    head = table.rows[0]
    below = table.rows[1] if len(table.rows) > 1 and table.rows[1][0].text == _MODEL else head
    for at, cell in enumerate(head):
        if _INPUT.fullmatch(cell.text) and below[at].text in (cell.text, *_MODES):
            found.append((at, Meter.INPUT, _MODES.get(below[at].text)))
        elif _OUTPUT.fullmatch(cell.text) and below[at].text in (cell.text, *_MODES):
            found.append((at, Meter.OUTPUT, _MODES.get(below[at].text)))
        elif cell.text not in (_MODEL, "模式", *_LENGTHS, *_IGNORED):
            return None
    return found if {meter for _, meter, _ in found} == {Meter.INPUT, Meter.OUTPUT} else None


def _band(length: str) -> Conditions:
    match = _LENGTH.fullmatch(length.replace(" ", ""))
    if match is None:
        return band(Conditions(), "-" if length == "无阶梯计价" else length)
    return replace(band(Conditions(), f"{match[1]}~{match[2]}"), as_published=length)


def _cell(base: Quote, cell: Cell) -> Iterator[Quote | Notice]:
    """`12元`, or `原价12元 限时5折`: the list price and how many tenths of it are charged."""
    reduced = _REDUCED.fullmatch(cell.text)
    if reduced:
        before = price(reduced[1])
        tenths = Decimal(reduced[2])
        charged = replace(base, amount=before.amount * tenths / 10, currency=before.currency, where=cell.where)
        percent = (100 - 10 * tenths).normalize()
        yield from list_and_net(charged, before, Promotion(percent=percent, text=cell.text))
        return
    text = f"{base.meter.value}: {cell.text}"
    if not any(character.isdigit() for character in cell.text):  # free to try, not on sale, no such mode
        yield Notice(notice=NoticeKind.SKIPPED, label=base.label, where=cell.where, text=text)
        return
    try:
        money = price(cell.text)
    except AmountError as error:  # one cell of hundreds: the rest of the page is believed
        issue = Notice(notice=NoticeKind.ISSUE, label=base.label, where=cell.where, text=f"{text}: {error}")
        yield replace(issue, issue_kind=IssueKind.UNREADABLE_PRICE)
        return
    yield replace(base, amount=money.amount, currency=money.currency, where=cell.where)
