"""The frames of comparisons over one maker at home and abroad and three hosts, made by the stage itself."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pandas as pd

from pipeline import frames
from pipeline.domain.facts import Facts, Rent, TaxRate
from pipeline.dumping.comparisons import ground
from pipeline.jobs.paired import kept_comparisons
from pipeline.store.keep import anew
from tests.pipeline.dumping.offers import facts, listing_row, priced
from tests.pipeline.normalise.conftest import source_row, sources_frame, spells_frame

PAIR = "deepseek/deepseek-v4-pro"
HOSTS = ("nebius", "novita", "together")
_NAMES = {"seller": "deepseek", "served_by": "deepseek", "maker": "deepseek", "model_version": PAIR}
_TAX = TaxRate(
    country="CN",
    tax="VAT",
    rate=Decimal("0.06"),
    applies_to="services",
    source="a page",
    public_since=None,
    reviewed_on=date(2026, 1, 1),
)

RENT = Rent(
    chip="H100",
    memory_gb=80,
    chips=8,
    usd_hour=Decimal(32),
    seller="acme cloud",
    region="east",
    machine="eight",
    source="a price file",
    public_since=date(2026, 1, 5),
    reviewed_on=date(2026, 2, 1),
)


def compared_frames(known: Facts | None = None) -> dict[str, pd.DataFrame]:
    """Pairs, switches, same weights and curated facts: 3 / 6 CNY at home, .435 / .87 USD abroad."""
    listings = [listing_row(1, market="CN", **_NAMES), listing_row(2, **_NAMES)]
    listings += [listing_row(n, **(_NAMES | {"seller": name, "served_by": name})) for n, name in enumerate(HOSTS, 3)]
    spells = [*priced(1, {"input": "3", "output": "6"}, 0, 9, currency="CNY")]
    for number in range(2, 6):
        spells += priced(number, {"input": ".435", "output": ".87"}, 0, 9)
    rates = [
        {"source": "ecb", "base": "EUR", "currency": name, "day": day, "value": value, "payload_sha256": "a" * 64}
        for day in pd.date_range("2026-01-01", "2026-03-10")
        for name, value in (("USD", 1.0), ("CNY", 6.7775))
    ]
    until = datetime(2026, 3, 10, tzinfo=UTC)
    stands = ground(
        spells_frame(spells),
        frames.coerce(pd.DataFrame(listings), "listings"),
        sources_frame([source_row("acme", "seller")]),
        frames.coerce(pd.DataFrame(rates), "rates"),
        frames.empty("readings"),
        seats={"deepseek": "CN"},
        facts=known or facts(owners={"deepseek": "deepseek"}, taxes=(_TAX,), rents=(RENT,)),
        until=until,
    )
    return kept_comparisons(stands, [PAIR], until.date(), anew, now=until)
