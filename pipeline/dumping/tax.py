"""Value-added tax in a comparison: four treatments, each with the reason that is stored with its figure (METHODS 1).

The basis decides the sign of a margin, and two treatments give one number for different reasons.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from pipeline.domain.indicator import Citation
from pipeline.dumping import citations
from pipeline.dumping.exact import as_decimal


class TaxTreatment(StrEnum):
    NOT_COLLECTED_ON_EXPORT = "home price includes the tax, the export bears none"
    BOTH_GROSS = "home and export price both include the tax"
    BOTH_NET = "home and export price are both without tax"
    IRRECOVERABLE_DEDUCTED = "home price without tax, tax that is not refunded deducted from the export price"


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """The two prices that a treatment compares, and why."""

    normal_value: Decimal
    export_price: Decimal
    treatment: TaxTreatment
    rests_on: Citation


def under_treatment(
    home_price: Decimal,
    export_price: Decimal,
    treatment: TaxTreatment,
    *,
    rate: Decimal,
    irrecoverable: Decimal = Decimal(0),
) -> Compared:
    """Both prices (one currency, one unit) as the treatment compares them.

    `rate` is the tax as a fraction of the price without it; `irrecoverable` a fraction of the export price, used by
    the last treatment alone.
    """
    home, export = Fraction(home_price), Fraction(export_price)
    if treatment in (TaxTreatment.NOT_COLLECTED_ON_EXPORT, TaxTreatment.IRRECOVERABLE_DEDUCTED):
        home /= 1 + Fraction(rate)
    if treatment is TaxTreatment.IRRECOVERABLE_DEDUCTED:
        export *= 1 - Fraction(irrecoverable)
    deducted = treatment is TaxTreatment.IRRECOVERABLE_DEDUCTED
    return Compared(
        normal_value=as_decimal(home),
        export_price=as_decimal(export),
        treatment=treatment,
        rests_on=citations.IRRECOVERABLE_TAX if deducted else citations.TAX,
    )
