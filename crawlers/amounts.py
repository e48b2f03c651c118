"""Price text → exact amount and ISO 4217 code, or an explicit reason why there is none.

Nothing is guessed: a `¥` must be told which currency it is, a comma what it separates, a bare number its currency.
A price that is free, absent or on request is never 0.
"""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from pipeline.domain.errors import AmountError


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount of one currency."""

    amount: Decimal
    currency: str


class NoAmount(StrEnum):
    """Why a cell that should hold a price holds none."""

    ABSENT = "absent"
    FREE = "free"
    ON_REQUEST = "on request"


Comma = Literal["decimal", "thousands"]

_NO_AMOUNT = {
    **dict.fromkeys(
        ("", "-", "–", "—", "--", "/", "\\", "n/a", "na", "none", "not available", "not supported"), NoAmount.ABSENT
    ),
    **dict.fromkeys(("无", "不支持", "暂无", "未提供"), NoAmount.ABSENT),
    **dict.fromkeys(("free", "free of charge", "limited-time free", "限时免费", "免费"), NoAmount.FREE),
    **dict.fromkeys(
        ("contact us", "contact sales", "custom", "on request", "联系我们", "联系销售"), NoAmount.ON_REQUEST
    ),
}
# Longest first: "US$" must not be read as "$", nor "美元" as "元".
_CURRENCIES = {
    "US$": "USD",
    "USD": "USD",
    "$": "USD",
    "美元": "USD",
    "EUR": "EUR",
    "€": "EUR",
    "CNY": "CNY",
    "RMB": "CNY",
    "人民币": "CNY",
    "元": "CNY",
    "GBP": "GBP",
    "£": "GBP",
    "JPY": "JPY",
    "日元": "JPY",
}
_YEN = ("¥", "￥")  # the second is the full-width sign of Chinese pages
_SIGN = "|".join(re.escape(sign) for sign in (*_CURRENCIES, *_YEN))
_NUMBER = r"(?:[0-9]+(?:[.,][0-9]+)*|\.[0-9]+)"
_MONEY = re.compile(rf"(?P<before>{_SIGN})?\s*(?P<number>{_NUMBER})\s*(?P<after>{_SIGN})?", re.IGNORECASE)
_FOREIGN_DOLLAR = re.compile(r"(?<![a-z])(?!us\$)[a-z]{1,2}\$|[港澳加新台]元", re.IGNORECASE)


def parse_amount(
    text: str,
    *,
    currency: str | None = None,
    yen_sign: str | None = None,
    comma: Comma | None = None,
    unit: str = "",
) -> Money | NoAmount:
    """The one amount that a text is, or why there is none.

    `currency` is that of a bare number (a column headed "USD"), `yen_sign` what `¥` stands for, `comma` what a comma
    separates, `unit` a text that must follow the amount ("/ MTok"). Raises AmountError for anything else.
    """
    plain = " ".join(text.split())
    known = _NO_AMOUNT.get(plain.lower())
    if known is not None:
        return known
    _refuse_odd_characters(plain)
    bare = plain
    if unit:
        if not _unspaced(plain).endswith(_unspaced(unit)):
            raise AmountError(f"{plain!r} is not a price {unit!r}")
        bare = _without_end(plain, len(_unspaced(unit)))
    match = _MONEY.fullmatch(bare)
    if match is None:
        raise AmountError(f"{plain!r} is not one amount")
    return _money(match, currency=currency, yen_sign=yen_sign, comma=comma)


def price(
    text: str,
    *,
    currency: str | None = None,
    yen_sign: str | None = None,
    comma: Comma | None = None,
    unit: str = "",
) -> Money:
    """`parse_amount` where only an amount will do. Raises AmountError for a free, absent or asked-for price."""
    found = parse_amount(text, currency=currency, yen_sign=yen_sign, comma=comma, unit=unit)
    if isinstance(found, NoAmount):
        raise AmountError(f"{text!r} is no amount but {found.value}")
    return found


def amounts_in(text: str, *, yen_sign: str | None = None, comma: Comma | None = None) -> tuple[Money, ...]:
    """Every amount with a currency sign in a text, in its order; numbers without a sign are not amounts."""
    _refuse_odd_characters(text)
    return tuple(
        _money(match, currency=None, yen_sign=yen_sign, comma=comma)
        for match in _MONEY.finditer(text)
        if match["before"] or match["after"]
    )


def _money(match: re.Match[str], *, currency: str | None, yen_sign: str | None, comma: Comma | None) -> Money:
    signs = {_code(sign, yen_sign) for sign in (match["before"], match["after"]) if sign}
    if len(signs) > 1:
        raise AmountError(f"{match[0]!r} names the currencies {sorted(signs)}")
    code = signs.pop() if signs else currency
    if code is None:
        raise AmountError(f"{match[0]!r} names no currency")
    if currency is not None and code != currency:
        raise AmountError(f"{match[0]!r} is in {code}, not in {currency}")
    return Money(_decimal(match["number"], comma), code)


def _code(sign: str, yen_sign: str | None) -> str:
    if sign in _YEN:
        if yen_sign is None:
            raise AmountError(f"{sign} may be CNY or JPY")
        return yen_sign
    return _CURRENCIES[sign.upper()]


def _decimal(number: str, comma: Comma | None) -> Decimal:
    if "," in number and comma is None:
        raise AmountError(f"nothing says what the comma of {number!r} separates")
    point, group = (",", ".") if comma == "decimal" else (".", ",")
    whole, _, fraction = number.partition(point)
    if group in whole and not re.fullmatch(rf"[1-9][0-9]{{0,2}}(?:{re.escape(group)}[0-9]{{3}})+", whole):
        raise AmountError(f"{number!r} is not grouped by thousands")
    if point in fraction or group in fraction:
        raise AmountError(f"{number!r} is not one number")
    whole = whole.replace(group, "")
    return Decimal(f"{whole}.{fraction}" if fraction else whole)


def _refuse_odd_characters(text: str) -> None:
    for character in text:
        if not character.isascii() and unicodedata.category(character) in ("Nd", "No"):
            raise AmountError(f"{text[:40]!r} holds {character!r}, which is no digit 0 to 9")
    dollar = _FOREIGN_DOLLAR.search(text)
    if dollar is not None:
        raise AmountError(f"{dollar[0]!r} is not the dollar of the United States")


def _unspaced(text: str) -> str:
    return "".join(text.split())


def _without_end(text: str, characters: int) -> str:
    """The text without its last `characters` characters that are no white space."""
    while characters:
        characters -= 0 if text[-1].isspace() else 1
        text = text[:-1]
    return text.rstrip()
