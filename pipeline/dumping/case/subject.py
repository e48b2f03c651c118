"""What a case is about, and what it holds: every indicator that was asked of one price, evaluated or not.

A case names one importing country, the analyst's choice: it decides who is a domestic peer and is printed in the title;
no flag reads it. Tests of a moment look at the day on which the price was public, tests of a period at the last four
full quarters before a day (two under NME), or up to it where the price is of a quarter that is not over.
"""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from pipeline.domain.indicator import Indicator, Outcome
from pipeline.dumping.normal_value import Regime
from pipeline.dumping.not_tested import NotTested
from pipeline.dumping.other_causes import OtherCause

SERVED_FROM, SEAT = "served from", "maker's country (seat)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A price of one seller in one market. `since` is the day it applies from, `day` that on which it was public,
    `as_of` the last day of the data; `price_usd` is B31 in dollars per million tokens (None: it has none)."""

    model_version: str
    maker: str
    seller: str
    party: str
    market: str
    since: date
    day: date
    as_of: date
    price_usd: Decimal | None
    importing_country: str
    regime: Regime

    @property
    def text(self) -> str:
        return f"{self.model_version} of {self.seller}, buyers: {self.market}"


@dataclass(frozen=True, slots=True, kw_only=True)
class MarginRow:
    """One margin under one choice of switches. Per cents of the export value; None with the reason in `note`."""

    normal_value: str
    tax: str
    rate: str
    mix: str
    method: str
    period: str
    signed: Decimal | None
    legal: Decimal | None
    best: Decimal | None
    worst: Decimal | None
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Indicators of one kind, with what they are about in a sentence."""

    title: str
    text: str
    indicators: tuple[Indicator, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """All of it. `period` is that of margins and patterns, `priced` whether the offer stands in it; `facts` are what is
    known of the seller, (fact, value, where it is stated)."""

    subject: Subject
    period: tuple[date, date]
    priced: bool
    sections: tuple[Section, ...]
    margins: tuple[MarginRow, ...]
    causes: tuple[OtherCause, ...]
    facts: tuple[tuple[str, str, str], ...]
    not_tested: tuple[NotTested, ...]

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        return tuple(each for section in self.sections for each in section.indicators)

    @property
    def served_from(self) -> str:
        """Countries of the seller's data centres, or unknown."""
        return self._fact(SERVED_FROM)

    @property
    def seat(self) -> str:
        """The maker's own country, or unknown."""
        return self._fact(SEAT)

    def _fact(self, wanted: str) -> str:
        return next((value for name, value, _ in self.facts if name == wanted), "unknown")

    @property
    def no_import(self) -> bool:
        """Whether the importing country itself serves the tokens, or is the maker's own: then nothing is imported."""
        return self.subject.importing_country in [*self.served_from.split(), self.seat]

    @property
    def without_price(self) -> str | None:
        """In words, where the period has no price of the offer; None where it has."""
        first, last = self.period
        sold = f"{self.subject.seller} to buyers in {self.subject.market}"
        said = f"No standard price of {sold} stands in the period {first} to {last}"
        return None if self.priced else f"{said}: its margins and patterns say nothing of this decision"

    @property
    def evaluated(self) -> int:
        return sum(each.outcome is not Outcome.NOT_EVALUABLE for each in self.indicators)


def not_evaluable(name: str, subject: Subject, unit: str, reason: str) -> Indicator:
    """An indicator that could not be tested, and why: never a pass."""
    return Indicator(
        name=name,
        subject=subject.text,
        value=None,
        unit=unit,
        outcome=Outcome.NOT_EVALUABLE,
        reason=reason,
        rests_on=(),
    )


def stands_in(made: Indicator) -> Indicator:
    """An indicator that holds over days at a price: indicated, never a pass, for the law looks at volumes."""
    if made.outcome is not Outcome.PASSES:
        return made
    return replace(made, outcome=Outcome.INDICATED, reason=f"{made.reason}; days stand in for volumes")
