"""The data that a Next.js page carries in its scripts (`self.__next_f.push([1,"…"])`), as one text."""

import json
import re
from typing import Any

from crawlers.document import Document

_PUSH = re.compile(r'self\.__next_f\.push\(\[1,("(?:[^"\\]|\\.)*")\]\)')


def flight_text(document: Document) -> str:
    """The pushed texts joined, unescaped once."""
    return "".join(json.loads(match) for script in document.scripts("__next_f") for match in _PUSH.findall(script))


def lists_named(text: str, name: str) -> list[Any]:
    """Every list that stands under a key of this name, in the text's order; a text inside a text is unescaped."""
    return _named(text, name, "[")


def objects_named(text: str, name: str) -> list[dict[str, Any]]:
    """Every object that stands under a key of this name, as `lists_named`."""
    return _named(text, name, "{")


def _named(text: str, name: str, opening: str) -> list[Any]:
    while f'\\"{name}\\":{opening}' in text:
        text = text.replace('\\\\"', '\\\\\\"').replace('\\"', '"')
    decoder = json.JSONDecoder()
    found = re.finditer(f'"{name}":(?={re.escape(opening)})', text)
    return [decoder.raw_decode(text, match.end())[0] for match in found]
