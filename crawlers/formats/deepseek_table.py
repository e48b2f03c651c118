"""The transposed price table of DeepSeek's English and Chinese pages: models are columns, footnotes carry meaning.

Layouts known: one price a meter (since 2025), struck list price with a promotion (2026-04), peak and off-peak rows
(since 2026-08-16). Another layout is a DocumentShapeError.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from crawlers.amounts import amounts_in, price
from crawlers.base import PriceSpider
from crawlers.document import Document
from crawlers.formats.instants import instant_in
from crawlers.formats.peak_hours import peak_window
from crawlers.tables import Cell, Table
from pipeline.domain.conditions import Conditions, Promotion, Window
from pipeline.domain.errors import DocumentShapeError
from pipeline.domain.quote import Notice, Quote
from pipeline.domain.vocabulary import EffectiveBasis, IssueKind, Meter, NoticeKind, PriceBasis

_HEAD = ("MODEL", "模型")
_VERSION = ("MODEL VERSION", "模型版本")
_METERS = (
    (re.compile(r"1M INPUT TOKENS \(CACHE HIT\)|百万tokens输入（缓存命中）", re.IGNORECASE), Meter.CACHED_INPUT),
    (re.compile(r"1M INPUT TOKENS \(CACHE MISS\)|百万tokens输入（缓存未命中）", re.IGNORECASE), Meter.INPUT),
    (re.compile(r"1M OUTPUT TOKENS|百万tokens输出", re.IGNORECASE), Meter.OUTPUT),
)
_SECTIONS = ("PRICING", "价格")
_OFF_PEAK = ("OFF-PEAK", "空闲时段", "空闲")
_PEAK = ("PEAK", "高峰时段", "高峰")
_IGNORED = re.compile(
    r"(MODEL VERSION|BASE URL|THINKING MODE|CONTEXT LENGTH|MAX OUTPUT|FEATURES|CONCURRENCY"
    r"|模型版本|思考模式|上下文长度|输出长度|功能|并发)",
    re.IGNORECASE,
)
_PERCENT_OFF = re.compile(r"\(?([0-9]{1,2})% off\)?", re.IGNORECASE)
_TENTHS = re.compile(r"[(（]?(?:限时)?\s*([0-9](?:\.[0-9])?)\s*折[)）]?")
_FOOTNOTE = re.compile(r"[(（]([0-9]+)[)）]\s*(.+)")
_NAME = r"(deepseek-[a-z0-9.\-]*[a-z0-9])"
_ALIASES = re.compile(
    rf"{_NAME} (?:and|与|和) {_NAME} .*?(?:correspond to the non-thinking mode and thinking mode of {_NAME}"
    rf"|二者分别对应 {_NAME} 的非思考与思考模式)"
)
_DEPRECATED = re.compile(r"deprecated|弃用|停用")
_EFFECTIVE = re.compile(r"takes? effect|生效")
_DISCOUNT = re.compile(r"% discount|% off|折|优惠")
_WINDOWS = re.compile(r"peak hours|高峰时段", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    spider: PriceSpider
    table: Table
    models: tuple[Cell, ...]
    notes: dict[str, str]
    versions: dict[str, str]
    yen_sign: str | None


def deepseek_quotes(
    spider: PriceSpider, document: Document, *, prose: str, yen_sign: str | None = None
) -> Iterator[Quote | Notice]:
    """Quotes and notices of one page; `prose` selects the paragraphs that hold the footnotes."""
    tables = [table for table in document.tables() if table.rows[0][0].text in _HEAD]
    if len(tables) != 1:
        raise document.shape_error("one table headed MODEL or 模型", len(tables))
    table, lines = tables[0], document.prose(prose)
    models = tuple(cell for cell in table.rows[0] if cell.text not in _HEAD)
    marked = [match for line in lines if (match := _FOOTNOTE.fullmatch(line))]
    notes = {match[1]: match[2] for match in marked}
    versions = _versions(table, models)
    page = _Page(spider=spider, table=table, models=models, notes=notes, versions=versions, yen_sign=yen_sign)
    yield from _table_quotes(page)
    yield from _model_notes(page)
    yield from _alias_notices(page, lines)


def _versions(table: Table, models: tuple[Cell, ...]) -> dict[str, str]:
    for row in table.rows:
        if row[0].text in _VERSION:
            return {model.text: cell.text for model, cell in zip(models, row[-len(models) :], strict=True)}
    return {}


def _table_quotes(page: _Page) -> Iterator[Quote | Notice]:
    if not page.models:
        raise DocumentShapeError("the table names no model")
    seen: set[tuple[str | None, Meter]] = set()
    for row in page.table.rows[1:]:
        leading, values = row[: -len(page.models)], row[-len(page.models) :]
        words = list(dict.fromkeys(cell.text for cell in leading if cell.text not in _SECTIONS))
        if any(amounts_in(word) for word in words):
            raise DocumentShapeError(f"{leading[-1].where}: a price stands among the row's names {words}")
        window = next((word for word in words if word in (*_PEAK, *_OFF_PEAK)), None)
        name = " ".join(word for word in words if word != window)
        meter = next((meter for pattern, meter in _METERS if pattern.fullmatch(name)), None)
        if meter is None:
            yield from _other_row(name, leading, values)
            continue
        seen.add((window, meter))
        footnotes = [mark for cell in leading for mark in cell.notes]
        for model, cell in zip(page.models, values, strict=True):
            yield from _cell_quotes(page, model.text, meter, cell, window, (*footnotes, *cell.notes))
        yield from _strange_notes(page, values[0].where, set(footnotes).union(*(cell.notes for cell in values)))
    windows = {window for window, _ in seen}
    missing = {(window, meter) for window in windows for _, meter in _METERS} - seen
    if missing or not seen or (None in windows and len(windows) > 1):
        raise DocumentShapeError(f"the table lacks the rows {sorted(str(row) for row in missing)}")


def _other_row(name: str, leading: tuple[Cell, ...], values: tuple[Cell, ...]) -> Iterator[Notice]:
    if _IGNORED.match(name):
        return
    if any(amounts_in(" ".join((cell.text, *cell.struck)), yen_sign="CNY") for cell in values):
        raise DocumentShapeError(f"{values[0].where}: nothing says what the prices of the row {name!r} are for")
    yield Notice(
        notice=NoticeKind.SKIPPED,
        label=name or "-",
        where=leading[0].where if leading else values[0].where,
        text=" | ".join(cell.text for cell in values),
    )


def _cell_quotes(
    page: _Page, label: str, meter: Meter, cell: Cell, window: str | None, marks: tuple[str, ...]
) -> Iterator[Quote]:
    notes = [page.notes[mark] for mark in dict.fromkeys(marks)]
    effective = next((instant_in(note) for note in notes if _EFFECTIVE.search(note)), None)
    conditions = Conditions(window=_window(window, notes))
    version = page.versions.get(label, label)
    text, percent = _without_percent(cell.text)
    money = price(text, yen_sign=page.yen_sign)
    charged = Quote(
        source=page.spider.name,
        seller="deepseek",
        served_by="deepseek",
        market=page.spider.markets[0],
        label=label,
        alias_of=version if version.casefold() != label.casefold() else None,
        meter=meter,
        amount=money.amount,
        currency=money.currency,
        per=1_000_000,
        conditions=conditions,
        effective_at=effective,
        effective_basis=EffectiveBasis.SELLER_DATED if effective else None,
        where=cell.where,
    )
    if not cell.struck and percent is None:
        yield charged
        return
    if len(cell.struck) != 1:
        raise DocumentShapeError(f"{cell.where}: {len(cell.struck)} struck prices beside {cell.text!r}")
    before = price(cell.struck[0], yen_sign=page.yen_sign)
    if before.currency != money.currency or before.amount <= money.amount:
        raise DocumentShapeError(f"{cell.where}: {cell.text!r} is no discount on {cell.struck[0]!r}")
    yield replace(charged, amount=before.amount, price_basis=PriceBasis.LIST)
    promotion = _promotion(percent, [page.notes[mark] for mark in cell.notes])
    yield replace(charged, price_basis=PriceBasis.NET, conditions=replace(conditions, promotion=promotion))


def _without_percent(text: str) -> tuple[str, Decimal | None]:
    """ "$0.435 (75% off)" → ("$0.435", 75); "3元（2.5折）" → ("3元", 75)."""
    off, tenths = _PERCENT_OFF.search(text), _TENTHS.search(text)
    if off:
        return text.replace(off[0], "").strip(), Decimal(off[1])
    if tenths:
        return text.replace(tenths[0], "").strip(), (100 - 10 * Decimal(tenths[1])).normalize()
    return text, None


def _promotion(percent: Decimal | None, notes: list[str]) -> Promotion:
    words = [note for note in notes if _DISCOUNT.search(note)]
    ends: datetime | None = instant_in(words[0]) if words else None
    return Promotion(percent=percent, ends_at=ends, text=words[0] if words else None)


def _window(word: str | None, notes: list[str]) -> Window | None:
    if word is None:
        return None
    described = [note for note in notes if _WINDOWS.search(note)]
    if len(described) != 1:
        raise DocumentShapeError(f"{len(described)} footnotes say when {word} is")
    peak = peak_window(described[0])
    return Window(name="off_peak") if word in _OFF_PEAK else peak


def _strange_notes(page: _Page, where: str, marks: set[str]) -> Iterator[Notice]:
    """A footnote on a price that is none of the known kinds may change what the price means: a person must read it."""
    for mark in sorted(marks):
        note = page.notes[mark]
        if not any(known.search(note) for known in (_EFFECTIVE, _DISCOUNT, _WINDOWS)):
            yield _terms_issue(f"({mark})", where, note)


def _model_notes(page: _Page) -> Iterator[Notice]:
    """What a model's own footnote says, where it is no alias: a discount there is one that no cell shows."""
    for model in page.models:
        for mark in model.notes:
            note = page.notes.get(mark)
            if note is None or _DISCOUNT.search(note):
                text = note or f"the footnote ({mark}) is not on the page"
                yield _terms_issue(model.text, model.where, text)
            elif not _ALIASES.search(note):
                yield Notice(notice=NoticeKind.SKIPPED, label=model.text, where=model.where, text=note)


def _terms_issue(label: str, where: str, text: str) -> Notice:
    return Notice(notice=NoticeKind.ISSUE, label=label, where=where, text=text, issue_kind=IssueKind.TERMS_CHANGED)


def _alias_notices(page: _Page, lines: list[str]) -> Iterator[Notice]:
    for line in lines:
        found = _ALIASES.search(line)
        if found is None:
            continue
        first, second, *targets = (name for name in found.groups() if name)
        marks = {mark for mark, note in page.notes.items() if note in line}
        marked = [cell for cell in page.models if marks & set(cell.notes)]
        where = (marked or page.models)[0].where
        ends = instant_in(line)
        for label in (first, second):
            yield Notice(notice=NoticeKind.ALIAS, label=label, where=where, text=line, alias_of=targets[0])
            if _DEPRECATED.search(line):
                yield Notice(notice=NoticeKind.DEPRECATED, label=label, where=where, text=line, effective_at=ends)
