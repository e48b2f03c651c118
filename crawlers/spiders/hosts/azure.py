"""Azure's Retail Prices API: meters of token models, their meaning in abbreviated words of the meter's name.

Only global meters of text models are read: a data zone or a region is sold at another price, and a name whose words
are not all understood is left out aloud.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from crawlers.base import PriceSpider, believable
from crawlers.document import Document
from crawlers.formats.priced_cells import template
from pipeline.domain.amounts import parse_decimal
from pipeline.domain.conditions import Conditions
from pipeline.domain.instants import parse_instant
from pipeline.domain.quote import Notice, Quote
from pipeline.domain.vocabulary import EffectiveBasis, Meter, NoticeKind, Tier, Trust

_REGION = "eastus2"  # a global meter is listed once per region at one price
_PRODUCTS = (
    "Azure OpenAI GPT5",
    "Azure OpenAI Reasoning",
    "Azure OpenAI OSS Models",
    "Azure Deepseek Models",
    "Azure Fireworks Models",
    "Azure Grok Models",
    "Azure Kimi",
    "Azure Llama Models",
    "Azure Mistral Models",
)
_ADDRESS = "https://prices.azure.com/api/retail/prices?api-version=2023-01-01-preview&currencyCode=USD&$filter="
_PER = {"1K": 1_000, "1M": 1_000_000}
_GLOBAL = {"gl", "glbl", "global"}
_NOISE = {"tokens", "1m", "std"}
_INPUT, _OUTPUT = {"inp", "inpt", "input"}, {"opt", "outp", "outpt", "out", "output"}
_CACHED, _WRITE = {"cd", "cached", "cchd", "ccchd", "ch"}, {"wr"}
_TIERS = {"batch": Tier.BATCH, "pp": Tier.PRIORITY}
_LONG, _SHORT = {"longco", "l"}, {"shortco"}
_OTHER = {"ft", "rft", "aud", "audio", "txt", "img", "image", "rt", "hosting", "training", "grdr", "grader", "dev"}


@dataclass(frozen=True, slots=True)
class _Name:
    """What a meter's name says; `why` it is left out, where it is."""

    label: str
    meter: Meter = Meter.INPUT
    tier: Tier = Tier.STANDARD
    why: str = ""


class Azure(PriceSpider):
    """Market declared: the price list in dollars, the same for every buyer of a global deployment."""

    name = "azure"
    title = "Azure, Retail Prices API"
    sellers = ("azure",)
    markets = ("international",)
    urls = tuple(
        f"{_ADDRESS}productName eq '{product}' and armRegionName eq '{_REGION}'".replace(" ", "%20")
        for product in _PRODUCTS
    )
    schedule = "every day"
    expected = (4, 3000)
    lineage = "azure"
    trust = Trust.SELLER
    licence = "public price list of the seller; terms of Microsoft's API"
    confirmed = False  # only items taken out of answers, their regions merged, were read
    plausible = believable(USD=("0.001", "700"))

    def parse_quotes(self, document: Document) -> Iterator[Quote | Notice]:
        reduced = "items" in document.json()
        place = "/items" if reduced else "/Items"
        for where, item in document.records(place):
            regions = item["regions"] if reduced else [item["armRegionName"]]
            if item["productName"] in _PRODUCTS and _REGION in regions:
                yield self._item(where, item, "USD" if reduced else item["currencyCode"])
            else:
                text = f"another product or region than is read: {item['productName']}"
                yield Notice(notice=NoticeKind.SKIPPED, label=item["meterName"], where=where, text=text)

    def _item(self, where: str, item: dict[str, Any], currency: str) -> Quote | Notice:
        printed = f"{item['productName']}: {item['meterName']}"
        found = _read(item["meterName"], item["unitOfMeasure"])
        if found.why:
            text = f"{item['unitOfMeasure']}: {found.why}"
            return Notice(notice=NoticeKind.NOT_COMPARABLE, label=printed, where=where, text=text)
        quote = template(self, f"{item['productName']} {found.label}", f"{where}/retailPrice")
        return replace(
            quote,
            meter=found.meter,
            amount=parse_decimal(str(item["retailPrice"])),
            currency=currency,
            per=_PER[item["unitOfMeasure"]],
            region="global",
            conditions=Conditions(tier=found.tier, as_published=item["meterName"]),
            effective_at=parse_instant(item["effectiveStartDate"]),
            effective_basis=EffectiveBasis.SELLER_DATED,
        )


def _read(name: str, unit: str) -> _Name:
    words = [word for word in re.split(r"[ -]", name) if word]
    said = {word.lower() for word in words}
    if "tokens" not in said or unit not in _PER:
        return _Name(name, why="no price of tokens")
    if not said & _GLOBAL:
        return _Name(name, why="no global deployment")
    if said & _OTHER:
        return _Name(name, why="another service than text from text")
    if said & _LONG:
        return _Name(name, why="the prompt length at which it begins is not said")
    meters = {_METER[kind] for kind in _kinds(said)}
    if len(meters) != 1:
        return _Name(name, why="the name names no one meter")
    (tier,) = {_TIERS[word] for word in said & set(_TIERS)} or {Tier.STANDARD}
    known = _GLOBAL | _NOISE | _INPUT | _OUTPUT | _CACHED | _WRITE | _SHORT | set(_TIERS)
    label = " ".join(word for word in words if word.lower() not in known)
    return _Name(label, meter=meters.pop(), tier=tier)


_METER = {"output": Meter.OUTPUT, "cached": Meter.CACHED_INPUT, "write": Meter.CACHE_WRITE, "input": Meter.INPUT}


def _kinds(said: set[str]) -> Iterator[str]:
    if said & _OUTPUT:
        yield "output"
    if said & _WRITE:
        yield "write"
    elif said & _CACHED:
        yield "cached"
    elif said & _INPUT:
        yield "input"
