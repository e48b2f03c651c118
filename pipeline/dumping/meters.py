"""Margins per meter, on both blends and at a mix of tokens; a blend is a choice of quantities (METHODS 2, 6).

Enter prices in one currency per million tokens, of both sides. A home cached price or an export one that is missing is
taken as the input price on both sides, as blends do.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from pipeline.domain.errors import InvalidValueError
from pipeline.domain.vocabulary import Meter
from pipeline.dumping.exact import as_decimal, percent

B31: Mapping[Meter, Decimal] = {Meter.INPUT: Decimal(3), Meter.OUTPUT: Decimal(1)}
B721: Mapping[Meter, Decimal] = {Meter.CACHED_INPUT: Decimal(7), Meter.INPUT: Decimal(2), Meter.OUTPUT: Decimal(1)}

Prices = Mapping[Meter, Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterMargins:
    """Signed per cents of the export price, None where that is 0; amounts are per million tokens, blends per mix.

    `turning_ratio` is the number of input tokens per output token at which the sign turns: None where no mix of input
    and output turns it.
    """

    amounts: Mapping[Meter, Decimal]
    percents: Mapping[Meter, Decimal | None]
    b31_percent: Decimal | None
    b721_percent: Decimal | None
    turning_ratio: Decimal | None


def meter_margins(normal_value: Prices, export_price: Prices) -> MeterMargins:
    """The margins of every meter that both sides price; input and output are required of both."""
    for side in (normal_value, export_price):
        if Meter.INPUT not in side or Meter.OUTPUT not in side:
            raise InvalidValueError("a margin on blends needs an input and an output price on both sides")
    shared = [meter for meter in normal_value if meter in export_price]
    return MeterMargins(
        amounts={meter: as_decimal(_gap(normal_value, export_price, meter)) for meter in shared},
        percents={meter: margin_at(normal_value, export_price, {meter: Decimal(1)}) for meter in shared},
        b31_percent=margin_at(normal_value, export_price, B31),
        b721_percent=margin_at(normal_value, export_price, B721),
        turning_ratio=_turning_ratio(normal_value, export_price),
    )


def margin_at(normal_value: Prices, export_price: Prices, mix: Mapping[Meter, Decimal]) -> Decimal | None:
    """The signed per cent at a mix of tokens; None where the export's mix costs nothing."""
    if Meter.CACHED_INPUT in mix and not (Meter.CACHED_INPUT in normal_value and Meter.CACHED_INPUT in export_price):
        normal_value = {**normal_value, Meter.CACHED_INPUT: normal_value[Meter.INPUT]}
        export_price = {**export_price, Meter.CACHED_INPUT: export_price[Meter.INPUT]}
    home, abroad = (
        sum((Fraction(share) * Fraction(side[meter]) for meter, share in mix.items()), Fraction(0))
        for side in (normal_value, export_price)
    )
    return as_decimal(percent(home - abroad, abroad)) if abroad else None


def _turning_ratio(normal_value: Prices, export_price: Prices) -> Decimal | None:
    on_input = _gap(normal_value, export_price, Meter.INPUT)
    on_output = _gap(normal_value, export_price, Meter.OUTPUT)
    return as_decimal(-on_output / on_input) if on_input * on_output < 0 else None


def _gap(normal_value: Prices, export_price: Prices, meter: Meter) -> Fraction:
    return Fraction(normal_value[meter]) - Fraction(export_price[meter])
