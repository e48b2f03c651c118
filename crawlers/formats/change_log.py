"""Entries of a seller's change log: a dated heading, and what stands below it until the next one.

In: the element that holds the log of a page, or the lines of a Markdown text. Out: day, place, the titles below the
heading and all lines of the entry. A day without a zone is that day in UTC.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from parsel import Selector

from crawlers.document import Document
from crawlers.tables import squeezed, visible_text
from pipeline.domain.errors import DocumentShapeError

_TITLES = ("h3", "h4")
_MONTHS = {
    month: number
    for number, month in enumerate(
        (
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ),
        start=1,
    )
}
_DAY = re.compile(r"(?P<month>[A-Z][a-z]+) (?P<day>[0-9]{1,2}), (?P<year>20[0-9]{2})")
_IN_FORCE = re.compile(
    r"\b(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2}) \(?UTC(?: Time)?\)? on (?P<month>[A-Z][a-z]+) (?P<day>[0-9]{1,2}), "
    r"(?P<year>20[0-9]{2})"
)
_BLOCK = re.compile(
    r'<Update label="(?P<year>20[0-9]{2})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})" description="(?P<named>[^"]+)">'
)


@dataclass(slots=True)
class Entry:
    """One dated entry. `at` is its day at 00:00 UTC."""

    at: datetime
    where: str
    titles: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)


def entries(log: Selector, heading: str, dated: re.Pattern[str]) -> Iterator[Entry]:
    """The entries below the headings of one level whose text `dated` matches (groups year, month, day).

    Another heading of that level ends an entry. Raises DocumentShapeError for a dated heading that is no day, and
    where the headings do not stand beside each other.
    """
    around = {id(parent): parent for each in log.css(heading) if (parent := each.root.getparent()) is not None}
    if len(around) != 1:
        raise DocumentShapeError(
            f"headings {heading} of one change log are expected, they stand in {len(around)} places"
        )
    current: Entry | None = None
    for element in next(iter(around.values())).iterchildren():
        if not isinstance(element.tag, str):
            continue
        text = squeezed(" ".join(visible_text(element)))
        if element.tag == heading:
            if current is not None:
                yield current
            match = dated.fullmatch(text)
            current = Entry(_day(match), f"text:{element.sourceline}") if match else None
        elif current is not None:
            current.titles += [text] if element.tag in _TITLES else []
            current.lines += visible_text(element)
    if current is not None:
        yield current


def blocks(document: Document) -> Iterator[Entry]:
    """The dated blocks of a Markdown page (`<Update label="2026-04-07" description="...">`): one title, its lines.

    Raises DocumentShapeError for a block whose label is no day or that has no description, and where there is none.
    """
    current: Entry | None = None
    for place, line in document.lines():
        if line.startswith("<Update"):
            match = _BLOCK.fullmatch(line.rstrip())
            if match is None:
                raise document.shape_error("a block with a day and a description", f"{place}: {line}")
            if current is not None:
                yield current
            current = Entry(_day(match), place, [squeezed(match["named"])])
        elif current is not None and line.strip() not in ("", "</Update>"):
            current.lines.append(squeezed(line))
    if current is None:
        raise document.shape_error("blocks with a day and a description", "none")
    yield current


def _day(match: re.Match[str]) -> datetime:
    try:
        return datetime(int(match["year"]), int(match["month"]), int(match["day"]), tzinfo=UTC)
    except ValueError as error:
        raise DocumentShapeError(f"{match[0]!r} is no day") from error


def day_of(text: str) -> datetime | None:
    """The day that a whole text is, as `September 17, 2026`; None for any other text."""
    match = _DAY.fullmatch(text)
    return None if match is None else _moment(match)


def in_force(sentence: str) -> datetime | None:
    """The instant that a sentence names as `16:00 (UTC Time) on August 16, 2026`; None where it names none."""
    match = _IN_FORCE.search(sentence)
    return None if match is None else _moment(match, int(match["hour"]), int(match["minute"]))


def month_number(name: str) -> int:
    """The number of a month by its English name. Raises DocumentShapeError for another word."""
    if name not in _MONTHS:
        raise DocumentShapeError(f"{name!r} is no month")
    return _MONTHS[name]


def _moment(match: re.Match[str], hour: int = 0, minute: int = 0) -> datetime:
    try:
        return datetime(int(match["year"]), month_number(match["month"]), int(match["day"]), hour, minute, tzinfo=UTC)
    except ValueError as error:
        raise DocumentShapeError(f"{match[0]!r} is no instant") from error
