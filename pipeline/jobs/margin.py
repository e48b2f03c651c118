"""`undercut margin`: the door, from a CSV file to one JSON object."""

import json
from pathlib import Path
from typing import TextIO

from pipeline.domain.errors import InvalidValueError
from pipeline.dumping.margin import Method, Period, dumping_margin
from pipeline.dumping.sales import read_sales

DONE, WRONG_INPUT = 0, 2


def margin(path: Path, method: str, period: str, zeroing: bool, out: TextIO, errors: TextIO) -> int:
    """Compute what is asked; on wrong input one sentence that names the line, and no part of a result."""
    try:
        sales = read_sales(_text(path.read_bytes()))
        made = dumping_margin(sales, method=_method(method), period=_period(period), zeroing=zeroing)
    except (FileNotFoundError, IsADirectoryError):
        errors.write(f"there is no file {path}\n")
        return WRONG_INPUT
    except InvalidValueError as error:
        errors.write(f"{error}\n")
        return WRONG_INPUT
    out.write(json.dumps(made.as_json()) + "\n")
    return DONE


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise InvalidValueError(f"line {line}: not UTF-8 text") from error


def _method(name: str) -> Method:
    try:
        return Method(name)
    except ValueError as error:
        raise InvalidValueError(f"the method is one of {', '.join(Method)}, not {name!r}") from error


def _period(name: str) -> Period:
    try:
        return Period(name)
    except ValueError as error:
        raise InvalidValueError(f"the period is one of {', '.join(Period)}, not {name!r}") from error
