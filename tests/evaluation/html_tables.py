"""Mutations of the HTML tables of a page, and of what stands above them."""

import random
from collections.abc import Callable, Iterator
from copy import deepcopy
from decimal import Decimal
from functools import partial
from typing import Any

from lxml import html  # type: ignore[import-untyped]

from tests.evaluation.change import FACTORS, NUMBER, SENTENCES, TITLES, Change, Kind, scaled

Rows = list[list[Any]]
Edit = Callable[[Rows], bool]


def of_html(text: str, dice: random.Random) -> Iterator[Change]:
    tree = html.document_fromstring(text.encode(), parser=html.HTMLParser(encoding="utf-8"))
    yield from _sentences(tree, text)
    if not tree.xpath("//table//tr"):
        return
    yield Change(name="written anew", kind=Kind.CORRECT, make=partial(_written, tree, text))
    for number, table in enumerate(tree.xpath("//table")):
        width = _even_width(table)
        for name, kind, edit in _table_edits(width, dice) if width > 1 else ():
            yield Change(name=name, kind=kind, make=partial(_edited_page, tree, text, number, edit))


def _written(tree: Any, text: str) -> str:
    declaration = "<!doctype html>" if text.lstrip()[:2] == "<!" else ""
    return declaration + str(html.tostring(tree, encoding="unicode"))


def _edited_page(tree: Any, text: str, number: int, edit: Edit) -> str | None:
    copy = deepcopy(tree)
    return _written(copy, text) if edit(_rows(copy.xpath("//table")[number])) else None


def _sentences(tree: Any, text: str) -> Iterator[Change]:
    """A paragraph before the first table or, where there is none, at the end of the body."""
    for sentence in SENTENCES:
        yield Change(name="sentence added", kind=Kind.MEANING, make=partial(_told, tree, text, sentence))


def _told(tree: Any, text: str, sentence: str) -> str:
    copy = deepcopy(tree)
    paragraph = html.Element("p")
    paragraph.text = sentence
    tables = copy.xpath("//table")
    if tables:
        tables[0].addprevious(paragraph)
    else:
        copy.xpath("//body")[0].append(paragraph)
    return _written(copy, text)


def _rows(table: Any) -> Rows:
    """The rows of cells, each an element with a text."""
    rows = [row for row in table.iter("tr") if next(row.iterancestors("table")) is table]
    return [list(row.iterchildren("td", "th")) for row in rows]


def _even_width(table: Any) -> int:
    """The width of a table without spans; 0 where it has some."""
    rows = _rows(table)
    spans = any(cell.get("rowspan", "1") != "1" or cell.get("colspan", "1") != "1" for row in rows for cell in row)
    widths = {len(row) for row in rows}
    return 0 if spans or len(widths) != 1 or len(rows) < 2 else widths.pop()


def _table_edits(width: int, dice: random.Random) -> Iterator[tuple[str, Kind, Edit]]:
    """Edits of a table without spans; each says whether it changed anything."""
    for column in range(1, width):
        yield "column dropped", Kind.WRONG, partial(_drop, column)
        yield "column dropped below its title", Kind.WRONG, partial(_below, partial(_drop, column))
        yield "title blanked", Kind.WRONG, partial(_retitle, column, "")
        yield "title translated", Kind.WRONG, partial(_translate, column)
        for factor in dice.sample(FACTORS, 2):
            yield "column scaled", Kind.WRONG, partial(_below, partial(_scale, column, factor))
        other = dice.choice([at for at in range(width) if at != column])
        yield "columns swapped with their titles", Kind.CORRECT, partial(_swap, column, other)
        yield "columns swapped below their titles", Kind.WRONG, partial(_below, partial(_swap, column, other))


def _below(edit: Edit, rows: Rows) -> bool:
    """An edit of the rows below the titles."""
    return edit(rows[1:])


def _drop(at: int, rows: Rows) -> bool:
    for row in rows:
        row[at].drop_tree()
    return True


def _retitle(at: int, title: str, rows: Rows) -> bool:
    cell = rows[0][at]
    if cell.text_content().strip() == title:
        return False
    for child in list(cell):
        cell.remove(child)
    cell.text = title
    return True


def _translate(at: int, rows: Rows) -> bool:
    title = rows[0][at].text_content().strip()
    return _retitle(at, TITLES.get(title.lower(), f"Preis {at} (neu)"), rows)


def _scale(at: int, factor: Decimal, rows: Rows) -> bool:
    done = False
    for row in rows:
        for element in row[at].iter():
            for name in ("text", "tail"):
                part = getattr(element, name)
                if (part and element is not row[at]) or (part and name == "text"):
                    changed = NUMBER.sub(lambda match: scaled(match[0], factor), part)
                    done = done or changed != part
                    setattr(element, name, changed)
    return done


def _swap(one: int, other: int, rows: Rows) -> bool:
    done = False
    for row in rows:
        first, second = row[one], row[other]
        done = done or first.text_content() != second.text_content()
        parent = first.getparent()
        low, high = sorted((one, other))
        cells = list(parent.iterchildren("td", "th"))
        a, b = cells[low], cells[high]
        marker = html.Element("td")
        parent.replace(a, marker)
        parent.replace(b, a)
        parent.replace(marker, b)
    return done
