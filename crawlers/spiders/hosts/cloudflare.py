"""Cloudflare Workers AI: the price table of its documentation, from the repository that the site is built of."""

import re
from collections.abc import Iterator
from dataclasses import replace

from crawlers.amounts import price
from crawlers.base import PriceSpider, believable
from crawlers.document import Document
from crawlers.formats.other_tables import read_past
from crawlers.formats.priced_cells import template
from crawlers.tables import Cell
from pipeline.domain.conditions import Conditions
from pipeline.domain.quote import Notice, Quote
from pipeline.domain.vocabulary import Meter, NoticeKind, PerUnit, Redistribute, Trust

_REPOSITORY = "https://raw.githubusercontent.com/cloudflare/cloudflare-docs/production"
_HEAD = ["Model", "Price in Tokens", "Price in Neurons"]
_PRICE = re.compile(r"(\$[0-9.]+) per (.+)")
_UNITS = {
    "M input tokens": (Meter.INPUT, 1_000_000, PerUnit.TOKEN),
    "M cached input tokens": (Meter.CACHED_INPUT, 1_000_000, PerUnit.TOKEN),
    "M output tokens": (Meter.OUTPUT, 1_000_000, PerUnit.TOKEN),
    "audio minute": (Meter.AUDIO_INPUT, 1, PerUnit.MINUTE),
    "image": (Meter.IMAGE_INPUT, 1, PerUnit.IMAGE),
}
_PRECISION = re.compile(r"-(fp4|fp8|fp16|bf16|int4|int8|awq)(?=-|$)")


class Cloudflare(PriceSpider):
    """Market declared: one dollar price for the world. The same prices in neurons are not read a second time."""

    name = "cloudflare"
    title = "Cloudflare Workers AI, price table"
    sellers = ("cloudflare",)
    markets = ("international",)
    urls = (f"{_REPOSITORY}/src/content/docs/workers-ai/platform/pricing.mdx",)
    schedule = "every day"
    expected = (20, 600)
    lineage = "cloudflare"
    trust = Trust.SELLER
    licence = "CC BY 4.0"
    redistribute = Redistribute.YES
    confirmed = False  # the layout was looked at in a stored copy of the file; no whole copy of it was parsed
    plausible = believable(USD=("0.001", "60"))

    def parse_quotes(self, document: Document) -> Iterator[Quote | Notice]:
        seen = 0
        for table in document.markdown_tables():
            if [cell.text for cell in table.even_rows[0]] != _HEAD:
                yield read_past(table)
                continue
            seen += 1
            for name, cell, _ in table.rows[1:]:
                for part in cell.parts:
                    yield self._part(name.text, cell, part)
        if not seen:
            raise document.shape_error(f"a table of {', '.join(_HEAD)}", "none")

    def _part(self, label: str, cell: Cell, part: str) -> Quote | Notice:
        match = _PRICE.fullmatch(part)
        if match is None:
            raise ValueError(f"{cell.where}: {part!r} is no price per unit")
        if match[2] not in _UNITS:
            return Notice(notice=NoticeKind.NOT_COMPARABLE, label=label, where=cell.where, text=part)
        (meter, per, unit), money = _UNITS[match[2]], price(match[1])
        precision = _PRECISION.search(label)
        conditions = Conditions(precision=precision[1] if precision else None)
        quote = replace(template(self, label, cell.where), meter=meter, per=per, per_unit=unit, conditions=conditions)
        return replace(quote, amount=money.amount, currency=money.currency)
