"""How pages change: mutations of any text; those of tables and of JSON stand in modules of their own.

In: the text of a document and dice. Out: changes, each with what it is called and whether a reader could tell.
"""

import json
import random
import re
from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from typing import Any

from tests.evaluation.change import FACTORS, SMALL, Change, Kind, scaled
from tests.evaluation.grids import of_markdown
from tests.evaluation.html_tables import of_html
from tests.evaluation.objects import dumped, inner, of_json

LOGIN = (
    "<!doctype html><html><body><h1>Sign in to continue</h1><form><input name=user></form></body></html>",
    "<!doctype html><html><title>Wait</title><body><div class=cf-challenge></div></body></html>",
    "<html><body><p>Access denied. Reference 18.2f</p></body></html>",
    "",
    '{"error": {"code": 401, "message": "authentication required"}}',
)
_MONEY = re.compile(r"((?:\$|¥|￥|€)\s*)([0-9]+(?:\.[0-9]+)?)|([0-9]+(?:\.[0-9]+)?)(?=\s*元)")


def changes(text: str, dice: random.Random) -> Iterator[Change]:
    """Every mutation that fits the document."""
    yield from _of_any(text, dice)
    if text.lstrip()[:1] in "{[" and (value := _loaded(text)) is not None:
        page = inner(value)
        yield from of_json(value, dice) if page is None else _of_inner(value, *page, dice)
    elif "<html" in text[:2000].lower():
        yield from of_html(text, dice)
    else:
        yield from of_markdown(text, dice)


def _loaded(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _of_any(text: str, dice: random.Random) -> Iterator[Change]:
    for share in (0.25, 0.5, 0.75, 0.9):
        yield Change(name="file cut short", kind=Kind.WRONG, make=partial(_cut, text, share))
    for page in LOGIN:
        yield Change(name="login or error page instead", kind=Kind.WRONG, make=partial(str, page))
    found = list(_MONEY.finditer(text))
    if not found or text.lstrip()[:1] in "{[":
        return
    for factor in FACTORS:
        yield Change(name="every amount scaled", kind=Kind.WRONG, make=partial(_scaled_all, text, factor))
    for match in dice.sample(found, min(6, len(found))):
        one = partial(_scaled_at, text, match, dice.choice(FACTORS))
        yield Change(name="one amount scaled", kind=Kind.WRONG, make=one)
        one = partial(_scaled_at, text, match, dice.choice(SMALL))
        yield Change(name="one amount moved", kind=Kind.INDISTINGUISHABLE, make=one)
    for old, new in (("$", "€"), ("¥", "$"), ("￥", "$")):
        if any(match[1] and match[1].strip() == old for match in found):
            yield Change(name="currency sign changed", kind=Kind.WRONG, make=partial(_signed, text, old, new))


def _cut(text: str, share: float) -> str:
    return text[: int(len(text) * share)]


def _scaled_all(text: str, factor: Decimal) -> str:
    return _MONEY.sub(lambda match: _times(match, factor), text)


def _scaled_at(text: str, match: re.Match[str], factor: Decimal) -> str | None:
    if not Decimal(match[2] or match[3]):
        return None
    return text[: match.start()] + _times(match, factor) + text[match.end() :]


def _signed(text: str, old: str, new: str) -> str:
    return _MONEY.sub(lambda match: match[0].replace(old, new) if match[1] else match[0], text)


def _times(match: re.Match[str], factor: Decimal) -> str:
    return f"{match[1] or ''}{scaled(match[2] or match[3], factor)}"


def _of_inner(value: Any, holder: dict[str, Any], key: str, dice: random.Random) -> Iterator[Change]:
    page = holder[key]
    found = of_html(f"<html><body>{page}</body></html>", dice) if "<table" in page else of_markdown(page, dice)
    for change in found:
        yield Change(name=change.name, kind=change.kind, make=partial(_put_inside, value, holder, key, change))


def _put_inside(value: Any, holder: dict[str, Any], key: str, change: Change) -> str | None:
    page, made = holder[key], change.make()
    if made is None:
        return None
    holder[key] = made
    try:
        return dumped(value)
    finally:
        holder[key] = page
