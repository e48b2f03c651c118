"""Quotes and their sisters: what one capture states, in its own words, with its place in the capture."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from pipeline.domain.amounts import decimal_text
from pipeline.domain.conditions import Conditions
from pipeline.domain.errors import InvalidValueError
from pipeline.domain.instants import instant_text, utc
from pipeline.domain.vocabulary import (
    Announced,
    EffectiveBasis,
    MarketBasis,
    Meter,
    NoticeKind,
    PerUnit,
    PriceBasis,
    VatIncluded,
)

LONGEST_LABEL = 300
_REFUSED = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")  # Unicode categories Cc and Cs
_CURRENCY = re.compile(r"[A-Z]{3}")
_MARKET = re.compile(r"[A-Z]{2}|international")
_NAME = re.compile(r"[a-z0-9][a-z0-9_.\-]*")


@lru_cache(maxsize=1 << 14)
def checked_text(text: str, what: str) -> str:
    """Refuse what PostgreSQL, a terminal or a mail header would choke on: NUL, lone surrogates, control characters."""
    if not text or len(text) > LONGEST_LABEL:
        raise InvalidValueError(f"the {what} has {len(text)} characters, not 1 to {LONGEST_LABEL}")
    refused = _REFUSED.search(text)
    if refused:
        raise InvalidValueError(f"the {what} {text[:40]!r} holds the character U+{ord(refused[0]):04X}")
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """One price as a capture states it.

    `amount` of `currency` for `per` units of `per_unit` (1 USD for 1 000 000 tokens: amount 1, per 1000000).
    `observed_at` is given only by a document that holds several looks at a price list (a catalogue's monthly copies):
    the instant of that look. `effective_at` is since when the source says the price applies, `effective_basis` who
    says so.
    """

    source: str
    seller: str
    served_by: str
    market: str
    label: str
    meter: Meter
    amount: Decimal
    currency: str
    per: int
    where: str
    market_basis: MarketBasis = MarketBasis.DECLARED
    region: str | None = None
    alias_of: str | None = None
    per_unit: PerUnit = PerUnit.TOKEN
    vat_included: VatIncluded = VatIncluded.UNKNOWN
    price_basis: PriceBasis = PriceBasis.LIST
    conditions: Conditions = field(default_factory=Conditions)
    effective_at: datetime | None = None
    effective_basis: EffectiveBasis | None = None
    observed_at: datetime | None = None

    def __post_init__(self) -> None:
        checked_text(self.label, "label")
        for what, name in (("source", self.source), ("seller", self.seller), ("served_by", self.served_by)):
            if not _NAME.fullmatch(name):
                raise InvalidValueError(f"the {what} {name!r} is not a lower-case name")
        if not _CURRENCY.fullmatch(self.currency):
            raise InvalidValueError(f"{self.currency!r} is not an ISO 4217 code ({self.where})")
        if not _MARKET.fullmatch(self.market):
            raise InvalidValueError(f"{self.market!r} is no market: ISO 3166 alpha-2, EU or international")
        if not self.amount.is_finite() or self.amount < 0:
            raise InvalidValueError(f"{self.amount} is not a price ({self.where})")
        if self.per <= 0:
            raise InvalidValueError(f"a price per {self.per} units is none ({self.where})")
        if (self.effective_at is None) != (self.effective_basis is None):
            raise InvalidValueError(f"an effective instant comes with its basis ({self.where})")
        for instant in (self.effective_at, self.observed_at):
            if instant is not None:
                utc(instant)

    def as_json(self) -> dict[str, Any]:
        """The object of `python -m crawlers parse` (DOORS.md)."""
        full: dict[str, Any] = {
            "source": self.source,
            "seller": self.seller,
            "served_by": self.served_by,
            "market": self.market,
            "market_basis": self.market_basis.value,
            "region": self.region,
            "label": self.label,
            "alias_of": self.alias_of,
            "meter": self.meter.value,
            "amount": decimal_text(self.amount),
            "currency": self.currency,
            "per": self.per,
            "per_unit": self.per_unit.value,
            "vat_included": self.vat_included.value,
            "price_basis": self.price_basis.value,
            "conditions": self.conditions.as_json(),
            "effective_at": None if self.effective_at is None else instant_text(self.effective_at),
            "effective_basis": None if self.effective_basis is None else self.effective_basis.value,
            "observed_at": None if self.observed_at is None else instant_text(self.observed_at),
            "where": self.where,
        }
        return {key: value for key, value in full.items() if value is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something a capture states that is no price; kind `issue` is one that a person must see.

    An `announcement` may carry `effective_at` (when the seller says a change comes into force) and `about`, what it is
    that changes; an `alias` the label it points to in `alias_of`.
    """

    notice: NoticeKind
    label: str
    where: str
    text: str
    effective_at: datetime | None = None
    alias_of: str | None = None
    issue_kind: str | None = None
    about: Announced | None = None

    def as_json(self) -> dict[str, Any]:
        full = {
            "notice": self.notice.value,
            "label": self.label,
            "where": self.where,
            "text": self.text,
            "effective_at": None if self.effective_at is None else instant_text(self.effective_at),
            "alias_of": self.alias_of,
            "issue_kind": self.issue_kind,
            "about": None if self.about is None else self.about.value,
        }
        return {key: value for key, value in full.items() if value is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """One benchmark's value of one model, never overwritten: a new vintage is a new score."""

    source: str
    benchmark: str
    benchmark_version: str
    label: str
    value: Decimal
    low: Decimal | None = None
    high: Decimal | None = None
    votes: int | None = None
    published_at: datetime
    where: str

    def __post_init__(self) -> None:
        checked_text(self.label, "label")
        utc(self.published_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """A reference exchange rate: one unit of `base` is `value` units of `currency` on `day`."""

    source: str
    base: str
    currency: str
    day: date
    value: Decimal
    where: str

    def __post_init__(self) -> None:
        for code in (self.base, self.currency):
            if not _CURRENCY.fullmatch(code):
                raise InvalidValueError(f"{code!r} is not an ISO 4217 code ({self.where})")
        if not self.value.is_finite() or self.value <= 0:
            raise InvalidValueError(f"{self.value} is not an exchange rate ({self.where})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """Something a person must see; the ledger counts its sightings and keeps first and last."""

    kind: str
    subject: str
    place: str
    text: str
