"""Quill router's snapshot: what hosts charge by their own pages, in the form of OpenRouter's answers.

Its head says so, and each record's `pricing_source` again: input, cached input and output are the host's own prices.
The rest of a record is OpenRouter's: `discount` is off OpenRouter's price, not off these, and amounts beside it may be
after it. Where a discount stands, only the three are read.
"""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

from crawlers.base import PriceSpider, believable
from crawlers.document import Document
from crawlers.formats.bands import repriced
from crawlers.formats.openrouter import METERS, pricing_quotes
from crawlers.formats.openrouter_tags import route
from pipeline.domain.amounts import parse_decimal
from pipeline.domain.conditions import Conditions
from pipeline.domain.quote import Notice, Quote
from pipeline.domain.vocabulary import Meter, NoticeKind, Redistribute, Trust

_OWN = {"prompt": "prompt_tiers", "input_cache_read": "prompt_tiers", "completion": "completion_tiers"}
_TIERS = ("prompt_tiers", "completion_tiers")
_NOT_THEIRS = {
    "openrouter_provider": "OpenRouter's own price",
    "openrouter_fallback": "OpenRouter's own price",
    "self_healed_provider": "a price that the router made good itself",
}


class QuillRouter(PriceSpider):
    """Market declared: dollar prices for the world. Lineage: what it takes over from OpenRouter makes it one voice."""

    name = "quill_router"
    title = "Quill router, snapshot of hosts' own prices"
    markets = ("international",)
    urls = (
        "https://raw.githubusercontent.com/Lore-Hex/quill-router/main/src/trusted_router/data/openrouter_snapshot.json",
    )
    schedule = "every day"
    expected = (300, 20000)
    lineage = "openrouter"
    trust = Trust.AGGREGATOR
    licence = "source available, not free; data in part under OpenRouter's terms of service"
    redistribute = Redistribute.NO
    plausible = believable(USD=("0.0001", "2000"))

    def parse_quotes(self, document: Document) -> Iterator[Quote | Notice]:
        for place, model in document.records("/models"):
            text = "the model's price, one of its hosts'"
            yield Notice(notice=NoticeKind.SKIPPED, label=model["id"], where=f"{place}/pricing", text=text)
            for index, endpoint in enumerate(model["endpoints"]):
                yield from self._endpoint(f"{place}/endpoints/{index}", model["id"], endpoint)

    def _endpoint(self, place: str, label: str, endpoint: dict[str, Any]) -> Iterator[Quote | Notice]:
        found, source = route(endpoint, label), endpoint["pricing_source"]
        if source != "provider_direct" or found is None:
            text = f"{endpoint['tag']} is a variant without a counterpart" if found is None else _NOT_THEIRS[source]
            yield Notice(notice=NoticeKind.SKIPPED, label=label, where=place, text=text)
            return
        template = Quote(
            source=self.name,
            seller=found.served_by,
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
        yield from _own_prices(template, endpoint["pricing"], f"{place}/pricing")


def _own_prices(template: Quote, pricing: dict[str, Any], place: str) -> Iterator[Quote | Notice]:
    discount = Decimal(str(pricing.get("discount", 0)))
    tiered = any(key in pricing for key in _TIERS)
    kept = _OWN if tiered or discount else {key for key in pricing if key != "discount"}
    for key in pricing:
        if key not in kept and key != "discount" and key not in _TIERS:
            text = f"{key}: OpenRouter's, beside the host's own price"
            yield Notice(notice=NoticeKind.SKIPPED, label=template.label, where=f"{place}/{key}", text=text)
    if tiered:
        yield from repriced(_banded(template, pricing, place))
    else:
        yield from pricing_quotes(template, {key: pricing[key] for key in pricing if key in kept}, place)


def _banded(template: Quote, pricing: dict[str, Any], place: str) -> Iterator[Quote | Notice]:
    """The three meters by prompt length: a tier ends at its `max_prompt_tokens`, the last one has none."""
    for key, tiers in _OWN.items():
        if key not in pricing:
            continue
        named = replace(template, meter=METERS[key][0], where=f"{place}/{key}", amount=parse_decimal(pricing[key]))
        stated = [(index, tier) for index, tier in enumerate(pricing.get(tiers, ())) if key in tier]
        if stated:
            text = f"{named.meter.value}: said again by prompt length"
            yield Notice(notice=NoticeKind.SKIPPED, label=named.label, where=named.where, text=text)
        else:
            yield named
        low = None
        for index, tier in stated:
            bounds = replace(named.conditions, context_min=low, context_max=tier["max_prompt_tokens"])
            at = f"{place}/{tiers}/{index}/{key}"
            yield replace(named, amount=parse_decimal(tier[key]), where=at, conditions=bounds)
            low = tier["max_prompt_tokens"]
