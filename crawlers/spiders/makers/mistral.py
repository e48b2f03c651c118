"""Mistral's price page: dollar and euro prices side by side, in the page's scripts."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from crawlers.amounts import price
from crawlers.base import PriceSpider, believable
from crawlers.document import Document
from crawlers.formats.next_flight import flight_text, lists_named, objects_named
from crawlers.formats.other_tables import read_past_lines
from crawlers.formats.priced_cells import template, with_struck
from crawlers.tables import Cell
from pipeline.domain.errors import AmountError
from pipeline.domain.quote import Notice, Quote
from pipeline.domain.vocabulary import IssueKind, Meter, NoticeKind, Trust

_METERS = {"Input (/M tokens)": Meter.INPUT, "Output (/M tokens)": Meter.OUTPUT}
_BY_MONTH = re.compile(r"/mo\b|^\$[0-9.]+\*$")
_PAGES = re.compile(r"[$0-9€.]+ / 1,000 pages")
_MARKETS = {"price_dollar": ("USD", "international"), "price_euro": ("EUR", "EU")}


class Mistral(PriceSpider):
    """Markets declared: euros are offered to buyers in the Union, dollars to the rest of the world."""

    name = "mistral"
    title = "Mistral, price page"
    sellers = ("mistral",)
    markets = ("international", "EU")
    urls = ("https://mistral.ai/pricing",)
    expected = (20, 400)
    lineage = "mistral"
    trust = Trust.SELLER
    licence = "all rights reserved; read as a public price list"
    plausible = believable(USD=("0.005", "60"), EUR=("0.005", "60"))

    def parse_quotes(self, document: Document) -> Iterator[Quote | Notice]:
        pushed = flight_text(document)
        (models,) = lists_named(pushed, "apis")
        for index, model in enumerate(models):
            for number, entry in enumerate(model["price"]):
                yield from self._entry(document, model, entry, f"json:/apis/{index}/price/{number}")
            for entry in model.get("fine_tuning") or ():
                text = f"fine-tuning, {entry['value']}: " + _printed(document, entry)
                place = f"json:/apis/{index}/fine_tuning"
                yield Notice(notice=NoticeKind.NOT_COMPARABLE, label=model["name"], where=place, text=text)
        yield from _plans(pushed)
        yield from read_past_lines((("page", line) for line in document.prose("body")), _BY_MONTH)

    def _entry(
        self, document: Document, model: dict[str, Any], entry: dict[str, Any], place: str
    ) -> Iterator[Quote | Notice]:
        label = model["name"]  # the endpoint beside it floats, and two models may share one
        meter = _METERS.get(entry["value"])
        if meter is None:
            text = f"{entry['value']}: " + _printed(document, entry)
            yield Notice(notice=NoticeKind.NOT_COMPARABLE, label=label, where=place, text=text)
            return
        for key, (currency, market) in _MARKETS.items():
            cell = _cell(document, entry[key])
            where = f"{place}/{key}"
            notice = Notice(notice=NoticeKind.ISSUE, label=label, where=where, text=f"{meter.value}: {cell.text}")
            try:
                money = price(cell.text, currency=currency)
            except AmountError as error:
                text = f"{notice.text}: {error}"
                yield replace(notice, text=text, issue_kind=IssueKind.UNREADABLE_PRICE)
                continue
            quote = replace(
                template(self, label, where, market=market), meter=meter, amount=money.amount, currency=currency
            )
            yield from with_struck(quote, cell, {"currency": currency})


def _printed(document: Document, entry: dict[str, Any]) -> str:
    return " / ".join(_cell(document, entry[key]).text for key in _MARKETS)


def _plans(pushed: str) -> Iterator[Notice]:
    """Subscriptions, and what a card beside the price list repeats of it."""
    for plan in objects_named(pushed, "plan"):
        amounts = [str(plan[key]).replace("$$", "$") for key in plan if "price_" in key and plan[key]]
        text = f"the plan {plan.get('title')}: {', '.join(amounts)}"
        yield Notice(notice=NoticeKind.SKIPPED, label="-", where="script", text=text)
    for text in dict.fromkeys(_PAGES.findall(pushed)):
        yield Notice(notice=NoticeKind.NOT_COMPARABLE, label="-", where="script", text=text.replace("$$", "$"))


def _cell(document: Document, fragment: str) -> Cell:
    """The seen and the struck parts of a fragment of HTML."""
    page = f"<table><tr><td>{fragment}</td></tr></table>"
    return replace(document, body=page.encode()).tables()[0].rows[0][0]
