"""Tables of HTML and Markdown documents as full grids.

Spans are expanded first, so that a cell's place is what a reader sees. A footnote mark stays a reference on its cell,
a struck part stays apart from the text, and characters that nobody sees are removed.
"""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from lxml import etree  # type: ignore[import-untyped]
from parsel import Selector

from pipeline.domain.errors import DocumentShapeError

WIDEST = 1000
LEAD = 60
_INVISIBLE = re.compile("[\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\u00ad]")
_STRUCK_TAGS = ("del", "s", "strike")
_STRUCK_STYLE = re.compile(r"line-through")
_HIDDEN = re.compile(r"display\s*:\s*none")
_BLOCKS = ("br", "p", "div", "li", "ul", "ol", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "td", "th", "table", "section")
_UNSEEN = ("script", "style", "template", "noscript")
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_PIPE = re.compile(r"(?<!\\)\|")
_RULE = re.compile(r"\s*\|?(\s*:?-+:?\s*\|)+(\s*:?-+:?\s*)?\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One place of a grid: seen text, its block parts, footnote references, struck parts.

    A cell that spans several places stands in each of them; `row` and `column` are those of this place, 1-based.
    """

    text: str
    table: int
    row: int
    column: int
    parts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    struck: tuple[str, ...] = ()
    spanned: bool = False

    @property
    def where(self) -> str:
        return f"table:{self.table} row:{self.row} column:{self.column}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A grid of cells.

    `headings` are the texts of the headings above it, outermost first; `lead` the pieces of text since the table
    before, at most LEAD of them; `panes` the `data-value` of the switchers around it, innermost first.
    """

    number: int
    rows: tuple[tuple[Cell, ...], ...]
    headings: tuple[str, ...] = ()
    lead: tuple[str, ...] = ()
    panes: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[tuple[Cell, ...]]:
        return iter(self.rows)

    @property
    def heading(self) -> str:
        """The nearest heading above the table, or nothing."""
        return self.headings[-1] if self.headings else ""

    @property
    def even_rows(self) -> tuple[tuple[Cell, ...], ...]:
        """The rows, all of one width: in a ragged table a price may stand under another column's title."""
        widths = {len(row) for row in self.rows}
        if len(widths) != 1:
            raise DocumentShapeError(f"table:{self.number}: its rows are {sorted(widths)} columns wide")
        return self.rows

    def fronted(self, *names: str) -> "Table":
        """The table with the columns of these titles first, in this order: a page may put its columns in any order.

        Itself where a title is missing or repeated, or where a row has another width.
        """
        texts = [cell.text for cell in self.rows[0]]
        if any(texts.count(name) != 1 for name in names) or len({len(row) for row in self.rows}) != 1:
            return self
        first = [texts.index(name) for name in names]
        order = first + [at for at in range(len(texts)) if at not in first]
        return replace(self, rows=tuple(tuple(row[at] for at in order) for row in self.rows))

    def columns(self, *names: str) -> dict[str, int]:
        """Position of each named column in the first row; a missing or repeated one raises DocumentShapeError."""
        texts = [cell.text for cell in self.rows[0]]
        for name in names:
            if texts.count(name) != 1:
                raise DocumentShapeError(f"table:{self.number}: {texts.count(name)} columns {name!r} among {texts}")
        return {name: texts.index(name) for name in names}


def without_invisible(text: str) -> str:
    """The text without zero-width characters, direction marks, soft hyphens and byte order marks; NBSP as a space."""
    return _INVISIBLE.sub("", text).replace("\u00a0", " ").replace("\u3000", " ")


def squeezed(text: str) -> str:
    """Seen text on one line: invisible characters out, runs of white space as one space."""
    return " ".join(without_invisible(text).split())


@dataclass(slots=True)
class _Seen:
    lines: list[str] = field(default_factory=lambda: [""])
    notes: list[str] = field(default_factory=list)
    struck: list[str] = field(default_factory=list)

    def parts(self) -> tuple[str, ...]:
        return tuple(part for line in self.lines if (part := squeezed(line)))


def _is_struck(element: Any) -> bool:
    looks = f"{element.get('class') or ''} {element.get('style') or ''}"
    return element.tag in _STRUCK_TAGS or _STRUCK_STYLE.search(looks) is not None


def _is_unseen(element: Any) -> bool:
    """Comments, scripts, and what the page itself hides: editors leave merged cells behind as `display: none`."""
    if not isinstance(element.tag, str) or element.tag in _UNSEEN:
        return True
    if "0" in (element.get("rowspan"), element.get("colspan")) and not squeezed("".join(element.itertext())):
        return True
    return _HIDDEN.search(element.get("style") or "") is not None


def _look(element: Any, seen: _Seen, *, marks: bool) -> None:
    """Collect what a reader sees of an element; with `marks`, footnote marks and struck parts stay in the text."""
    seen.lines[-1] += element.text or ""
    for child in element:
        if not _is_unseen(child):
            if child.tag == "sup" and not marks:
                seen.notes += re.findall(r"[\w*†‡]+", squeezed("".join(child.itertext())))
            elif _is_struck(child) and not marks:
                seen.struck.append(squeezed("".join(child.itertext())))
            else:
                _look_inside(child, seen, marks=marks)
        seen.lines[-1] += child.tail or ""


def _look_inside(child: Any, seen: _Seen, *, marks: bool) -> None:
    block = child.tag in _BLOCKS
    if block:
        seen.lines.append("")
    _look(child, seen, marks=marks)
    if block:
        seen.lines.append("")


def visible_text(element: Any) -> list[str]:
    """The lines of an element as a reader sees them, footnote marks kept."""
    seen = _Seen()
    _look(element, seen, marks=True)
    return list(seen.parts())


def _cell(element: Any, table: int) -> Cell:
    seen = _Seen()
    _look(element, seen, marks=False)
    return Cell(
        text=" ".join(seen.parts()),
        table=table,
        row=1,
        column=1,
        parts=seen.parts(),
        notes=tuple(seen.notes),
        struck=tuple(seen.struck),
    )


def _span(element: Any, name: str, table: int) -> int:
    text = (element.get(name) or "1").strip()
    if not re.fullmatch("[0-9]{1,4}", text) or int(text) > WIDEST:
        raise DocumentShapeError(f"table:{table}: a cell has {name}={text[:20]!r}")
    return int(text)


def html_tables(page: Selector) -> list[Table]:
    """Every table of a page, in the page's order, spans expanded; a table inside a cell follows the one around it."""
    tables: list[Table] = []
    headings: dict[str, str] = {}
    lead: deque[str] = deque(maxlen=LEAD)
    inside = 0  # how many tables and scripts are open around the text
    for event, element in etree.iterwalk(page.root, events=("start", "end")):
        closed = element.tag in (*_UNSEEN, "table")
        if event == "end":
            inside -= closed
            text = element.tail
        else:
            text = element.text
            if element.tag in _HEADINGS:
                for deeper in _HEADINGS[_HEADINGS.index(element.tag) :]:
                    headings.pop(deeper, None)
                headings[element.tag] = squeezed(" ".join(element.itertext()))
            elif element.tag == "table":
                above = tuple(headings[level] for level in _HEADINGS if level in headings)
                tables.append(_table(element, len(tables) + 1, above, tuple(lead)))
                lead.clear()
            inside += closed
        if text and not inside and (line := squeezed(text)):
            lead.append(line)
    return [table for table in tables if table.rows]


def _table(element: Any, number: int, headings: tuple[str, ...], lead: tuple[str, ...]) -> Table:
    rows = [row for row in element.iter("tr") if next(row.iterancestors("table")) is element]
    panes = [ancestor.get("data-value") for ancestor in element.iterancestors() if ancestor.get("data-value")]
    return Table(number=number, rows=_grid(rows, number), headings=headings, lead=lead, panes=tuple(panes))


def _grid(rows: list[Any], table: int) -> tuple[tuple[Cell, ...], ...]:
    """The rows of a table with every span expanded. Ragged rows stay ragged."""
    grid: list[list[Cell]] = []
    hanging: dict[int, tuple[Cell, int]] = {}  # column -> (cell from above, rows it still reaches into)
    for number, row in enumerate(rows, start=1):
        cells = [cell for cell in row.iterchildren("td", "th") if not _is_unseen(cell)]
        line, hanging = _grid_row(cells, number, table, hanging)
        grid.append(line)
    return tuple(tuple(line) for line in grid if line)


def _grid_row(
    elements: list[Any], number: int, table: int, hanging: dict[int, tuple[Cell, int]]
) -> tuple[list[Cell], dict[int, tuple[Cell, int]]]:
    line: list[Cell] = []
    below = {column: (cell, left - 1) for column, (cell, left) in hanging.items() if left > 1}

    def take_hanging() -> None:
        while (column := len(line)) in hanging:
            line.append(replace(hanging[column][0], row=number, column=column + 1, spanned=True))

    for element in elements:
        take_hanging()
        cell = _cell(element, table)
        rows = _span(element, "rowspan", table) or WIDEST  # 0 reaches to the end of the table
        for step in range(_span(element, "colspan", table) or 1):
            column = len(line)
            if column in hanging or column == WIDEST:
                raise DocumentShapeError(f"table:{table} row:{number} column:{column + 1}: spans overlap")
            if rows > 1:
                below[column] = (cell, rows - 1)
            line.append(replace(cell, row=number, column=column + 1, spanned=step > 0))
    take_hanging()
    return line, below


def markdown_tables(text: str) -> list[Table]:
    """Every pipe table of a Markdown text: a head row, a rule, rows of the same width."""
    tables: list[Table] = []
    headings: dict[int, str] = {}
    lines = [without_invisible(line) for line in text.split("\n")]
    at = 0
    while at < len(lines):
        heading = re.fullmatch(r"\s*(#{1,6})\s+(.*?)\s*#*\s*", lines[at])
        if heading:
            headings = {level: words for level, words in headings.items() if level < len(heading[1])}
            headings[len(heading[1])] = _plain(heading[2])
        elif "|" in lines[at] and at + 1 < len(lines) and _RULE.fullmatch(lines[at + 1]):
            end = at + 2
            while end < len(lines) and "|" in lines[end]:
                end += 1
            above = tuple(headings[level] for level in sorted(headings))
            tables.append(_markdown_table(lines[at : at + 1] + lines[at + 2 : end], len(tables) + 1, above))
            at = end
            continue
        at += 1
    return tables


def _markdown_table(lines: list[str], number: int, headings: tuple[str, ...]) -> Table:
    rows = []
    for row, line in enumerate(lines, start=1):
        inner = re.sub(r"^\s*\|", "", re.sub(r"(?<!\\)\|\s*$", "", line))
        cells = [_markdown_cell(text, number, row, column) for column, text in enumerate(_PIPE.split(inner), start=1)]
        rows.append(tuple(cells))
    return Table(number=number, rows=tuple(rows), headings=headings)


def _markdown_cell(text: str, table: int, row: int, column: int) -> Cell:
    notes = re.findall(r"\[\^([^\]]+)\]|<sup>\(?\[?([\w*†‡]+)\]?\)?</sup>", text)
    text = re.sub(r"\[\^[^\]]+\]|<sup>.*?</sup>", "", text)
    struck = re.findall(r"~~(.+?)~~|<(?:del|s)>(.+?)</(?:del|s)>", text)
    text = re.sub(r"~~.+?~~|<(del|s)>.+?</\1>", " ", text)
    parts = tuple(part for piece in re.split(r"<br\s*/?>", text) if (part := squeezed(_plain(piece))))
    return Cell(
        text=" ".join(parts),
        table=table,
        row=row,
        column=column,
        parts=parts,
        notes=tuple(first or second for first, second in notes),
        struck=tuple(_plain(first or second) for first, second in struck),
    )


def _plain(text: str) -> str:
    """Markdown of one cell or heading without links, emphasis, code marks, tags and escapes."""
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"</?[A-Za-z][^<>]*>", "", text)
    text = re.sub(r"(\*\*|__|`)", "", text)
    return squeezed(re.sub(r"\\([\\|$<>*_~\[\]()#.!+-])", r"\1", text))
