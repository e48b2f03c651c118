"""Crawls a shop whose price lists are JSON, as the crawl command would: run as a process of its own.

`python -m tests.crawlers.core.shop ADDRESS…`: one document per address, `[{"model": …, "input": …, "output": …}]`.
"""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

from crawlers.archive import opened
from crawlers.backfill import crawl
from crawlers.base import PriceSpider
from crawlers.document import Document
from crawlers.recovery import recover
from pipeline.domain.quote import Quote
from pipeline.domain.vocabulary import Meter, RunKind, Trust
from pipeline.settings import settings


class Shop(PriceSpider):
    name = "shop"
    title = "A shop"
    urls = ()
    expected = (4, 200)
    lineage = "shop"
    trust = Trust.SELLER
    licence = "none"

    def parse_quotes(self, document: Document) -> Iterator[Quote]:
        for where, record in document.records(""):
            for meter in (Meter.INPUT, Meter.OUTPUT):
                yield quote(self.name, record["model"], meter, record[meter.value], f"{where}/{meter.value}")


def quote(source: str, label: str, meter: Meter, amount: str, where: str) -> Quote:
    """A price of the shop in dollars per million tokens."""
    return Quote(
        source=source,
        seller="shop",
        served_by="shop",
        market="US",
        label=label,
        meter=meter,
        amount=Decimal(amount),
        currency="USD",
        per=1_000_000,
        where=where,
    )


def main(*addresses: str, spider: type[Shop] = Shop) -> int:
    spider.urls = addresses
    own = spider()
    with opened(settings()) as ledger:
        recover(ledger, settings().data_dir, {own.name: own.facts()})
        report = crawl(ledger, settings().data_dir, own, datetime.now(UTC), RunKind.SCHEDULED)
    if report is None:
        return 2
    sys.stdout.write(f"{report.verdict}\n")
    return report.exit_code


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
