"""From quoted prices to the standard price, every step visible (METHODS 1).

Enters an offer as it stood on a day; leaves one price per meter and the steps that led to it, each with the number
before and after. A step can be switched off in a what-if; then the text says what stands instead. A step that lacks a
fact (a tax basis, a rate, the hours of a window) changes nothing and says so, or leaves no price: nothing is assumed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from pipeline.domain.vocabulary import Meter, PriceBasis
from pipeline.dumping.exact import as_decimal
from pipeline.dumping.exchange_rate import RateUsed
from pipeline.dumping.offered import Band, Offer, StatedPrice
from pipeline.normalise.windows import week_share

_WEEK_MINUTES = 7 * 24 * 60
MILLION = 1_000_000


class StepName(StrEnum):
    """In the order in which they are taken."""

    UNIT = "unit"
    BAND = "band"
    WEEK = "week"
    PROMOTION = "promotion"
    TAX = "tax"
    CURRENCY = "currency"


class Peak(StrEnum):
    OFF_PEAK = "off_peak"
    WEEK = "week"
    PEAK = "peak"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of one meter. A number is None where the step leaves no price, with the reason in `text`."""

    name: StepName
    meter: Meter
    before: Decimal | None
    after: Decimal | None
    unit: str
    text: str
    taken: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardPrice:
    """`prices` holds the meters that have one, in `currency` per million tokens (without the step `unit`: per
    the published number of tokens); `steps` in their order."""

    offer: Offer
    currency: str
    prices: Mapping[Meter, Decimal]
    steps: tuple[Step, ...]


def quoted(offer: Offer, meter: Meter, band: Band, *, basis: PriceBasis, peak: Peak) -> Decimal | None:
    """The price of a band in the seller's currency per million tokens, list or net, in a part of the week.

    Net is the list price where no promotion is stated; list is the net price where nothing else is. Without windows
    every hour has one price. The weekly mean needs the hours of every window but one (the rest of the week); None
    where they are not stated.
    """
    rows = [row for row in offer.stated if row.meter is meter and row.band == band]
    other = PriceBasis.LIST if basis is PriceBasis.NET else PriceBasis.NET
    for wanted in (basis, PriceBasis.UNKNOWN, other):
        own = [row for row in rows if row.basis == wanted]
        if own:
            return _in_the_week(own, peak)
    return None


def standard_price(
    offer: Offer,
    *,
    rate: RateUsed | None,
    vat_rate: Decimal | None,
    vat_included: str,
    without: frozenset[StepName] = frozenset(),
) -> StandardPrice:
    """The standard price of every meter of an offer: dollars, ex tax where it is known to be included, per million
    tokens, mean over the week, shortest band, net of public promotions.

    `rate` is units of the offer's currency per dollar (None: no rate, no dollars); `vat_rate` a fraction of the price
    without tax, `vat_included` yes, no or unknown, as read or as a curated fact says. `without` names the steps to
    leave out.
    """
    if not offer.bands:
        return StandardPrice(offer=offer, currency=offer.currency, prices={}, steps=())
    prices: dict[Meter, Decimal] = {}
    steps: list[Step] = []
    in_dollars = StepName.CURRENCY not in without
    for meter in dict.fromkeys(row.meter for row in offer.stated):
        taken = _selection(offer, meter, without)
        price = taken[-1].after
        taken.append(_ex_tax(meter, price, taken[-1].unit, vat_rate, vat_included, without))
        taken.append(_dollars(taken[-1], offer.currency, rate, without))
        steps += taken
        if taken[-1].after is not None:
            prices[meter] = taken[-1].after
    return StandardPrice(
        offer=offer, currency="USD" if in_dollars else offer.currency, prices=prices, steps=tuple(steps)
    )


def _selection(offer: Offer, meter: Meter, without: frozenset[StepName]) -> list[Step]:
    """The steps that choose among what is quoted: unit, band, part of the week, promotion.

    What stands instead of a step that is left out: the longest band, the hours off peak, the list price.
    """
    shortest, longest = offer.bands[0], offer.bands[-1]
    stated = quoted(offer, meter, longest, basis=PriceBasis.LIST, peak=Peak.OFF_PEAK)
    rows = [row for row in offer.stated if row.meter is meter]
    # The row that the first number is of: windows may stand beside a price without one.
    published = max(rows, key=lambda row: (row.band == longest and row.price == stated, row.band == longest))
    scale = Fraction(published.per, MILLION) if StepName.UNIT in without else Fraction(1)
    band = longest if StepName.BAND in without else shortest
    peak = Peak.OFF_PEAK if StepName.WEEK in without else Peak.WEEK
    basis = PriceBasis.LIST if StepName.PROMOTION in without else PriceBasis.NET
    start, in_band, in_week, charged = (
        None if price is None else as_decimal(scale * Fraction(price))
        for price in (
            stated,
            quoted(offer, meter, band, basis=PriceBasis.LIST, peak=Peak.OFF_PEAK),
            quoted(offer, meter, band, basis=PriceBasis.LIST, peak=peak),
            quoted(offer, meter, band, basis=basis, peak=peak),
        )
    )
    unit = _unit(offer.currency, published.per if StepName.UNIT in without else MILLION)
    texts = {
        StepName.UNIT: f"{published.published} {offer.currency} per {published.per:,} tokens",
        StepName.BAND: f"{band} of {len(offer.bands)} bands",
        StepName.WEEK: _week_text(offer, meter, peak, in_week),
        StepName.PROMOTION: "net" if charged != in_week else "no other price is stated",
    }
    numbers = ((None, start), (start, in_band), (in_band, in_week), (in_week, charged))
    return [
        Step(
            name=name,
            meter=meter,
            before=Decimal(published.published) if name is StepName.UNIT else before,
            after=after,
            unit=unit,
            text=_off(texts[name], name, without),
            taken=name not in without,
        )
        for (name, (before, after)) in zip(texts, numbers, strict=True)
    ]


def _ex_tax(
    meter: Meter,
    price: Decimal | None,
    unit: str,
    vat_rate: Decimal | None,
    vat_included: str,
    without: frozenset[StepName],
) -> Step:
    taken = StepName.TAX not in without
    after, text = price, f"tax included: {vat_included}"
    if taken and vat_included == "yes" and price is not None:
        after = None if vat_rate is None else as_decimal(Fraction(price) / (1 + Fraction(vat_rate)))
        text = "tax is included, its rate is not known" if vat_rate is None else f"without {100 * vat_rate:f} % tax"
    elif vat_included == "unknown":
        text = "not known whether tax is included: as published"
    text = _off(text, StepName.TAX, without)
    return Step(name=StepName.TAX, meter=meter, before=price, after=after, unit=unit, text=text, taken=taken)


def _dollars(last: Step, currency: str, rate: RateUsed | None, without: frozenset[StepName]) -> Step:
    taken = StepName.CURRENCY not in without
    price, after = last.after, last.after
    text, unit = "dollars as published", last.unit
    if not taken:
        text = "the seller's own currency"
    elif currency != "USD":
        unit = f"USD{last.unit.removeprefix(currency)}"
        after = None if rate is None or price is None else as_decimal(Fraction(price) / Fraction(rate.rate))
        text = (
            f"no rate of {currency} in the last seven days"
            if rate is None
            else f"{rate.rate:.6f} {currency} per USD of {rate.rate_day} ({rate.basis})"
        )
    text = _off(text, StepName.CURRENCY, without)
    return Step(name=StepName.CURRENCY, meter=last.meter, before=price, after=after, unit=unit, text=text, taken=taken)


def _unit(currency: str, per: int) -> str:
    return f"{currency} per {'million' if per == MILLION else f'{per:,}'} tokens"


def _off(text: str, name: StepName, without: frozenset[StepName]) -> str:
    return f"left out: {text}" if name in without else text


def _week_text(offer: Offer, meter: Meter, peak: Peak, price: Decimal | None) -> str:
    names = sorted({row.window["name"] for row in offer.stated if row.window and row.meter is meter})
    if not names:
        return "one price at all hours"
    if price is None:
        return f"the hours of {', '.join(names)} are not stated: no mean over the week"
    return f"off peak of {', '.join(names)}" if peak is Peak.OFF_PEAK else f"mean over 168 h of {', '.join(names)}"


def _in_the_week(rows: list[StatedPrice], peak: Peak) -> Decimal | None:
    """The price of rows of one meter, band and basis. Where windows stand beside a price without one, they speak."""
    windowed = [row for row in rows if row.window is not None]
    if not windowed:
        return rows[0].price
    timed = [row for row in windowed if row.window and row.window.get("hours")]
    rest = [row for row in windowed if row not in timed]
    off_peak = [row for row in rest if row.window and row.window["name"] != Peak.PEAK] or timed
    if peak is Peak.PEAK:
        return max(row.price for row in windowed)
    if peak is Peak.OFF_PEAK:
        return min(row.price for row in off_peak) if off_peak else None
    return _weekly_mean(timed, rest)


def _weekly_mean(timed: list[StatedPrice], rest: list[StatedPrice]) -> Decimal | None:
    shares = [Fraction(round(week_share(row.window) * _WEEK_MINUTES), _WEEK_MINUTES) for row in timed if row.window]
    left = 1 - sum(shares, Fraction(0))
    if not timed or left < 0 or (left > 0 and len(rest) != 1):
        return None
    mean = sum((share * Fraction(row.price) for share, row in zip(shares, timed, strict=True)), Fraction(0))
    return as_decimal(mean + left * Fraction(rest[0].price)) if left else as_decimal(mean)
