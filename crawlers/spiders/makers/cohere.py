"""Cohere's price page: lists of models in the data of its scripts, each with one or two prices."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from crawlers.base import PriceSpider, believable
from crawlers.document import Document
from crawlers.formats.next_flight import flight_text, lists_named
from crawlers.formats.priced_cells import template
from pipeline.domain.amounts import parse_decimal
from pipeline.domain.quote import Notice, Quote
from pipeline.domain.vocabulary import Meter, NoticeKind, Trust

_PER = "1M tokens"
_SIDES = ("input", "output")
_METERS = {"Input": Meter.INPUT, "Cost": Meter.INPUT, "Output": Meter.OUTPUT}
"""By the label that is printed above the amount; `Cost` is that of a model that only takes text."""


class Cohere(PriceSpider):
    """Market declared: one dollar price for the world. Dollars declared: the data name no currency.

    Cards without an amount (weights to download, a private deployment) are no offers of tokens, and say so.
    """

    name = "cohere"
    title = "Cohere, price page"
    sellers = ("cohere",)
    markets = ("international",)
    urls = ("https://cohere.com/pricing",)
    schedule = "every day"
    expected = (2, 80)
    lineage = "cohere"
    trust = Trust.SELLER
    licence = "all rights reserved; read as a public price list"
    terms = "p, li"
    confirmed = False  # only a part of the page's data was read
    plausible = believable(USD=("0.005", "60"))

    def parse_quotes(self, document: Document) -> Iterator[Quote | Notice]:
        line = 1 + document.text()[: document.text().index("modelName")].count("\n")
        for models in lists_named(flight_text(document), "models"):
            for model in models:
                if isinstance(model, dict) and "modelName" in model:
                    yield from self._model(model, f"text:{line}")

    def _model(self, model: dict[str, Any], where: str) -> Iterator[Quote | Notice]:
        label = model["modelName"]
        for prices in model.get("pricings") or [{}]:
            stated = [(prices.get(f"{side}Label"), prices.get(f"{side}Price")) for side in _SIDES]
            if all(amount is None for _, amount in stated):
                yield Notice(notice=NoticeKind.SKIPPED, label=label, where=where, text="a card without a price")
            for title, amount in stated:
                if amount is None:
                    continue
                if model.get("per") != _PER or title not in _METERS:
                    text = f"{title}: ${amount} per {model.get('per')}"
                    yield Notice(notice=NoticeKind.NOT_COMPARABLE, label=label, where=where, text=text)
                    continue
                quote = replace(template(self, label, where), meter=_METERS[title])
                yield replace(quote, amount=parse_decimal(str(amount)))
