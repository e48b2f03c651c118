"""Anthropic's price page: Markdown tables, or the cards of its web page."""

import re
from collections.abc import Iterator
from dataclasses import replace

from parsel import Selector

from crawlers.amounts import price
from crawlers.base import PriceSpider, believable
from crawlers.document import Document
from crawlers.formats.other_tables import read_past_lines
from crawlers.formats.priced_cells import Column, How, columns_of, priced, template
from crawlers.formats.tax import vat_stated
from crawlers.tables import Cell, squeezed
from pipeline.domain.conditions import Conditions
from pipeline.domain.quote import Notice, Quote
from pipeline.domain.vocabulary import Meter, NoticeKind, Tier, Trust, VatIncluded

_MODELS = {
    "Model": None,
    "Base input tokens": Column(meter=Meter.INPUT),
    "5m cache writes": Column(meter=Meter.CACHE_WRITE, cache_ttl=300),
    "1h cache writes": Column(meter=Meter.CACHE_WRITE, cache_ttl=3600),
    "Cache hits and refreshes": Column(meter=Meter.CACHED_INPUT),
    "Output tokens": Column(meter=Meter.OUTPUT),
}
_BATCH = {"Model": None, "Batch input": Column(meter=Meter.INPUT), "Batch output": Column(meter=Meter.OUTPUT)}
_CARD = {
    "Input": Column(meter=Meter.INPUT),
    "Output": Column(meter=Meter.OUTPUT),
    "Write": Column(meter=Meter.CACHE_WRITE, cache_ttl=300),  # "Prompt caching pricing reflects 5-minute TTL"
    "Read": Column(meter=Meter.CACHED_INPUT),
}
_RETIRING = re.compile(r"\s*\((deprecated|retired)[^)]*\)", re.IGNORECASE)
# Subscriptions, and tools by the hour or the search.
_NO_TOKENS = re.compile(r"^(?:From )?\$[0-9.]+$|/ ?seat|per month|hour|/ 1K searches")
_OWN_TAB = "//*[@role='tabpanel'][.//*[contains(@class, 'card_pricing_api_wrap')]]//p//text()"
_UNIT: How = {"unit": "/ MTok"}


class Anthropic(PriceSpider):
    """Market declared: one dollar price for the world."""

    name = "anthropic"
    version = 2
    title = "Anthropic, price page"
    sellers = ("anthropic",)
    markets = ("international",)
    urls = ("https://platform.claude.com/docs/en/about-claude/pricing.md",)
    expected = (15, 300)
    lineage = "anthropic"
    trust = Trust.SELLER
    licence = "all rights reserved; read as a public price list"
    terms = "p"
    plausible = believable(USD=("0.01", "200"))

    def parse_quotes(self, document: Document) -> Iterator[Quote | Notice]:
        if "<html" in document.text()[:2000].lower():
            yield from self._cards(document)
            return
        vat = vat_stated(line for _, line in document.lines())
        for table in document.markdown_tables():
            table = table.fronted("Model", "Base input tokens").fronted("Model", "Batch input")
            titles = [cell.text for cell in table.rows[0]]
            known, tier = (_BATCH, Tier.BATCH) if "Batch input" in titles else (_MODELS, Tier.STANDARD)
            if titles[1:2] not in (["Batch input"], ["Base input tokens"]):
                where, text = table.rows[0][0].where, f"{table.heading}: {', '.join(titles)}"
                yield Notice(notice=NoticeKind.SKIPPED, label="-", where=where, text=text)
                continue
            columns = columns_of(table, known)
            for row in table.rows[1:]:
                cells = [(row[at], column) for at, column in columns]
                yield from self._model(row[0], cells, vat, tier)

    def _model(
        self, name: Cell, cells: list[tuple[Cell, Column]], vat: VatIncluded, tier: Tier
    ) -> Iterator[Quote | Notice]:
        base = replace(template(self, _RETIRING.sub("", name.text)), vat_included=vat)
        retiring = _RETIRING.search(name.text)
        if retiring:
            yield Notice(notice=NoticeKind.DEPRECATED, label=base.label, where=name.where, text=retiring[1])
        yield from priced(base, cells, how=_UNIT, conditions=Conditions(tier=tier))

    def _cards(self, document: Document) -> Iterator[Quote | Notice]:
        """Cards have no table: the place is the line of the page on which the card begins.

        Tax is what the cards' own tab says: the tabs of the subscriptions state theirs for themselves.
        """
        page = document.selector()
        vat = vat_stated(page.xpath(_OWN_TAB).getall())
        for card in page.css(".card_pricing_api_wrap"):
            label = squeezed(" ".join(card.css("h3 ::text").getall()))
            base = replace(template(self, label, f"text:{card.root.sourceline}"), vat_included=vat)
            found = [quote for row in card.css(".tokens_main_wrap") for quote in _card_row(base, row)]
            if {quote.meter for quote in found} != {column.meter for column in _CARD.values()}:
                raise document.shape_error(f"four prices of {label}", len(found))
            yield from found
        lines = [("page", line) for line in document.prose("body")]
        yield from read_past_lines(lines, _NO_TOKENS)


def _card_row(base: Quote, row: Selector) -> Iterator[Quote]:
    printed = squeezed("".join(row.css("[data-api-price] ::text").getall()))
    if printed:
        column = _CARD[squeezed("".join(row.css(".tokens_main_label ::text").getall()))]
        money = price(printed, **_UNIT)
        yield replace(
            base,
            meter=column.meter,
            amount=money.amount,
            currency=money.currency,
            conditions=Conditions(cache_ttl=column.cache_ttl),
        )
