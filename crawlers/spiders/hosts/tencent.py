"""Tencent Cloud's international price page: models it serves to buyers outside China."""

from collections.abc import Iterator

from crawlers.base import PriceSpider, believable
from crawlers.document import Document
from crawlers.formats.tencent_tables import tencent_quotes
from pipeline.domain.quote import Notice, Quote
from pipeline.domain.vocabulary import Trust


class Tencent(PriceSpider):
    """Market declared: the international site, billed in dollars."""

    name = "tencent"
    title = "Tencent Cloud, international price page"
    sellers = ("tencent",)
    markets = ("international",)
    urls = ("https://www.tencentcloud.com/document/product/1300/78937",)
    expected = (30, 600)
    lineage = "tencent"
    trust = Trust.SELLER
    licence = "all rights reserved; read as a public price list"
    plausible = believable(USD=("0.0005", "120"))

    def parse_quotes(self, document: Document) -> Iterator[Quote | Notice]:
        yield from tencent_quotes(self, document)
