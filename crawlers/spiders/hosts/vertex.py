"""Google Vertex AI (Agent Platform), price page: Gemini by prompt length and tier, partners' models by region.

A partner's prices stand in one cell, each behind its name; a cell that says anything else is a notice with its text.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from crawlers.amounts import price
from crawlers.base import PriceSpider, believable
from crawlers.document import Document
from crawlers.formats.bands import repriced
from crawlers.formats.other_tables import read_past, read_past_lines
from crawlers.formats.priced_cells import template
from crawlers.tables import Cell, Table
from pipeline.domain.conditions import Conditions
from pipeline.domain.quote import Notice, Quote
from pipeline.domain.vocabulary import EffectiveBasis, Meter, NoticeKind, Tier, Trust

_BOUND = 200_000
_OWN = ["Model", "Type", "Price (/1M tokens) <= 200K input tokens", "Price (/1M tokens) > 200K input tokens"]
_CACHED = ["Price (/1M tokens) <= 200K cached input tokens", "Price (/1M tokens) > 200K cached input tokens"]
_TIERS = {
    "": (Tier.STANDARD,),
    " with Priority": (Tier.PRIORITY,),
    " with Flex/Batch": (Tier.FLEX, Tier.BATCH),
}
_TYPES = {
    "Input (text, image, video, audio)": Meter.INPUT,
    "Input (text, image, video)": Meter.INPUT,
    "Input (text, image)": Meter.INPUT,
    "1M input text tokens": Meter.INPUT,
    "Input (audio)": Meter.AUDIO_INPUT,
    "Audio Input": Meter.AUDIO_INPUT,
    "1M input audio tokens": Meter.AUDIO_INPUT,
    "Text output (response and reasoning)": Meter.OUTPUT,
    "1M output text tokens": Meter.OUTPUT,
    "1M output audio tokens": Meter.AUDIO_OUTPUT,
}
_OF_CACHE = {Meter.INPUT: Meter.CACHED_INPUT, Meter.AUDIO_INPUT: Meter.CACHED_AUDIO_INPUT}
_TWO_PLACES = re.compile(r"(\$[0-9.]+) \(Global\) (\$[0-9.]+) \(Non-global\)\*")
_BEGINS = re.compile(r"Before (\w+ \d+, \d{4}), Global endpoint pricing applies to Non-global endpoints")
_BY_LENGTH = ["Model", "Price (/1M tokens) =< 200K input tokens", "Price (/1M tokens) > 200K input tokens"]
_ONE_PRICE = ["Model", "Pricing"]
_NAMED = re.compile(
    r"(?P<ttl>5m |1h )?(?P<batch>Batch )?(?P<meter>Input|Output|Cache Write|Cache Hit): (?P<amount>\$[0-9.]+)"
    r"(?P<unit> / million tokens)?\s*"
)
_METERS = {
    "Input": Meter.INPUT,
    "Output": Meter.OUTPUT,
    "Cache Write": Meter.CACHE_WRITE,
    "Cache Hit": Meter.CACHED_INPUT,
}
_SECONDS = {"5m ": 300, "1h ": 3600, None: None}
_REGION = re.compile(r"[a-z]+-[a-z]+[0-9]+|.*\(([a-z]+)\)")
_RETIRING = re.compile(r"\s*\(Deprecated\)")
_CREDITS = re.compile(r"\$[0-9]+ in free credits")
_ELSEWHERE = "non-global"
_EVERYWHERE = "Models with uniform pricing across all regions"


class Vertex(PriceSpider):
    """Market declared: dollar prices for the world; other currencies stand on other pages."""

    name = "vertex"
    version = 2
    title = "Google Vertex AI, price page"
    sellers = ("vertex",)
    markets = ("international",)
    urls = ("https://cloud.google.com/gemini-enterprise-agent-platform/generative-ai/pricing",)
    schedule = "every day"
    expected = (100, 1500)
    lineage = "vertex"
    trust = Trust.SELLER
    licence = "all rights reserved; read as a public price list"
    terms = "p"
    plausible = believable(USD=("0.001", "300"))

    def parse_quotes(self, document: Document) -> Iterator[Quote | Notice]:
        seen = set()
        begins = _beginning(document)
        for table in document.tables():
            titles = [cell.text for cell in table.rows[0]]
            tier = next((end for end in _TIERS if titles in _own_titles(end)), None)
            if tier is not None:
                seen.add("own")
                yield from repriced(self._own(table, _TIERS[tier], begins))
            elif titles in (_BY_LENGTH, _ONE_PRICE):
                seen.add("partners")
                yield from self._partners(table, by_length=titles == _BY_LENGTH)
            else:
                yield read_past(table)
        yield from read_past_lines([("page", line) for line in document.prose("body")], _CREDITS)
        if seen != {"own", "partners"}:
            raise document.shape_error("tables of Google's own and of partners' models", sorted(seen))

    def _own(self, table: Table, tiers: tuple[Tier, ...], begins: datetime | None) -> Iterator[Quote | Notice]:
        for row in table.rows[1:]:
            if len(row) == 1:  # the model's name, above its rows
                continue
            name, kind, *cells = row
            meter = _TYPES.get(kind.text)
            if meter is None:
                yield _beside(name, name.where, f"{kind.text}: {', '.join(cell.text for cell in cells)}")
                continue
            for place, cell in enumerate(cells):
                cached, long = divmod(place, 2)
                billed = _OF_CACHE.get(meter) if cached else meter
                for region, amount in _places(cell):
                    if billed is None:
                        raise ValueError(f"{cell.where}: a cached price of {kind.text!r}")
                    for tier in tiers:
                        terms = _of_length(Conditions(tier=tier), long=bool(long))
                        quote = self._at(name, cell)
                        if region == _ELSEWHERE and begins is not None:
                            quote = replace(quote, effective_at=begins, effective_basis=EffectiveBasis.SELLER_DATED)
                        yield replace(quote, meter=billed, amount=amount, region=region, conditions=terms)

    def _partners(self, table: Table, *, by_length: bool) -> Iterator[Quote | Notice]:
        region = _region(table.heading) if by_length else None
        for row in table.rows[1:]:
            if _RETIRING.search(row[0].text):
                label = _RETIRING.sub("", row[0].text)
                yield Notice(notice=NoticeKind.DEPRECATED, label=label, where=row[0].where, text="deprecated")
            filled = [(place, cell) for place, cell in enumerate(row[1:]) if cell.text not in ("N/A", "")]
            read = [(place, cell, _stated(cell, in_title=by_length)) for place, cell in filled]
            odd = [cell for _, cell, stated in read if stated is None]
            if odd:  # one band alone would be read as the price of every length
                for _, cell, stated in read:
                    yield _beside(row[0], cell.where, cell.text) if stated is None else _skipped(row[0], cell)
                continue
            found = [
                replace(
                    self._at(row[0], cell),
                    region=region,
                    meter=meter,
                    amount=amount,
                    conditions=_of_length(terms, long=place > 0) if by_length and len(row) > 2 else terms,
                )
                for place, cell, stated in read
                for meter, amount, terms in stated or ()
            ]
            yield from repriced(found)

    def _at(self, name: Cell, cell: Cell) -> Quote:
        return replace(template(self, _RETIRING.sub("", name.text).rstrip(" *"), cell.where), currency="USD")


def _beginning(document: Document) -> datetime | None:
    """Since when other routing has a price of its own; None where no footnote says so."""
    found = {match[1] for line in document.prose("body") for match in _BEGINS.finditer(line)}
    if len(found) > 1:
        raise document.shape_error("one day on which prices of non-global endpoints begin", sorted(found))
    return datetime.strptime(found.pop(), "%B %d, %Y").replace(tzinfo=UTC) if found else None


def _own_titles(end: str) -> tuple[list[str], list[str]]:
    own = [*_OWN[:2], *(title + end for title in _OWN[2:])]
    return own, [*own, *(title + end for title in _CACHED)]


def _places(cell: Cell) -> Iterator[tuple[str | None, Decimal]]:
    """(region, amount) of a cell: one amount for everywhere, or two for global and for other routing."""
    both = _TWO_PLACES.fullmatch(cell.text)
    if both is not None:
        yield from (("global", price(both[1]).amount), (_ELSEWHERE, price(both[2]).amount))
    elif cell.text not in ("N/A", ""):
        yield None, price(cell.text).amount


def _stated(cell: Cell, *, in_title: bool) -> list[tuple[Meter, Decimal, Conditions]] | None:
    """The prices of a partner's cell, whose unit stands in the title or in the cell.

    None where it says anything else, or the price of one meter twice.
    """
    found, rest = list(_NAMED.finditer(cell.text)), _NAMED.sub("", cell.text)
    names = {(match["ttl"], match["batch"], match["meter"]) for match in found}
    if rest or not found or len(names) < len(found) or any((match["unit"] is None) != in_title for match in found):
        return None
    return [
        (
            _METERS[match["meter"]],
            price(match["amount"]).amount,
            Conditions(tier=Tier.BATCH if match["batch"] else Tier.STANDARD, cache_ttl=_SECONDS[match["ttl"]]),
        )
        for match in found
    ]


def _of_length(terms: Conditions, *, long: bool) -> Conditions:
    low, high = (_BOUND, None) if long else (None, _BOUND)
    return replace(terms, context_min=low, context_max=high, as_published="> 200K" if long else "<= 200K")


def _region(heading: str) -> str | None:
    """`Global` → global, `EU Multi-Region (eu)` → eu, `us-east5`; None where one price holds everywhere."""
    if heading == _EVERYWHERE:
        return None
    if heading == "Global":
        return "global"
    match = _REGION.fullmatch(heading)
    if match is None:
        raise ValueError(f"the region {heading!r} is not understood")
    return match[1] or heading


def _skipped(name: Cell, cell: Cell) -> Notice:
    text = f"the other cell of the row is not understood: {cell.text}"
    return Notice(notice=NoticeKind.SKIPPED, label=name.text, where=cell.where, text=text)


def _beside(name: Cell, where: str, text: str) -> Notice:
    return Notice(notice=NoticeKind.NOT_COMPARABLE, label=name.text, where=where, text=text)
