"""llm-prices.com: current prices of some hundred models, kept by hand, published as one JSON document."""

from collections.abc import Iterator
from decimal import Decimal

from crawlers.base import PriceSpider, believable
from crawlers.document import Document
from crawlers.formats.sellers import seller_name
from pipeline.domain.errors import DocumentShapeError
from pipeline.domain.quote import Notice, Quote
from pipeline.domain.vocabulary import Meter, Trust

_METERS = {"input": Meter.INPUT, "input_cached": Meter.CACHED_INPUT, "output": Meter.OUTPUT}
_KNOWN = {"id", "vendor", "name", *_METERS}


class LLMPrices(PriceSpider):
    """Market declared: the makers' dollar prices. The name of a model says its band (`… 200k+`) and is kept whole."""

    name = "llm_prices"
    title = "llm-prices"
    markets = ("international",)
    urls = ("https://www.llm-prices.com/current-v1.json",)
    schedule = "every day"
    expected = (60, 2000)
    lineage = "llm-prices"
    trust = Trust.AGGREGATOR
    licence = "no licence stated"
    confirmed = False  # only the program that makes the document, and its inputs, were read
    plausible = believable(USD=("0.001", "1000"))

    def parse_quotes(self, document: Document) -> Iterator[Quote | Notice]:
        for where, entry in document.records("/prices"):
            if unknown := set(entry) - _KNOWN:
                raise DocumentShapeError(f"{where} has {sorted(unknown)}")
            seller = seller_name(entry["vendor"])
            for key, meter in _METERS.items():
                if entry.get(key) is None:  # most models have no price of cached input
                    continue
                yield Quote(
                    source=self.name,
                    seller=seller,
                    served_by=seller,
                    market="international",
                    label=entry["id"],
                    meter=meter,
                    amount=Decimal(entry[key]),
                    currency="USD",
                    per=1_000_000,
                    where=f"{where}/{key}",
                )
