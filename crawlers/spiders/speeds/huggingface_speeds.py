"""Hugging Face's router: throughput, latency and context window of each host, as its own probes found them."""

from collections.abc import Iterator
from decimal import Decimal

from crawlers.base import ReadingSpider
from crawlers.document import Document
from crawlers.formats.sellers import seller_name
from pipeline.domain.quote import Notice
from pipeline.domain.reading import Metric, Reading
from pipeline.domain.vocabulary import NoticeKind, Redistribute, Trust

_PROBE = "Hugging Face's latest validation probe"
_STATED = {
    "throughput": (Metric.THROUGHPUT, "last", _PROBE),
    "first_token_latency_ms": (Metric.LATENCY, "last", _PROBE),
    "context_length": (Metric.CONTEXT_WINDOW, "stated", "as Hugging Face lists it"),
}


class HuggingFaceSpeeds(ReadingSpider):
    """One look of a probe, not a mean over requests: never put beside percentiles of traffic."""

    name = "huggingface_speeds"
    title = "Hugging Face, throughput and latency by host"
    sellers = ("huggingface",)
    markets = ("international",)
    urls = ("https://router.huggingface.co/v1/models",)
    schedule = "every day"
    expected = (100, 10_000)
    lineage = "huggingface"
    trust = Trust.AGGREGATOR
    licence = "Hugging Face's terms of service"
    redistribute = Redistribute.NO
    confirmed = False  # only the example of its documentation, one model with five hosts, was read

    def parse_readings(self, document: Document) -> Iterator[Reading | Notice]:
        for place, model in document.records("/data"):
            for index, host in enumerate(model["providers"]):
                where = f"{place}/providers/{index}"
                stated = [key for key in _STATED if host.get(key) is not None]
                if not stated:
                    text = f"{host['provider']} was not probed"
                    yield Notice(notice=NoticeKind.SKIPPED, label=model["id"], where=where, text=text)
                for key in stated:
                    metric, statistic, workload = _STATED[key]
                    yield Reading(
                        source=self.name,
                        seller="huggingface",
                        served_by=seller_name(host["provider"]),
                        label=model["id"],
                        metric=metric,
                        statistic=statistic,
                        value=Decimal(str(host[key])),
                        workload=workload,
                        where=f"{where}/{key}",
                    )
