"""Resolve names from a table: CSV in, CSV out (DOORS, `undercut identity resolve`).

Touches no ledger. What a label names is decided by `pipeline.normalise.identity`; here the tables are read, and the day
a row speaks for is compared with release days and with the intervals of aliases.
"""

import csv
import io
from datetime import datetime
from typing import TextIO

import pandas as pd

from pipeline.domain.errors import InvalidValueError
from pipeline.domain.instants import midnight, parse_instant
from pipeline.normalise.identity import Refused, seller_of
from pipeline.normalise.identity import resolve as resolved_labels
from pipeline.normalise.releases import Releases
from pipeline.reference.load import load_reference

DONE, WRONG_INPUT = 0, 2
_LONGEST = 10_000
"""Characters of a field; no source prints a name near as long."""
_OUT = ("source", "label", "as_of", "model_version", "rule", "refused")


def resolve(rows: TextIO, answers: TextIO, errors: TextIO) -> int:
    """Answer each row of `source,label[,as_of]` in order; the exit code of DOORS.

    `source` is the name of a source or of a seller: a first-party label is known by it. `as_of` is an instant or a day:
    a version that was not released by then is refused as `before_release`; a row without a source or a label is
    `unknown`; a floating name of which the interval is
    known becomes the version it pointed to that day, by the rule `alias_interval`.
    """
    try:
        asked, lines = _asked(rows)
        instants = [_instant(row.get("as_of") or "", line) for row, line in zip(asked, lines, strict=True)]
    except InvalidValueError as error:
        errors.write(f"{error}\n")
        return WRONG_INPUT
    writer = csv.writer(answers, lineterminator="\n")
    writer.writerow(_OUT)
    writer.writerows(_answers(asked, instants))
    return DONE


def _asked(rows: TextIO) -> tuple[list[dict[str, str]], list[int]]:
    """The rows and the line on which each ends; blank lines are none. Raises InvalidValueError naming the line."""
    before = csv.field_size_limit(_LONGEST)
    try:
        text = rows.read().removeprefix("\ufeff")
        text.encode()
        reader = csv.DictReader(io.StringIO(text, newline=""), restval="", strict=True)
        if not {"source", "label"} <= set(reader.fieldnames or []):
            raise InvalidValueError("line 1: the columns source and label are needed")
        asked, lines = [], []
        for row in reader:
            if None in row:  # an unquoted comma would cut a label short, and its beginning may name another model
                raise InvalidValueError(f"line {reader.line_num}: more cells than the header has columns")
            asked.append(row)
            lines.append(reader.line_num)
    except csv.Error as error:
        raise InvalidValueError(f"line {reader.reader.line_num}: {error}") from error
    except UnicodeError as error:
        raise InvalidValueError("the text is not UTF-8") from error
    finally:
        csv.field_size_limit(before)
    return asked, lines


def _answers(asked: list[dict[str, str]], instants: list[datetime | None]) -> list[list[str]]:
    reference = load_reference()
    sellers = {source: seller_of(source, reference) for source in {row["source"] for row in asked}}
    names = pd.DataFrame(
        {
            "source": [row["source"] for row in asked],
            "seller": [sellers[row["source"]] for row in asked],
            "label": [row["label"] for row in asked],
            "alias_of": pd.Series([None] * len(asked), dtype="str"),
        }
    )
    releases = Releases(reference)
    found = resolved_labels(names, reference)
    answers = []
    for row, instant, answer in zip(asked, instants, found.to_dict("records"), strict=True):
        cells = (answer["model_version"], answer["rule"], answer["refused"])
        if pd.isna(cells[0]):
            cells = (None, None, cells[2])
        elif instant is not None:
            cells = _at(releases, str(cells[0]), str(cells[1]), instant)
        printed = ["" if cell is None or pd.isna(cell) else str(cell) for cell in cells]
        answers.append([row["source"], row["label"], row.get("as_of") or "", *printed])
    return answers


def _at(releases: Releases, version: str, rule: str, instant: datetime) -> tuple[str | None, str | None, str | None]:
    target = releases.pointed_to(version, instant)
    if target is not None:
        return target, "alias_interval", None
    if releases.before_release(version, instant):
        return None, None, Refused.BEFORE_RELEASE.value
    return version, rule, None


def _instant(text: str, line: int) -> datetime | None:
    if not text:
        return None
    try:
        return midnight(datetime.fromisoformat(text).date()) if len(text) == len("2026-01-01") else parse_instant(text)
    except ValueError as error:
        raise InvalidValueError(f"line {line}: as_of {text!r} is no day and no instant with a zone") from error
