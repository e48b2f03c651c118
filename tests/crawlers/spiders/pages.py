"""The spiders of this checkout, their fixture pages, and what a page's reading looks like as lines."""

import importlib
from pathlib import Path

from crawlers.__main__ import golden_lines
from crawlers.base import Contents, SourceSpider
from crawlers.document import Document

ROOT = Path(__file__).resolve().parents[3]
FIXTURES = ROOT / "tests" / "fixtures"
FILES = sorted(path for path in (ROOT / "crawlers" / "spiders").glob("*/*.py") if path.stem != "__init__")


def spiders_in(path: Path) -> list[type[SourceSpider]]:
    module = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    return [
        value
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, SourceSpider) and value.__module__ == module.__name__
    ]


def spider(name: str) -> SourceSpider:
    (path,) = (path for path in FILES if path.stem == name)
    (cls,) = spiders_in(path)
    return cls()


def document(name: str, body: bytes | None = None) -> Document:
    """The fixture page of a spider, or other bytes in its place."""
    if body is None:
        (page,) = (FIXTURES / name).glob("page.*")
        body = page.read_bytes()
    return Document(body=body, url=spider(name).urls[0])


def page_text(name: str) -> str:
    return document(name).body.decode()


def read(name: str, text: str | bytes | None = None) -> Contents:
    body = text.encode() if isinstance(text, str) else text
    return spider(name).read(document(name, body))


def lines(reading: Contents, version: int) -> list[str]:
    """The golden lines of a reading, as `python -m crawlers fixture` writes them."""
    return golden_lines(reading, version)
