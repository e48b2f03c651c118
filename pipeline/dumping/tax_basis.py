"""Whether an offer's prices include tax: read from its page, else a curated fact about the page, else unknown.

Never inferred from a currency, a language or a country. Enters offers and curated facts; leaves yes, no or unknown on
either side of a pair, where that stands, and the rate of the home country's tax.
"""

from dataclasses import dataclass
from decimal import Decimal

from pipeline.domain.facts import UNKNOWN, FactName, Facts
from pipeline.dumping.offered import Offer


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxBasis:
    """Whether each side includes tax (yes, no, unknown), where that stands, and the rate at home (None: not known).

    `export_rate` is the rate that an export price which includes tax includes, where it is another country's.
    """

    home: str
    home_stated_in: str
    export: str
    export_stated_in: str
    rate: Decimal | None
    export_rate: Decimal | None = None


def vat_included(offer: Offer, facts: Facts) -> tuple[str, str]:
    """yes, no or unknown, and where that is stated."""
    if offer.vat_included != UNKNOWN:
        return offer.vat_included, f"{offer.source}, its page"
    fact = facts.of(offer.seller, offer.market, FactName.VAT_INCLUDED, day=offer.day)
    return (UNKNOWN, UNKNOWN) if fact is None else (fact.value, fact.source)


def tax_rate(country: str, facts: Facts) -> Decimal | None:
    """The rate of a country's tax as a fraction of the price without it; None where no row states one."""
    found = facts.tax_rate(country)
    return None if found is None else found.rate


def tax_basis(home: Offer, export: Offer, facts: Facts) -> TaxBasis:
    """The tax basis of a pair; the export's rate is known only where its market is a country with a row."""
    at_home, home_where = vat_included(home, facts)
    abroad, export_where = vat_included(export, facts)
    return TaxBasis(
        home=at_home,
        home_stated_in=home_where,
        export=abroad,
        export_stated_in=export_where,
        rate=tax_rate(home.market, facts),
        export_rate=tax_rate(export.market, facts),
    )
