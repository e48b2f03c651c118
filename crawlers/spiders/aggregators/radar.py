"""model-price-radar: OpenRouter's model catalogue as it stood each month since July 2023, from archived copies."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from crawlers.base import PriceSpider, believable
from crawlers.document import Document, pointer_token
from crawlers.formats.labels import tier_of
from pipeline.domain.conditions import Conditions
from pipeline.domain.errors import DocumentShapeError
from pipeline.domain.instants import midnight
from pipeline.domain.quote import Notice, Quote
from pipeline.domain.vocabulary import Meter, PriceBasis, Redistribute, Trust


class Radar(PriceSpider):
    """Market declared: OpenRouter bills the world in dollars. Its catalogue is net of its discounts.

    The code is MIT; the prices are OpenRouter's under its terms, so they may not be passed on.
    """

    name = "radar"
    title = "model-price-radar (monthly OpenRouter catalogues)"
    sellers = ("openrouter",)
    markets = ("international",)
    urls = ("pkg:pypi/model-price-radar-mcp",)
    package = ("model-price-radar-mcp", "model_price_radar/data/history.json.gz")
    schedule = "every week"
    expected = (5000, 60000)
    lineage = "openrouter"
    trust = Trust.COPY
    licence = "code MIT; data under OpenRouter's terms of service"
    redistribute = Redistribute.NO
    plausible = believable(USD=("0.0001", "2000"))

    def parse_quotes(self, document: Document) -> Iterator[Quote | Notice]:
        before: date | None = None
        for place, snapshot in document.records("/snapshots"):
            day = date.fromisoformat(snapshot["date"])
            if set(snapshot) != {"date", "prices"} or (before is not None and day <= before):
                raise DocumentShapeError(
                    f"{place}: the snapshot {snapshot['date']} of {sorted(snapshot)} is out of order"
                )
            before = day
            for label, (prompt, completion) in snapshot["prices"].items():
                for index, (meter, amount) in enumerate(((Meter.INPUT, prompt), (Meter.OUTPUT, completion))):
                    yield Quote(
                        source=self.name,
                        seller="openrouter",
                        served_by="openrouter",
                        market="international",
                        label=label,
                        meter=meter,
                        amount=Decimal(amount),
                        currency="USD",
                        per=1_000_000,
                        price_basis=PriceBasis.NET,
                        conditions=Conditions(tier=tier_of(label)),
                        observed_at=midnight(day),
                        where=f"{place}/prices/{pointer_token(label)}/{index}",
                    )
