"""Google's release notes of the Gemini API: releases by day, one list item each."""

import re
from collections.abc import Iterator
from datetime import datetime

from crawlers.base import NoticeSpider
from crawlers.document import Document
from crawlers.formats.change_log import day_of
from pipeline.domain.quote import Notice
from pipeline.domain.vocabulary import Announced, NoticeKind, Trust

_FIRST = "This page documents updates to the Gemini API."
_MODEL = re.compile(r"`([a-z]+-(?=[a-z.\-]*[0-9])[a-z0-9.\-]*[a-z0-9])`")
"""A model as a request names it: it holds a hyphen and a digit, unlike names of functions and fields."""
_RELEASED = re.compile(r"\bReleased\b")
_OTHERS = re.compile(r"\b(?:replac|deprecat|shut|instead|migrat)", re.IGNORECASE)
"""What follows such a word names another model than the one released."""
_MARKUP = re.compile(r"\[([^\]]*)\]\([^)]*\)|\*")
_LONGEST = 240


class GoogleChanges(NoticeSpider):
    """Never prices. An item that says *Released* dates the models it names; any other one is kept undated."""

    name = "google_changes"
    title = "Google, release notes of the Gemini API"
    sellers = ("google",)
    markets = ("international",)
    urls = ("https://ai.google.dev/gemini-api/docs/changelog.md.txt",)
    schedule = "every day"
    expected = (3, 2000)
    lineage = "google"
    trust = Trust.SELLER
    licence = "page CC BY 4.0, as Google's developer documentation"

    def parse_notices(self, document: Document) -> Iterator[Notice]:
        if _FIRST not in document.text():
            raise document.shape_error(_FIRST, document.text()[:60])
        day = None
        item: list[str] = []
        where = ""
        for place, line in [*document.lines(), ("", "## ")]:
            if line.startswith(("## ", "- ", "* ")):
                yield from _item(day, where, " ".join(item))
                item, where = [], place
            if line.startswith("## "):
                day = day_of(line.removeprefix("## ").strip())
            elif line.strip() and not line.lstrip().startswith("|"):
                item.append(line.strip())


def _item(day: datetime | None, where: str, text: str) -> Iterator[Notice]:
    if not text or day is None:
        return
    head = _OTHERS.split(text, maxsplit=1)[0]
    models = list(dict.fromkeys(_MODEL.findall(head))) if _RELEASED.search(head) else []
    said = _MARKUP.sub(lambda match: match[1] or "", text).replace("`", "").lstrip("- ")[:_LONGEST]
    for model in models or ["-"]:
        yield Notice(
            notice=NoticeKind.ANNOUNCEMENT,
            label=model,
            where=where,
            text=said,
            effective_at=day if models else None,
            about=Announced.MODEL if models else None,
        )
