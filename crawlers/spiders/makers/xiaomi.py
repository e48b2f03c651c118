"""Xiaomi's MiMo price page: domestic prices in CNY and overseas prices in USD in one document."""

import re
from collections.abc import Iterator
from dataclasses import replace

from crawlers.base import PriceSpider, believable
from crawlers.document import Document
from crawlers.formats.mdx import as_page
from crawlers.formats.other_tables import read_past
from crawlers.formats.priced_cells import Column, How, priced, template
from crawlers.tables import Table
from pipeline.domain.conditions import Conditions
from pipeline.domain.quote import Notice, Quote
from pipeline.domain.vocabulary import MarketBasis, Meter, NoticeKind, Tier, Trust

_SECTIONS = {
    "Domestic Pricing of the Model": ("CN", "CNY"),
    "Overseas Pricing of the Model": ("international", "USD"),
}
_COLUMNS = {
    "Input (Cache Hit)": Column(meter=Meter.CACHED_INPUT),
    "Input (Cache Miss)": Column(meter=Meter.INPUT),
    "Output": Column(meter=Meter.OUTPUT),
}
_TIERS = {"Real-time API": Tier.STANDARD, "Batch API": Tier.BATCH}
_MODEL = re.compile(r"`([^`]+)`\s*(\(to be deprecated\))?")
_BETWEEN = "、, "


class Xiaomi(PriceSpider):
    """Market read from the heading of each table. The unit is declared: the tables name none. `¥` is CNY there."""

    name = "xiaomi"
    title = "Xiaomi MiMo, price page"
    sellers = ("xiaomi",)
    markets = ("CN", "international")
    urls = ("https://mimo.mi.com/static/docs/price/pay-as-you-go.md",)
    expected = (6, 120)
    lineage = "xiaomi"
    trust = Trust.SELLER
    licence = "all rights reserved; read as a public price list"
    confirmed = False  # only a reproduction of the page's layout was read
    plausible = believable(USD=("0.0005", "30"), CNY=("0.005", "200"))

    def parse_quotes(self, document: Document) -> Iterator[Quote | Notice]:
        seen: set[str] = set()
        for table in replace(document, body=as_page(document.text()).encode()).tables():
            if table.heading not in _SECTIONS:
                yield read_past(table)
                continue
            seen.add(table.heading)
            yield from self._rows(table, *_SECTIONS[table.heading])
        if seen != set(_SECTIONS):
            raise document.shape_error(f"tables of {', '.join(_SECTIONS)}", sorted(seen))

    def _rows(self, table: Table, market: str, currency: str) -> Iterator[Quote | Notice]:
        kind, model, *titles = (_plain(cell.text) for cell in table.even_rows[0])
        if (kind, model) != ("Inference Type", "Model Name"):
            raise ValueError(f"table:{table.number}: its first columns are {kind}, {model}")
        columns = [_COLUMNS[title] for title in titles]
        how = How(currency=currency, yen_sign="CNY")
        for tier, names, *cells in table.rows[1:]:
            conditions = Conditions(tier=_TIERS[_plain(tier.text)])
            found = _MODEL.findall(names.text)
            if not found or _MODEL.sub("", names.text).strip(_BETWEEN):
                raise ValueError(f"{names.where}: the models {names.text!r} are not understood")
            for label, leaving in found:
                base = replace(template(self, label, market=market), market_basis=MarketBasis.PAGE)
                yield from priced(base, zip(cells, columns, strict=True), how=how, conditions=conditions)
                if leaving:
                    kind_ = NoticeKind.DEPRECATED
                    yield Notice(notice=kind_, label=label, where=names.where, text=leaving.strip("()"))


def _plain(text: str) -> str:
    return text.strip("* ")
