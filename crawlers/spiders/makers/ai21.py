"""AI21's price page: a card per model, its prices in sentences."""

import re
from collections.abc import Iterator
from dataclasses import replace

from crawlers.amounts import price
from crawlers.base import PriceSpider, believable
from crawlers.document import Document
from crawlers.formats.priced_cells import template
from crawlers.tables import squeezed
from pipeline.domain.quote import Notice, Quote
from pipeline.domain.vocabulary import Meter, Trust

_PRICE = re.compile(r"(\$[0-9.,]+) / 1M (input|output) tokens")
_METERS = {"input": Meter.INPUT, "output": Meter.OUTPUT}


class AI21(PriceSpider):
    """Market declared: one dollar price for the world."""

    name = "ai21"
    title = "AI21, price page"
    sellers = ("ai21",)
    markets = ("international",)
    urls = ("https://www.ai21.com/pricing/",)
    schedule = "every day"
    expected = (2, 40)
    lineage = "ai21"
    trust = Trust.SELLER
    licence = "all rights reserved; read as a public price list"
    confirmed = False  # only a reproduction of the page's layout was read
    terms = "p"
    plausible = believable(USD=("0.01", "60"))

    def parse_quotes(self, document: Document) -> Iterator[Quote | Notice]:
        for card in document.selector().xpath("//div[./h3 and ./p]"):
            (label,) = [squeezed(" ".join(title.css("::text").getall())) for title in card.xpath("./h3")]
            found: set[Meter] = set()
            for line in card.xpath("./p"):
                text = squeezed(" ".join(line.css("::text").getall()))
                match = _PRICE.fullmatch(text)
                if match is None:
                    if "$" in text:
                        raise document.shape_error("$… / 1M input or output tokens", text)
                    continue
                money, meter = price(match[1]), _METERS[match[2]]
                found.add(meter)
                quote = template(self, label, f"text:{line.root.sourceline}")
                yield replace(quote, meter=meter, amount=money.amount, currency=money.currency)
            if found and found != set(_METERS.values()):
                raise document.shape_error(f"input and output prices of {label}", sorted(found))
