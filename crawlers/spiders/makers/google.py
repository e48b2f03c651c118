"""Google's Gemini API price page: a section per model, a table per tier, several amounts in one cell."""

import re
from collections import Counter
from collections.abc import Container, Iterator
from dataclasses import replace
from datetime import UTC, datetime

from crawlers.amounts import price
from crawlers.base import PriceSpider, believable
from crawlers.document import Document
from crawlers.formats.bands import repriced
from crawlers.formats.other_tables import read_past, read_past_lines
from crawlers.formats.priced_cells import template
from crawlers.tables import Cell, Table
from pipeline.domain.errors import DocumentShapeError
from pipeline.domain.quote import Notice, Quote
from pipeline.domain.vocabulary import EffectiveBasis, IssueKind, Meter, NoticeKind, PerUnit, Tier, Trust

_PAID = "Paid Tier, per 1M tokens in USD"
_TIERS = {"Standard": Tier.STANDARD, "Batch": Tier.BATCH, "Flex": Tier.FLEX, "Priority": Tier.PRIORITY}
_IDS = re.compile(r"`([a-z0-9][a-z0-9.\-]*)`")
_AMOUNT = re.compile(r"\$[0-9][0-9.]*")
_AMOUNT_WORDS = re.compile(r"(\$[0-9]+(?:\.[0-9]+)?)[ ,.]*(.*)", re.DOTALL)
_ALTERNATIVE = re.compile(r"(\$[0-9.]+) or \$[0-9.]+ ?/ ?(?:min|minute|image|second|frame)\b")
_EQUIVALENT = re.compile(r"[.,]? [Ee]quivalent to \$[^$]*")
_PIECE = re.compile(
    r"/ ?(?:min|minute|image|second|song|video)\b|per (?:\S+ )?(?:image|audio|second|song|video|minute)|/ 1,000 "
)
_NOTE = re.compile(r"^\W*Image (?:input|output) .*\$[0-9.]+ per image")
_LINKED_TIER = re.compile(r"\[(Standard|Batch|Flex|Priority)\]\(")
_ROWS = {"Input price": Meter.INPUT, "Context caching price": Meter.CACHED_INPUT}
_OUTPUT = re.compile(r"Output price(?: \(including thinking tokens\))?")
_STORAGE = "/ 1,000,000 tokens per hour (storage price)"
_LENGTH = re.compile(r"prompts? (<=|>) ([0-9]+)k(?: tokens?)?")
_MODALITY = re.compile(r"\(([a-z]+(?:(?: ?[/,] ?| and )[a-z]+)*)\)")
_AUDIO = {
    Meter.INPUT: Meter.AUDIO_INPUT,
    Meter.OUTPUT: Meter.AUDIO_OUTPUT,
    Meter.CACHED_INPUT: Meter.CACHED_AUDIO_INPUT,
}
_THROUGH = re.compile(r"through ([A-Z][a-z]+ [0-9]{1,2}, 20[0-9]{2})")
_STARTING = re.compile(r"starting ([A-Z][a-z]+ [0-9]{1,2}, 20[0-9]{2})")


class Google(PriceSpider):
    """Market declared: one dollar price for the world. Only the paid tier is read: the free one is a plan."""

    name = "google"
    title = "Google, Gemini API price page"
    sellers = ("google",)
    markets = ("international",)
    urls = ("https://ai.google.dev/gemini-api/docs/pricing.md.txt",)
    expected = (60, 900)
    lineage = "google"
    trust = Trust.SELLER
    licence = "all rights reserved; read as a public price list"
    plausible = believable(USD=("0.001", "300"))

    def parse_quotes(self, document: Document) -> Iterator[Quote | Notice]:
        ids, order = _ids_by_heading(document)
        tables = [table.fronted("", "Free Tier", _PAID) for table in document.markdown_tables()]
        odd = _odd(order, tables)
        for table in tables:
            if len(table.rows[0]) != 3 or table.rows[0][2].text != _PAID:
                yield read_past(table)
                continue
            section = _section(table, ids)
            if section in odd:
                where, text = table.rows[0][0].where, f"{section}: another number of tables than of tiers is linked"
                kind = IssueKind.UNREADABLE_PRICE
                yield Notice(notice=NoticeKind.ISSUE, label="-", where=where, text=text, issue_kind=kind)
                continue
            tier = _TIERS.get(table.heading)
            if tier is None:  # an older page lists the tiers once, as links, in the order of its tables
                tier = order[section].pop(0) if order.get(section) else Tier.STANDARD
            if section in ids:
                yield from self._table(table, ids[section], tier)
            elif any(_AMOUNT.search(row[2].text) for row in table.rows):
                where, text = table.rows[0][0].where, f"the section {section} names no model"
                yield Notice(notice=NoticeKind.NOT_COMPARABLE, label="-", where=where, text=text)
        yield from read_past_lines(document.lines(), _NOTE)

    def _table(self, table: Table, labels: list[str], tier: Tier) -> Iterator[Quote | Notice]:
        found: list[Quote | Notice] = []
        for name, _, paid in table.rows[1:]:
            meter = Meter.OUTPUT if _OUTPUT.fullmatch(name.text) else _ROWS.get(name.text)
            if meter is not None and _AMOUNT.search(paid.text):
                base = template(self, labels[0], paid.where)
                base = replace(base, meter=meter, conditions=replace(base.conditions, tier=tier))
                found += _cell(base, paid)
            elif _AMOUNT.search(paid.text):
                text = f"{name.text}: {paid.text}"
                found.append(Notice(notice=NoticeKind.NOT_COMPARABLE, label=labels[0], where=paid.where, text=text))
        for label in labels:
            yield from repriced(replace(item, label=label) for item in found)


def _section(table: Table, known: Container[str]) -> str:
    return next((heading for heading in reversed(table.headings) if heading in known), table.heading)


def _odd(order: dict[str, list[Tier]], tables: list[Table]) -> set[str]:
    """Sections whose tables are not as many as the tiers they link: which table is of which tier is not known then."""
    priced = [table for table in tables if len(table.rows[0]) == 3 and table.rows[0][2].text == _PAID]
    unnamed = Counter(_section(table, order) for table in priced if table.heading not in _TIERS)
    return {section for section, tiers in order.items() if unnamed[section] not in (0, len(tiers))}


def _ids_by_heading(document: Document) -> tuple[dict[str, list[str]], dict[str, list[Tier]]]:
    """Heading of each model's section → the model ids in the first lines under it, and the tiers that it links."""
    found: dict[str, list[str]] = {}
    order: dict[str, list[Tier]] = {}
    heading = None
    for _, line in document.lines():
        if line.startswith("## "):
            heading = line.removeprefix("## ").strip()
        elif heading is not None and (ids := list(dict.fromkeys(_IDS.findall(line)))) and line[:1] in "_*":
            found.setdefault(heading, ids)
        elif heading is not None and (linked := _LINKED_TIER.findall(line)):
            order.setdefault(heading, [_TIERS[name] for name in linked])
    if not found:
        raise document.shape_error("a model id under a heading", "none")
    return found, order


def _cell(base: Quote, cell: Cell) -> Iterator[Quote | Notice]:
    """The amounts of one cell, each with the words that follow it up to the next amount."""
    text = _EQUIVALENT.sub(" ", _ALTERNATIVE.sub(r"\1 ", cell.text))
    if text != cell.text:  # "$3.00 or $0.005/min (audio)" is stated by the token
        said = f"{base.meter.value}: the same price by another unit: {cell.text}"
        yield Notice(notice=NoticeKind.NOT_COMPARABLE, label=base.label, where=cell.where, text=said)
    starts = [match.start() for match in _AMOUNT.finditer(text)]
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        printed, words = _AMOUNT_WORDS.findall(text[start:end])[0]
        if _PIECE.match(words) or not _names(words) & {"text", "audio"}:
            yield Notice(
                notice=NoticeKind.NOT_COMPARABLE,
                label=base.label,
                where=cell.where,
                text=f"{base.meter.value}: {printed} {words}",
            )
            continue
        money = price(printed)
        try:
            quote = _qualified(base, words)
        except DocumentShapeError as error:  # one cell of many: the rest of the page is believed
            yield Notice(
                notice=NoticeKind.ISSUE,
                label=base.label,
                where=cell.where,
                text=str(error),
                issue_kind=IssueKind.UNREADABLE_PRICE,
            )
            continue
        yield replace(quote, amount=money.amount, currency=money.currency)


def _qualified(base: Quote, words: str) -> Quote:
    """`base` as the words after an amount say; DocumentShapeError where a word is not understood."""
    quote, rest = base, words
    if _STORAGE in rest:
        quote = replace(quote, meter=Meter.CACHE_STORAGE, per_unit=PerUnit.TOKEN_HOUR)
        rest = rest.replace(_STORAGE, "")
    if length := _LENGTH.search(rest):
        bound = int(length[2]) * 1000
        short = length[1] == "<="
        band = replace(
            quote.conditions,
            context_min=None if short else bound,
            context_max=bound if short else None,
            as_published=length[0],
        )
        quote, rest = replace(quote, conditions=band), rest.replace(length[0], "")
    if modality := _MODALITY.search(rest):
        if "text" not in _names(modality[0]):
            quote = replace(quote, meter=_AUDIO[quote.meter])
        rest = rest.replace(modality[0], "")
    if starting := _STARTING.search(rest):
        begun = _day(starting[1])
        quote = replace(quote, effective_at=begun, effective_basis=EffectiveBasis.SELLER_DATED)
        rest = rest.replace(starting[0], "")
    rest = _THROUGH.sub("", rest).replace("/ 1,000,000 tokens", "")
    if rest.strip(" ,.;"):
        raise DocumentShapeError(f"{base.where}: the words {rest.strip()!r} of {base.label} are not understood")
    return quote


def _names(words: str) -> set[str]:
    """The kinds of token that a bracket names; text where there is none."""
    modality = _MODALITY.search(words)
    return {"text"} if modality is None else set(re.split(r" ?[/,] ?| and ", modality[1]))


def _day(text: str) -> datetime:
    return datetime.strptime(text, "%B %d, %Y").replace(tzinfo=UTC)
