"""Offers of two small sellers: the home side in CN, the export side abroad; a test names only what it is about."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pandas as pd

from pipeline import frames
from pipeline.domain.amounts import nano_per_million
from pipeline.domain.facts import Facts, SellerFact
from pipeline.domain.vocabulary import Meter
from pipeline.dumping.comparisons import Ground, PairExamined, examined
from pipeline.dumping.exchange_rate import Published
from pipeline.dumping.offered import Band, Offer, StatedPrice, standing
from pipeline.dumping.pairs import pairs_on
from tests.pipeline.normalise.conftest import source_row, sources_frame, spell_row, spells_frame

DAY = date(2026, 7, 17)
EVERYWHERE = Band()
NO_FACTS = Facts(sellers=(), taxes=(), rents=(), throughputs=(), owners={"acme": "acme"}, routers=frozenset())


def facts(**change: Any) -> Facts:
    held = {name: getattr(NO_FACTS, name) for name in Facts.__slots__}
    return Facts(**(held | change))


def seller_fact(seller: str, name: Any, value: str, **change: Any) -> SellerFact:
    held = {"market": "any", "source": "a page", "public_since": None, "reviewed_on": DAY} | change
    return SellerFact(seller=seller, name=name, value=value, **held)


def stated(meter: str, price: str, **change: Any) -> StatedPrice:
    held: dict[str, Any] = {
        "basis": "list",
        "band": EVERYWHERE,
        "window": None,
        "listing_id": "0000000000000001",
        "published": price,
        "per": 1_000_000,
        "payload": "ab" * 32,
        "promotion": None,
        "captures": 2,
    }
    return StatedPrice(meter=Meter(meter), price=Decimal(price), **(held | change))


def offer(*rows: StatedPrice, **change: Any) -> Offer:
    held: dict[str, Any] = {
        "seller": "acme",
        "served_by": "acme",
        "market": "international",
        "region": None,
        "maker": "acme",
        "model_version": "acme/one",
        "first_party": True,
        "tier": "standard",
        "precision": None,
        "currency": "USD",
        "vat_included": "unknown",
        "source": "acme_page",
        "trust": "seller",
        "confirmed": True,
        "day": DAY,
        "first_seen": datetime(2026, 7, 1, tzinfo=UTC),
        "last_seen": datetime(2026, 7, 17, tzinfo=UTC),
    }
    return Offer(stated=rows or (stated("input", ".435"), stated("output", ".87")), **(held | change))


def home(*rows: StatedPrice, **change: Any) -> Offer:
    return offer(
        *(rows or (stated("input", "3"), stated("output", "6"))),
        **({"market": "CN", "currency": "CNY", "source": "acme_cn"} | change),
    )


def listing_row(number: int, **change: Any) -> dict[str, Any]:
    row = {
        "listing_id": f"{number:016d}",
        "seller": "acme",
        "served_by": "acme",
        "market": "international",
        "region": None,
        "label": "one",
        "conditions": '{"tier":"standard"}',
        "maker": "acme",
        "model_version": "acme/one",
        "identity_rule": "exact",
        "first_party": True,
        "floating": False,
        "tier": "standard",
        "base": True,
    }
    row |= change
    row["tier"] = json.loads(row["conditions"])["tier"]
    return row


def priced(number: int, prices: dict[str, str], first: float, last: float, **change: Any) -> list[dict[str, Any]]:
    """Spells of one listing, a row per meter."""
    per = change.get("per", 1_000_000)
    return [
        spell_row(
            amount,
            first,
            last,
            **(
                {
                    "listing_id": f"{number:016d}",
                    "meter": meter,
                    "nano_per_million": nano_per_million(Decimal(amount), per),
                }
                | change
            ),
        )
        for meter, amount in prices.items()
    ]


def stands(
    listings: list[dict[str, Any]],
    spells: list[dict[str, Any]],
    sources: list[dict[str, Any]] | None = None,
    until: date = date(2026, 12, 31),
) -> pd.DataFrame:
    return standing(
        spells_frame(spells),
        frames.coerce(pd.DataFrame(listings), "listings"),
        sources_frame(sources or [source_row("acme", "seller"), source_row("index", "aggregator")]),
        until=datetime(until.year, until.month, until.day, tzinfo=UTC),
    )


def ground(table: pd.DataFrame, own: Facts, rates: list[Published], seats: dict[str, str] | None = None) -> Ground:
    return Ground(
        standing=table,
        readings=frames.empty("readings"),
        rates={"CNY": rates},
        seats=seats or {"acme": "CN"},
        facts=own,
    )


def margins_on(asked: Ground, model_version: str, day: date) -> list[PairExamined]:
    """Every pair of a model that stood on `day`, with its margin."""
    own = asked.standing[asked.standing["model_version"] == model_version]
    return [examined(asked, pair) for pair in pairs_on(own, asked.seats, asked.facts, day)]
