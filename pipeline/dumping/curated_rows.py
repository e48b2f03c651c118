"""Rents of machines and taxes as rows of frames: the curated facts that costs and margins rest on.

Rents are in US dollars an hour, taxes a fraction of the price without them; every row has its source.
"""

from pipeline.domain.facts import Rent, TaxRate
from pipeline.dumping.pair_rows import Row


def rent_row(rent: Rent) -> Row:
    """One machine, with the rent of the whole and of one of its chips."""
    return {
        "chip": rent.chip,
        "memory_gb": str(rent.memory_gb),
        "chips": str(rent.chips),
        "usd_hour": str(rent.usd_hour),
        "usd_chip_hour": str(rent.usd_hour / rent.chips),
        "seller": rent.seller,
        "region": rent.region,
        "machine": rent.machine,
        "source": rent.source,
        "public_since": str(rent.public_since),
        "reviewed_on": str(rent.reviewed_on),
    }


def tax_row(tax: TaxRate) -> Row:
    """One tax of one country."""
    return {
        "country": tax.country,
        "tax": tax.tax,
        "rate": str(tax.rate),
        "applies_to": tax.applies_to,
        "source": tax.source,
        "public_since": None if tax.public_since is None else str(tax.public_since),
        "reviewed_on": str(tax.reviewed_on),
    }
