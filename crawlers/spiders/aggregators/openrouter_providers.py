"""OpenRouter's list of sellers: where each says that it sits and computes."""

from collections.abc import Iterator

from crawlers.base import NoticeSpider
from crawlers.document import Document
from crawlers.formats.sellers import seller_name
from pipeline.domain.quote import Notice
from pipeline.domain.vocabulary import NoticeKind, Redistribute, Trust

_UNKNOWN = "unknown"


class OpenRouterProviders(NoticeSpider):
    """One statement a seller. `headquarters` is the contracting entity's seat: never a maker's origin."""

    name = "openrouter_providers"
    title = "OpenRouter, sellers and where they sit"
    sellers = ("openrouter",)
    markets = ("international",)
    urls = ("https://openrouter.ai/api/v1/providers",)
    schedule = "every day"
    expected = (50, 1000)
    lineage = "openrouter"
    trust = Trust.AGGREGATOR
    licence = "OpenRouter's terms of service"
    redistribute = Redistribute.NO

    def parse_notices(self, document: Document) -> Iterator[Notice]:
        for place, row in document.records("/data"):
            seat = row["headquarters"] or _UNKNOWN
            computed = ", ".join(row["datacenters"] or ()) or _UNKNOWN
            terms = row["terms_of_service_url"] or _UNKNOWN
            yield Notice(
                notice=NoticeKind.ANNOUNCEMENT,
                label=row["name"],
                where=place,
                text=f"{seller_name(row['slug'])}: headquarters {seat}; data centres {computed}; terms {terms}",
            )
