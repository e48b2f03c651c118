"""Moonshot's (Kimi) English price page: tables that the page's source writes as rows of a component."""

import re
from collections.abc import Iterator
from dataclasses import replace

from crawlers.amounts import NoAmount, parse_amount
from crawlers.base import PriceSpider, believable
from crawlers.document import Document
from crawlers.formats.priced_cells import Column, template
from crawlers.formats.tax import vat_stated
from pipeline.domain.conditions import Conditions
from pipeline.domain.quote import Notice, Quote
from pipeline.domain.vocabulary import Meter, NoticeKind, Trust

_OPEN, _CLOSE = "<DocTable", "/>"
_TITLE = re.compile(r'\{ title: "([^"]*)"')
_CELL = re.compile(r'"([^"]*)"|<>\{"([^"]*)"\}([^<]*)</>')
_COLUMNS: dict[str, Column | None] = {
    "Model": None,
    "Unit": None,
    "Context Window": None,
    "Cache Write Price (TTL 5min)": Column(meter=Meter.CACHE_WRITE, cache_ttl=300),
    "Cache Write Price (TTL 1h)": Column(meter=Meter.CACHE_WRITE, cache_ttl=3600),
    "Cached Input Price": Column(meter=Meter.CACHED_INPUT),
    "Input Price (Cache Hit)": Column(meter=Meter.CACHED_INPUT),
    "Input Price": Column(meter=Meter.INPUT),
    "Input Price (Cache Miss)": Column(meter=Meter.INPUT),
    "Output Price": Column(meter=Meter.OUTPUT),
}
_UNIT = "1M tokens"


class Moonshot(PriceSpider):
    """Market declared: the platform for buyers outside of the mainland, which has its own and is billed in CNY."""

    name = "moonshot"
    title = "Moonshot (Kimi), English price page"
    sellers = ("moonshot",)
    markets = ("international",)
    urls = ("https://platform.kimi.ai/docs/pricing/chat.md",)
    expected = (6, 120)
    lineage = "moonshot"
    trust = Trust.SELLER
    licence = "all rights reserved; read as a public price list"
    plausible = believable(USD=("0.005", "100"))

    def parse_quotes(self, document: Document) -> Iterator[Quote | Notice]:
        base = replace(template(self, "-"), vat_included=vat_stated(document.prose(self.terms or "p")))
        titles: list[str] | None = None
        tables = rows = 0
        for where, line in document.lines():
            text = line.strip().rstrip(",")
            if text.startswith(_OPEN):
                titles, tables = [], tables + 1
            elif titles is not None and text == _CLOSE:
                titles = None
            elif titles is not None and (title := _TITLE.match(text)):
                titles.append(title[1])
            elif titles is not None and text.startswith("["):
                rows += 1
                yield from _row(base, titles, text, where)
        if not tables or not rows:
            raise document.shape_error(f"rows of {_OPEN}", f"{tables} tables, {rows} rows")


def _row(base: Quote, titles: list[str], text: str, where: str) -> Iterator[Quote | Notice]:
    cells = [plain or sign + amount for plain, sign, amount in _CELL.findall(text)]
    rest = _CELL.sub("", text).replace(",", "").replace(" ", "")
    if rest != "[]" or len(cells) != len(titles):
        raise ValueError(f"{where}: {text!r} is no row of {titles}")
    row = dict(zip(titles, cells, strict=True))
    if row["Unit"] != _UNIT:
        raise ValueError(f"{where}: the unit is {row['Unit']!r}")
    for title in titles:
        column = _COLUMNS[title]
        if column is None:
            continue
        found, label = parse_amount(row[title]), row["Model"]
        if isinstance(found, NoAmount):
            skipped = f"{column.meter.value}: {row[title]}"
            yield Notice(notice=NoticeKind.SKIPPED, label=label, where=where, text=skipped)
            continue
        quote = replace(base, label=label, where=where, meter=column.meter, amount=found.amount)
        yield replace(quote, currency=found.currency, conditions=Conditions(cache_ttl=column.cache_ttl))
