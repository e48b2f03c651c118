"""StepFun's English price page: tables by kind of model, the unit in a column of its own."""

from collections.abc import Iterator

from crawlers.base import PriceSpider, believable
from crawlers.document import Document
from crawlers.formats.other_tables import read_past
from crawlers.formats.priced_cells import Column, columns_of, priced, template
from crawlers.tables import Table
from pipeline.domain.quote import Notice, Quote
from pipeline.domain.vocabulary import Meter, NoticeKind, Trust

_UNIT, _INPUT, _STATUS = "Billing unit", "Input (cache miss)", "Current status"
_COLUMNS = {
    "Model": None,
    _UNIT: None,
    _INPUT: Column(meter=Meter.INPUT),
    "Input (cache hit)": Column(meter=Meter.CACHED_INPUT),
    "Output": Column(meter=Meter.OUTPUT),
    _STATUS: None,
}
_TOKENS = "1M tokens"


class StepFun(PriceSpider):
    """Market declared: the platform for buyers outside of the mainland, which has its own and is billed in CNY.

    A row in another unit, or in none because it is free for now, is left out aloud.
    """

    name = "stepfun"
    title = "StepFun, English price page"
    sellers = ("stepfun",)
    markets = ("international",)
    urls = ("https://platform.stepfun.ai/docs/en/guides/pricing/details.md",)
    expected = (3, 120)
    lineage = "stepfun"
    trust = Trust.SELLER
    licence = "all rights reserved; read as a public price list"
    confirmed = False  # only a reproduction of the page's layout was read
    plausible = believable(USD=("0.005", "60"))

    def parse_quotes(self, document: Document) -> Iterator[Quote | Notice]:
        seen = 0
        for table in document.markdown_tables():
            titles = [cell.text for cell in table.rows[0]]
            if _INPUT not in titles or _UNIT not in titles:
                yield read_past(table)
                continue
            seen += 1
            yield from self._table(table, titles)
        if not seen:
            raise document.shape_error(f"a table with the columns {_UNIT} and {_INPUT}", "none")

    def _table(self, table: Table, titles: list[str]) -> Iterator[Quote | Notice]:
        columns, unit = columns_of(table, _COLUMNS), titles.index(_UNIT)
        for row in table.rows[1:]:
            if row[unit].text != _TOKENS:
                status = row[titles.index(_STATUS)].text if _STATUS in titles else ""
                text = f"per {row[unit].text} {status}".strip()
                yield Notice(notice=NoticeKind.NOT_COMPARABLE, label=row[0].text, where=row[0].where, text=text)
                continue
            yield from priced(template(self, row[0].text), [(row[at], column) for at, column in columns])
