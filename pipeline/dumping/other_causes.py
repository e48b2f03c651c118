"""Other causes of low prices, one row each with date and size: what a case must set beside its figures (METHODS 6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from pipeline.domain.errors import InvalidValueError

NOT_MEASURED = "not measured"


class Cause(StrEnum):
    FALL_OF_COST = "market-wide fall of cost"
    GPU_GENERATION = "a new GPU generation"
    OPEN_WEIGHTS = "release of open weights"
    DOMESTIC_CUTS = "domestic sellers' own earlier cuts"
    EXCHANGE_RATE = "exchange rate"


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherCause:
    """A cause with its date and size; both None where it was not measured, and the source says why."""

    cause: Cause
    day: date | None
    size: Decimal | None
    unit: str
    source: str

    def __post_init__(self) -> None:
        if (self.day is None) != (self.size is None):
            raise InvalidValueError(f"the cause {self.cause} has a date and a size, or neither")


def other_causes(measured: Sequence[OtherCause]) -> tuple[OtherCause, ...]:
    """At least one row of every cause, in their order and by day; what was not handed in stands as not measured."""
    rows: list[OtherCause] = []
    for cause in Cause:
        own = [each for each in measured if each.cause is cause]
        rows += sorted(own, key=lambda each: each.day or date.max)
        if not own:
            rows.append(OtherCause(cause=cause, day=None, size=None, unit="", source=NOT_MEASURED))
    return tuple(rows)
