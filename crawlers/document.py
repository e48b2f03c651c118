"""A document over a capture's decoded bytes. Every miss is a DocumentShapeError that names the place.

In: the bytes of one capture. Out: text, lines, JSON, selectors, and tables as full grids. Nothing is fetched, and no
price is read here (`crawlers.amounts`).
"""

import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from parsel import Selector

from crawlers.tables import Table, html_tables, markdown_tables, squeezed, visible_text, without_invisible
from pipeline.domain.errors import DocumentShapeError, InvalidValueError
from pipeline.domain.instants import parse_instant

LARGEST = 256 * 1024 * 1024
_GZIP = b"\x1f\x8b"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The decoded bytes of one capture, and what is known of the fetch.

    `captured_at` is the instant the document speaks for (as_of of an archived copy); None in `parse FILE` without one.
    """

    body: bytes
    url: str
    captured_at: datetime | None = None
    content_type: str = ""

    def shape_error(self, expected: str, found: object) -> DocumentShapeError:
        """The error of a miss: address, what was expected, what was found."""
        return DocumentShapeError(f"{self.url}: expected {expected}, found {str(found)[:200]}")

    def text(self) -> str:
        """The whole document as text (UTF-8, its byte order mark removed; a gzip file inside a package inflated)."""
        try:
            return inflated(self.body).decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise self.shape_error("UTF-8 text", error) from error

    def lines(self) -> list[tuple[str, str]]:
        """(`text:LINE`, line without invisible characters) of a text document, lines counted from 1."""
        return [
            (f"text:{number}", without_invisible(line)) for number, line in enumerate(self.text().split("\n"), start=1)
        ]

    def json(self) -> Any:
        """The document as JSON; fractions are Decimal, a repeated key or NaN is refused."""
        try:
            return strict_json(self.text())
        except (ValueError, RecursionError) as error:
            raise self.shape_error("JSON", error) from error

    def records(self, pointer: str) -> list[tuple[str, dict[str, Any]]]:
        """(`json:` place, object) of each member of the list at an RFC 6901 pointer; the list must not be empty."""
        found = resolve(self.json(), pointer)
        if not isinstance(found, list) or not found:
            raise self.shape_error(f"a list with members at {pointer or 'the root'}", type(found).__name__)
        for index, record in enumerate(found):
            if not isinstance(record, dict):
                raise self.shape_error(f"an object at {pointer}/{index}", type(record).__name__)
        return [(f"json:{pointer}/{index}", record) for index, record in enumerate(found)]

    def selector(self) -> Selector:
        """The document as an HTML tree."""
        text = self.text().replace("\x00", "")
        if not text.strip():
            raise self.shape_error("a page", "an empty body")
        return Selector(text=text, type="html")

    def xml(self) -> Selector:
        """The document as an XML tree, without namespaces; entities are not resolved."""
        text = self.text()
        if not text.lstrip().startswith("<"):
            raise self.shape_error("XML", text[:40])
        tree = Selector(text=text, type="xml")
        tree.remove_namespaces()
        return tree

    def one(self, css: str) -> Selector:
        """The single element that a CSS selector finds."""
        found = self.selector().css(css)
        if len(found) != 1:
            raise self.shape_error(f"one element {css!r}", len(found))
        return found[0]

    def tables(self) -> list[Table]:
        """Every HTML table as a full grid, in the document's order."""
        found = html_tables(self.selector())
        if not found:
            raise self.shape_error("a table", "none")
        return found

    def table_rows(self, *words: str) -> Table:
        """The one HTML table whose first row holds all `words` (as whole cells); its rows are iterated."""
        found = [table for table in self.tables() if set(words) <= {cell.text for cell in table.rows[0]}]
        if len(found) != 1:
            raise self.shape_error(f"one table headed {', '.join(words)}", len(found))
        return found[0]

    def markdown_tables(self) -> list[Table]:
        """Every pipe table of a Markdown document, with the heading above it."""
        found = markdown_tables(self.text())
        if not found:
            raise self.shape_error("a Markdown table", "none")
        return found

    def grids(self) -> list[Table]:
        """The tables of a document that is served as HTML or as Markdown."""
        return self.tables() if "<html" in self.text()[:2000].lower() else self.markdown_tables()

    def prose(self, css: str) -> list[str]:
        """What a document says beside its prices.

        Of a page the text lines of the elements that a CSS selector finds, footnote marks kept, `<br>` a new line; of
        a text its sentences; of JSON the names of its fields, and the prose of the pages that it holds.
        """
        text = self.text()
        start = text.lstrip()[:2000].lower()
        if start.startswith(("{", "[")) and (value := _json_or_none(text)) is not None:
            return list(dict.fromkeys(line for line in _beside(value, css, self)))
        if "<html" not in start and not start.startswith("<!doctype"):
            return sentences(text)
        lines: list[str] = []
        for element in self.selector().css(css):
            lines += visible_text(element.root)
        return lines

    def scripts(self, marker: str) -> list[str]:
        """The texts of the script elements that contain `marker`; at least one."""
        found = [text for text in self.selector().css("script::text").getall() if marker in text]
        if not found:
            raise self.shape_error(f"a script with {marker!r}", "none")
        return found


_MARKUP = re.compile(r"<[^<>]*>|!?\[([^\]]*)\]\([^)]*\)|[*_`#>]+")
_AMOUNT = re.compile(r"[$€¥￥] ?[0-9.]|[0-9] ?元")
_IDEOGRAPH = re.compile("[\u4e00-\u9fff]")
_SHORT, _FIELDS = 4, 80


def sentences(text: str) -> list[str]:
    """The lines of a text that are longer than a name and no row of a table, without their marks.

    A line of amounts is a price: only what is long enough to speak of one is a sentence.
    """
    found = []
    for line in text.split("\n"):
        if line.lstrip().startswith(("|", "<t", "</t")):
            continue
        words = squeezed(_MARKUP.sub(lambda match: match[1] or " ", line))
        length = len(words.split()) + len(_IDEOGRAPH.findall(words)) // 2
        if length > (4 * _SHORT if _AMOUNT.search(words) else _SHORT):
            found.append(words)
    return found


def _json_or_none(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _beside(value: Any, css: str, document: "Document") -> Iterator[str]:
    """Names of fields (an object of more members than _FIELDS is a map of names), and the prose of pages in texts."""
    if isinstance(value, dict):
        yield from (f"the field {key}" for key in (value if len(value) <= _FIELDS else ()))
        value = list(value.values())
    if isinstance(value, list):
        for member in value:
            yield from _beside(member, css, document)
    elif isinstance(value, str) and "<table" in value:
        yield from replace(document, body=f"<html><body>{value}</body></html>".encode()).prose(css)
    elif isinstance(value, str) and "\n|" in value:
        yield from sentences(value)


def strict_json(text: str) -> Any:
    """JSON with Decimal fractions. Raises ValueError for NaN, Infinity and a key that an object holds twice."""

    def constant(name: str) -> Any:
        raise ValueError(f"{name} is no JSON number")

    def distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            raise ValueError("an object holds a key twice")
        return found

    return json.loads(text, parse_float=Decimal, parse_constant=constant, object_pairs_hook=distinct)


def resolve(value: Any, pointer: str) -> Any:
    """What stands at an RFC 6901 pointer (`/data/0/pricing`); KeyError or IndexError where nothing does."""
    for token in pointer.split("/")[1:]:
        value = value[int(token)] if isinstance(value, list) else value[token.replace("~1", "/").replace("~0", "~")]
    return value


def pointer_token(key: str) -> str:
    """A key as one token of an RFC 6901 pointer."""
    return key.replace("~", "~0").replace("/", "~1")


def inflated(body: bytes) -> bytes:
    """The bytes, or what a gzip file of at most LARGEST bytes holds."""
    if not body.startswith(_GZIP):
        return body
    parts: list[bytes] = []
    size = 0
    while body:
        inflater = zlib.decompressobj(wbits=31)
        try:
            part = inflater.decompress(body, LARGEST - size + 1)
        except zlib.error as error:
            raise DocumentShapeError(f"the gzip file is broken: {error}") from error
        size += len(part)
        if size > LARGEST:
            raise DocumentShapeError(f"the gzip file holds more than {LARGEST} bytes")
        if not inflater.eof:
            raise DocumentShapeError("the gzip file ends too early")
        parts.append(part)
        body = inflater.unused_data.lstrip(b"\x00")
    return b"".join(parts)


def unwrap(raw: bytes) -> tuple[bytes, datetime | None]:
    """A stored copy → (the bytes the source served, the instant its envelope names or None).

    Takes off gzip, then an envelope: a JSON object with `body` or `data`, and `fetched_at` or `fetchedAt`. A text
    inside is its own bytes; anything else keeps the envelope's spelling, digit for digit.
    """
    body = inflated(raw)
    if not body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return body, None
    try:
        members = dict(_members(body.decode("utf-8-sig")))
    except (ValueError, RecursionError):  # not JSON, or a broken one: its spider says so
        return body, None
    stamp = members.get("fetched_at") or members.get("fetchedAt")
    content = members.get("body") or members.get("data")
    if stamp is None or content is None:
        return body, None
    inner = json.loads(content)
    served = inner if isinstance(inner, str) else content
    try:
        instant = parse_instant(json.loads(stamp))
    except (InvalidValueError, TypeError):  # empty or without a zone: then nothing is known
        instant = None
    return served.encode(), instant


def _members(text: str) -> Iterator[tuple[str, str]]:
    """(key, value as spelled) of each member of the object that `text` is. Raises ValueError."""
    decoder = json.JSONDecoder()

    def skip(at: int) -> int:
        while text[at : at + 1] in (" ", "\t", "\n", "\r"):
            at += 1
        return at

    at = skip(skip(0) + 1)
    while text[at : at + 1] != "}":
        key, at = decoder.raw_decode(text, at)
        at = skip(at)
        if text[at : at + 1] != ":" or not isinstance(key, str):
            raise ValueError("not an object")
        start = skip(at + 1)
        _, at = decoder.raw_decode(text, start)
        yield key, text[start:at]
        at = skip(at)
        if text[at : at + 1] == ",":
            at = skip(at + 1)
    if skip(at + 1) != len(text):
        raise ValueError("more than one value")
