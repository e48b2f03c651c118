"""Together's table of serverless models: input, cached input and output, with the precision that is served."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from crawlers.base import PriceSpider, believable
from crawlers.document import Document
from crawlers.formats.other_tables import read_past
from crawlers.formats.priced_cells import Column, columns_of, priced, template
from crawlers.tables import Cell, Table
from pipeline.domain.conditions import Conditions
from pipeline.domain.quote import Notice, Quote
from pipeline.domain.vocabulary import IssueKind, Meter, NoticeKind, Trust

_LABEL, _PRECISION = "API model string", "Quantization"
_COLUMNS = {
    "Organization": None,
    "Model name": None,
    _LABEL: None,
    "Context length": None,
    "Input pricing (per 1M tokens)": Column(meter=Meter.INPUT),
    "Cached input pricing (per 1M tokens)": Column(meter=Meter.CACHED_INPUT),
    "Output pricing (per 1M tokens)": Column(meter=Meter.OUTPUT),
    _PRECISION: None,
    "Function calling": None,
    "Structured outputs": None,
}
_Stated = dict[Meter, Decimal]


class Together(PriceSpider):
    """Market declared: one dollar price for the world. Prices of images, videos and audio are said to be there.

    The table of vision models repeats models of the first one without their precision: those are not read twice.
    """

    name = "together"
    title = "Together, serverless models"
    sellers = ("together",)
    markets = ("international",)
    urls = ("https://docs.together.ai/docs/serverless/models.md",)
    schedule = "every day"
    expected = (20, 400)
    lineage = "together"
    trust = Trust.SELLER
    licence = "all rights reserved; read as a public price list"
    plausible = believable(USD=("0.001", "60"))

    def parse_quotes(self, document: Document) -> Iterator[Quote | Notice]:
        stated: dict[str, _Stated] = {}
        for table in document.markdown_tables():
            if [cell.text for cell in table.rows[0]].count(_LABEL) == 1:
                yield from self._models(table, stated)
            else:
                yield read_past(table)
        if not stated:
            raise document.shape_error(f"a table with the column {_LABEL}", "none")

    def _models(self, table: Table, stated: dict[str, _Stated]) -> Iterator[Quote | Notice]:
        columns = columns_of(table, _COLUMNS)
        at = {cell.text: position for position, cell in enumerate(table.rows[0])}
        for row in table.even_rows[1:]:
            label = row[at[_LABEL]].text
            precision = _precision(row[at[_PRECISION]]) if _PRECISION in at else None
            base = replace(template(self, label), conditions=Conditions(precision=precision))
            found = list(priced(base, [(row[position], column) for position, column in columns]))
            prices = {each.meter: each.amount for each in found if isinstance(each, Quote)}
            if label in stated:
                yield _again(label, row[0].where, prices, stated[label])
            else:
                stated[label] = prices
                yield from found


def _precision(cell: Cell) -> str | None:
    return None if cell.text == "-" else cell.text.lower()


def _again(label: str, where: str, prices: _Stated, before: _Stated) -> Notice:
    if prices.items() <= before.items():
        return Notice(notice=NoticeKind.SKIPPED, label=label, where=where, text="the same prices as in a table above")
    text = f"{', '.join(f'{meter.value} {amount}' for meter, amount in prices.items())}: other prices than above"
    kind = IssueKind.CONFLICTING_QUOTES
    return Notice(notice=NoticeKind.ISSUE, label=label, where=where, text=text, issue_kind=kind)
