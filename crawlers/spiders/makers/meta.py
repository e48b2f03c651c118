"""Meta's model pages: a grid of model, context window and prices of a million tokens, built of divisions."""

import re
from collections.abc import Iterator
from dataclasses import replace

from parsel import Selector

from crawlers.amounts import NoAmount, parse_amount
from crawlers.base import PriceSpider, believable
from crawlers.document import Document
from crawlers.formats.priced_cells import template
from crawlers.tables import squeezed
from pipeline.domain.quote import Notice, Quote
from pipeline.domain.vocabulary import Meter, NoticeKind, Trust

_METERS = {"input": Meter.INPUT, "cached input": Meter.CACHED_INPUT, "output": Meter.OUTPUT}
_UNIT = re.compile(r"\(?\bMtok\b\)?")


class Meta(PriceSpider):
    """Market declared: one dollar price for the world. Rows sold by subscription only hold a hyphen and are plans."""

    name = "meta"
    title = "Meta, model pages"
    sellers = ("meta",)
    markets = ("international",)
    urls = ("https://dev.meta.ai/models/muse-spark/", "https://dev.meta.ai/models/muse-wonder/")
    schedule = "every day"
    expected = (3, 60)
    lineage = "meta"
    trust = Trust.SELLER
    licence = "all rights reserved; read as a public price list"
    confirmed = False  # only a reproduction of the page's layout was read
    terms = "p"
    plausible = believable(USD=("0.001", "200"))

    def parse_quotes(self, document: Document) -> Iterator[Quote | Notice]:
        head, *rows = document.one("[role=grid]").xpath("./div")
        titles = [_text(cell) for cell in head.xpath("./span")]
        if titles[0] != "Model" or not titles[1].startswith("Context window"):
            raise document.shape_error("a grid of Model, Context window and prices", titles)
        meters = [_meter(title) for title in titles[2:]]
        for row in rows:
            texts = [_text(cell) for cell in row.xpath("./span")]
            if len(texts) < len(titles):
                raise document.shape_error(f"{len(titles)} cells", texts)
            yield from self._row(texts[0], meters, texts[-len(meters) :], f"text:{row.root.sourceline}")

    def _row(self, label: str, meters: list[Meter], prices: list[str], where: str) -> Iterator[Quote | Notice]:
        for meter, text in zip(meters, prices, strict=True):
            found = parse_amount(text)
            if isinstance(found, NoAmount):
                said = f"{meter.value}: {text}, no price of tokens"
                yield Notice(notice=NoticeKind.SKIPPED, label=label, where=where, text=said)
                continue
            yield replace(template(self, label, where), meter=meter, amount=found.amount, currency=found.currency)


def _meter(title: str) -> Meter:
    """`Input (Mtok)` or `Mtok input`; the unit must be named."""
    if not _UNIT.search(title):
        raise ValueError(f"the column {title!r} names no unit")
    return _METERS[squeezed(_UNIT.sub("", title)).lower()]


def _text(cell: Selector) -> str:
    return squeezed(" ".join(cell.css("::text").getall()))
