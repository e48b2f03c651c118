"""Amazon Bedrock: Amazon's own price list of one region, products and their terms joined by their number."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from crawlers.base import PriceSpider, believable
from crawlers.document import Document, pointer_token
from crawlers.formats.priced_cells import template
from pipeline.domain.amounts import parse_decimal
from pipeline.domain.conditions import Conditions
from pipeline.domain.quote import Notice, Quote
from pipeline.domain.vocabulary import Meter, NoticeKind, Tier, Trust

_REGION = "us-east-1"
_OFFERS = "https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws"
_PER = {"1K tokens": 1_000, "1M tokens": 1_000_000}
_USAGE = re.compile(
    r"[A-Z0-9]+-(?P<model>.+?)-"
    r"(?P<kind>input-tokens|output-tokens|cache-read-input-token-count|cache-write-input-token-count)"
    r"(?P<tier>-batch|-flex|-priority)?"
)
_METERS = {
    "input-tokens": Meter.INPUT,
    "output-tokens": Meter.OUTPUT,
    "cache-read-input-token-count": Meter.CACHED_INPUT,
    "cache-write-input-token-count": Meter.CACHE_WRITE,
}
_TIERS = {None: Tier.STANDARD, "-batch": Tier.BATCH, "-flex": Tier.FLEX, "-priority": Tier.PRIORITY}
_FEATURES = ("On-demand Inference", "Batch Inference")
_NAMES = ("model", "titanModel")
_ELSEWHERE = re.compile(r"cross-region|latency|global|custom", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Product:
    label: str
    meter: Meter = Meter.INPUT
    tier: Tier = Tier.STANDARD
    why: str = ""


class Bedrock(PriceSpider):
    """Market declared: a dollar list for every buyer. Region read: the list of one region is asked for, and checked.

    The `effectiveDate` of a term is the list's own month, whatever moved: it dates no price. What is customised,
    provisioned, sent across regions or billed by the image is said to be there, with its kind.
    """

    name = "bedrock"
    title = "Amazon Bedrock, price list of US East (N. Virginia)"
    sellers = ("bedrock",)
    markets = ("international",)
    urls = (f"{_OFFERS}/AmazonBedrock/current/{_REGION}/index.json",)
    schedule = "every day"
    expected = (10, 3000)
    lineage = "bedrock"
    trust = Trust.SELLER
    licence = "public price list of the seller; terms of the AWS Price List API"
    confirmed = False  # products that somebody cut out of a real list were read, never the whole list
    largest = 64 * 1024 * 1024
    plausible = believable(USD=("0.001", "200"))

    def parse_quotes(self, document: Document) -> Iterator[Quote | Notice]:
        content = document.json()
        if content["offerCode"] != "AmazonBedrock" or not content["products"]:
            raise document.shape_error("the products of AmazonBedrock", content["offerCode"])
        for sku, offers in content["terms"]["OnDemand"].items():
            found = _product(content["products"][sku]["attributes"])
            place = f"json:/terms/OnDemand/{pointer_token(sku)}"
            if found.why:
                yield Notice(notice=NoticeKind.NOT_COMPARABLE, label=found.label, where=place, text=found.why)
                continue
            for code, offer in offers.items():
                for rate, dimension in offer["priceDimensions"].items():
                    path = "/".join(map(pointer_token, (code, "priceDimensions", rate)))
                    yield self._price(found, dimension, f"{place}/{path}")

    def _price(self, product: _Product, dimension: dict[str, Any], where: str) -> Quote | Notice:
        if (dimension["beginRange"], dimension["endRange"]) != ("0", "Inf"):
            raise ValueError(f"{where}: a price for a range of volumes")
        if dimension["unit"] not in _PER:
            text = f"per {dimension['unit']}"
            return Notice(notice=NoticeKind.NOT_COMPARABLE, label=product.label, where=where, text=text)
        ((currency, amount),) = dimension["pricePerUnit"].items()
        return replace(
            template(self, product.label, f"{where}/pricePerUnit/{currency}"),
            meter=product.meter,
            amount=parse_decimal(amount),
            currency=currency,
            per=_PER[dimension["unit"]],
            region=_REGION,
            conditions=Conditions(tier=product.tier),
        )


def _product(attributes: dict[str, str]) -> _Product:
    usage, feature = attributes["usagetype"], attributes["feature"]
    named = [attributes[key] for key in _NAMES if key in attributes]
    if attributes["regionCode"] != _REGION:
        raise ValueError(f"{usage} is of the region {attributes['regionCode']}")
    if feature not in _FEATURES or not named:
        return _Product(named[0] if named else usage, why=f"{feature}: {usage}")
    (label,) = named
    match = _USAGE.fullmatch(usage)
    if match is None or _ELSEWHERE.search(match["model"]):
        return _Product(label, why=f"{feature}: {usage}")
    if (match["tier"] == "-batch") != (feature == "Batch Inference"):
        raise ValueError(f"{usage} is sold as {feature}")
    return _Product(label, meter=_METERS[match["kind"]], tier=_TIERS[match["tier"]])
