"""models.dev: prices of models at many providers, kept by hand in files, published as one JSON document."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

from crawlers.base import PriceSpider, believable
from crawlers.document import Document, pointer_token
from crawlers.formats.labels import tier_of
from crawlers.formats.sellers import seller_name
from pipeline.domain.conditions import Conditions
from pipeline.domain.quote import Notice, Quote
from pipeline.domain.vocabulary import IssueKind, Meter, NoticeKind, Redistribute, Trust

_METERS = {
    "input": Meter.INPUT,
    "output": Meter.OUTPUT,
    "cache_read": Meter.CACHED_INPUT,
    "cache_write": Meter.CACHE_WRITE,
    "inputCached": Meter.CACHED_INPUT,  # the names of 2025
    "outputCached": Meter.CACHE_WRITE,
    "reasoning": Meter.REASONING_OUTPUT,
    "input_audio": Meter.AUDIO_INPUT,
    "output_audio": Meter.AUDIO_OUTPUT,
}
_BANDS = ("context_over_200k", "tiers")
_OVER = 200_000
_COPIES = "-cn"  # these providers hold copies of dollar prices, no prices of the mainland


class ModelsDev(PriceSpider):
    """Market declared: dollar prices offered to the world. No price says whether tax is in it."""

    name = "models_dev"
    title = "models.dev"
    markets = ("international",)
    urls = ("https://models.dev/api.json",)
    schedule = "every day"
    expected = (300, 60000)  # 404 in its first weeks, June 2025
    lineage = "models.dev"
    trust = Trust.AGGREGATOR
    licence = "MIT"
    redistribute = Redistribute.YES
    plausible = believable(USD=("0.0001", "2000"))

    def parse_quotes(self, document: Document) -> Iterator[Quote | Notice]:
        for provider, entry in document.json().items():
            for model, facts in entry["models"].items():
                place = f"/{pointer_token(provider)}/models/{pointer_token(model)}/cost"
                notice = Notice(notice=NoticeKind.SKIPPED, label=model, where=f"json:{place}", text="no price")
                if not facts.get("cost"):
                    yield notice
                elif provider.endswith(_COPIES):
                    text = f"{provider} copies dollar prices"
                    yield replace(notice, notice=NoticeKind.NOT_COMPARABLE, text=text)
                else:
                    yield from self._cost(provider, model, facts["cost"], place)

    def _cost(self, provider: str, model: str, cost: dict[str, Any], place: str) -> Iterator[Quote | Notice]:
        for key in sorted(set(cost) - {*_METERS, *_BANDS}):
            yield Notice(
                notice=NoticeKind.ISSUE,
                label=model,
                where=f"json:{place}/{key}",
                text=f"the cost {key} is unknown",
                issue_kind=IssueKind.DOCUMENT_SHAPE,
            )
        bands = list(_bands(cost))
        for key, meter in _METERS.items():
            steps = [(low, where, prices[key]) for low, where, prices in bands if key in prices]
            if meter not in (Meter.INPUT, Meter.OUTPUT) and not any(amount for *_, amount in steps):
                for _, where, _ in steps:
                    text = f"{meter.value}: 0, not billed apart"
                    yield Notice(notice=NoticeKind.SKIPPED, label=model, where=f"json:{place}{where}/{key}", text=text)
                continue
            for index, (low, where, amount) in enumerate(steps):
                high = steps[index + 1][0] if index + 1 < len(steps) else None
                yield Quote(
                    source=self.name,
                    seller=seller_name(provider),
                    served_by=seller_name(provider),
                    market="international",
                    label=model,
                    meter=meter,
                    amount=Decimal(amount),
                    currency="USD",
                    per=1_000_000,
                    conditions=Conditions(tier=tier_of(model), context_min=low or None, context_max=high),
                    where=f"json:{place}{where}/{key}",
                )


def _bands(cost: dict[str, Any]) -> Iterator[tuple[int, str, dict[str, Any]]]:
    """(lower bound of the prompt, place, prices) of each band, in order."""
    yield 0, "", cost
    if "tiers" in cost:
        for index, tier in enumerate(cost["tiers"]):
            if tier["tier"]["type"] != "context":
                raise ValueError(f"a tier by {tier['tier']['type']}")
            yield tier["tier"]["size"], f"/tiers/{index}", tier
    elif "context_over_200k" in cost:
        yield _OVER, "/context_over_200k", cost["context_over_200k"]
