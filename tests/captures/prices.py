"""What a reading says, in the form in which a person notes it from a page."""

from crawlers.base import Contents
from pipeline.domain.amounts import decimal_text, from_nano, nano_per_million
from pipeline.domain.quote import Quote
from pipeline.domain.vocabulary import PerUnit


def per_million(quote: Quote) -> str:
    """The amount as a person writes it; of a token price, that of a million tokens."""
    if quote.per_unit is not PerUnit.TOKEN:
        return f"{decimal_text(quote.amount)}/{quote.per} {quote.per_unit}"
    return decimal_text(from_nano(nano_per_million(quote.amount, quote.per)))


def prices(reading: Contents, label: str, **where: object) -> dict[str, str]:
    """Meter → amount of one label; `where` selects by conditions (`tier`, `context_min` …), `basis` by price basis.

    Two amounts of one meter are an error of the test: select more closely.
    """
    found: dict[str, str] = {}
    for quote in reading.quotes:
        if quote.label != label or not all(_is(quote, key, value) for key, value in where.items()):
            continue
        meter = (
            str(quote.meter) if quote.conditions.cache_ttl is None else f"{quote.meter} {quote.conditions.cache_ttl}"
        )
        if found.setdefault(meter, per_million(quote)) != per_million(quote):
            raise AssertionError(f"{label} has two prices of {meter}: {found[meter]} and {per_million(quote)}")
    return found


def _is(quote: Quote, key: str, value: object) -> bool:
    if key == "basis":
        return quote.price_basis == value
    if key in ("market", "region", "currency", "vat_included", "served_by", "seller"):
        return bool(getattr(quote, key) == value)
    if key == "window":
        return (quote.conditions.window.name if quote.conditions.window else None) == value
    return bool(getattr(quote.conditions, key) == value)
