"""LiteLLM's price map, as each release carries it: a catalogue kept by many hands, discovery and no evidence."""

from collections.abc import Iterator

from crawlers.base import PriceSpider
from crawlers.document import Document
from crawlers.formats.litellm_map import quotes
from pipeline.domain.quote import Notice, Quote
from pipeline.domain.vocabulary import Redistribute, Trust


class LiteLLM(PriceSpider):
    name = "litellm"
    version = 1
    title = "LiteLLM price map"
    markets = ("international",)
    urls = ("pkg:pypi/litellm",)
    package = ("litellm", "litellm/model_prices_and_context_window_backup.json")
    schedule = "every day"
    expected = (100, 60_000)
    lineage = "litellm"
    trust = Trust.AGGREGATOR
    licence = "MIT"
    redistribute = Redistribute.YES

    def parse_quotes(self, document: Document) -> Iterator[Quote | Notice]:
        return quotes(self.name, document.text())
