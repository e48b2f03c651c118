"""MiniMax's English pay-as-you-go page: list prices struck beside a lasting discount, bands in the name's cell."""

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from crawlers.amounts import NoAmount, parse_amount, price
from crawlers.base import PriceSpider, believable
from crawlers.document import Document
from crawlers.formats.bands import band, repriced
from crawlers.formats.mdx import tabs_as_headings
from crawlers.formats.other_tables import read_past
from crawlers.formats.priced_cells import list_and_net, template
from crawlers.tables import Cell, Table, markdown_tables
from pipeline.domain.conditions import Conditions, Promotion
from pipeline.domain.quote import Notice, Quote
from pipeline.domain.vocabulary import Meter, Tier, Trust

_METERS = {
    "Input": Meter.INPUT,
    "Output": Meter.OUTPUT,
    "Prompt caching Read": Meter.CACHED_INPUT,
    "Prompt caching Write": Meter.CACHE_WRITE,
}
_TIERS = {"Standard": Tier.STANDARD, "Priority": Tier.PRIORITY}
_OFFER = re.compile(r"(?:Permanent|Limited-time) ([0-9]+)% off")
_LENGTH = re.compile(r"([≤>] [0-9]+[kKmM]) input tokens\*?")
_UNIT = "/ M tokens"


class Minimax(PriceSpider):
    """Market declared: the dollar page is for the world; buyers in China have the platform's Chinese twin."""

    name = "minimax"
    title = "MiniMax, English price page"
    sellers = ("minimax",)
    markets = ("international",)
    urls = ("https://platform.minimax.io/docs/guides/pricing-paygo.md",)
    expected = (6, 120)
    lineage = "minimax"
    trust = Trust.SELLER
    licence = "all rights reserved; read as a public price list"
    confirmed = False  # only a reproduction of the page's layout was read
    plausible = believable(USD=("0.001", "60"))

    def parse_quotes(self, document: Document) -> Iterator[Quote | Notice]:
        seen = 0
        for table in (grid.fronted("Model") for grid in markdown_tables(tabs_as_headings(document.text()))):
            titles = [cell.text for cell in table.rows[0]]
            if titles[0] != "Model" or not set(titles[1:]) <= set(_METERS):
                yield read_past(table)
                continue
            seen += 1
            tier = _TIERS.get(table.heading.rstrip("*"), Tier.STANDARD)
            yield from repriced(self._rows(table, [_METERS[title] for title in titles[1:]], tier))
        if not seen:
            raise document.shape_error("a table of Model, Input, Output", "none")

    def _rows(self, table: Table, meters: list[Meter], tier: Tier) -> Iterator[Quote | Notice]:
        for name, *cells in table.even_rows[1:]:
            label, *words = name.parts
            said = " ".join(words)
            offer, length = _OFFER.search(said), _LENGTH.search(said)
            rest = _OFFER.sub("", _LENGTH.sub("", said)).strip()
            if rest:
                raise ValueError(f"{label}: the words {rest!r} are not understood")
            conditions = band(Conditions(tier=tier), length[1] if length else "-")
            promotion = Promotion(percent=Decimal(offer[1]), text=offer[0]) if offer else Promotion()
            base = replace(template(self, label), conditions=conditions)
            for meter, cell in zip(meters, cells, strict=True):
                yield from _cell(replace(base, meter=meter, where=cell.where), cell, promotion)


def _cell(base: Quote, cell: Cell, promotion: Promotion) -> Iterator[Quote]:
    found = parse_amount(cell.text, unit=_UNIT)
    if found is NoAmount.ABSENT:
        return
    money = price(cell.text, unit=_UNIT)
    charged = replace(base, amount=money.amount, currency=money.currency)
    if not cell.struck:
        yield charged
        return
    (before,) = cell.struck
    yield from list_and_net(charged, price(before), promotion)
