"""OpenAI's price page: token prices by service tier, short and long context."""

from collections.abc import Iterator
from dataclasses import replace

from crawlers.base import PriceSpider, believable
from crawlers.document import Document
from crawlers.formats.bands import repriced
from crawlers.formats.priced_cells import Column, priced, template
from crawlers.tables import Table
from pipeline.domain.quote import Notice, Quote
from pipeline.domain.vocabulary import Meter, NoticeKind, Tier, Trust

# The page says only "Long context"; its own older rows say "(<272K context length)" (2026-08-21).
_LONG = 272_000
_TIERS = {"standard": Tier.STANDARD, "batch": Tier.BATCH, "flex": Tier.FLEX, "fast": Tier.FAST}
_METERS = {
    "Input": Column(meter=Meter.INPUT),
    "Cached input": Column(meter=Meter.CACHED_INPUT),
    "Cache writes": Column(meter=Meter.CACHE_WRITE),
    "Output": Column(meter=Meter.OUTPUT),
}
_CONTEXTS = ("Short context", "Long context")
_ONE_CONTEXT = ["Category", "Model", "Input", "Cached input", "Output"]


class OpenAI(PriceSpider):
    """Market declared: one dollar price for the world. Regional processing costs more and is not in these tables."""

    name = "openai"
    version = 2
    title = "OpenAI, price page"
    sellers = ("openai",)
    markets = ("international",)
    urls = ("https://developers.openai.com/api/docs/pricing",)
    expected = (40, 600)
    lineage = "openai"
    trust = Trust.SELLER
    licence = "all rights reserved; read as a public price list"
    terms = "main p"
    plausible = believable(USD=("0.001", "600"))

    def parse_quotes(self, document: Document) -> Iterator[Quote | Notice]:
        for table in document.tables():
            tier = _TIERS.get(table.panes[0]) if table.panes else None
            head = [cell.text for cell in table.rows[1]] if len(table.rows) > 2 else []
            if tier is not None and head[:2] == ["Model", "Input"] and set(head[1:]) == set(_METERS):
                yield from repriced(self._contexts(table, tier))
            elif tier is not None and sorted(cell.text for cell in table.rows[0]) == sorted(_ONE_CONTEXT):
                yield from self._one_context(table, tier)
            else:
                text = f"a table of {', '.join(cell.text for cell in table.rows[0])}"
                yield Notice(notice=NoticeKind.SKIPPED, label="-", where=table.rows[0][0].where, text=text)

    def _one_context(self, table: Table, tier: Tier) -> Iterator[Quote | Notice]:
        """Models of a purpose (Codex, ChatGPT): one price of a meter, whatever the length."""
        titles = [cell.text for cell in table.rows[0]]
        for row in table.rows[1:]:
            named = dict(zip(titles, row, strict=True))
            base = template(self, named["Model"].text)
            cells = [(named[title], column) for title, column in _METERS.items() if title in named]
            yield from priced(base, cells, conditions=replace(base.conditions, tier=tier))

    def _contexts(self, table: Table, tier: Tier) -> Iterator[Quote | Notice]:
        contexts, head = ([cell.text for cell in row] for row in table.rows[:2])
        if set(contexts[1:]) != set(_CONTEXTS):
            raise ValueError(f"table:{table.number}: its contexts are {contexts}")
        for row in table.rows[2:]:
            base = template(self, row[0].text)
            for title, column in _METERS.items():
                cells = {contexts[at]: row[at] for at, name in enumerate(head) if name == title}
                short = replace(base.conditions, tier=tier)
                long = replace(short, context_min=_LONG, as_published="Long context")
                if cells["Long context"].text != "-":
                    short = replace(short, context_max=_LONG, as_published="Short context")
                yield from priced(base, [(cells["Short context"], column)], conditions=short)
                if cells["Long context"].text != "-":
                    yield from priced(base, [(cells["Long context"], column)], conditions=long)
