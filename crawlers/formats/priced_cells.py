"""Cells of a price table → quotes: struck amounts as list prices, reasons for no amount as notices."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TypedDict

from crawlers.amounts import Comma, Money, NoAmount, parse_amount, price
from crawlers.base import PriceSpider
from crawlers.tables import Cell, Table
from pipeline.domain.conditions import Conditions, Promotion
from pipeline.domain.errors import DocumentShapeError
from pipeline.domain.quote import Notice, Quote
from pipeline.domain.vocabulary import Meter, NoticeKind, PerUnit, PriceBasis

MILLION = 1_000_000


class How(TypedDict, total=False):
    """How the amounts of a table are to be read (crawlers.amounts)."""

    currency: str
    yen_sign: str
    comma: Comma
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """What a column prices. `conditions` replaces those of the row where given."""

    meter: Meter
    per: int = MILLION
    per_unit: PerUnit = PerUnit.TOKEN
    cache_ttl: int | None = None
    how: How = field(default_factory=How)


def template(spider: PriceSpider, label: str, where: str = "", *, market: str | None = None) -> Quote:
    """A quote that names the spider's one seller and market (or that of several), to be completed cell by cell."""
    (seller,) = spider.sellers
    if market is None:
        (market,) = spider.markets
    return Quote(
        source=spider.name,
        seller=seller,
        served_by=seller,
        market=market,
        label=label,
        meter=Meter.INPUT,
        amount=Decimal(0),
        currency="USD",
        per=MILLION,
        where=where,
    )


def columns_of(table: Table, known: dict[str, Column | None]) -> list[tuple[int, Column]]:
    """(position, meaning) of the priced columns of a table's first row; every title must be known, None is ignored."""
    found: list[tuple[int, Column]] = []
    for position, cell in enumerate(table.even_rows[0]):
        if cell.text not in known:
            raise DocumentShapeError(f"{cell.where}: the column {cell.text!r} is unknown")
        column = known[cell.text]
        if column is not None:
            found.append((position, column))
    return found


def priced(
    base: Quote, cells: Iterable[tuple[Cell, Column]], *, how: How | None = None, conditions: Conditions | None = None
) -> Iterator[Quote | Notice]:
    """The quotes of some cells of one row. A cell that is no amount and no known reason raises AmountError."""
    for cell, column in cells:
        reading: How = {**(how or {}), **column.how}
        place = replace(
            base,
            meter=column.meter,
            per=column.per,
            per_unit=column.per_unit,
            where=cell.where,
            conditions=replace(conditions or base.conditions, cache_ttl=column.cache_ttl),
        )
        found = parse_amount(cell.text, **reading)
        if isinstance(found, NoAmount):
            text = f"{column.meter.value}: {cell.text or 'an empty cell'}"
            yield Notice(notice=NoticeKind.SKIPPED, label=base.label, where=cell.where, text=text)
            continue
        yield from with_struck(replace(place, amount=found.amount, currency=found.currency), cell, reading)


def with_struck(charged: Quote, cell: Cell, how: How, promotion: Promotion | None = None) -> Iterator[Quote]:
    """The charged amount; where the cell strikes another one, that is the list price and the charged one net."""
    if not cell.struck:
        yield charged
        return
    if len(cell.struck) != 1:
        raise DocumentShapeError(f"{cell.where}: {len(cell.struck)} struck prices")
    yield from list_and_net(charged, price(cell.struck[0], **how), promotion or Promotion())


def list_and_net(charged: Quote, before: Money, promotion: Promotion) -> Iterator[Quote]:
    """A list price and, under a promotion, the net price. DocumentShapeError where the net one is not the lower."""
    if before.currency != charged.currency or before.amount <= charged.amount:
        raise DocumentShapeError(f"{charged.where}: {charged.amount} is no discount on {before.amount}")
    yield replace(charged, amount=before.amount, price_basis=PriceBasis.LIST)
    conditions = replace(charged.conditions, promotion=promotion)
    yield replace(charged, price_basis=PriceBasis.NET, conditions=conditions)
