"""Mutations of JSON: keys that go, are renamed, scaled or exchanged, amounts, and a note beside the records."""

import json
import random
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from decimal import Decimal
from functools import partial
from typing import Any

from tests.evaluation.change import FACTORS, SENTENCES, SMALL, Change, Kind, scaled

_PRICE_KEY = re.compile(r"price|cost|pricing|^prompt$|^completion$|^input|^output|cache", re.IGNORECASE)
_NUMERIC = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:e-?[0-9]+)?", re.IGNORECASE)


def of_json(value: Any, dice: random.Random) -> Iterator[Change]:
    def change(name: str, kind: Kind, edit: Callable[[Any], object]) -> Change:
        return Change(name=name, kind=kind, make=partial(_edited_json, value, edit))

    yield change("written anew", Kind.CORRECT, _kept)
    keys = sorted(_price_keys(value))
    for key in keys:
        yield change("key dropped", Kind.WRONG, partial(_each, key, partial(_drop, key)))
        yield change("key renamed", Kind.WRONG, partial(_each, key, partial(_rename, key)))
        for factor in FACTORS:
            scale = partial(_each, key, partial(_scale_key, key, factor))
            yield change("key scaled", Kind.WRONG, scale)
        for other in dice.sample(keys, min(2, len(keys))):
            if other != key:
                swap = partial(_each, key, partial(_swap_keys, key, other))
                yield change("keys swapped", Kind.WRONG, swap)
        place = dice.random()
        yield change("one amount scaled", Kind.WRONG, partial(_scale_one, key, place, dice.choice(FACTORS)))
        yield change("one amount moved", Kind.INDISTINGUISHABLE, partial(_scale_one, key, place, dice.choice(SMALL)))
    for factor in FACTORS:
        yield change("every amount scaled", Kind.WRONG, partial(_scale_all, keys, factor))
    for sentence in SENTENCES:
        yield change("sentence added", Kind.MEANING, partial(_annotate, sentence))


def _kept(value: Any) -> bool:
    return True


def _edited_json(value: Any, edit: Callable[[Any], object]) -> str | None:
    copy = deepcopy(value)
    return dumped(copy) if edit(copy) else None


def _each(key: str, edit: Callable[[dict[str, Any]], object], value: Any) -> bool:
    before = dumped(value)
    for holder in _holders(value, key):
        edit(holder)
    return dumped(value) != before


def _drop(key: str, holder: dict[str, Any]) -> None:
    del holder[key]


def _rename(key: str, holder: dict[str, Any]) -> None:
    holder[f"{key}_neu"] = holder.pop(key)


def _scale_all(keys: list[str], factor: Decimal, value: Any) -> bool:
    before = dumped(value)
    for key in keys:
        _each(key, partial(_scale_key, key, factor), value)
    return dumped(value) != before


def _scale_one(key: str, place: float, factor: Decimal, value: Any) -> bool:
    holders = [holder for holder in _holders(value, key) if Decimal(str(holder[key]))]
    if not holders:
        return False
    _scale_key(key, factor, holders[int(place * len(holders))])
    return True


def dumped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _walk(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for member in value:
            yield from _walk(member)


def _is_amount(value: Any) -> bool:
    if isinstance(value, bool):
        return False
    return isinstance(value, int | float) or (isinstance(value, str) and _NUMERIC.fullmatch(value) is not None)


def _price_keys(value: Any) -> set[str]:
    return {
        key
        for holder in _walk(value)
        for key, member in holder.items()
        if _PRICE_KEY.search(key) and _is_amount(member)
    }


def _holders(value: Any, key: str) -> list[dict[str, Any]]:
    return [holder for holder in _walk(value) if key in holder and _is_amount(holder[key])]


def _scale_key(key: str, factor: Decimal, holder: dict[str, Any]) -> None:
    old = holder[key]
    new = scaled(str(old), factor)
    holder[key] = new if isinstance(old, str) else float(new)


def _swap_keys(one: str, other: str, holder: dict[str, Any]) -> None:
    if other in holder and _is_amount(holder[other]):
        holder[one], holder[other] = holder[other], holder[one]


def _annotate(sentence: str, value: Any) -> bool:
    """A note beside the records: in the object around them, else in every record."""
    if isinstance(value, dict):
        value["note"] = sentence
        return True
    for record in value:
        record["note"] = sentence
    return True


def inner(value: Any) -> tuple[dict[str, Any], str] | None:
    """Where a JSON answer holds a page: (object, key)."""
    for holder in _walk(value):
        for key, member in holder.items():
            if isinstance(member, str) and ("<table" in member or "\n|" in member):
                return holder, key
    return None
