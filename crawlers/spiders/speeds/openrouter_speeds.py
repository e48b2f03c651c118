"""OpenRouter's endpoint statistics: throughput, latency and context window of each host."""

from collections.abc import AsyncIterator, Iterator
from decimal import Decimal
from typing import Any

from crawlers.base import Fetch, ReadingSpider
from crawlers.document import Document
from crawlers.formats.sellers import seller_name
from pipeline.domain.quote import Notice
from pipeline.domain.reading import Metric, Reading
from pipeline.domain.vocabulary import NoticeKind, Redistribute, Trust

_METRICS = {"throughput": Metric.THROUGHPUT, "latency": Metric.LATENCY}
_STATISTICS = ("p50", "p95")
_TIERS = {"default": "standard"}


class OpenRouterSpeeds(ReadingSpider):
    """The address is undocumented and may go; the documented one withholds the percentiles without a key."""

    name = "openrouter_speeds"
    version = 2
    title = "OpenRouter, throughput and latency by host"
    sellers = ("openrouter",)
    markets = ("international",)
    urls = ("https://openrouter.ai/api/v1/models",)
    schedule = "every 6 hours"
    expected = (500, 20000)
    lineage = "openrouter"
    trust = Trust.AGGREGATOR
    licence = "OpenRouter's terms of service"
    redistribute = Redistribute.NO

    async def documents(self, fetch: Fetch) -> AsyncIterator[Document | None]:
        """One document per model of the catalogue, which itself is read only for its names."""
        catalogue = await fetch(self.urls[0])
        if catalogue is None:
            yield None
            return
        address = "https://openrouter.ai/api/frontend/v1/stats/endpoint"
        for _, model in catalogue.records("/data"):
            if not model["id"].startswith("~") and not model.get("alias_target"):
                yield await fetch(f"{address}?permaslug={model['canonical_slug']}&variant=standard")

    def parse_readings(self, document: Document) -> Iterator[Reading | Notice]:
        """One model (`data`), or a stored collection of answers by model."""
        content = document.json()
        answers = {"": content} if isinstance(content.get("data"), list) else content
        for slug, answer in answers.items():
            place = f"/{slug.replace('~', '~0').replace('/', '~1')}" if slug else ""
            for index, endpoint in enumerate(answer["data"]):
                yield from self._endpoint(f"json:{place}/data/{index}", endpoint)

    def _endpoint(self, place: str, endpoint: dict[str, Any]) -> Iterator[Reading | Notice]:
        label = endpoint["model_variant_slug"]
        host = seller_name(endpoint["provider_slug"].partition("/")[0])
        precision = endpoint["quantization"] if endpoint["quantization"] != "unknown" else None
        if endpoint["context_length"]:
            yield Reading(
                source=self.name,
                seller="openrouter",
                served_by=host,
                label=label,
                metric=Metric.CONTEXT_WINDOW,
                statistic="stated",
                value=Decimal(endpoint["context_length"]),
                workload="as OpenRouter lists it",
                region=endpoint["provider_region"],
                precision=precision,
                where=f"{place}/context_length",
            )
        by_tier = endpoint.get("statsByTier") or {}
        if not by_tier:
            text = f"{endpoint['provider_slug']} states no statistics"
            yield Notice(notice=NoticeKind.SKIPPED, label=label, where=place, text=text)
        for tier, stats in by_tier.items():
            workload = f"requests routed by OpenRouter, last {stats['window_minutes']} minutes"
            for name, metric in _METRICS.items():
                for statistic in _STATISTICS:
                    key = f"{statistic}_{name}"
                    if stats[key] is None:
                        continue
                    yield Reading(
                        source=self.name,
                        seller="openrouter",
                        served_by=host,
                        label=label,
                        metric=metric,
                        statistic=statistic,
                        value=Decimal(str(stats[key])),
                        workload=workload,
                        region=endpoint["provider_region"],
                        precision=precision,
                        tier=_TIERS.get(tier, tier),
                        samples=int(stats["request_count"]),
                        where=f"{place}/statsByTier/{tier}/{key}",
                    )
