"""What a page states beside the prices of tokens: said so, so that a price that moved elsewhere is seen."""

import re
from collections.abc import Iterable, Iterator

from crawlers.tables import Table
from pipeline.domain.quote import Notice
from pipeline.domain.vocabulary import NoticeKind


def read_past(table: Table, why: str = "") -> Notice:
    """The notice of a table whose prices, if any, are not those of tokens: its heading and its column titles."""
    titles = ", ".join(cell.text for cell in table.rows[0])
    text = ": ".join(part for part in (why, table.heading, titles) if part)
    return Notice(notice=NoticeKind.NOT_COMPARABLE, label="-", where=table.rows[0][0].where, text=text)


def read_past_lines(lines: Iterable[tuple[str, str]], known: re.Pattern[str]) -> Iterator[Notice]:
    """The notices of (place, line) pairs whose price is of a known other kind: a plan, an image, an example."""
    for where, line in lines:
        if known.search(line):
            yield Notice(notice=NoticeKind.SKIPPED, label="-", where=where, text=line.strip())
