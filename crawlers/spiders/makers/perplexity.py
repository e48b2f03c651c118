"""Perplexity's price page: the Sonar models by the token, with what searching and citing cost beside it."""

from collections.abc import Iterator

from crawlers.base import PriceSpider, believable
from crawlers.document import Document
from crawlers.formats.other_tables import read_past
from crawlers.formats.priced_cells import Column, columns_of, priced, template
from pipeline.domain.quote import Notice, Quote
from pipeline.domain.vocabulary import Meter, NoticeKind, PerUnit, Trust

_INPUT, _CITATIONS = "Input Tokens ($/1M)", "Citation Tokens ($/1M)"
_COLUMNS = {
    "Model": None,
    _INPUT: Column(meter=Meter.INPUT),
    "Output Tokens ($/1M)": Column(meter=Meter.OUTPUT),
    _CITATIONS: None,
    "Search Queries ($/1K)": Column(meter=Meter.WEB_SEARCH, per=1_000, per_unit=PerUnit.REQUEST),
    "Reasoning Tokens ($/1M)": Column(meter=Meter.REASONING_OUTPUT),
}


class Perplexity(PriceSpider):
    """Market declared: one dollar price for the world. A request costs a fee besides, by the size of its search: the
    tables of such fees and of other makers' models are said to be there."""

    name = "perplexity"
    title = "Perplexity, price page"
    sellers = ("perplexity",)
    markets = ("international",)
    urls = ("https://docs.perplexity.ai/docs/getting-started/pricing.md",)
    schedule = "every day"
    expected = (4, 60)
    lineage = "perplexity"
    trust = Trust.SELLER
    licence = "all rights reserved; read as a public price list"
    confirmed = False  # read as Markdown that a reader service made of the page in 2025
    plausible = believable(USD=("0.05", "60"))

    def parse_quotes(self, document: Document) -> Iterator[Quote | Notice]:
        seen = 0
        for table in document.markdown_tables():
            titles = [cell.text for cell in table.rows[0]]
            if _INPUT not in titles:
                yield read_past(table)
                continue
            seen += 1
            columns = columns_of(table, _COLUMNS)
            for row in table.rows[1:]:
                yield from priced(template(self, row[0].text), [(row[at], column) for at, column in columns])
                citations = row[titles.index(_CITATIONS)]
                text = f"citation tokens: {citations.text}"
                yield Notice(notice=NoticeKind.NOT_COMPARABLE, label=row[0].text, where=citations.where, text=text)
        if not seen:
            raise document.shape_error(f"a table with the column {_INPUT}", "none")
