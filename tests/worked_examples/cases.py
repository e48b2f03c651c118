"""Which worked case a test covers, and sales written in one line each."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from pipeline.dumping.sales import Sale, Side

COVERED: set[str] = set()
Test = TypeVar("Test", bound=Callable[..., Any])


def case(*ids: str) -> Callable[[Test], Test]:
    """Notes that the decorated test covers the worked cases of these ids."""

    def noted(test: Test) -> Test:
        COVERED.update(ids)
        return test

    return noted


def close(found: Decimal | float | None, expected: str, tolerance: str = "0.0000005") -> bool:
    """Whether a figure agrees with a printed one to the last printed digit (six after the point)."""
    return found is not None and abs(Decimal(found) - Decimal(expected)) <= Decimal(tolerance)


def sold(
    side: str, price: str | int, quantity: str | int = 1, *, product: str = "a", month: int = 1, line: int = 0
) -> Sale:
    return Sale(
        side=Side(side),
        product=product,
        day=date(2026, month, 1),
        price=Decimal(price),
        quantity=Decimal(quantity),
        line=line,
    )
