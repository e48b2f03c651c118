"""Artificial Analysis: median throughput and latency of a model, over the sellers that it measures."""

from collections.abc import Iterator
from decimal import Decimal

from crawlers.base import ReadingSpider
from crawlers.document import Document
from pipeline.domain.quote import Notice
from pipeline.domain.reading import Metric, Reading
from pipeline.domain.vocabulary import NoticeKind, Redistribute, Trust

_WORKLOAD = "Artificial Analysis' default prompt, median over its sellers"
_SELLER = "artificial_analysis"
_METRICS = {
    "median_output_tokens_per_second": (Metric.THROUGHPUT, 1),
    "median_time_to_first_token_seconds": (Metric.LATENCY, 1000),
}


class ArtificialAnalysisSpeeds(ReadingSpider):
    """One median a model: nobody's listing, it stands beside those of hosts, never among them. 0 is no reading."""

    name = "artificial_analysis_speeds"
    title = "Artificial Analysis, throughput and latency"
    sellers = (_SELLER,)
    urls = ("https://artificialanalysis.ai/api/v2/data/llms/models",)
    schedule = "every day"
    expected = (200, 5000)
    lineage = "artificial_analysis"
    trust = Trust.SELLER
    licence = "attribution required; no redistribution without permission"
    redistribute = Redistribute.NO
    needs_key = "artificial_analysis_key"
    key_header = "x-api-key"

    def parse_readings(self, document: Document) -> Iterator[Reading | Notice]:
        place = "/data" if "data" in document.json() else "/models"
        for where, model in document.records(place):
            for name, (metric, times) in _METRICS.items():
                value = model[name]
                if not value:
                    text = f"{name} is {value}: not measured"
                    yield Notice(notice=NoticeKind.SKIPPED, label=model["slug"], where=f"{where}/{name}", text=text)
                    continue
                yield Reading(
                    source=self.name,
                    seller=_SELLER,
                    served_by=_SELLER,
                    label=model["slug"],
                    metric=metric,
                    statistic="p50",
                    value=Decimal(value) * times,
                    workload=_WORKLOAD,
                    where=f"{where}/{name}",
                )
