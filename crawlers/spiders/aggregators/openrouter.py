"""OpenRouter's model catalogue: what a buyer is charged by default, over all its hosts."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from crawlers.base import PriceSpider, believable
from crawlers.document import Document
from crawlers.formats.labels import tier_of
from crawlers.formats.openrouter import pricing_quotes
from pipeline.domain.conditions import Conditions
from pipeline.domain.instants import midnight
from pipeline.domain.quote import Notice, Quote
from pipeline.domain.vocabulary import Meter, NoticeKind, PriceBasis, Redistribute, Trust


class OpenRouter(PriceSpider):
    """Market declared: one dollar price for the world. Net of discounts, so it is not the maker's list price."""

    name = "openrouter"
    title = "OpenRouter, model catalogue"
    sellers = ("openrouter",)
    markets = ("international",)
    urls = ("https://openrouter.ai/api/v1/models",)
    schedule = "every 6 hours"
    expected = (500, 5000)
    lineage = "openrouter"
    trust = Trust.AGGREGATOR
    licence = "OpenRouter's terms of service"
    redistribute = Redistribute.NO
    plausible = believable(USD=("0.0001", "2000"))

    def parse_quotes(self, document: Document) -> Iterator[Quote | Notice]:
        pointer = "" if isinstance(document.json(), list) else "/data"  # an envelope may hold the list alone
        for place, model in document.records(pointer):
            yield from self._model(place, model)

    def _model(self, place: str, model: dict[str, Any]) -> Iterator[Quote | Notice]:
        label, target = model["id"], model.get("alias_target")
        notice = Notice(notice=NoticeKind.ALIAS, label=label, where=f"{place}/id", text=model["name"])
        if label.startswith("~") or target:
            yield replace(notice, alias_of=target["slug"] if target else None)
            text = "an alias: its prices are those of the model that it points to"
            yield replace(notice, notice=NoticeKind.SKIPPED, where=f"{place}/pricing", text=text)
            return
        if model.get("expiration_date"):
            text, day = f"expires on {model['expiration_date']}", date.fromisoformat(model["expiration_date"])
            yield replace(notice, notice=NoticeKind.DEPRECATED, text=text, effective_at=midnight(day))
        template = Quote(
            source=self.name,
            seller="openrouter",
            served_by="openrouter",
            market="international",
            label=label,
            meter=Meter.INPUT,
            amount=Decimal(0),
            currency="USD",
            per=1,
            where=place,
            price_basis=PriceBasis.NET,
            conditions=Conditions(tier=tier_of(label)),
        )
        yield from pricing_quotes(template, model["pricing"], f"{place}/pricing")
