"""Alibaba Cloud Model Studio, English price page: Qwen and others abroad, by region, mode and prompt length.

The page prices the mainland's region in dollars too; that is no offer to buyers abroad, and is left out here.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from crawlers.amounts import NoAmount, parse_amount, price
from crawlers.base import PriceSpider, believable
from crawlers.document import Document
from crawlers.formats.bands import band, repriced
from crawlers.formats.mdx import as_page
from crawlers.formats.other_tables import read_past
from crawlers.formats.priced_cells import list_and_net, template
from crawlers.tables import Cell, Table
from pipeline.domain.conditions import Conditions, Promotion, Window
from pipeline.domain.quote import Notice, Quote
from pipeline.domain.vocabulary import MarketBasis, Meter, NoticeKind, Trust

_REGIONS = {"Singapore": "singapore"}
_TEXT = "Text generation"
_MODEL, _LENGTH = "Model ID", "Input tokens per request"
_IGNORED = ("Deployment scope", "Free quota")
_INPUT, _OUTPUT = "Input price (per 1 million tokens)", "Output price (per 1 million tokens)"
_MODES = {"Non-Thinking mode": False, "Thinking mode (chain of thought + answer)": True}
_KINDS = {
    (_INPUT, "Text/Image/video"): Meter.INPUT,
    (_INPUT, "Audio"): Meter.AUDIO_INPUT,
    (_OUTPUT, "Text"): Meter.OUTPUT,
}
_BETWEEN = re.compile(r"([0-9]+[KM]?)<Token≤([0-9]+[KM]?)")
_FROM = re.compile(r"[0-9]+[KM]?")
_SAME = re.compile(r">? ?Currently equivalent to ([A-Za-z0-9.\-]+)")
_REDUCED = re.compile(r"List price (\$[0-9.]+) \(Limited-time ([0-9]+)% off\)")
_HOURS = re.compile(r"Busy hours: (\$[0-9.]+) Idle hours: (\$[0-9.]+)")
_WINDOWS = (Window(name="peak"), Window(name="off_peak"))  # the table does not say when they are

Columns = list[tuple[int, Meter, bool | None]]


class Alibaba(PriceSpider):
    """Market read from the tab of each region: Singapore sells to the world."""

    name = "alibaba"
    title = "Alibaba Cloud Model Studio, English price page"
    sellers = ("alibaba",)
    markets = ("international",)
    urls = ("https://www.alibabacloud.com/help/en/model-studio/model-pricing.md",)
    expected = (20, 900)
    lineage = "alibaba"
    trust = Trust.SELLER
    licence = "all rights reserved; read as a public price list"
    confirmed = False  # only a reproduction of the page's layout was read
    plausible = believable(USD=("0.001", "150"))

    def parse_quotes(self, document: Document) -> Iterator[Quote | Notice]:
        seen = 0
        for table in replace(document, body=as_page(document.text()).encode()).tables():
            region = _REGIONS.get(table.panes[0]) if table.panes else None
            columns = _columns(table) if any(title.startswith(_TEXT) for title in table.headings) else None
            if region is None or columns is None:
                yield read_past(table, " / ".join(table.panes))
                continue
            seen += 1
            yield from repriced(self._rows(table, columns, region))
        if not seen:
            raise document.shape_error(f"a table of {_MODEL} and token prices in a tab of {sorted(_REGIONS)}", "none")

    def _rows(self, table: Table, columns: Columns, region: str) -> Iterator[Quote | Notice]:
        titles = [cell.text for cell in table.rows[0]]
        rows = [row for row in table.even_rows[1:] if row[0].text != _MODEL]
        for at, row in enumerate(rows):
            label, same = row[0].text.split()[0], _SAME.search(row[0].text)
            if same and not row[0].spanned:
                where, text = row[0].where, same[0].lstrip("> ")
                yield Notice(notice=NoticeKind.ALIAS, label=label, where=where, text=text, alias_of=same[1])
            conditions = Conditions()
            if _LENGTH in titles:
                column = titles.index(_LENGTH)
                below = rows[at + 1] if at + 1 < len(rows) and rows[at + 1][0].text == row[0].text else None
                conditions = _band(row[column].text, below[column].text if below else None)
            base = replace(template(self, label), market_basis=MarketBasis.PAGE, region=region)
            base = replace(base, alias_of=same[1] if same else None, conditions=conditions)
            for position, meter, thinking in columns:
                held = replace(conditions, thinking=thinking)
                yield from _cell(replace(base, meter=meter, conditions=held, where=row[position].where), row[position])


def _columns(table: Table) -> Columns | None:
    """(position, meter, thinking) of the priced columns; None where a title is not one of a token price table."""
    head = table.rows[0]
    below = table.rows[1] if len(table.rows) > 1 and table.rows[1][0].text == _MODEL else head
    found: Columns = []
    for at, cell in enumerate(head):
        detail = below[at].text
        if cell.text in (_INPUT, _OUTPUT) and (detail == cell.text or detail in _MODES):
            meter = Meter.INPUT if cell.text == _INPUT else Meter.OUTPUT
            found.append((at, meter, _MODES.get(detail)))
        elif (cell.text, detail) in _KINDS:
            found.append((at, _KINDS[cell.text, detail], None))
        elif cell.text not in (_MODEL, _LENGTH, *_IGNORED):
            return None
    return found if found and head[0].text == _MODEL else None


def _band(words: str, below: str | None) -> Conditions:
    """`0<Token≤256K`, or only where a band begins (`32K`): it ends where the one in the next row begins."""
    match = _BETWEEN.fullmatch(words.replace(" ", ""))
    if match:
        return replace(band(Conditions(), f"{match[1]}~{match[2]}"), as_published=words)
    if _FROM.fullmatch(words) and (below is None or _FROM.fullmatch(below)):
        bounds = f"≥{words}" if below is None else f"{words}~{below}"
        return replace(band(Conditions(), bounds), as_published=words)
    return band(Conditions(), words)


def _cell(base: Quote, cell: Cell) -> Iterator[Quote | Notice]:
    """`$0.4`, `List price $0.4 (Limited-time 20% off)`, or an amount for busy and one for idle hours."""
    if reduced := _REDUCED.fullmatch(cell.text):
        before, percent = price(reduced[1]), Decimal(reduced[2])
        charged = replace(base, amount=before.amount * (100 - percent) / 100, currency=before.currency)
        yield from list_and_net(charged, before, Promotion(percent=percent, text=cell.text))
        return
    if hours := _HOURS.fullmatch(cell.text):
        for printed, window in zip(hours.groups(), _WINDOWS, strict=True):
            money = price(printed)
            held = replace(base.conditions, window=window)
            yield replace(base, amount=money.amount, currency=money.currency, conditions=held)
        return
    found = parse_amount(cell.text)
    if isinstance(found, NoAmount):
        text = f"{base.meter.value}: {cell.text}"
        yield Notice(notice=NoticeKind.SKIPPED, label=base.label, where=cell.where, text=text)
        return
    yield replace(base, amount=found.amount, currency=found.currency)
