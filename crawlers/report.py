"""What a run collected against what was expected: issues for a person, and the verdict. Nothing is corrected here.

The last reading in force is the yardstick: a document that lost a third of its listings, or whose prices slipped
together, is not believed until a person released it or it was seen again.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from crawlers.base import Reading, SourceSpider
from pipeline.domain.amounts import decimal_text, nano_per_million
from pipeline.domain.conditions import canonical_json
from pipeline.domain.quote import Issue, Quote
from pipeline.domain.vocabulary import IssueKind, Meter, NoticeKind, RunVerdict

LOST_SHARE = 0.3
"""A run that lost more of the last reading's listings is quarantined (DESIGN 3)."""
SLIP = 5
"""A price moved by this factor or more is looked at; a true change of price seldom is as large."""
SLIPPED_SHARE = 0.3
"""More prices than this slipped together: no seller does that."""
_BLOCKED = ("captcha", "cf-challenge", "access denied", "are you a human", "sign in to continue", "enable javascript")
_ORDERED = ((Meter.CACHED_INPUT, Meter.INPUT), (Meter.INPUT, Meter.OUTPUT))

Key = tuple[str, ...]


@dataclass(slots=True, kw_only=True)
class Judgement:
    """A verdict and what a person must see of it."""

    verdict: RunVerdict
    issues: list[Issue] = field(default_factory=list)


def judge(spider: SourceSpider, reading: Reading, before: Sequence[dict[str, Any]] | None, url: str) -> Judgement:
    """The verdict on one reading; `before` are the rows of the last reading in force, None where there is none."""
    issues = [*_notices(reading, url), *_labels(reading, url), *_order(reading)]
    low, high = spider.expected
    if not low <= reading.rows <= high:
        text = f"{reading.rows:,} were read, {low:,} to {high:,} are expected: the document or its layout changed"
        issues.append(Issue(kind=IssueKind.BOUNDS, subject=spider.name, place=url, text=text))
        return Judgement(verdict=RunVerdict.BLIND, issues=issues)
    if before is None or not reading.quotes:
        return Judgement(verdict=RunVerdict.CHANGED, issues=issues)
    lost = _lost(reading, before)
    if lost > LOST_SHARE:
        text = f"{lost:.0%} of the listings of the last reading are gone: held back until a person looked"
        issues.append(Issue(kind=IssueKind.LOST_LISTINGS, subject=spider.name, place=url, text=text))
        return Judgement(verdict=RunVerdict.QUARANTINED, issues=issues)
    moved = list(_moved(reading, before))
    slipped = [move for move in moved if move.slipped]
    issues += [_slip(move) for move in slipped[:50]]
    issues += list(_swaps(moved))
    if len(slipped) >= 3 and len(slipped) > SLIPPED_SHARE * max(len(before), 1):
        text = f"{len(slipped):,} prices moved fivefold or more at once: held back until a person looked"
        issues.append(Issue(kind=IssueKind.SLIPPED_UNIT, subject=spider.name, place=url, text=text))
        return Judgement(verdict=RunVerdict.QUARANTINED, issues=issues)
    return Judgement(verdict=RunVerdict.CHANGED, issues=issues)


def blocked(body: bytes) -> bool:
    """A page that asks who we are, where a price list was expected."""
    head = body[:20_000].lower()
    return any(mark.encode() in head for mark in _BLOCKED)


def _notices(reading: Reading, url: str) -> Iterator[Issue]:
    for notice in reading.notices:
        if notice.notice is NoticeKind.ISSUE:
            kind = notice.issue_kind or IssueKind.UNREADABLE_PRICE
            yield Issue(kind=kind, subject=notice.label, place=f"{url} {notice.where}", text=notice.text)


def _labels(reading: Reading, url: str) -> Iterator[Issue]:
    for label in sorted({quote.label for quote in reading.quotes if "<" in quote.label or ">" in quote.label}):
        text = "The model's name holds markup: it is kept as text and shown as text."
        yield Issue(kind=IssueKind.HOSTILE_LABEL, subject=label, place=url, text=text)


def _order(reading: Reading) -> Iterator[Issue]:
    """cached <= input <= output, within one listing: where it does not hold a person looks; nothing is changed."""
    priced: dict[Key, dict[Meter, Quote]] = {}
    for quote in reading.quotes:
        priced.setdefault(_listing_of(quote), {})[quote.meter] = quote
    for meters in priced.values():
        for low, high in _ORDERED:
            cheap, dear = meters.get(low), meters.get(high)
            if cheap and dear and dear.amount > 0 and _nano(cheap) > _nano(dear) and cheap.per_unit == dear.per_unit:
                amounts = f"{decimal_text(cheap.amount)}, {decimal_text(dear.amount)}"
                text = f"{low.value} costs more than {high.value}: {amounts}"
                yield Issue(kind=IssueKind.ORDER, subject=cheap.label, place=cheap.where, text=text)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Move:
    quote: Quote
    old: int
    new: int
    old_row: dict[str, Any]

    @property
    def slipped(self) -> bool:
        return self.old > 0 and self.new > 0 and not self.old < SLIP * self.new < SLIP * SLIP * self.old


def _moved(reading: Reading, before: Sequence[dict[str, Any]]) -> Iterator[_Move]:
    """Undated prices whose amount differs from the last reading's."""
    known = {_row_key(row): row for row in before if row["effective_at"] is None and row["observed_at"] is None}
    for quote in reading.quotes:
        row = known.get(_quote_key(quote)) if quote.effective_at is None and quote.observed_at is None else None
        if row is not None and row["nano_per_million"] != _nano(quote):
            yield _Move(quote=quote, old=row["nano_per_million"], new=_nano(quote), old_row=row)


def _slip(move: _Move) -> Issue:
    text = f"{move.quote.meter.value} moved from {move.old_row['amount']} to {decimal_text(move.quote.amount)}"
    return Issue(kind=IssueKind.SLIPPED_UNIT, subject=move.quote.label, place=move.quote.where, text=text)


def _swaps(moved: Sequence[_Move]) -> Iterator[Issue]:
    """Input stands where output stood, and the other way round."""
    by_listing: dict[Key, dict[Meter, _Move]] = {}
    for move in moved:
        by_listing.setdefault(_listing_of(move.quote), {})[move.quote.meter] = move
    for meters in by_listing.values():
        first, second = meters.get(Meter.INPUT), meters.get(Meter.OUTPUT)
        if first and second and (first.new, second.new) == (second.old, first.old):
            amounts = f"{decimal_text(first.quote.amount)}, {decimal_text(second.quote.amount)}"
            text = f"input and output changed places: {amounts}"
            yield Issue(kind=IssueKind.SWAPPED_METERS, subject=first.quote.label, place=first.quote.where, text=text)


def _lost(reading: Reading, before: Sequence[dict[str, Any]]) -> float:
    listed = {_row_key(row)[:6] for row in before}
    now = {_quote_key(quote)[:6] for quote in reading.quotes}
    return len(listed - now) / len(listed) if listed else 0.0


def _listing_of(quote: Quote) -> Key:
    return _quote_key(quote)[:6]


def _quote_key(quote: Quote) -> Key:
    conditions = {
        name: value for name, value in quote.conditions.as_json().items() if name not in ("promotion", "as_published")
    }
    place = (quote.seller, quote.served_by, quote.market, quote.region or "", quote.label, canonical_json(conditions))
    return (*place, quote.meter.value, quote.currency, quote.price_basis.value, quote.per_unit.value)


def _row_key(row: dict[str, Any]) -> Key:
    given = json.loads(row["conditions"])
    conditions = {name: value for name, value in given.items() if name not in ("promotion", "as_published")}
    place = (
        row["seller"],
        row["served_by"],
        row["market"],
        row["region"] or "",
        row["label"],
        canonical_json(conditions),
    )
    return (*place, row["meter"], row["currency"], row["price_basis"], row["per_unit"])


def _nano(quote: Quote) -> int:
    return nano_per_million(Decimal(quote.amount), quote.per)
