"""Price effects: undercutting, underselling, depression and suppression (METHODS 6).

Enter prices of peers, never of like products, of one day, tier and currency. These are event studies of days; an
injury finding looks at three years, and none is made here. The ITC says "underselling" for what is undercutting here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from pipeline.domain.errors import InvalidValueError
from pipeline.dumping.exact import as_decimal, percent

PLACEBO_DATES = 1000
FEWEST_PLACEBO_DAYS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerPair:
    """A type's price by domestic peers and by the import; `quantity` is the import's, or 1 where none is given."""

    type_: str
    domestic_price: Decimal
    import_price: Decimal
    quantity: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Undercutting:
    """Per cents of the domestic price, negative types kept in `weighted_percent`."""

    by_type: tuple[tuple[str, Decimal], ...]
    weighted_percent: Decimal
    positive_only_percent: Decimal
    mean_percent: Decimal
    share_of_quantity_percent: Decimal


def undercutting(pairs: Sequence[PeerPair]) -> Undercutting:
    """100 · (P_dom - P_imp) ÷ P_dom by type, and weighted: 100 · Σ q(P_dom - P_imp) ÷ Σ q·P_dom.

    Raises InvalidValueError without a pair or where a domestic price is 0.
    """
    if not pairs or any(pair.domestic_price <= 0 for pair in pairs):
        raise InvalidValueError("undercutting needs domestic prices above 0")
    gaps = [Fraction(pair.domestic_price) - Fraction(pair.import_price) for pair in pairs]
    quantities = [Fraction(pair.quantity) for pair in pairs]
    own = [percent(gap, Fraction(pair.domestic_price)) for gap, pair in zip(gaps, pairs, strict=True)]
    value = sum((q * Fraction(pair.domestic_price) for q, pair in zip(quantities, pairs, strict=True)), Fraction(0))
    weighted = [gap * quantity for gap, quantity in zip(gaps, quantities, strict=True)]
    under = sum((quantity for gap, quantity in zip(gaps, quantities, strict=True) if gap > 0), Fraction(0))
    return Undercutting(
        by_type=tuple((pair.type_, as_decimal(each)) for pair, each in zip(pairs, own, strict=True)),
        weighted_percent=as_decimal(percent(sum(weighted, Fraction(0)), value)),
        positive_only_percent=as_decimal(percent(sum((max(w, Fraction(0)) for w in weighted), Fraction(0)), value)),
        mean_percent=as_decimal(sum(own, Fraction(0)) / len(own)),
        share_of_quantity_percent=as_decimal(percent(under, sum(quantities, Fraction(0)))),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Underselling:
    """`percent` of the value free at the frontier; None where none is given (a service has none)."""

    target_price: Decimal
    percent: Decimal | None


def underselling(
    *, cost: Decimal, profit_share_of_turnover: Decimal, import_price: Decimal, cif_price: Decimal | None
) -> Underselling:
    """Underselling in the Union's sense: 100 · (target - P_imp) ÷ CIF, with target = cost ÷ (1 - profit share).

    The profit is a share of turnover, not of cost.
    """
    if not 0 <= profit_share_of_turnover < 1:
        raise InvalidValueError(f"a profit of {profit_share_of_turnover} is no share of turnover")
    target = Fraction(cost) / (1 - Fraction(profit_share_of_turnover))
    gap = target - Fraction(import_price)
    return Underselling(
        target_price=as_decimal(target),
        percent=as_decimal(percent(gap, Fraction(cif_price))) if cif_price else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppression:
    """Rivals' cost as a per cent of their price at both ends; `points` is None where cost did not rise."""

    ratio_start: Decimal
    ratio_end: Decimal
    change_points: Decimal
    points: Decimal | None
    reason: str


def suppression(*, cost_start: Decimal, price_start: Decimal, cost_end: Decimal, price_end: Decimal) -> Suppression:
    """The change of cost ÷ price over a window, in points: not its level, and evaluable only when cost rose."""
    start = percent(Fraction(cost_start), Fraction(price_start))
    end = percent(Fraction(cost_end), Fraction(price_end))
    rose = cost_end > cost_start
    return Suppression(
        ratio_start=as_decimal(start),
        ratio_end=as_decimal(end),
        change_points=as_decimal(end - start),
        points=as_decimal(end - start) if rose else None,
        reason="cost rose" if rose else "cost did not rise: no increase of price was to be expected",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Depression:
    """Logarithms are changes beyond trend; the per cents are 100 · (eˣ - 1), negative where prices fell beyond it.

    `p` is the share of placebo dates at which the difference is as low or lower, the event counted among them; None
    where fewer than 20 days can serve as placebo. `placebo_days` is how many can.
    """

    rivals_excess: float
    controls_excess: float
    difference: float
    percent: float
    without_controls_percent: float
    p: float | None = None
    placebo_days: int | None = None


def depression(
    *, rivals_change: float, rivals_trend: float, controls_change: float, controls_trend: float, days: int
) -> Depression:
    """Rivals' excess fall minus the controls': log changes over `days`, log trends per day of before."""
    rivals, controls = rivals_change - rivals_trend * days, controls_change - controls_trend * days
    return Depression(
        rivals_excess=rivals,
        controls_excess=controls,
        difference=rivals - controls,
        percent=100 * float(np.expm1(rivals - controls)),
        without_controls_percent=100 * float(np.expm1(rivals)),
    )


def depression_with_placebos(
    rivals: NDArray[np.float64],
    controls: NDArray[np.float64],
    event: int,
    *,
    window: int,
    trend_days: int,
    generator: np.random.Generator,
    draws: int = PLACEBO_DATES,
) -> Depression | None:
    """Depression over `window` days after place `event` of two daily series of log prices, against placebo dates.

    Trends are least squares over the `trend_days` before a date. A placebo's window and trend lie wholly before the
    event or wholly after its window. None where the event's own days are missing (NaN) or not in the series.
    """
    if rivals.shape != controls.shape:
        raise InvalidValueError("the series of rivals and of controls are of the same days")
    found = _at(rivals, controls, event, window, trend_days)
    if found is None:
        return None
    apart = [day for day in range(rivals.size) if day + window <= event or day - trend_days >= event + window]
    placebos = [each.difference for day in apart if (each := _at(rivals, controls, day, window, trend_days))]
    p = None
    if len(placebos) >= FEWEST_PLACEBO_DAYS:
        drawn = generator.choice(np.array(placebos), size=draws, replace=True)
        p = float(1 + np.count_nonzero(drawn <= found.difference)) / (draws + 1)
    return Depression(
        rivals_excess=found.rivals_excess,
        controls_excess=found.controls_excess,
        difference=found.difference,
        percent=found.percent,
        without_controls_percent=found.without_controls_percent,
        p=p,
        placebo_days=len(placebos),
    )


def _at(
    rivals: NDArray[np.float64], controls: NDArray[np.float64], day: int, window: int, trend_days: int
) -> Depression | None:
    if day - trend_days < 0 or day + window >= rivals.size:
        return None
    spans = [series[day - trend_days : day + window + 1] for series in (rivals, controls)]
    if any(np.isnan(span).any() for span in spans):
        return None
    changes = [float(series[day + window] - series[day]) for series in (rivals, controls)]
    trends = [_slope(span[: trend_days + 1]) for span in spans]
    return depression(
        rivals_change=changes[0],
        rivals_trend=trends[0],
        controls_change=changes[1],
        controls_trend=trends[1],
        days=window,
    )


def _slope(levels: NDArray[np.float64]) -> float:
    """The least-squares slope per day."""
    days = np.arange(levels.size) - (levels.size - 1) / 2
    return float(days @ levels / (days @ days))
