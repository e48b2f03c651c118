"""OpenRouter's weekly ranking: tokens it routed of each model in the seven days up to a day."""

from collections.abc import Iterator
from datetime import date

from crawlers.base import VolumeSpider
from crawlers.document import Document
from pipeline.domain.quote import Notice
from pipeline.domain.vocabulary import NoticeKind, Redistribute, Trust
from pipeline.domain.volume import Volume

_DAYS = 7


class OpenRouterRankings(VolumeSpider):
    """A trailing sum of one channel, not a series: days overlap, and what is sold elsewhere is not in it."""

    name = "openrouter_rankings"
    title = "OpenRouter, tokens routed in a week"
    sellers = ("openrouter",)
    markets = ("international",)
    urls = ("https://openrouter.ai/api/frontend/v1/rankings/models?view=week",)
    schedule = "every day"
    expected = (100, 2000)
    lineage = "openrouter"
    trust = Trust.AGGREGATOR
    licence = "OpenRouter's terms of service"
    redistribute = Redistribute.NO

    def parse_volumes(self, document: Document) -> Iterator[Volume | Notice]:
        for place, row in document.records("/data"):
            if not row["model_permaslug"]:
                text = "a sum without a model's name"
                yield Notice(notice=NoticeKind.SKIPPED, label="-", where=place, text=text)
                continue
            yield Volume(
                source=self.name,
                seller="openrouter",
                label=row["model_permaslug"],
                tier=row["variant"],
                prompt_tokens=int(row["total_prompt_tokens"]),
                completion_tokens=int(row["total_completion_tokens"]),
                requests=int(row["count"]),
                last_day=date.fromisoformat(row["date"].partition(" ")[0]),
                days=_DAYS,
                where=place,
            )
