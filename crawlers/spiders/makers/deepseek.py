"""DeepSeek's English price page: first-party prices for buyers outside China."""

from collections.abc import Iterator

from crawlers.base import PriceSpider, believable
from crawlers.document import Document
from crawlers.formats.deepseek_table import deepseek_quotes
from pipeline.domain.quote import Notice, Quote
from pipeline.domain.vocabulary import Trust


class DeepSeek(PriceSpider):
    """Market declared: the page is open to the world; buyers in China are sent to its Chinese twin."""

    name = "deepseek"
    title = "DeepSeek, English price page"
    sellers = ("deepseek",)
    markets = ("international",)
    urls = ("https://api-docs.deepseek.com/quick_start/pricing/",)
    schedule = "every 6 hours"
    expected = (6, 60)
    lineage = "deepseek"
    trust = Trust.SELLER
    licence = "all rights reserved; read as a public price list"
    terms = "p"
    plausible = believable(USD=("0.0005", "30"), CNY=("0.004", "200"))

    def parse_quotes(self, document: Document) -> Iterator[Quote | Notice]:
        yield from deepseek_quotes(self, document, prose="p")
