"""OpenRouter's endpoints: what each host charges through OpenRouter for a model, list and net."""

from collections.abc import AsyncIterator, Iterator
from decimal import Decimal
from typing import Any

from crawlers.base import Fetch, PriceSpider, believable
from crawlers.document import Document
from crawlers.formats.openrouter import pricing_quotes
from crawlers.formats.openrouter_tags import route
from pipeline.domain.conditions import Conditions
from pipeline.domain.quote import Notice, Quote
from pipeline.domain.vocabulary import Meter, NoticeKind, Redistribute, Trust


class OpenRouterEndpoints(PriceSpider):
    """Market declared: one dollar price for the world. Seller OpenRouter, served by the host that the tag names."""

    name = "openrouter_endpoints"
    version = 3
    may_be_silent = True
    confirmed = False  # read as lists that others joined and cut down, never as one of the answers themselves
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
        models = [("/data", content["data"])] if "data" in content else list(enumerate(content["models"]))
        endpoints = [endpoint for _, model in models for endpoint in model["endpoints"]]
        if endpoints and all("pricing_source" in endpoint for endpoint in endpoints):
            raise document.shape_error("prices that OpenRouter charges", "prices from elsewhere only")
        for key, model in models:
            place = key if isinstance(key, str) else f"/models/{key}"
            if "pricing" in model:
                text, where = "the catalogue's own price, read by the source openrouter", f"json:{place}/pricing"
                yield Notice(notice=NoticeKind.SKIPPED, label=model["id"], where=where, text=text)
            if not model["endpoints"]:
                where = f"json:{place}/endpoints"
                yield Notice(notice=NoticeKind.SKIPPED, label=model["id"], where=where, text="nobody serves it now")
            for index, endpoint in enumerate(model["endpoints"]):
                yield from self._endpoint(f"json:{place}/endpoints/{index}", model["id"], endpoint)

    def _endpoint(self, place: str, label: str, endpoint: dict[str, Any]) -> Iterator[Quote | Notice]:
        if "pricing_source" in endpoint:  # somebody's list of prices, in the form of these answers
            text = f"the price is said to be from {endpoint['pricing_source']}: not what OpenRouter charges"
            yield Notice(notice=NoticeKind.SKIPPED, label=label, where=place, text=text)
            return
        found = route(endpoint, label)
        if found is None:
            text = f"the endpoint {endpoint['tag']} is a variant without a counterpart"
            yield Notice(notice=NoticeKind.SKIPPED, label=label, where=place, text=text)
            return
        template = Quote(
            source=self.name,
            seller="openrouter",
            served_by=found.served_by,
            market="international",
            region=found.region,
            label=label,
            meter=Meter.INPUT,
            amount=Decimal(0),
            currency="USD",
            per=1,
            where=place,
            conditions=Conditions(tier=found.tier, precision=found.precision),
        )
        yield from pricing_quotes(template, endpoint["pricing"], f"{place}/pricing")
