"""What a mutation of a page is, and the words and factors that all of them share."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Kind(StrEnum):
    """What a mutation leaves of a page."""

    CORRECT = "correct"
    WRONG = "wrong"
    MEANING = "wrong, by a sentence"
    INDISTINGUISHABLE = "nobody could tell"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A way to change a text; `make` gives None where it changes nothing there."""

    name: str
    kind: Kind
    make: Callable[[], str | None]


SENTENCES = (
    "All prices on this page are in euros.",
    "All prices are shown per 1,000 tokens.",
    "Until the end of the month every price below is charged at half.",
    "The prices below are those of batch requests.",
    "The prices below no longer apply: the new price list is sent on request.",
    "以下价格均为每千 tokens 的价格。",
)
TITLES = {
    "input": "Eingabe",
    "output": "Ausgabe",
    "cached input": "Eingabe aus dem Zwischenspeicher",
    "model": "Modell",
    "输入": "Input",
    "输出": "Output",
    "模型名称": "Model name",
}
NUMBER = re.compile(r"(?<![\w.])[0-9]+(?:\.[0-9]+)?(?![\w])")
FACTORS = (Decimal("0.001"), Decimal("0.1"), Decimal(10), Decimal(1000))
SMALL = (Decimal("0.5"), Decimal("0.8"), Decimal("1.25"), Decimal(2), Decimal(4))
"""Factors that no reader can tell from a change of price."""


def scaled(number: str, factor: Decimal) -> str:
    """A number as printed, times a factor."""
    return format((Decimal(number) * factor).normalize(), "f")
