"""Chutes' list of models: dollars a million tokens, with the precision that is served."""

from collections.abc import Iterator
from dataclasses import replace

from crawlers.base import PriceSpider, believable
from crawlers.document import Document
from crawlers.formats.priced_cells import template
from pipeline.domain.amounts import parse_decimal
from pipeline.domain.conditions import Conditions
from pipeline.domain.quote import Notice, Quote
from pipeline.domain.vocabulary import Meter, NoticeKind, Trust

_METERS = {"prompt": Meter.INPUT, "completion": Meter.OUTPUT, "input_cache_read": Meter.CACHED_INPUT}


class Chutes(PriceSpider):
    """Market declared: one price for the world. Unit declared: others read the numbers as dollars a million tokens,
    and the bounds refuse a list that is per token. The same prices in its own coin are not read a second time."""

    name = "chutes"
    title = "Chutes, list of models"
    sellers = ("chutes",)
    markets = ("international",)
    urls = ("https://llm.chutes.ai/v1/models",)
    schedule = "every day"
    expected = (20, 600)
    lineage = "chutes"
    trust = Trust.SELLER
    licence = "all rights reserved; read as a public price list"
    confirmed = False  # the fields as others' readers name them, never an answer
    plausible = believable(USD=("0.001", "60"))

    def parse_quotes(self, document: Document) -> Iterator[Quote | Notice]:
        for place, model in document.records("/data"):
            label, prices, precision = model["id"], model.get("pricing"), model.get("quantization")
            if prices is None:
                yield Notice(notice=NoticeKind.SKIPPED, label=label, where=place, text="no price")
                continue
            if "price" in model:
                text = "the same prices, in dollars and in a coin"
                yield Notice(notice=NoticeKind.SKIPPED, label=label, where=f"{place}/price", text=text)
            conditions = Conditions(precision=precision.lower() if precision else None)
            base = replace(template(self, label), conditions=conditions)
            for key, value in prices.items():
                spot = f"{place}/pricing/{key}"
                if key not in _METERS:
                    yield Notice(notice=NoticeKind.NOT_COMPARABLE, label=label, where=spot, text=f"{key}: {value}")
                    continue
                yield replace(base, meter=_METERS[key], amount=parse_decimal(str(value)), where=spot)
