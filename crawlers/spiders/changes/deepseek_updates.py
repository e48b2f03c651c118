"""DeepSeek's change log: releases and upgrades by day, and when prices that it announces come into force."""

import re
from collections.abc import Iterator

from crawlers.base import NoticeSpider
from crawlers.document import Document
from crawlers.formats.change_log import Entry, entries, in_force
from pipeline.domain.quote import Notice
from pipeline.domain.vocabulary import Announced, NoticeKind, Trust

_LOG = ".theme-doc-markdown"
_DATED = re.compile(r"Date: (?P<year>20[0-9]{2})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})")
_MODEL = re.compile(r"\bdeepseek(?:-[a-z0-9.]*[a-z0-9])+\b")
"""A model as a request names it, all in small letters; `DeepSeek-V4` in prose is no such name."""
_PRICES = re.compile(r"\bpric(?:e|es|ing)\b", re.IGNORECASE)
_LONGEST = 240


class DeepSeekUpdates(NoticeSpider):
    """Never prices: an entry dates the release or the upgrade of the models it names, a sentence that says when new
    prices take effect dates those of the same models. An entry that names no model is kept, undated."""

    name = "deepseek_updates"
    title = "DeepSeek, change log"
    sellers = ("deepseek",)
    markets = ("international", "CN")
    urls = ("https://api-docs.deepseek.com/updates/",)
    schedule = "every day"
    expected = (10, 500)
    lineage = "deepseek"
    trust = Trust.SELLER
    licence = "all rights reserved; read as a public statement"
    confirmed = False  # a page of spring 2026 was read whole; what the parser was run on is a copy typed from it

    def parse_notices(self, document: Document) -> Iterator[Notice]:
        found = list(entries(document.one(_LOG), "h2", _DATED))
        if not found:
            raise document.shape_error("entries headed Date: YYYY-MM-DD", "none")
        for entry in found:
            yield from _statements(entry)


def _statements(entry: Entry) -> Iterator[Notice]:
    text = " ".join(entry.lines)
    models = list(dict.fromkeys(_MODEL.findall(text)))
    title = "; ".join(entry.titles) or text[:_LONGEST]
    if not models:
        yield Notice(notice=NoticeKind.ANNOUNCEMENT, label="-", where=entry.where, text=title)
    for model in models:
        yield Notice(
            notice=NoticeKind.ANNOUNCEMENT,
            label=model,
            where=entry.where,
            text=title,
            effective_at=entry.at,
            about=Announced.MODEL,
        )
    priced = _PRICES.search(text) is not None
    for line in entry.lines:
        instant = in_force(line) if priced else None
        for model in models if instant is not None else ():
            yield Notice(
                notice=NoticeKind.ANNOUNCEMENT,
                label=model,
                where=entry.where,
                text=line[:_LONGEST],
                effective_at=instant,
                about=Announced.PRICE,
            )
