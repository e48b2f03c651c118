"""OVHcloud AI Endpoints: the public catalogue of its models, prices in euros with a unit each."""

from collections.abc import Iterator
from dataclasses import replace

from crawlers.base import PriceSpider, believable
from crawlers.document import Document
from crawlers.formats.priced_cells import template
from pipeline.domain.amounts import parse_decimal
from pipeline.domain.quote import Notice, Quote
from pipeline.domain.vocabulary import Meter, NoticeKind, Trust

_METERS = {"million_input_tokens": Meter.INPUT, "million_output_tokens": Meter.OUTPUT}
_EURO = "EUR"


class OvhCloud(PriceSpider):
    """Market declared: one price for the world. Euros declared: the catalogue names no currency, and its publisher
    says that the service is billed in euros. A price of nothing is free, and no price."""

    name = "ovhcloud"
    title = "OVHcloud AI Endpoints, catalogue"
    sellers = ("ovhcloud",)
    markets = ("international",)
    urls = ("https://catalog.endpoints.ai.ovh.net/rest/v1/models_v2",)
    schedule = "every day"
    expected = (6, 400)
    lineage = "ovhcloud"
    trust = Trust.SELLER
    licence = "all rights reserved; read as a public price list"
    confirmed = False  # the fields as its documentation and others' readers name them, never an answer
    plausible = believable(EUR=("0.001", "60"))

    def parse_quotes(self, document: Document) -> Iterator[Quote | Notice]:
        for place, model in document.records(""):
            label, where = model["id"], f"{place}/metadata/usage_information/pricing"
            prices = model["metadata"]["usage_information"]["pricing"]
            if not model["available"] or not prices:
                text = "no price" if model["available"] else "not available"
                yield Notice(notice=NoticeKind.SKIPPED, label=label, where=place, text=text)
                continue
            for index, stated in enumerate(prices):
                amount, unit = parse_decimal(str(stated["price"])), stated["price_unit"]
                if stated.get("currency", _EURO) != _EURO:
                    raise document.shape_error("prices in euros", stated["currency"])
                spot = f"{where}/{index}/price"
                if unit not in _METERS or not amount:
                    text = f"{amount} per {unit}"
                    kind = NoticeKind.NOT_COMPARABLE if amount else NoticeKind.SKIPPED
                    yield Notice(notice=kind, label=label, where=spot, text=text)
                    continue
                quote = replace(template(self, label, spot), meter=_METERS[unit])
                yield replace(quote, amount=amount, currency=_EURO)
