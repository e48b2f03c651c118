"""Atlas Cloud's model list: prices before and after its discount, by prompt length."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

from crawlers.amounts import Money
from crawlers.base import PriceSpider, believable
from crawlers.document import Document
from crawlers.formats.priced_cells import list_and_net, template
from pipeline.domain.amounts import parse_decimal
from pipeline.domain.conditions import Conditions, Promotion
from pipeline.domain.errors import DocumentShapeError
from pipeline.domain.quote import Notice, Quote
from pipeline.domain.vocabulary import Meter, NoticeKind, PriceBasis, Trust

_METERS = {
    "input_price": (Meter.INPUT, None),
    "output_price": (Meter.OUTPUT, None),
    "cache_price": (Meter.CACHED_INPUT, None),
    "cache_creation_price": (Meter.CACHE_WRITE, None),
    "cache_creation_1h_price": (Meter.CACHE_WRITE, 3600),
    "input_audio_price": (Meter.AUDIO_INPUT, None),
    "cache_audio_price": (Meter.CACHED_AUDIO_INPUT, None),
    "input_image_price": (Meter.IMAGE_INPUT, None),
    "output_image_price": (Meter.IMAGE_OUTPUT, None),
}
_KNOWN = {"type", "prompt_thresholds", *_METERS}


class AtlasCloud(PriceSpider):
    """Market declared: one dollar price for the world. Dollars declared: the list names no currency, its page does."""

    name = "atlascloud"
    title = "Atlas Cloud, model list"
    sellers = ("atlascloud",)
    markets = ("international",)
    urls = ("https://console.atlascloud.ai/api/v1/models",)
    expected = (150, 2000)
    lineage = "atlascloud"
    trust = Trust.SELLER
    licence = "all rights reserved; read as a public price list"
    plausible = believable(USD=("0.0005", "300"))

    def parse_quotes(self, document: Document) -> Iterator[Quote | Notice]:
        for place, model in document.records("/data"):
            label = model["model"]
            if model["type"] != "Text":
                text = f"a {model['type']} model"
                yield Notice(notice=NoticeKind.NOT_COMPARABLE, label=label, where=place, text=text)
                continue
            offer = model["price"]
            actual, before = _levels(offer["actual"]), _levels(offer["origin"])
            for index, (low, high, prices) in enumerate(actual):
                band = Conditions(context_min=low or None, context_max=high)
                where = f"{place}/price/actual" + (f"/prompt_thresholds/{index - 1}" if index else "")
                for key in prices:
                    quote = self._quote(label, key, prices[key], f"{where}/{key}", band)
                    yield from self._with_list(quote, parse_decimal(before[index][2][key]), offer)

    def _quote(self, label: str, key: str, amount: str, where: str, band: Conditions) -> Quote:
        meter, ttl = _METERS[key]
        return replace(
            template(self, label, where),
            meter=meter,
            amount=parse_decimal(amount),
            conditions=replace(band, cache_ttl=ttl),
        )

    def _origin(self, quote: Quote, text: str) -> Notice:
        where = quote.where.replace("/price/actual", "/price/origin")
        return Notice(notice=NoticeKind.SKIPPED, label=quote.label, where=where, text=text)

    def _with_list(self, quote: Quote, before: Decimal, offer: dict[str, Any]) -> Iterator[Quote | Notice]:
        if offer.get("dynamic_discount"):  # moves with the hour, above or below the list price
            yield replace(quote, price_basis=PriceBasis.NET)
            yield self._origin(quote, "a list price that the price of the hour does not follow")
        elif quote.amount == before:
            yield quote
            yield self._origin(quote, "the list price is what is charged")
        else:
            percent = 100 - parse_decimal(offer["discount"])
            promotion = Promotion(percent=percent or None, text=f"discount {offer['discount']}")
            listed, net = list_and_net(quote, Money(before, "USD"), promotion)
            yield replace(listed, where=listed.where.replace("/price/actual", "/price/origin"))
            yield net


def _levels(prices: dict[str, Any]) -> list[tuple[int, int | None, dict[str, str]]]:
    """(lower bound, upper bound, prices) by prompt length. An unknown key is a broken document."""
    if prices["type"] != "flat" or set(prices) - _KNOWN:
        raise DocumentShapeError(f"prices of the type {prices['type']} with {sorted(set(prices) - _KNOWN)}")
    steps = prices.get("prompt_thresholds", [])
    lows = [0, *(step["threshold"] for step in steps)]
    named = [{key: step[key] for key in _METERS if key in step} for step in (prices, *steps)]
    return list(zip(lows, [*lows[1:], None], named, strict=True))
