"""Readings by eye of real documents: what a person noted from the document, without the parser's answer.

A file of `first/` or `second/` names a source, a document below the folder of captures and how the prices were chosen
(`every`, or `draw SEED`: forty of a larger page). Each line is one price: its number in the order of the page's
reading, the model's label, the meter, the terms, and the amount (of a million tokens, else with its unit). Number,
label, meter and terms were the question, the amount was read from the document. `python -m tests.captures.by_eye FILE`
writes the page that lists them.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from pipeline.domain.amounts import decimal_text
from pipeline.domain.quote import Quote
from tests.captures.prices import per_million

HERE = Path(__file__).parent
DRAWN = 40
ALL_UP_TO = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One reading of one document by one person."""

    source: str
    document: str
    prices: int
    seed: int | None
    lines: tuple[str, ...]

    @property
    def numbers(self) -> list[int]:
        """Which prices were read: all of them, or those of the draw."""
        if self.seed is None:
            return list(range(self.prices))
        return sorted(random.Random(self.seed).sample(range(self.prices), DRAWN))  # noqa: S311 - a draw of lines


def readings(which: str) -> Iterator[tuple[str, Reading]]:
    """(name, reading) of every file of the `first` or the `second` readings."""
    for path in sorted((HERE / which).glob("*.txt")):
        head, *lines = path.read_text(encoding="utf-8").splitlines()
        source, document, prices, chosen = head.split(" | ")
        seed = None if chosen == "every" else int(chosen.removeprefix("draw "))
        yield (
            path.stem,
            Reading(source=source, document=document, prices=int(prices), seed=seed, lines=tuple(lines)),
        )


def line(at: int, quote: Quote) -> str:
    """A price as it stands in a file."""
    amount, slash, unit = per_million(quote).partition("/")
    amount = decimal_text(Decimal(amount).normalize())
    return f"{at} | {quote.label} | {quote.meter} | {terms(quote)} | {quote.currency} {amount}{slash}{unit}"


def terms(quote: Quote) -> str:
    """What else the question named: conditions other than the standard tier, place, list or net."""
    said = [
        f"{key}={value['name'] if key == 'window' else value}"
        for key, value in quote.conditions.as_json().items()
        if key not in ("promotion", "as_published") and (key, value) != ("tier", "standard")
    ]
    if quote.region is not None:
        said.append(f"region={quote.region}")
    if quote.served_by != quote.seller:
        said.append(f"by={quote.served_by}")
    return " ".join([*said, str(quote.price_basis)])


def differences(reading: Reading, quotes: Sequence[Quote]) -> list[str]:
    """The lines that are not what the parser says, each with its answer; a page of another length is one difference."""
    if len(quotes) != reading.prices:
        return [f"{len(quotes)} prices where {reading.prices} were counted"]
    said = [line(at, quotes[at]) for at in reading.numbers]
    return [f"{read} ≠ {answer}" for read, answer in zip(reading.lines, said, strict=True) if read != answer]
