"""Perplexity's price page: its source holds the prices as an object that the page draws tables from."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from crawlers.base import PriceSpider, believable
from crawlers.document import Document, strict_json
from crawlers.formats.priced_cells import template
from pipeline.domain.amounts import parse_decimal
from pipeline.domain.quote import Notice, Quote
from pipeline.domain.vocabulary import Meter, NoticeKind, Trust

_OBJECT = re.compile(r"^export const PRICING = (\{.*?^\});", re.MULTILINE | re.DOTALL)
_METERS = {"input": Meter.INPUT, "output": Meter.OUTPUT}
_NAMES = ("id", "label")


class Perplexity(PriceSpider):
    """Market declared: one dollar price for the world. Currency and unit declared: the page prints `$/1M` above them.

    A request costs a fee besides, by the size of its search: such fees, and prices of other services, are said to be
    there.
    """

    name = "perplexity"
    title = "Perplexity, price page"
    sellers = ("perplexity",)
    markets = ("international",)
    urls = ("https://docs.perplexity.ai/docs/getting-started/pricing.md",)
    schedule = "every day"
    expected = (4, 60)
    lineage = "perplexity"
    trust = Trust.SELLER
    licence = "all rights reserved; read as a public price list"
    confirmed = False  # only a reproduction of the page's layout was read
    plausible = believable(USD=("0.05", "60"))

    def parse_quotes(self, document: Document) -> Iterator[Quote | Notice]:
        text = document.text()
        found = _OBJECT.search(text)
        if found is None:
            raise document.shape_error("export const PRICING", "no such object")
        where = f"text:{text.count(chr(10), 0, found.start()) + 1}"
        prices = strict_json(found[1])
        for model in prices["sonar"]["models"]:
            yield from self._model(model, where)
        for service, stated in prices.items():
            if service != "sonar":
                kind = NoticeKind.NOT_COMPARABLE
                yield Notice(notice=kind, label=service, where=where, text=f"{service}: {_printed(stated)}")

    def _model(self, model: dict[str, Any], where: str) -> Iterator[Quote | Notice]:
        label = model["id"]
        for key, meter in _METERS.items():
            quote = replace(template(self, label, where), meter=meter)
            yield replace(quote, amount=parse_decimal(str(model[key])))
        for key, value in model.items():
            if key not in _METERS and key not in _NAMES:
                text = f"{key}: {_printed(value)}"
                yield Notice(notice=NoticeKind.NOT_COMPARABLE, label=label, where=where, text=text)


def _printed(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_printed(member)}" for key, member in value.items())
    return f"{len(value)} entries" if isinstance(value, list) else str(value)
