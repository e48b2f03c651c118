"""RedPill, Phala's shop of confidential models: the models on its front page, each with its two prices."""

import re
from collections.abc import Iterator
from dataclasses import replace

from crawlers.amounts import price
from crawlers.base import PriceSpider, believable
from crawlers.document import Document
from crawlers.formats.other_tables import read_past_lines
from crawlers.formats.priced_cells import template
from crawlers.formats.sellers import seller_name
from pipeline.domain.quote import Notice, Quote
from pipeline.domain.vocabulary import Meter, NoticeKind, Trust

_CARD = re.compile(
    r"by (?P<by>[a-z0-9-]+)\|[0-9.]+[KM]? context\|(?P<input>\$[0-9.]+)/M input\|(?P<output>\$[0-9.]+)/M output"
    r"[^\]|$]*\]\(https://red-pill\.ai/models/(?P<label>[^)\s]+)\)"
)
_PLAN = re.compile(r"\$[0-9.]+/month")
_PRICE = re.compile(r"\$[0-9.]+/M (?:input|output)")


class Phala(PriceSpider):
    """Market declared: one dollar price for the world. Only the models that the front page shows."""

    name = "phala"
    title = "Phala (RedPill), front page"
    sellers = ("phala",)
    markets = ("international",)
    urls = ("https://red-pill.ai/",)
    schedule = "every day"
    expected = (4, 120)
    lineage = "phala"
    trust = Trust.SELLER
    licence = "all rights reserved; read as a public price list"
    confirmed = False  # read as Markdown rendered by a reader service, never as the page itself
    plausible = believable(USD=("0.001", "60"))

    def parse_quotes(self, document: Document) -> Iterator[Quote | Notice]:
        yield from read_past_lines(document.lines(), _PLAN)
        for where, line in document.lines():
            cards = list(_CARD.finditer(line))
            if 2 * len(cards) != len(_PRICE.findall(line)):
                raise document.shape_error("a model for each pair of prices", f"{where}: {len(cards)} models")
            for card in cards:
                base = replace(template(self, card["label"], where), served_by=seller_name(card["by"]))
                for meter in (Meter.INPUT, Meter.OUTPUT):
                    money = price(card[meter.value])
                    if money.amount:
                        yield replace(base, meter=meter, amount=money.amount, currency=money.currency)
                    else:  # an embedding has no output; a price below half a cent would print so too
                        text = f"{meter.value}: {card[meter.value]}"
                        yield Notice(notice=NoticeKind.SKIPPED, label=card["label"], where=where, text=text)
