"""What a run collected against what was expected: issues for a person, and the verdict. Nothing is corrected here.

The last reading in force is the yardstick: a document that lost a third of its listings, or whose prices slipped
together, is not believed until a person released it or it was seen again.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from crawlers.base import Contents, SourceSpider
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
_HOSTILE = re.compile("[<>\u200b-\u200f\u202a-\u202e\u2066-\u2069]")
_ORDERED = (
    (Meter.CACHED_INPUT, Meter.INPUT),
    (Meter.INPUT, Meter.OUTPUT),
    (Meter.CACHED_AUDIO_INPUT, Meter.AUDIO_INPUT),
)

Key = tuple[str, ...]
Rows = Sequence[dict[str, Any]]


@dataclass(slots=True, kw_only=True)
class Judgement:
    """A verdict and what a person must see of it."""

    verdict: RunVerdict
    issues: list[Issue] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One document of a run: what it states, beside what was believed of it before.

    `before` are the rows of the reading in force, None where there is none to compare with; `same` says that the bytes
    are those in force; `terms` are the sentences beside its prices that were not there before.
    """

    url: str
    reading: Contents
    before: Rows | None = None
    same: bool = False
    terms: Sequence[str] = ()


def judge(spider: SourceSpider, looks: Sequence[Look], *, confirmed: int = 0) -> Judgement:
    """The verdict on all documents of a run; `confirmed` rows stand in documents that did not change."""
    issues = [issue for look in looks for issue in _of_one(look)]
    verdict = RunVerdict.UNCHANGED if all(look.same for look in looks) else RunVerdict.CHANGED
    low, high = spider.expected
    rows = confirmed + sum(look.reading.rows for look in looks)
    place = looks[0].url
    if not low <= rows <= high:
        text = f"{rows:,} were read, {low:,} to {high:,} are expected: the document or its layout changed"
        issues.append(Issue(kind=IssueKind.BOUNDS, subject=spider.name, place=place, text=text))
        return Judgement(verdict=RunVerdict.BLIND, issues=issues)
    lost = lost_share(looks)
    if lost > LOST_SHARE:
        text = f"{lost:.0%} of the listings of the last reading are gone: held back until a person looked"
        issues.append(Issue(kind=IssueKind.LOST_LISTINGS, subject=spider.name, place=place, text=text))
        return Judgement(verdict=RunVerdict.QUARANTINED, issues=issues)
    moved = _moved_in(looks)
    slipped = [move for move in moved if move.slipped]
    issues += [_slip(move) for move in slipped[:50]]
    issues += [issue for look in looks if look.before for issue in _exchanged(look.reading, look.before)]
    if _slipped_together(slipped, looks):
        text = f"{len(slipped):,} prices moved fivefold or more at once: held back until a person looked"
        issues.append(Issue(kind=IssueKind.SLIPPED_UNIT, subject=spider.name, place=place, text=text))
        return Judgement(verdict=RunVerdict.QUARANTINED, issues=issues)
    return Judgement(verdict=verdict, issues=issues)


def agree(looks: Sequence[Look]) -> bool:
    """Whether a run states what was before it: most of its listings, at prices that did not slip together."""
    slipped = [move for move in _moved_in(looks) if move.slipped]
    return lost_share(looks) <= LOST_SHARE and not _slipped_together(slipped, looks)


def lost_share(looks: Sequence[Look]) -> float:
    """Share of the listings in force that the documents state no longer; 0 where there is nothing to compare."""
    listed = {_row_key(row)[:6] for look in looks for row in look.before or ()}
    now = {_quote_key(quote)[:6] for look in looks for quote in look.reading.quotes}
    return len(listed - now) / len(listed) if listed else 0.0


def _slipped_together(slipped: Sequence["_Move"], looks: Sequence[Look]) -> bool:
    """Whether too many prices slipped, of all or of one meter: a column alone is a small part of a page."""
    before = Counter(row["meter"] for look in looks for row in look.before or ())
    moved = Counter(move.quote.meter.value for move in slipped)
    counts = [(len(slipped), before.total()), *((count, before[meter]) for meter, count in moved.items())]
    return any(count >= 3 and count > SLIPPED_SHARE * known for count, known in counts)


def _moved_in(looks: Sequence[Look]) -> list["_Move"]:
    return [move for look in looks if look.before for move in _moved(look.reading, look.before)]


def _of_one(look: Look) -> Iterator[Issue]:
    yield from _notices(look.reading, look.url)
    yield from _labels(look.reading, look.url)
    yield from _order(look.reading)
    if look.terms:
        text = "Beside the prices it now says: " + " / ".join(look.terms)[:600]
        yield Issue(kind=IssueKind.TERMS_CHANGED, subject="terms", place=look.url, text=text)


def new_sentences(now: Sequence[str], before: Sequence[str]) -> list[str]:
    """Sentences beside the prices that were not there before; rows of a Markdown table are prices themselves."""
    known = set(before)
    return [line for line in now if line not in known and not line.startswith("|")]


def blocked(body: bytes) -> bool:
    """A page that asks who we are, where a price list was expected."""
    head = body[:20_000].lower()
    return any(mark.encode() in head for mark in _BLOCKED)


def _notices(reading: Contents, url: str) -> Iterator[Issue]:
    for notice in reading.notices:
        if notice.notice is NoticeKind.ISSUE:
            kind = notice.issue_kind or IssueKind.UNREADABLE_PRICE
            yield Issue(kind=kind, subject=notice.label, place=f"{url} {notice.where}", text=notice.text)


def _labels(reading: Contents, url: str) -> Iterator[Issue]:
    for label in sorted({quote.label for quote in reading.quotes if _HOSTILE.search(quote.label)}):
        text = (
            "The model's name holds markup or marks that turn the direction of writing: it is kept and shown as text."
        )
        yield Issue(kind=IssueKind.HOSTILE_LABEL, subject=label, place=url, text=text)


def _order(reading: Contents) -> Iterator[Issue]:
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


def _moved(reading: Contents, before: Rows) -> Iterator[_Move]:
    """Prices whose amount differs from the last reading's; a dated one has its date as a part of its name."""
    known = {(_row_key(row), row["effective_at"], row["observed_at"]): row for row in before}
    for quote in reading.quotes:
        row = known.get((_quote_key(quote), quote.effective_at, quote.observed_at))
        if row is not None and row["nano_per_million"] != _nano(quote):
            yield _Move(quote=quote, old=row["nano_per_million"], new=_nano(quote), old_row=row)


def _slip(move: _Move) -> Issue:
    text = f"{move.quote.meter.value} moved from {move.old_row['amount']} to {decimal_text(move.quote.amount)}"
    return Issue(kind=IssueKind.SLIPPED_UNIT, subject=move.quote.label, place=move.quote.where, text=text)


def _exchanged(reading: Contents, before: Rows) -> Iterator[Issue]:
    """An amount stands where another of the same model stood, which moved or went: places were exchanged or shifted."""
    old: dict[Key, dict[Key, int]] = {}
    for row in before:
        old.setdefault(_row_key(row)[:5], {})[_dated(_row_key(row), row)] = row["nano_per_million"]
    new: dict[Key, dict[Key, tuple[int, Quote]]] = {}
    for quote in reading.quotes:
        key = _quote_key(quote)
        dated = (*key[5:], str(quote.effective_at), str(quote.observed_at))
        new.setdefault(key[:5], {})[dated] = (_nano(quote), quote)
    for model, amounts in new.items():
        known = old.get(model, {})
        left = {place: was for place, was in known.items() if place not in amounts or amounts[place][0] != was}
        came = {place: pair for place, pair in amounts.items() if known.get(place) != pair[0]}
        for place, (amount, quote) in came.items():
            if amount and any(other != place and was == amount for other, was in left.items()):
                text = f"{quote.meter.value}: {decimal_text(quote.amount)} stood at another price of this model before"
                yield Issue(kind=IssueKind.SWAPPED_METERS, subject=quote.label, place=quote.where, text=text)
                break


def _dated(key: Key, row: dict[str, Any]) -> Key:
    return (*key[5:], str(row["effective_at"]), str(row["observed_at"]))


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
