"""Fireworks' serverless prices: a line per model, `$input / $cached / $output` per tier."""

import re
from collections.abc import Iterator
from dataclasses import replace

from crawlers.amounts import price
from crawlers.base import PriceSpider, believable
from crawlers.document import Document
from crawlers.formats.priced_cells import template
from pipeline.domain.conditions import Conditions
from pipeline.domain.quote import Notice, Quote
from pipeline.domain.vocabulary import Meter, Tier, Trust

_TIERS = {"Standard": Tier.STANDARD, "Priority": Tier.PRIORITY, "Fast": Tier.FAST}
_METERS = (Meter.INPUT, Meter.CACHED_INPUT, Meter.OUTPUT)
_TRIPLE = re.compile(r"(\$[0-9.]+) / (\$[0-9.]+) / (\$[0-9.]+)")


class Fireworks(PriceSpider):
    """Market declared: one dollar price for the world. The unit is declared: the lines name none.

    Processing in the United States alone costs more and is not in these lines.
    """

    name = "fireworks"
    title = "Fireworks, serverless prices"
    sellers = ("fireworks",)
    markets = ("international",)
    urls = ("https://docs.fireworks.ai/serverless/pricing.md",)
    schedule = "every day"
    expected = (12, 300)
    lineage = "fireworks"
    trust = Trust.SELLER
    licence = "all rights reserved; read as a public price list"
    confirmed = False  # only a text taken off the page was read
    plausible = believable(USD=("0.001", "60"))

    def parse_quotes(self, document: Document) -> Iterator[Quote | Notice]:
        tiers: list[Tier] = []
        for where, line in document.lines():
            words = line.split()
            if words[:2] == ["Model", "Standard"]:
                tiers = [_TIERS[word] for word in words[1:]]
                continue
            triples = _TRIPLE.findall(line)
            label = line[: line.find("$")].strip()
            if "$" not in line:
                continue
            if not tiers or not label or len(triples) > len(tiers) or _TRIPLE.sub("", line).split() != label.split():
                raise document.shape_error("a model and $input / $cached / $output per tier", line)
            for tier, triple in zip(tiers, triples, strict=False):
                for meter, text in zip(_METERS, triple, strict=True):
                    money = price(text)
                    quote = replace(template(self, label, where), meter=meter, conditions=Conditions(tier=tier))
                    yield replace(quote, amount=money.amount, currency=money.currency)
