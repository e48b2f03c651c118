"""The price cells of a document, counted without any spider: what a reading must account for.

A price cell is a cell of a table, a JSON scalar, a list item or a short line of a page that holds digits beside a
currency sign, code or word, or that is a bare number under a heading or a key that names a price. A page without a
price in a table is read in its scripts as well. Sentences are no cells: they are watched as the terms of a page.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from html import unescape
from typing import Any

from parsel import Selector

from crawlers.document import Document, pointer_token, strict_json
from crawlers.formats.mdx import as_page
from crawlers.tables import Cell, Table, html_tables, markdown_tables, squeezed, visible_text, without_invisible

_SIGN = r"(?:US\$|\$+|€|£|¥|￥)"
_CODE = r"(?:(?:USD|EUR|CNY|RMB|GBP|JPY|dollars?|cents?)\b|元|美元|人民币|¢)"
_NUMBER = r"(?:[0-9]+(?:[.,][0-9]+)*|\.[0-9]+)"
_MONEY = re.compile(rf"(?:{_SIGN}|\b(?:USD|EUR|CNY|RMB)\b)\s*({_NUMBER})|({_NUMBER})\s*(?:{_CODE}|€|£)", re.IGNORECASE)
_ALONE = re.compile(rf"{_SIGN}")
_BARE = re.compile(rf"\s*-?{_NUMBER}(?:e-?[0-9]+)?\s*", re.IGNORECASE)
_PLAIN = re.compile(rf"{_NUMBER}\s*(?:[（(][^()（）]*[)）])?")
"""A number under a title, with what a bracket adds to it: `2（缓存命中为0.5）`."""
_HEADING = re.compile(
    rf"pric(?:e|ing)|\bcosts?\b|\bfees?\b|\brates?\b(?! limit)|价|费|{_SIGN}|\b(?:USD|EUR|CNY|RMB)\b|美元|元|mtok"
    r"|/\s*1?m(?:illion)?\b|per 1?m(?:illion)?\b",
    re.IGNORECASE,
)
_KEY = re.compile(r"price|pricing|(?:^|_)costs?(?:_|$)|(?:^|_)fees?(?:_|$)|(?:^|_)rates?_per|tariff", re.IGNORECASE)
_CONDITION = re.compile(
    r"discount|percent|threshold|above|[rR]ange|weekdays|windows|^min_|^max_|^utc_|^start|^end|^from|^to$|^size$|multipl|digits|date|^id$|_id$|version"
)
"""Keys below a price that bound it, time it or say how it is printed."""
_LINK_END = re.compile(r"\]\(https?://[^)]*\)(?=\s*\[|\s*$)")
_ASSIGNMENT = re.compile(r"\b(?:\w+_mtok|\w+_kcount|base|price)=Decimal\('([^']+)'\)")
"""A price in Python's literals, as catalogues that are packages print them."""
_LIST_MARK = re.compile(r"\s*(?:[-*+•]|[0-9]+\.)\s+")
_PUSHED = re.compile(r'self\.__next_f\.push\(\[1,("(?:[^"\\]|\\.)*")\]\)')
_ASSIGNED = re.compile(r"\s*window\.\w+\s*=\s*(?=\{)")
_TAG = re.compile(r"<[^<>]*>")
_PAIR = re.compile(r'"([A-Za-z_]+)":("(?:[^"\\]|\\.)*"|-?[0-9]*\.?[0-9]+)')
_TEXT = re.compile(r'(?<=[\[,])"((?:[^"\\]|\\.){1,60})"(?=[\],])')
_IDEOGRAPH = re.compile("[\u4e00-\u9fff]")
_CARD, _ITEM, _LINE = 200, 24, 8
"""Words of the longest card of a page without tables, list item and line: what is longer is a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceCell:
    """One place that states a price: `where` in the words of a quote's place, the printed text, its amounts."""

    where: str
    text: str
    amounts: tuple[Decimal, ...]


def price_cells(document: Document) -> list[PriceCell]:
    """The price cells of a JSON, HTML, Markdown or text document, in its order."""
    text = document.text()
    start = text.lstrip()[:2000].lower()
    if start.startswith(("{", "[")):
        try:
            return list(_of_json(strict_json(text)))
        except ValueError:  # Markdown may begin with a bracket
            pass
    if "<html" in start or start.startswith("<!doctype"):
        return list(_of_page(text))
    return list(_of_text(text))


def amounts_of(text: str) -> tuple[Decimal, ...]:
    """Every number beside a currency sign, or those of a text that is one bare number with a bracket."""
    found = [match[1] or match[2] for match in _MONEY.finditer(text)]
    if not found and _BARE.fullmatch(text):
        found = [text]
    if not found and _PLAIN.fullmatch(text):
        found = re.findall(_NUMBER, text)
    return tuple(Decimal(number.strip().replace(",", "")) for number in found)


def _is_money(text: str, words: int = _ITEM) -> bool:
    return len(text.split()) + len(_IDEOGRAPH.findall(text)) // 2 <= words and _MONEY.search(text) is not None


def _cell(where: str, text: str) -> PriceCell:
    return PriceCell(where=where, text=text.strip(), amounts=amounts_of(text))


def _of_json(value: Any, place: str = "", *, named: bool = False) -> Iterator[PriceCell]:
    """Scalars below a key that names a price, and texts that hold money; a text that is a page is read as one."""
    if isinstance(value, dict):
        for key, member in value.items():
            names = _KEY.search(key) is not None or (named and not _CONDITION.search(key))
            yield from _of_json(member, f"{place}/{pointer_token(key)}", named=names)
    elif isinstance(value, list):
        for index, member in enumerate(value):
            yield from _of_json(member, f"{place}/{index}", named=named)
    elif isinstance(value, str) and ("<table" in value or "\n|" in value):
        yield from _of_page(value) if "<table" in value else _of_text(value)
    elif not isinstance(value, bool) and value is not None:
        text = str(value)
        if (named and _BARE.fullmatch(text)) or _is_money(text, _LINE):
            yield _cell(f"json:{place}", text)


def _of_page(text: str) -> Iterator[PriceCell]:
    page = Selector(text=text.replace("\x00", ""), type="html")
    scripts = page.css("script::text").getall()
    cells = [cell for table in html_tables(page) for cell in _of_table(table)]
    yield from cells
    for item in page.xpath("//li[not(.//li) and not(ancestor::table) and not(.//table)]"):
        line = squeezed(" ".join(visible_text(item.root)))
        if _is_money(line):
            yield _cell("text:", line)
    for line in _lines_outside(page):
        if _is_money(line, _LINE):
            yield _cell("text:", line)
    if not cells:
        yield from _of_scripts(scripts)


def _lines_outside(page: Selector) -> list[str]:
    """The seen lines of a page without those of its tables and list items, which are taken out of it."""
    for element in page.xpath("//table | //li"):
        if element.root.getparent() is not None:
            element.drop()
    return visible_text(page.root)


def _of_scripts(scripts: list[str]) -> Iterator[PriceCell]:
    """Prices in the data that a page carries: keys that name one, and short texts of a list that hold money.

    In pushed data a doubled dollar sign is a dollar, a single one a reference.
    """
    for script in scripts:
        if (start := _ASSIGNED.match(script)) is not None:
            yield from _of_json(json.JSONDecoder(parse_float=Decimal).raw_decode(script, start.end())[0])
    pushed = "".join(json.loads(match) for script in scripts for match in _PUSHED.findall(script))
    while '\\"' in pushed:
        pushed = pushed.replace('\\\\"', '\\\\\\"').replace('\\"', '"')
    for match in _PAIR.finditer(pushed):
        value = unescape(_TAG.sub("", match[2].strip('"').replace("$$", "$")))
        if _KEY.search(match[1]) and not _CONDITION.search(match[1]) and amounts_of(value):
            yield _cell(f"script:{match[1]}", value)
    for match in _TEXT.finditer(pushed):
        if "$$" in match[1] and _is_money(match[1], _LINE):
            yield _cell("script:", match[1].replace("$$", "$"))


def _of_text(text: str) -> Iterator[PriceCell]:
    if "<table" in text:
        yield from _of_page(as_page(text))
        return
    if _ASSIGNMENT.search(text):
        for number, line in enumerate(text.split("\n"), start=1):
            for match in _ASSIGNMENT.finditer(line):
                yield PriceCell(where=f"text:{number}", text=match[0], amounts=(Decimal(match[1]),))
        return
    cells = [cell for table in markdown_tables(text) for cell in _of_table(table)]
    yield from cells
    yield from _of_lines(text, all_lines=not cells)


def _of_lines(text: str, *, all_lines: bool) -> Iterator[PriceCell]:
    """Lines outside of tables; a currency sign that stands alone belongs to the next line that is not empty."""
    sign = ""
    for number, printed in enumerate(map(without_invisible, text.split("\n")), start=1):
        line = sign + printed.strip()
        if _ALONE.fullmatch(line) or (sign and not printed.strip()):
            sign = line
            continue
        sign = ""
        words = _CARD if all_lines else _ITEM if _LIST_MARK.match(printed) else _LINE
        for piece in _LINK_END.split(line) if all_lines else [line]:
            if _is_money(piece, words) and (all_lines or "|" not in line):
                yield _cell(f"text:{number}", piece)


def _of_table(table: Table) -> Iterator[PriceCell]:
    """Cells with money in them; bare numbers below a title, or beside the title of a row, that names a price."""
    for number, row in enumerate(table.rows):
        for column, cell in enumerate(row):
            text = " ".join((cell.text, *cell.struck)).strip()
            if _MONEY.search(text) or (number and _PLAIN.fullmatch(text) and _is_titled(table, row, column)):
                yield _cell(cell.where, text)


def _is_titled(table: Table, row: tuple[Cell, ...], column: int) -> bool:
    titles = [line[column].text for line in table.rows[:2] if column < len(line)] + [row[0].text]
    return any(_HEADING.search(title) for title in titles if not _BARE.fullmatch(title))
