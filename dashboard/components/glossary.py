"""English glosses for the Chinese words of price pages, from docs/glossary.md."""

import re
from functools import lru_cache
from pathlib import Path

from dash import html

from dashboard.components.words import shown
from pipeline.settings import ROOT

_ROW = re.compile(r"\|\s*([^|]*[一-鿿][^|]*?)\s*\|\s*([^|]+?)\s*\|")
_CHINESE = re.compile(r"[一-鿿]")


@lru_cache(maxsize=1)
def glossary(path: Path = ROOT / "docs" / "glossary.md") -> dict[str, str]:
    """Chinese word → gloss, longest words first; empty where the page is not there."""
    if not path.exists():
        return {}
    rows = [_ROW.match(line) for line in path.read_text(encoding="utf-8").splitlines()]
    words = {word.strip(): found[2] for found in rows if found for word in found[1].split("、")}
    return dict(sorted(words.items(), key=lambda pair: -len(pair[0])))


def gloss(text: str) -> str:
    """`cache hit · output`: the known words of a text in the order in which they stand there; empty without any."""
    if not _CHINESE.search(text):
        return ""
    left = text
    found: list[tuple[int, str]] = []
    for word, english in glossary().items():
        place = left.find(word)
        if place >= 0:
            found.append((place, english))
            left = left.replace(word, " " * len(word))
    return " · ".join(english for _, english in sorted(found))


def own_words(text: object) -> html.Span:
    """A source's words as they stand, marked as Chinese where they are, with a gloss behind."""
    written = shown(text)
    if not _CHINESE.search(written):
        return html.Span(written, className="own-words")
    english = gloss(written)
    return html.Span(
        [
            html.Span(written, lang="zh", className="own-words"),
            html.Span(f" ({english})" if english else "", className="gloss"),
        ]
    )
