"""Z.AI's page of new models: one dated block each; its description is the name that the price page prints."""

import re
from collections.abc import Iterator

from crawlers.base import NoticeSpider
from crawlers.document import Document
from crawlers.formats.change_log import blocks
from pipeline.domain.quote import Notice
from pipeline.domain.vocabulary import Announced, NoticeKind, Trust

_MODEL = re.compile(r"[A-Za-z]+(?:-[A-Za-z0-9.]+)+")
"""A name in one word; `GLM-4.5 Series` is a family and `GLM Slide/Poster Agent(beta)` a product."""
_LONGEST = 240


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
    confirmed = False  # a page of spring 2026 was read whole; what the parser was run on is a copy typed from it

    def parse_notices(self, document: Document) -> Iterator[Notice]:
        for entry in blocks(document):
            named = entry.titles[0]
            model = _MODEL.fullmatch(named) is not None
            said = " ".join(entry.lines[:1]).lstrip("* ")
            yield Notice(
                notice=NoticeKind.ANNOUNCEMENT,
                label=named if model else "-",
                where=entry.where,
                text=f"{named}: {said}"[:_LONGEST],
                effective_at=entry.at if model else None,
                about=Announced.MODEL if model else None,
            )
