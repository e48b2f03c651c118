"""The result of one trade-remedy or statistical test: a number, what it was compared with, and what it rests on.

An indicator is no finding. Whatever could not be tested is `not_evaluable` with its reason, and that is never a pass.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from pipeline.domain.errors import InvalidValueError

READ_MARK = "†"
UNREAD = "to be checked by counsel"


class Outcome(StrEnum):
    """How an indicator came out against its threshold."""

    PASSES = "passes"  # the condition holds
    FAILS = "fails"  # the condition does not hold
    INDICATED = "indicated"  # it holds, on a stand-in for what the law looks at (days for volumes, estimates for cost)
    MEASURED = "measured"  # a figure that has no threshold
    NOT_EVALUABLE = "not_evaluable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A paragraph that a test follows; `read` where the public text was read, else it is from general knowledge."""

    text: str
    read: bool

    def __str__(self) -> str:
        return f"{self.text}{READ_MARK}" if self.read else f"{self.text} ({UNREAD})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """One number that went into an indicator, and where it was read."""

    name: str
    value: Decimal
    unit: str
    source: str
    day: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """One test of one subject.

    `value` is None where it is not defined, and then `outcome` is `not_evaluable` or the reason says what is given
    instead. `low` and `high` bound a value that is a range. `threshold` is in words, with its number and unit.
    `labels` are the caveats that go wherever the value goes.
    """

    name: str
    subject: str
    value: Decimal | None
    unit: str
    outcome: Outcome
    reason: str
    rests_on: tuple[Citation, ...]
    threshold: str | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    inputs: tuple[Input, ...] = ()
    labels: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.reason:
            raise InvalidValueError(f"the indicator {self.name} of {self.subject} gives no reason")
        if self.threshold is None and self.outcome in (Outcome.PASSES, Outcome.FAILS):
            raise InvalidValueError(f"the indicator {self.name} of {self.subject} {self.outcome} no threshold")
