"""What a declaration of a frame is made of."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "integer", "number", "flag", "instant", "day"]


@dataclass(frozen=True, slots=True)
class Column:
    kind: Kind
    description: str
    unit: str = ""
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Frame:
    """A declared frame: what a row is, which columns make it unique, each column, and pairs of columns of which the
    first is never above the second."""

    row: str
    key: tuple[str, ...]
    columns: dict[str, Column]
    ordered: tuple[tuple[str, str], ...] = ()


def text(description: str, *, optional: bool = False, unit: str = "") -> Column:
    return Column("text", description, unit, optional)


def instant(description: str, *, optional: bool = False) -> Column:
    return Column("instant", description, "UTC", optional)


LISTING_KEY = {
    "seller": text("who bills"),
    "served_by": text("who computes"),
    "market": text("country of the buyer: ISO 3166 alpha-2, EU or international"),
    "region": text("region the offer names", optional=True),
    "label": text("the model's name as printed"),
    "conditions": text("canonical JSON of tier, window, bands, thinking, precision (promotion and as_published in)"),
}
"""The columns that tell one listing from another."""
PRICE_KEY = {
    "meter": text("what is billed"),
    "currency": text("ISO 4217"),
    "per_unit": text("token, character, image …: the unit that is counted in millions"),
    "vat_included": text("yes, no or unknown, as read"),
    "price_basis": text("list, net or unknown, as read"),
}
"""The columns that tell one price of a listing from another."""
