"""Curated facts about sellers, taxes and costs: each with its source and since when anyone could have known it.

What no document states has no row: it is unknown, and never inferred from a name, a currency or a language.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

ANY_MARKET = "any"
UNKNOWN = "unknown"


class FactName(StrEnum):
    """What may be known of a seller (METHODS 6, who sells what to whom)."""

    LEGAL_ENTITY = "legal_entity"  # the seller of record
    COUNTRY = "country"  # its country, ISO 3166 alpha-2
    AFFILIATED_WITH = "affiliated_with"  # a maker it belongs to
    CHANNEL = "channel"  # for other makers' models: the level of trade
    SERVED_FROM = "served_from"  # countries of its data centres, separated by a space
    VOLUME_TIERS = "volume_tiers"  # published discounts by volume, in words
    VAT_INCLUDED = "vat_included"  # yes or no, where the page's words say so and its quotes do not


class Channel(StrEnum):
    """The level of trade of an offer."""

    OWN_API = "own_api"
    CLOUD_MARKETPLACE = "cloud_marketplace"
    HOST = "host"
    ROUTER = "router"
    RESELLER = "reseller"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class SellerFact:
    """One fact about one seller's offers in one market (or in any)."""

    seller: str
    market: str
    name: FactName
    value: str
    source: str
    public_since: date | None
    reviewed_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxRate:
    """A tax on sales in a country: `rate` is a fraction of the price without it."""

    country: str
    tax: str
    rate: Decimal
    applies_to: str
    source: str
    public_since: date | None
    reviewed_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Rent:
    """The list price of a machine with `chips` of one kind for an hour, in dollars."""

    chip: str
    memory_gb: int
    chips: int
    usd_hour: Decimal
    seller: str
    region: str
    machine: str
    source: str
    public_since: date
    reviewed_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Throughput:
    """What one replica of a model makes at full load, all requests together; tokens per second."""

    model_version: str
    chip: str
    memory_gb: int
    chips: int
    input_tokens_s: Decimal
    cached_tokens_s: Decimal
    output_tokens_s: Decimal
    workload: str
    source: str
    public_since: date
    reviewed_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All of them. `owners` names the maker that a seller is (missing for hosts); `routers` pass requests on."""

    sellers: tuple[SellerFact, ...]
    taxes: tuple[TaxRate, ...]
    rents: tuple[Rent, ...]
    throughputs: tuple[Throughput, ...]
    owners: dict[str, str]
    routers: frozenset[str]

    def of(self, seller: str, market: str, name: FactName, *, day: date | None = None) -> SellerFact | None:
        """The fact of that market, else of any; with `day` only what was public then. The newest of several."""
        found = [
            fact
            for fact in self.sellers
            if fact.seller == seller and fact.name is name and fact.market in (market, ANY_MARKET) and known(fact, day)
        ]
        return max(found, key=lambda fact: (fact.market == market, fact.public_since or date.min), default=None)

    def value(self, seller: str, market: str, name: FactName, *, day: date | None = None) -> str:
        """The fact's value, or `unknown`."""
        fact = self.of(seller, market, name, day=day)
        return UNKNOWN if fact is None else fact.value

    def channel(self, seller: str, maker: str, market: str, *, day: date | None = None) -> Channel:
        """The level of trade at which `seller` offers a model of `maker`."""
        if seller in self.routers:
            return Channel.ROUTER
        if self.owners.get(seller) == maker:
            return Channel.OWN_API
        return Channel(self.value(seller, market, FactName.CHANNEL, day=day))

    def affiliated(self, seller: str, maker: str, market: str, *, day: date | None = None) -> str:
        """Whether the seller belongs to the maker: yes, no or unknown."""
        if self.owners.get(seller) == maker:
            return "yes"
        belongs_to = self.value(seller, market, FactName.AFFILIATED_WITH, day=day)
        if belongs_to == UNKNOWN:
            return UNKNOWN
        return "yes" if belongs_to == maker else "no"

    def tax_rate(self, country: str) -> TaxRate | None:
        """The tax on services there; None where no row states one."""
        return next((row for row in self.taxes if row.country == country), None)


def known(row: SellerFact | TaxRate | Rent | Throughput, day: date | None) -> bool:
    """Whether anyone could have known it on `day`; a row without `public_since` holds for every day."""
    return day is None or row.public_since is None or row.public_since <= day
