"""Tencent Cloud's Chinese price page: its own models and others' it serves."""

from collections.abc import Iterator

from crawlers.base import PriceSpider, believable
from crawlers.document import Document
from crawlers.formats.tencent_tables import tencent_quotes
from pipeline.domain.quote import Notice, Quote
from pipeline.domain.vocabulary import Trust


class TencentCN(PriceSpider):
    """Market declared: the mainland site, billed in CNY whatever the region that computes."""

    name = "tencent_cn"
    title = "Tencent Cloud, Chinese price page"
    sellers = ("tencent",)
    markets = ("CN",)
    urls = ("https://cloud.tencent.com/document/product/1823/130055",)
    expected = (60, 600)
    lineage = "tencent"
    trust = Trust.SELLER
    licence = "all rights reserved; read as a public price list"
    plausible = believable(CNY=("0.005", "800"))

    def parse_quotes(self, document: Document) -> Iterator[Quote | Notice]:
        yield from tencent_quotes(self, document)
