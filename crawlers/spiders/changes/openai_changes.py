"""OpenAI's change log of the API: what was released and what is billed otherwise, by day and model."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from crawlers.base import NoticeSpider
from crawlers.document import Document
from crawlers.formats.change_log import Entry, month_number
from pipeline.domain.quote import Notice
from pipeline.domain.vocabulary import Announced, NoticeKind, Trust

_MONTH = re.compile(r"## (?P<month>[A-Z][a-z]+), (?P<year>20[0-9]{2})")
_DAY = re.compile(r"### (?P<month>[A-Z][a-z]{2,3}) (?P<day>[0-9]{1,2})")
_TAG = "Model: "
_RELEASED = re.compile(r"(?:Released|Launched|Introduced)\b")
_PRICED = re.compile(r"\b(?:now costs?|pric(?:e|es|ing))\b", re.IGNORECASE)
_MARKUP = re.compile(r"\[([^\]]*)\]\([^)]*\)|\*")
_LONGEST = 240


class OpenAIChanges(NoticeSpider):
    """Never prices. The line under a day tags the models; what the entry says of them dates it: a release, or what
    they cost from that day on. An entry that says neither, or tags no model, is kept undated."""

    name = "openai_changes"
    title = "OpenAI, change log of the API"
    sellers = ("openai",)
    markets = ("international",)
    urls = ("https://developers.openai.com/api/docs/changelog.md",)
    schedule = "every day"
    expected = (20, 2000)
    lineage = "openai"
    trust = Trust.SELLER
    licence = "all rights reserved; read as a public statement"
    confirmed = False  # five entries of a saved copy were read

    def parse_notices(self, document: Document) -> Iterator[Notice]:
        found = list(_entries(document))
        if not found:
            raise document.shape_error("entries headed by a month and a day", "none")
        for entry in found:
            yield from _statements(entry)


def _entries(document: Document) -> Iterator[Entry]:
    """An entry a day heading: two of one day are two. A heading that is no day ends one."""
    month: re.Match[str] | None = None
    current: Entry | None = None
    for where, line in document.lines():
        text = line.strip()
        if not text.startswith("#"):
            if current is not None and text:
                current.lines.append(text)
            continue
        if current is not None:
            yield current
        current = None
        if text.startswith("## "):
            month = _MONTH.fullmatch(text)
        elif month is not None and (day := _DAY.fullmatch(text)) is not None:
            current = Entry(_instant(document, month, day), where)
    if current is not None:
        yield current


def _instant(document: Document, month: re.Match[str], day: re.Match[str]) -> datetime:
    if not month["month"].startswith(day["month"][:3]):
        raise document.shape_error(f"a day of {month['month']}", day[0])
    return datetime(int(month["year"]), month_number(month["month"]), int(day["day"]), tzinfo=UTC)


def _statements(entry: Entry) -> Iterator[Notice]:
    tags = entry.lines[0].split(" · ") if entry.lines else []
    models = [tag.removeprefix(_TAG) for tag in tags if tag.startswith(_TAG)]
    said = [_MARKUP.sub(lambda match: match[1] or "", line).replace("`", "") for line in entry.lines[1:]]
    text = " ".join(said)
    about: Announced | None = None
    if said and _RELEASED.match(said[0]):
        about = Announced.MODEL
    elif _PRICED.search(text):
        about = Announced.PRICE
    for model in models or ["-"]:
        yield Notice(
            notice=NoticeKind.ANNOUNCEMENT,
            label=model,
            where=entry.where,
            text=(text or "; ".join(tags) or "an entry without words")[:_LONGEST],
            effective_at=entry.at if models and about else None,
            about=about,
        )
