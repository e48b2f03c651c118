"""Upstage's API price page: a card a model, a line a price."""

import re
from collections.abc import Iterator
from dataclasses import replace

from parsel import Selector

from crawlers.amounts import price
from crawlers.base import PriceSpider, believable
from crawlers.document import Document
from crawlers.formats.priced_cells import template
from crawlers.tables import squeezed, visible_text
from pipeline.domain.quote import Notice, Quote
from pipeline.domain.vocabulary import Meter, NoticeKind, Trust

_CARD, _LINE = ".pricing-card-v2", ".pricing-feature-v2"
_METERS = {"Input": Meter.INPUT, "Input(Cached)": Meter.CACHED_INPUT, "Output": Meter.OUTPUT}
_PRICE = re.compile(r"(?P<title>.*?) ?(?P<amount>\$[0-9.]+) / 1M tokens")
_OTHER = re.compile(r"\$[0-9.]+ / Pages|\bFree\b|\$[0-9.]+ / 1M tokens \(then \$[0-9.]+ / 1M tokens\)")


class Upstage(PriceSpider):
    """Market declared: one dollar price for the world. A price of tokens without a word for which is left out aloud."""

    name = "upstage"
    title = "Upstage, API price page"
    sellers = ("upstage",)
    markets = ("international",)
    urls = ("https://www.upstage.ai/pricing/api",)
    schedule = "every day"
    expected = (3, 60)
    lineage = "upstage"
    trust = Trust.SELLER
    licence = "all rights reserved; read as a public price list"
    confirmed = False  # the cards of a real page were read, cut out of it
    plausible = believable(USD=("0.005", "60"))

    def parse_quotes(self, document: Document) -> Iterator[Quote | Notice]:
        cards = document.selector().css(_CARD)
        if not cards:
            raise document.shape_error(f"cards {_CARD}", "none")
        for card in cards:
            (title,) = card.css("h4")
            label = squeezed(" ".join(visible_text(title.root)))
            lines = card.css(_LINE)
            if not lines:
                raise document.shape_error(f"prices {_LINE} of {label}", "none")
            for line in lines:
                yield self._line(label, line)

    def _line(self, label: str, line: Selector) -> Quote | Notice:
        text, where = squeezed(" ".join(visible_text(line.root))), f"text:{line.root.sourceline}"
        found = _PRICE.fullmatch(text)
        if found is not None and found["title"] in _METERS:
            money = price(found["amount"])
            quote = replace(template(self, label, where), meter=_METERS[found["title"]])
            return replace(quote, amount=money.amount, currency=money.currency)
        if (found is None or found["title"]) and not _OTHER.search(text):
            raise ValueError(f"{where}: {text!r} of {label!r} is no price that is known")
        return Notice(notice=NoticeKind.NOT_COMPARABLE, label=label, where=where, text=text)
