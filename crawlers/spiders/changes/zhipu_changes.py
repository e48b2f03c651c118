"""Zhipu's page of new products in China: one dated block each; a model's block begins with its name."""

import re
from collections.abc import Iterator

from crawlers.base import NoticeSpider
from crawlers.document import Document
from crawlers.formats.change_log import blocks
from pipeline.domain.quote import Notice
from pipeline.domain.vocabulary import Announced, NoticeKind, Trust

_LAUNCHED = re.compile(r"(?P<model>[A-Za-z]+(?:-[A-Za-z0-9.]+)+) \S*上线")
"""`GLM-5.3 新一代旗舰模型上线`: the name, then that it went online. Plans and models of others begin otherwise."""


class ZhipuChanges(NoticeSpider):
    """Never prices: a block that says that a model went online dates its release; any other one is kept, undated."""

    name = "zhipu_changes"
    title = "Zhipu, new products by day"
    sellers = ("zhipu",)
    markets = ("CN",)
    urls = ("https://docs.bigmodel.cn/cn/update/new-releases.md",)
    schedule = "every day"
    expected = (10, 500)
    lineage = "zhipu"
    trust = Trust.SELLER
    licence = "all rights reserved; read as a public statement"
    confirmed = False  # four blocks of a saved copy of August 2026 were read, not the page

    def parse_notices(self, document: Document) -> Iterator[Notice]:
        for entry in blocks(document):
            match = _LAUNCHED.fullmatch(entry.titles[0])
            yield Notice(
                notice=NoticeKind.ANNOUNCEMENT,
                label=match["model"] if match else "-",
                where=entry.where,
                text=entry.titles[0],
                effective_at=entry.at if match else None,
                about=Announced.MODEL if match else None,
            )
