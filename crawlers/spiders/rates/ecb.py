"""Euro reference rates of the last ninety days, from the European Central Bank itself."""

from collections.abc import Iterator

from crawlers.base import RateSpider
from crawlers.document import Document
from crawlers.formats.ecb import feed_rates
from pipeline.domain.quote import Notice, Rate
from pipeline.domain.vocabulary import Redistribute, Trust


class Ecb(RateSpider):
    """Set once each working day about 14:10 UTC; a day without a rate has none."""

    name = "ecb"
    title = "European Central Bank, euro reference rates"
    urls = ("https://www.ecb.europa.eu/stats/eurofxref/eurofxref-hist-90d.xml",)
    schedule = "every day"
    expected = (20, 5000)
    lineage = "ecb"
    trust = Trust.SELLER
    licence = "free to use, naming the European Central Bank as source"
    redistribute = Redistribute.YES

    def parse_rates(self, document: Document) -> Iterator[Rate | Notice]:
        yield from feed_rates(document, self.name)
