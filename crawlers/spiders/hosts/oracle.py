"""Oracle's price list: generative models by the token, among all that Oracle's cloud sells."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from crawlers.base import PriceSpider, believable
from crawlers.document import Document
from crawlers.formats.priced_cells import template
from pipeline.domain.amounts import parse_decimal
from pipeline.domain.quote import Notice, Quote
from pipeline.domain.vocabulary import Meter, NoticeKind, Trust

_OURS = "Oracle Cloud Infrastructure Generative AI - "
_NAME = re.compile(r"(?P<label>.+?)(?: -)? (?P<side>Input|Output) Tokens")
_UNIT = re.compile(r"([1-9][0-9]{0,2}(?:,[0-9]{3})*) Tokens")
_METERS = {"Input": Meter.INPUT, "Output": Meter.OUTPUT}
_MODEL, _DOLLARS = "PAY_AS_YOU_GO", "USD"


class Oracle(PriceSpider):
    """Market declared: the list in dollars, one price for the world. Older models are billed by transactions, which
    are no tokens; whatever else the list sells is left out in one sentence."""

    name = "oracle"
    title = "Oracle, price list of its cloud"
    sellers = ("oracle",)
    markets = ("international",)
    urls = ("https://apexapps.oracle.com/pls/apex/cetools/api/v1/products/?currencyCode=USD",)
    schedule = "every day"
    expected = (2, 200)
    lineage = "oracle"
    trust = Trust.SELLER
    licence = "public price list of the seller"
    confirmed = False  # the fields as others' readers name them, never an answer
    plausible = believable(USD=("0.001", "200"))

    def parse_quotes(self, document: Document) -> Iterator[Quote | Notice]:
        for place, item in document.records("/items"):
            if not item["displayName"].startswith(_OURS):
                text = "sold beside generative models"
                yield Notice(notice=NoticeKind.SKIPPED, label=item["partNumber"], where=place, text=text)
                continue
            yield from self._item(item, place)

    def _item(self, item: dict[str, Any], place: str) -> Iterator[Quote | Notice]:
        printed = item["displayName"].removeprefix(_OURS)
        name, unit = _NAME.fullmatch(printed), _UNIT.fullmatch(item["metricName"])
        if name is None or unit is None:
            text = f"per {item['metricName']}"
            yield Notice(notice=NoticeKind.NOT_COMPARABLE, label=printed, where=place, text=text)
            return
        for number, local in enumerate(item["currencyCodeLocalizations"]):
            for index, stated in enumerate(local["prices"]):
                where = f"{place}/currencyCodeLocalizations/{number}/prices/{index}/value"
                if local["currencyCode"] != _DOLLARS or stated["model"] != _MODEL:
                    text = f"{stated['model']} in {local['currencyCode']}"
                    yield Notice(notice=NoticeKind.SKIPPED, label=printed, where=where, text=text)
                    continue
                quote = replace(template(self, name["label"], where), meter=_METERS[name["side"]])
                per = int(unit[1].replace(",", ""))
                yield replace(quote, amount=parse_decimal(str(stated["value"])), per=per)
