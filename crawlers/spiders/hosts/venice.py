"""Venice's API price page, as a reader shows it: a line that names a model, a line of its prices."""

import re
from collections.abc import Iterator
from dataclasses import replace

from crawlers.amounts import price
from crawlers.base import PriceSpider, believable
from crawlers.document import Document
from crawlers.formats.bands import repriced
from crawlers.formats.other_tables import read_past_lines
from crawlers.formats.priced_cells import template
from pipeline.domain.quote import Notice, Quote
from pipeline.domain.vocabulary import Meter, NoticeKind, PerUnit, Trust

_UNIT = "Prices per 1M tokens unless noted. All prices in USD."
_LABEL = re.compile(r".*`([a-z0-9][A-Za-z0-9./\-]*)`", re.DOTALL)
_PRICE = re.compile(r"(Input Price|Output Price|Cache Read|Cache Write)(\$[0-9.]+)")
_CONTEXT = re.compile(r"Context [0-9]+K")
_METERS = {
    "Input Price": Meter.INPUT,
    "Output Price": Meter.OUTPUT,
    "Cache Read": Meter.CACHED_INPUT,
    "Cache Write": Meter.CACHE_WRITE,
}
_LONG = re.compile(
    r">(?P<from>[0-9]+)K context: (?P<input>\$[0-9.]+)/M input · (?P<output>\$[0-9.]+)/M output"
    r"(?: · (?P<read>\$[0-9.]+)(?:/(?P<write>\$[0-9.]+))? cache)?"
)
_LONG_METERS = {
    "input": Meter.INPUT,
    "output": Meter.OUTPUT,
    "read": Meter.CACHED_INPUT,
    "write": Meter.CACHE_WRITE,
}
_NO_MODEL = re.compile(r"Per 1K (?:Calls|URLs|Results)\$|All prices in USD|Diem = \$|API credit|Web Scraping")
_OTHERS = (
    (re.compile(r"Per 1M tokens(\$[0-9.]+)"), Meter.INPUT, 1_000_000, PerUnit.TOKEN),
    (re.compile(r"Per Image(\$[0-9.]+)"), Meter.IMAGE_OUTPUT, 1, PerUnit.IMAGE),
    (re.compile(r"Per 1M Characters(\$[0-9.]+)"), Meter.SPEECH_OUTPUT, 1_000_000, PerUnit.CHARACTER),
)


class Venice(PriceSpider):
    """Market declared: one dollar price for the world. Some models are resold from their makers, without a name."""

    name = "venice"
    title = "Venice, API price page"
    sellers = ("venice",)
    markets = ("international",)
    urls = ("https://docs.venice.ai/overview/pricing",)
    schedule = "every day"
    expected = (80, 900)
    lineage = "venice"
    trust = Trust.SELLER
    licence = "all rights reserved; read as a public price list"
    confirmed = False  # read as Markdown rendered by a reader service, never as the page itself
    plausible = believable(USD=("0.001", "600"))

    def parse_quotes(self, document: Document) -> Iterator[Quote | Notice]:
        lines = [(where, line.strip()) for where, line in document.lines() if line.strip()]
        if not any(_UNIT in line for _, line in lines):
            raise document.shape_error(_UNIT, "no such sentence")
        label = ""
        found: list[Quote] = []
        priced_once: set[str] = set()
        for where, line in lines:
            if named := _LABEL.fullmatch(line):
                yield from repriced(found)
                label, found = named[1], []
            elif line.startswith("#"):  # what follows a heading belongs to no model above it
                yield from repriced(found)
                label, found = "", []
            elif line.startswith("Input Price"):
                if found:  # the line that names the next model is missing
                    raise document.shape_error("a model above its prices", f"{where}: {line}")
                found = list(self._line(label, where, line))
            elif line.startswith(">") and "context" in line:
                found = list(_banded(found, line, where))
            elif "$" in line and label:
                if label in priced_once:
                    raise document.shape_error("a model above its price", f"{where}: {line}")
                priced_once.add(label)
                yield self._other(label, where, line)
        yield from repriced(found)
        yield from read_past_lines(lines, _NO_MODEL)

    def _line(self, label: str, where: str, line: str) -> Iterator[Quote]:
        if not label or _CONTEXT.sub("", _PRICE.sub("", line)).strip():
            raise ValueError(f"{where}: the prices {line!r} of {label!r} are not understood")
        for title, text in _PRICE.findall(line):
            money = price(text)
            quote = replace(template(self, label, where), meter=_METERS[title])
            yield replace(quote, amount=money.amount, currency=money.currency)

    def _other(self, label: str, where: str, line: str) -> Quote | Notice:
        for pattern, meter, per, unit in _OTHERS:
            if match := pattern.fullmatch(line):
                money = price(match[1])
                quote = replace(template(self, label, where), meter=meter, per=per, per_unit=unit)
                return replace(quote, amount=money.amount, currency=money.currency)
        return Notice(notice=NoticeKind.NOT_COMPARABLE, label=label, where=where, text=line)


def _banded(short: list[Quote], line: str, where: str) -> Iterator[Quote]:
    """The prices of a model, up to the length at which its second line begins and from there on."""
    long = _LONG.fullmatch(line)
    if long is None:
        raise ValueError(f"{where}: the prices {line!r} of long prompts are not understood")
    bound = int(long["from"]) * 1000
    above = {meter: long[name] for name, meter in _LONG_METERS.items() if long[name]}
    if {quote.meter for quote in short} != set(above):
        raise ValueError(f"{where}: {long[0]!r} prices other meters than the line above it")
    for quote in short:
        yield replace(quote, conditions=replace(quote.conditions, context_max=bound, as_published="Context"))
        words = replace(quote.conditions, context_min=bound, as_published=f">{long['from']}K context")
        yield replace(quote, amount=price(above[quote.meter]).amount, conditions=words, where=where)
