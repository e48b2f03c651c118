"""Sales and offers that a margin is computed of: read strictly, each with the line it stood on."""

import csv
import io
import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from pipeline.domain.errors import InvalidValueError

COLUMNS = ("side", "product", "date", "price", "quantity")
_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
MOST_DIGITS = 24, 40
"""Of one number, before and after the point: a quotient of 28 digits is read as it was written, and sums over any file
stay exact in the digits that results are given in."""


class Side(StrEnum):
    NORMAL_VALUE = "nv"
    EXPORT_PRICE = "ep"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale:
    """One price for one quantity; `line` is its place in the file it was read from."""

    side: Side
    product: str
    day: date
    price: Decimal
    quantity: Decimal
    line: int

    @property
    def month(self) -> str:
        return self.day.strftime("%Y-%m")


def read_sales(text: str) -> list[Sale]:
    """The rows of a CSV file with the columns side, product, date, price, quantity, in any order.

    Raises InvalidValueError naming the line: a missing or unknown column, a side that is neither `nv` nor `ep`, a date
    that is not YYYY-MM-DD, a price under 0, a quantity of 0 or less, a number with an exponent or separators or of more
    than 24 digits before its point or 40 after it.
    """
    rows = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    try:
        read = [(cells, rows.line_num) for cells in rows]
    except csv.Error as error:
        raise InvalidValueError(f"line {rows.line_num}: {error}") from error
    return _sales(read)


def _sales(rows: list[tuple[list[str], int]]) -> list[Sale]:
    header = [name.strip() for name in (rows[0][0] if rows else [])]
    if sorted(header) != sorted(COLUMNS):
        raise InvalidValueError(f"line 1: the columns are {', '.join(COLUMNS)}, not {', '.join(header) or 'missing'}")
    sales = []
    for cells, line in rows[1:]:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            raise InvalidValueError(f"line {line}: {len(cells)} cells, {len(header)} are expected")
        sales.append(_sale({name: cell.strip() for name, cell in zip(header, cells, strict=True)}, line))
    if not any(sale.side is Side.EXPORT_PRICE for sale in sales):
        raise InvalidValueError(f"line {rows[-1][1]}: no export price (side ep) is given")
    return sales


def _sale(cells: dict[str, str], line: int) -> Sale:
    try:
        side = Side(cells["side"])
    except ValueError as error:
        raise InvalidValueError(f"line {line}: the side is nv or ep, not {cells['side']!r}") from error
    if not cells["product"]:
        raise InvalidValueError(f"line {line}: no product is named")
    try:
        day = date.fromisoformat(cells["date"]) if _DAY.fullmatch(cells["date"]) else None
    except ValueError:
        day = None
    if day is None:
        raise InvalidValueError(f"line {line}: {cells['date']!r} is no date (YYYY-MM-DD)")
    price, quantity = (_number(cells[name], name, line) for name in ("price", "quantity"))
    if quantity == 0:
        raise InvalidValueError(f"line {line}: the quantity is 0")
    return Sale(side=side, product=cells["product"], day=day, price=price, quantity=quantity, line=line)


def _number(text: str, name: str, line: int) -> Decimal:
    if not _NUMBER.fullmatch(text):
        raise InvalidValueError(f"line {line}: the {name} {text!r} is no plain decimal number of 0 or more")
    if any(len(part) > most for part, most in zip(text.split("."), MOST_DIGITS, strict=False)):
        before, after = MOST_DIGITS
        raise InvalidValueError(
            f"line {line}: the {name} has more than {before} digits before its point, or {after} after it"
        )
    return Decimal(text)
