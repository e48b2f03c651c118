"""Nebius Token Factory: the public list of its models, each in flavours of one price."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from crawlers.base import PriceSpider, believable
from crawlers.document import Document
from crawlers.formats.priced_cells import template
from pipeline.domain.amounts import parse_decimal
from pipeline.domain.conditions import Conditions
from pipeline.domain.quote import Notice, Quote
from pipeline.domain.vocabulary import Meter, NoticeKind, Trust

_METERS = {
    "input_price_per_million_tokens": Meter.INPUT,
    "output_price_per_million_tokens": Meter.OUTPUT,
}


class Nebius(PriceSpider):
    """Market declared: one price for the world. Dollars declared: the list names no currency, others read it so."""

    name = "nebius"
    title = "Nebius Token Factory, list of models"
    sellers = ("nebius",)
    markets = ("international",)
    urls = ("https://tokenfactory.nebius.com/api/public/models_info",)
    schedule = "every day"
    expected = (20, 600)
    lineage = "nebius"
    trust = Trust.SELLER
    licence = "all rights reserved; read as a public price list"
    confirmed = False  # the fields of entries that others quote, never an answer
    plausible = believable(USD=("0.001", "60"))

    def parse_quotes(self, document: Document) -> Iterator[Quote | Notice]:
        for place, model in document.records(""):
            for index, flavour in enumerate(model["flavors"]):
                yield from self._flavour(flavour, f"{place}/flavors/{index}")

    def _flavour(self, flavour: dict[str, Any], where: str) -> Iterator[Quote | Notice]:
        label, precision = flavour["model_id"], flavour.get("quantization")
        stated = {key: value for key, value in flavour.items() if "price" in key and value is not None}
        if not stated:
            yield Notice(notice=NoticeKind.SKIPPED, label=label, where=where, text="a flavour without a price")
        base = replace(template(self, label), conditions=Conditions(precision=precision.lower() if precision else None))
        for key, value in stated.items():
            spot = f"{where}/{key}"
            if key not in _METERS:
                yield Notice(notice=NoticeKind.NOT_COMPARABLE, label=label, where=spot, text=f"{key}: {value}")
                continue
            yield replace(base, meter=_METERS[key], amount=parse_decimal(str(value)), where=spot)
