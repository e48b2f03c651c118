"""Artificial Analysis: its indices and the benchmarks that it runs, by its API and a user's own key.

Its prices are medians over sellers, so they are nobody's price and are not read. Attribution in every tier; nothing
of it may be passed on without permission.
"""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from crawlers.base import ScoreSpider
from crawlers.document import Document
from pipeline.domain.instants import parse_instant
from pipeline.domain.quote import Notice, Score
from pipeline.domain.vocabulary import Redistribute, Trust

_INDEX = "artificial_analysis_"
_UNVERSIONED = "version not stated"


class ArtificialAnalysis(ScoreSpider):
    """A score per model and benchmark. An index is not comparable across its versions."""

    name = "artificial_analysis"
    title = "Artificial Analysis, indices"
    urls = ("https://artificialanalysis.ai/api/v2/data/llms/models",)
    schedule = "every day"
    expected = (500, 20000)
    lineage = "artificial_analysis"
    trust = Trust.SELLER
    licence = "attribution required; no redistribution without permission"
    redistribute = Redistribute.NO
    needs_key = "artificial_analysis_key"
    key_header = "x-api-key"

    def parse_scores(self, document: Document) -> Iterator[Score | Notice]:
        content = document.json()
        place = "/data" if "data" in content else "/models"  # copies kept by others hold the list as `models`
        version = content.get("intelligence_index_version")
        published = _day(document, content)
        for where, model in document.records(place):
            for name, value in model["evaluations"].items():
                if value is None:  # not measured; null is not 0
                    continue
                indexed = name.startswith(_INDEX) and version is not None
                yield Score(
                    source=self.name,
                    benchmark=f"artificial analysis {name.removeprefix(_INDEX)}",
                    benchmark_version=str(version) if indexed else _UNVERSIONED,
                    label=model["slug"],
                    value=Decimal(value),
                    published_at=published,
                    where=f"{where}/evaluations/{name}",
                )


def _day(document: Document, content: dict[str, Any]) -> datetime:
    """The instant of the look: that of the capture, or the day that a kept copy names."""
    if document.captured_at is not None:
        return document.captured_at
    if "collected_at" not in content:
        raise document.shape_error("the instant of the look", sorted(content))
    return parse_instant(f"{content['collected_at']}T00:00:00Z")
