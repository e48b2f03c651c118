"""OpenRouter's endpoints: what each host charges through OpenRouter for a model, list and net."""

import re
from collections.abc import AsyncIterator, Iterator
from decimal import Decimal
from typing import Any

from crawlers.base import Fetch, PriceSpider, believable
from crawlers.document import Document
from crawlers.formats.labels import tier_of
from crawlers.formats.openrouter import pricing_quotes
from crawlers.formats.sellers import seller_name
from pipeline.domain.conditions import Conditions
from pipeline.domain.quote import Notice, Quote
from pipeline.domain.vocabulary import Meter, NoticeKind, Redistribute, Tier, Trust

_PRECISIONS = ("int4", "int8", "fp4", "mxfp4", "nvfp4", "fp6", "fp8", "mxfp8", "fp16", "bf16", "fp32")
_REGION = re.compile(r"global|eu|us|europe|swedencentral|[a-z]{2}-[a-z]+-?[0-9]+|[a-z]+-[a-z]+[0-9]+")
_TIERS = {None: Tier.STANDARD, "flex": Tier.FLEX, "priority": Tier.PRIORITY}
_FAST = ("fast", "turbo", "highspeed")


class OpenRouterEndpoints(PriceSpider):
    """Market declared: one dollar price for the world. Seller OpenRouter, served by the host that the tag names."""

    name = "openrouter_endpoints"
    title = "OpenRouter, prices by host"
    sellers = ("openrouter",)
    markets = ("international",)
    urls = ("https://openrouter.ai/api/v1/models",)
    schedule = "every day"
    expected = (1500, 20000)
    lineage = "openrouter"
    trust = Trust.AGGREGATOR
    licence = "OpenRouter's terms of service"
    redistribute = Redistribute.NO
    plausible = believable(USD=("0.0001", "2000"))

    async def documents(self, fetch: Fetch) -> AsyncIterator[Document | None]:
        """One document per model of the catalogue, which itself is read only for its names."""
        catalogue = await fetch(self.urls[0])
        if catalogue is None:
            yield None
            return
        for _, model in catalogue.records("/data"):
            if not model["id"].startswith("~") and not model.get("alias_target"):
                yield await fetch(f"{self.urls[0]}/{model['id']}/endpoints")

    def parse_quotes(self, document: Document) -> Iterator[Quote | Notice]:
        """One model (`data`), or a stored list of several (`models`)."""
        content = document.json()
        models = [("/data", content["data"])] if "data" in content else enumerate(content["models"])
        for key, model in models:
            place = key if isinstance(key, str) else f"/models/{key}"
            if "pricing" in model:
                text, where = "the catalogue's own price, read by the source openrouter", f"json:{place}/pricing"
                yield Notice(notice=NoticeKind.SKIPPED, label=model["id"], where=where, text=text)
            for index, endpoint in enumerate(model["endpoints"]):
                yield from self._endpoint(f"json:{place}/endpoints/{index}", model["id"], endpoint)

    def _endpoint(self, place: str, label: str, endpoint: dict[str, Any]) -> Iterator[Quote | Notice]:
        host, _, suffix = endpoint["tag"].partition("/")
        printed = (endpoint.get("quantization") or "unknown").lower()
        precision = printed if printed != "unknown" else None
        region, tier = None, tier_of(label)
        if endpoint.get("service_tier"):
            tier = _TIERS.get(endpoint["service_tier"], Tier.FAST)
        if suffix in _PRECISIONS:
            precision = suffix
        elif suffix in _FAST:
            tier = Tier.FAST
        elif _REGION.fullmatch(suffix):
            region = suffix
        elif suffix:
            text = f"the endpoint {endpoint['tag']} is a variant without a counterpart"
            yield Notice(notice=NoticeKind.SKIPPED, label=label, where=place, text=text)
            return
        template = Quote(
            source=self.name,
            seller="openrouter",
            served_by=seller_name(host),
            market="international",
            region=region,
            label=label,
            meter=Meter.INPUT,
            amount=Decimal(0),
            currency="USD",
            per=1,
            where=place,
            conditions=Conditions(tier=tier, precision=precision),
        )
        yield from pricing_quotes(template, endpoint["pricing"], f"{place}/pricing")
