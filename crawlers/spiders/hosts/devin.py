"""Devin's model page: price records per plan inside the page's script; only the metered plan is a price list."""

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from crawlers.base import PriceSpider, believable
from crawlers.document import Document
from crawlers.formats.next_flight import flight_text
from crawlers.formats.priced_cells import template
from pipeline.domain.quote import Notice, Quote
from pipeline.domain.vocabulary import Meter, NoticeKind, Trust

_RECORD = re.compile(r"\{\"tier\":[^{}]*\}")
_FIELD = re.compile(r"\"([a-z_]+)\":(?:`([^`]*)`|([0-9.]+|true|false))")
_METERED = "TEAMS_TIER_ENTERPRISE_SAAS"
_METERS = {
    "input_cost_per_million_usd": Meter.INPUT,
    "cache_read_cost_per_million_usd": Meter.CACHED_INPUT,
    "cache_write_cost_per_million_usd": Meter.CACHE_WRITE,
    "output_cost_per_million_usd": Meter.OUTPUT,
}
_ALWAYS = (Meter.INPUT, Meter.OUTPUT)


class Devin(PriceSpider):
    """Market declared: one dollar price for the world. A zero on a plan is usage that the plan includes, no price."""

    name = "devin"
    title = "Devin, model page"
    sellers = ("devin",)
    markets = ("international",)
    urls = ("https://docs.devin.ai/desktop/models",)
    schedule = "every day"
    expected = (4, 800)
    lineage = "devin"
    trust = Trust.SELLER
    licence = "all rights reserved; read as a public price list"
    confirmed = False  # only a reproduction of the page's layout was read
    plausible = believable(USD=("0.005", "300"))

    def parse_quotes(self, document: Document) -> Iterator[Quote | Notice]:
        records = _RECORD.findall(flight_text(document))
        if not records:
            raise document.shape_error("price records of plans", "none")
        for index, record in enumerate(records):
            fields = {key: text or number for key, text, number in _FIELD.findall(record)}
            label, where = fields["model_uid"], f"json:/{index}"
            if fields["tier"] != _METERED:
                text = f"included in the plan {fields['tier']}: ${fields[next(iter(_METERS))]}"
                yield Notice(notice=NoticeKind.NOT_COMPARABLE, label=label, where=where, text=text)
                continue
            for key, meter in _METERS.items():
                amount = Decimal(fields[key])
                if amount or meter in _ALWAYS:
                    quote = template(self, label, f"{where}/{key}")
                    yield replace(quote, meter=meter, amount=amount)
                else:
                    text = f"{meter.value}: $0 stands where nothing is billed"
                    yield Notice(notice=NoticeKind.SKIPPED, label=label, where=f"{where}/{key}", text=text)
