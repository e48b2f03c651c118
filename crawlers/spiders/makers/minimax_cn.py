"""MiniMax's Chinese pay-as-you-go page: a grid of cards, list prices struck beside a lasting discount."""

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from parsel import Selector

from crawlers.amounts import price
from crawlers.base import PriceSpider, believable
from crawlers.document import Document
from crawlers.formats.bands import band, repriced
from crawlers.formats.other_tables import read_past
from crawlers.formats.priced_cells import list_and_net, template
from crawlers.tables import html_tables, squeezed
from pipeline.domain.conditions import Conditions, Promotion
from pipeline.domain.quote import Notice, Quote
from pipeline.domain.vocabulary import Meter, Tier, Trust

_METERS = {
    "输入价格": Meter.INPUT,
    "输入(含多模态)": Meter.INPUT,
    "输出价格": Meter.OUTPUT,
    "输出": Meter.OUTPUT,
    "缓存读取": Meter.CACHED_INPUT,
    "缓存写入": Meter.CACHE_WRITE,
}
_UNIT = re.compile(r"\s*/?\s*百万 ?tokens$")
_TENTHS = re.compile(r"(?:永久)?([一二三四五六七八九])折")
_DIGITS = "零一二三四五六七八九"
_TIERS = {"标准": Tier.STANDARD, "优先": Tier.PRIORITY}


class MinimaxCN(PriceSpider):
    """Market declared: the platform of the mainland. `¥` is CNY there."""

    name = "minimax_cn"
    title = "MiniMax, Chinese price page"
    sellers = ("minimax",)
    markets = ("CN",)
    urls = ("https://platform.minimaxi.com/subscribe/token-plan?tab=api-enterprise",)
    expected = (8, 120)
    lineage = "minimax"
    trust = Trust.SELLER
    licence = "all rights reserved; read as a public price list"
    terms = "p"
    plausible = believable(CNY=("0.01", "400"))

    def parse_quotes(self, document: Document) -> Iterator[Quote | Notice]:
        grids = document.selector().xpath("//div[./div[contains(@style, 'grid-template-columns')]]")
        seen = 0
        for grid in grids:
            head, *rows = grid.xpath("./div[contains(@style, 'grid-template-columns')]")
            titles = [_UNIT.sub("", _text(cell)) for cell in head.xpath("./*")]
            if titles[0] == "模型" and titles[1] in _METERS:
                seen += 1
                shown = grid.xpath("./ancestor::div//button[@role='tab' and @aria-selected='true']")
                tier = _TIERS[_text(shown[-1])] if shown else Tier.STANDARD
                meters = [_METERS[title] for title in titles[1:]]
                yield from repriced(quote for row in rows for quote in self._row(row, meters, tier))
        if not seen:
            raise document.shape_error("a grid of 模型 and prices", len(grids))
        yield from (read_past(table) for table in html_tables(document.selector()))

    def _row(self, row: Selector, meters: list[Meter], tier: Tier) -> Iterator[Quote]:
        name, *cells = row.xpath("./*")
        label, *words = [text for text in map(squeezed, name.css("::text").getall()) if text]
        lengths = [word.removeprefix("上下文").strip() for word in words if word.startswith("上下文")]
        offers = [word for word in words if _TENTHS.fullmatch(word)]
        if len(lengths) > 1 or len(lengths) + len(offers) != len(words):
            raise ValueError(f"{label}: {words} are not understood")
        conditions = band(Conditions(tier=tier), lengths[0] if lengths else "-")
        for meter, cell in zip(meters, cells, strict=True):
            struck = [squeezed(text) for text in cell.css(".line-through::text").getall()]
            charged = _UNIT.sub("", _text(cell))
            for text in struck:
                charged = charged.replace(text, "", 1).strip()
            money = price(charged, yen_sign="CNY")
            quote = replace(
                template(self, label, f"text:{cell.root.sourceline}"),
                meter=meter,
                amount=money.amount,
                currency=money.currency,
                conditions=conditions,
            )
            if not struck:
                yield quote
                continue
            (before,) = struck
            yield from list_and_net(quote, price(before, yen_sign="CNY"), _promotion(offers))


def _promotion(offers: list[str]) -> Promotion:
    """A price at so many tenths (`永久五折` is half): without an end, and so said in its own words."""
    (offer,) = offers
    match = _TENTHS.fullmatch(offer)
    percent = None if match is None else Decimal(100 - 10 * _DIGITS.index(match[1]))
    return Promotion(percent=percent, text=offer)


def _text(element: Selector) -> str:
    return squeezed(" ".join(element.css("::text").getall()))
