"""Tables that are read past: said so once each, so that a price column that moved is seen."""

from crawlers.tables import Table
from pipeline.domain.quote import Notice
from pipeline.domain.vocabulary import NoticeKind


def read_past(table: Table, why: str = "") -> Notice:
    """The notice of a table whose prices, if any, are not those of tokens: its heading and its column titles."""
    titles = ", ".join(cell.text for cell in table.rows[0])
    text = ": ".join(part for part in (why, table.heading, titles) if part)
    return Notice(notice=NoticeKind.NOT_COMPARABLE, label="-", where=table.rows[0][0].where, text=text)
