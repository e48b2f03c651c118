"""SiliconFlow's Chinese model list: a block per model, `输入: ￥12 / M Tokens` and `输出: …`."""

import re
from collections.abc import Iterator
from dataclasses import replace

from crawlers.amounts import price
from crawlers.base import PriceSpider, believable
from crawlers.document import Document
from crawlers.formats.priced_cells import template
from pipeline.domain.quote import Notice, Quote
from pipeline.domain.vocabulary import Meter, NoticeKind, Trust

_METERS = {"输入": Meter.INPUT, "输出": Meter.OUTPUT}
_PRICE = re.compile(r"(输入|输出): ?(\S+) / M Tokens")
_LABEL = re.compile(r"[A-Za-z0-9_.\-]+(?:/[A-Za-z0-9_.\-]+)+")


class SiliconflowCN(PriceSpider):
    """Market declared: the site of the mainland, billed in CNY. `￥` is CNY there.

    A zero beside a price is where nothing is billed (an embedding's output); a model whose input is zero is billed
    by another unit than the page prints, and is left out.
    """

    name = "siliconflow_cn"
    title = "SiliconFlow, Chinese price page"
    sellers = ("siliconflow",)
    markets = ("CN",)
    urls = ("https://siliconflow.cn/pricing",)
    schedule = "every day"
    expected = (6, 600)
    lineage = "siliconflow"
    trust = Trust.SELLER
    licence = "all rights reserved; read as a public price list"
    confirmed = False  # only a text taken off the page was read
    plausible = believable(CNY=("0.005", "400"))

    def parse_quotes(self, document: Document) -> Iterator[Quote | Notice]:
        label = ""
        found: list[Quote] = []
        for where, line in [*document.lines(), ("", "-/-")]:
            text = line.strip()
            if match := _PRICE.fullmatch(text):
                if not label:
                    raise document.shape_error("a model above its price", text)
                money = price(match[2], yen_sign="CNY")
                quote = replace(template(self, label, where), meter=_METERS[match[1]])
                found.append(replace(quote, amount=money.amount, currency=money.currency))
            elif _LABEL.fullmatch(text):
                yield from _priced(found)
                label, found = text, []
            elif "￥" in text or "¥" in text:
                raise document.shape_error("输入 or 输出 and an amount / M Tokens", text)


def _priced(found: list[Quote]) -> Iterator[Quote | Notice]:
    if not found:
        return
    if [quote.meter for quote in found] != list(_METERS.values()):
        raise ValueError(f"{found[0].label} has the prices {[quote.meter.value for quote in found]}")
    free = [quote.meter for quote in found if not quote.amount]
    for quote in found:
        notice = Notice(notice=NoticeKind.SKIPPED, label=quote.label, where=quote.where, text=f"{quote.meter.value}: 0")
        if Meter.INPUT in free and Meter.OUTPUT not in free:
            yield replace(notice, notice=NoticeKind.NOT_COMPARABLE, text="billed by another unit than a token")
        elif free == [quote.meter]:
            yield notice
        else:
            yield quote
