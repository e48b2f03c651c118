"""Bands of prompt and output lengths in a page's words → the bounds of Conditions.

A bound is the number that the page prints, K and 千 as thousands: "(32, 128]" and "[32, 128)" thousand both run from
32000 to 128000, so that one price has one listing whoever prints it; the page's words stay in `as_published`.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal

from pipeline.domain.amounts import decimal_text
from pipeline.domain.conditions import Conditions
from pipeline.domain.errors import DocumentShapeError
from pipeline.domain.quote import Notice, Quote
from pipeline.domain.vocabulary import NoticeKind

_NUMBER = r"([0-9]+(?:\.[0-9]+)?)\s*([kKmM]?)"
_INTERVAL = re.compile(rf"[\[(（]\s*{_NUMBER}\s*[,，]\s*(?:{_NUMBER}|\+?∞)\s*[\])）]")
_FROM = re.compile(rf"[\[(（]?\s*(?:[≥>＞]\s*)?{_NUMBER}\s*(?:\+\s*[\])）]?)?")
_BETWEEN = re.compile(rf"{_NUMBER}\s*[≤<＜]=?\s*[≤<＜]\s*{_NUMBER}")
_RANGE = re.compile(rf"{_NUMBER}\s*[~～–-]\s*{_NUMBER}")
_UP_TO = re.compile(rf"[≤<＜]=?\s*{_NUMBER}")
_FACTORS = {"k": 1_000, "m": 1_000_000}
_OUTPUT = re.compile(r"且?\s*(?:输出长度|output length)", re.IGNORECASE)
_INPUT = re.compile(r"输入长度|输入|prompt length|input length|prompts?", re.IGNORECASE)
_NONE = ("", "-", "不区分")


def band(base: Conditions, words: str, *, unit: int = 1) -> Conditions:
    """`base` with the bounds that a page's words name; `unit` multiplies numbers without K or M.

    Raises DocumentShapeError for words that are not understood.
    """
    printed = " ".join(words.split())
    if printed in _NONE:
        return base
    prompt, *output = _OUTPUT.split(printed)
    if len(output) > 1:
        raise DocumentShapeError(f"the band {printed!r} names its output twice")
    low, high = _bounds(_INPUT.sub("", prompt), printed, unit)
    found = replace(base, context_min=low or None, context_max=high, as_published=printed)
    if output:
        low, high = _bounds(output[0], printed, unit)
        found = replace(found, output_min=low or None, output_max=high)
    return found


def repriced(items: Iterable[Quote | Notice]) -> Iterator[Quote | Notice]:
    """The same items, where a meter keeps only the bounds at which its amount changes (neighbours of one amount merge).

    The items of one model must stand in the page's order of bands. What was merged is a notice at its own place.
    """
    meters: dict[object, list[Quote]] = {}
    for item in items:
        if isinstance(item, Notice):
            yield item
            continue
        free = replace(item.conditions, context_min=None, context_max=None, output_min=None, output_max=None)
        # A promotion's words may name the amount ("was 12, now half"): they do not set bands apart.
        key = replace(item, amount=Decimal(0), where="", conditions=replace(free, as_published=None, promotion=None))
        meters.setdefault(key, []).append(item)
    for quotes in meters.values():
        kept = list(_without_context(_without_output(quotes)))
        yield from kept
        places = {quote.where for quote in kept}
        yield from (_merged(quote) for quote in quotes if quote.where not in places)


def _merged(quote: Quote) -> Notice:
    amount = f"{decimal_text(quote.amount)} {quote.currency}"
    text = f"{quote.meter.value}: {amount}, the price of the band before it"
    return Notice(notice=NoticeKind.SKIPPED, label=quote.label, where=quote.where, text=text)


def _without_output(quotes: list[Quote]) -> list[Quote]:
    """Merges neighbours of one prompt band and one amount that differ in output length."""
    kept: list[Quote] = []
    for quote in quotes:
        last = kept[-1] if kept else None
        if last and last.amount == quote.amount and _prompt(last) == _prompt(quote) and last.conditions.output_max:
            kept[-1] = replace(last, conditions=replace(last.conditions, output_max=quote.conditions.output_max))
        else:
            kept.append(quote)
    return kept


def _without_context(quotes: list[Quote]) -> Iterator[Quote]:
    """Merges neighbours of one amount; a meter of one amount in all bands has no bounds."""
    kept: list[Quote] = []
    for quote in quotes:
        last = kept[-1].conditions if kept else None
        joined = last is not None and last.context_max is not None and last.context_max == quote.conditions.context_min
        if last and joined and kept[-1].amount == quote.amount and _output(kept[-1]) == _output(quote):
            words = f"{last.as_published}; {quote.conditions.as_published}"
            whole = replace(last, context_max=quote.conditions.context_max, as_published=words)
            kept[-1] = replace(kept[-1], conditions=whole)
        else:
            kept.append(quote)
    if len(kept) == 1 and not any(_output(kept[0])):
        kept = [replace(kept[0], conditions=replace(kept[0].conditions, context_min=None, context_max=None))]
    yield from kept


def _prompt(quote: Quote) -> tuple[int | None, int | None]:
    return quote.conditions.context_min, quote.conditions.context_max


def _output(quote: Quote) -> tuple[int | None, int | None]:
    return quote.conditions.output_min, quote.conditions.output_max


def _bounds(text: str, printed: str, unit: int) -> tuple[int, int | None]:
    text = text.strip(" :：")
    if match := _INTERVAL.fullmatch(text) or _BETWEEN.fullmatch(text) or _RANGE.fullmatch(text):
        low, high = _tokens(match[1], match[2], unit), match[3] and _tokens(match[3], match[4], unit)
        return low, high or None
    if match := _UP_TO.fullmatch(text):
        return 0, _tokens(match[1], match[2], unit)
    if (match := _FROM.fullmatch(text)) and re.search("[≥>＞+]", text):
        return _tokens(match[1], match[2], unit), None
    raise DocumentShapeError(f"the band {printed!r} is not understood")


def _tokens(number: str, suffix: str, unit: int) -> int:
    tokens = Decimal(number) * (_FACTORS[suffix.lower()] if suffix else unit)
    if tokens != int(tokens):
        raise DocumentShapeError(f"a bound of {tokens} tokens")
    return int(tokens)
