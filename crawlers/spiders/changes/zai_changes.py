"""Z.AI's page of new models: one dated block each; its description is the name that the price page prints."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from crawlers.base import NoticeSpider
from crawlers.document import Document
from pipeline.domain.quote import Notice
from pipeline.domain.vocabulary import Announced, NoticeKind, Trust

_TITLE = "# New Released"
_OPENS = re.compile(r'<Update label="(?P<day>20[0-9]{2}-[0-9]{2}-[0-9]{2})" description="(?P<named>[^"]+)">')
_MODEL = re.compile(r"[A-Za-z]+(?:-[A-Za-z0-9.]+)+")
"""A name in one word; `GLM-4.5 Series` is a family and `GLM Slide/Poster Agent(beta)` a product."""


class ZaiChanges(NoticeSpider):
    """Never prices: each block dates the release of the model it names. What is no model's name is kept, undated."""

    name = "zai_changes"
    title = "Z.AI, new models by day"
    sellers = ("zai",)
    markets = ("international",)
    urls = ("https://docs.z.ai/release-notes/new-released.md",)
    schedule = "every day"
    expected = (10, 500)
    lineage = "zai"
    trust = Trust.SELLER
    licence = "all rights reserved; read as a public statement"

    def parse_notices(self, document: Document) -> Iterator[Notice]:
        lines = document.lines()
        if _TITLE not in (line for _, line in lines):
            raise document.shape_error(_TITLE, document.text()[:60])
        for number, (place, line) in enumerate(lines):
            if line.startswith("<Update"):
                match = _OPENS.fullmatch(line.rstrip())
                if match is None:
                    raise document.shape_error("a block with a day and a description", f"{place}: {line}")
                yield _released(document, match, place, next((text for _, text in lines[number + 1 :] if text), ""))


def _released(document: Document, match: re.Match[str], place: str, said: str) -> Notice:
    named = match["named"].strip()
    try:
        day = datetime.fromisoformat(match["day"]).replace(tzinfo=UTC)
    except ValueError as error:
        raise document.shape_error("a day", f"{place}: {match['day']}") from error
    model = _MODEL.fullmatch(named) is not None
    return Notice(
        notice=NoticeKind.ANNOUNCEMENT,
        label=named if model else "-",
        where=place,
        text=f"{named}: {said.strip().lstrip('* ')}"[:240],
        effective_at=day if model else None,
        about=Announced.MODEL if model else None,
    )
