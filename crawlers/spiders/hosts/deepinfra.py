"""DeepInfra's list of models: cents a token, and what is said as a multiple of that."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

from crawlers.base import PriceSpider, believable
from crawlers.document import Document
from crawlers.formats.priced_cells import template
from pipeline.domain.amounts import parse_decimal
from pipeline.domain.conditions import Conditions
from pipeline.domain.quote import Notice, Quote
from pipeline.domain.vocabulary import IssueKind, Meter, NoticeKind, Tier, Trust

_DOLLARS_PER_MILLION = Decimal(10_000)
"""A cent a token is 10 000 dollars per million tokens."""
_FINEST = Decimal("0.000001")
_KINDS = ("tokens", "input_tokens")
_PRICES = {"cents_per_input_token": Meter.INPUT, "cents_per_output_token": Meter.OUTPUT}
_CACHE = {
    "rate_per_input_token_cached": Meter.CACHED_INPUT,
    "rate_per_input_token_cache_write": Meter.CACHE_WRITE,
}
_TIERS = {"rate_per_service_tier_priority": Tier.PRIORITY, "rate_per_service_tier_flex": Tier.FLEX}


class DeepInfra(PriceSpider):
    """Market declared: one dollar price for the world. Amounts are turned from cents a token into dollars a million.

    A multiple is a rounded fraction (0.15555556 of 0.45 dollars): what it gives is rounded to a millionth of a dollar
    per million tokens. Whether the cents of a model with a `discount` are those before or after it is not said on
    the list: such a model is an issue, and has no price.
    """

    name = "deepinfra"
    title = "DeepInfra, list of models"
    sellers = ("deepinfra",)
    markets = ("international",)
    urls = ("https://api.deepinfra.com/models/list",)
    schedule = "every day"
    expected = (60, 3000)
    lineage = "deepinfra"
    trust = Trust.SELLER
    licence = "all rights reserved; read as a public price list"
    confirmed = False  # records of the list that others quote were read, never an answer
    plausible = believable(USD=("0.001", "60"))

    def parse_quotes(self, document: Document) -> Iterator[Quote | Notice]:
        for place, model in document.records(""):
            label, prices = model["model_name"], model["pricing"]
            if model.get("deprecated"):
                yield Notice(notice=NoticeKind.DEPRECATED, label=label, where=place, text="deprecated")
                yield Notice(notice=NoticeKind.SKIPPED, label=label, where=place, text="deprecated")
            elif prices is None or prices["type"] not in _KINDS:
                text = f"billed by {'nothing stated' if prices is None else prices['type']}"
                yield Notice(notice=NoticeKind.NOT_COMPARABLE, label=label, where=place, text=text)
            elif prices.get("discount"):
                text = f"a discount of {prices['discount']}, and the list does not say of which price"
                kind = IssueKind.UNREADABLE_PRICE
                yield Notice(notice=NoticeKind.ISSUE, label=label, where=place, text=text, issue_kind=kind)
            else:
                precision = model.get("quantization")
                base = replace(template(self, label), conditions=Conditions(precision=precision and precision.lower()))
                yield from _prices(base, prices, f"{place}/pricing")


def _prices(base: Quote, prices: dict[str, Any], place: str) -> Iterator[Quote]:
    for key, meter in _PRICES.items():
        if prices.get(key) is None:
            continue
        amount = parse_decimal(str(prices[key])) * _DOLLARS_PER_MILLION
        yield replace(base, meter=meter, amount=amount, where=f"{place}/{key}")
        for name, tier in _TIERS.items():
            if prices.get(name) is not None:
                conditions = replace(base.conditions, tier=tier)
                charged = _multiple(amount, prices[name])
                yield replace(base, meter=meter, amount=charged, conditions=conditions, where=f"{place}/{name}")
        for name, cache in _CACHE.items():
            if meter is Meter.INPUT and prices.get(name) is not None:
                yield replace(base, meter=cache, amount=_multiple(amount, prices[name]), where=f"{place}/{name}")


def _multiple(amount: Decimal, rate: Any) -> Decimal:
    return (amount * parse_decimal(str(rate))).quantize(_FINEST).normalize()
