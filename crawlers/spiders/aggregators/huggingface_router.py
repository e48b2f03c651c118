"""Hugging Face's router: the hosts of each open-weights model, with what each charges."""

from collections.abc import Iterator
from dataclasses import replace

from crawlers.base import PriceSpider, believable
from crawlers.document import Document
from crawlers.formats.priced_cells import template
from crawlers.formats.sellers import seller_name
from pipeline.domain.amounts import parse_decimal
from pipeline.domain.quote import Notice, Quote
from pipeline.domain.vocabulary import Meter, NoticeKind, Redistribute, Trust

_METERS = {"input": Meter.INPUT, "output": Meter.OUTPUT}


class HuggingFaceRouter(PriceSpider):
    """Market declared: one dollar price for the world, per million tokens (both from its documentation).

    Hugging Face bills and passes the host's price on; who computes stands in `served_by`.
    """

    name = "huggingface_router"
    title = "Hugging Face, router's list of models by host"
    sellers = ("huggingface",)
    markets = ("international",)
    urls = ("https://router.huggingface.co/v1/models",)
    schedule = "every day"
    expected = (100, 5000)
    lineage = "huggingface"
    trust = Trust.AGGREGATOR
    licence = "Hugging Face's terms of service"
    redistribute = Redistribute.NO
    confirmed = False  # only the example of its documentation, one model with five hosts, was read
    plausible = believable(USD=("0.001", "60"))

    def parse_quotes(self, document: Document) -> Iterator[Quote | Notice]:
        for place, model in document.records("/data"):
            for index, host in enumerate(model["providers"]):
                base = replace(template(self, model["id"]), served_by=seller_name(host["provider"]))
                where = f"{place}/providers/{index}"
                prices = host.get("pricing")
                if host["status"] != "live" or prices is None:
                    text = f"{host['provider']}: {host['status']}, {'no price' if prices is None else 'a price'}"
                    yield Notice(notice=NoticeKind.SKIPPED, label=model["id"], where=where, text=text)
                    continue
                for key, amount in prices.items():
                    quote = replace(base, meter=_METERS[key], where=f"{where}/pricing/{key}")
                    yield replace(quote, amount=parse_decimal(str(amount)))
