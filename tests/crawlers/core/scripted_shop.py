"""Crawls a shop whose prices a script writes: `python -m tests.crawlers.core.scripted_shop ADDRESS…`."""

import sys
from collections.abc import Iterator

from crawlers.document import Document
from pipeline.domain.quote import Quote
from pipeline.domain.vocabulary import Meter
from tests.crawlers.core import shop


class Scripted(shop.Shop):
    """A table of model, input and output, in the page as a browser shows it."""

    name = "scripted_shop"
    rendered = True
    ready = "#prices td"

    def parse_quotes(self, document: Document) -> Iterator[Quote]:
        for row in document.table_rows("Model", "Input", "Output").rows[1:]:
            model, low, high = (cell.text for cell in row)
            for meter, text in ((Meter.INPUT, low), (Meter.OUTPUT, high)):
                yield shop.quote(self.name, model, meter, text.removeprefix("$"), "table:1")


if __name__ == "__main__":
    sys.exit(shop.main(*sys.argv[1:], spider=Scripted))
