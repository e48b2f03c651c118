"""Which price stands as normal value, and why none above it does (METHODS 6).

Rank 1 the home price of the same listing, rank 2 a price to a third country, rank 3 a constructed value. Every list
price is an offer: no sale was observed. Volumes are not public, so viability is said to be not tested unless given.
The regime is a switch of the margin table, and of nothing else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import IntEnum, StrEnum
from fractions import Fraction

from pipeline.domain.errors import InvalidValueError
from pipeline.domain.indicator import Citation
from pipeline.dumping import citations
from pipeline.dumping.exact import as_decimal, percent
from pipeline.dumping.sales import Sale, Side

VIABLE_PERCENT = Decimal(5)
MONTHS_BACK, MONTHS_FORWARD = 3, 2
OFFER = "offer, no sale observed"
VIABILITY_NOT_TESTED = "viability not tested"


class Rank(IntEnum):
    HOME = 1
    THIRD_COUNTRY = 2
    CONSTRUCTED = 3


class Regime(StrEnum):
    """Whether home prices and costs count: `market`; or set aside, as the United States (NME) or the Union (6a) do."""

    MARKET = "market"
    NME = "NME"
    ARTICLE_6A = "6a"


RANK_NAMES: Mapping[Rank, str] = {
    Rank.HOME: "home price",
    Rank.THIRD_COUNTRY: "price to a third country",
    Rank.CONSTRUCTED: "constructed value",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """One candidate of normal value: a price, or the reason why there is none.

    `surrogate` names the country whose inputs a constructed value was priced in, where it was.
    """

    rank: Rank
    price: Decimal | None
    source: str
    missing: str | None = None
    surrogate: str | None = None

    def __post_init__(self) -> None:
        if (self.price is None) == (self.missing is None):
            raise InvalidValueError(f"a {RANK_NAMES[self.rank]} is a price or the reason that there is none")


@dataclass(frozen=True, slots=True, kw_only=True)
class NormalValue:
    """The first usable candidate; `passed_over` says of each rank above why it was not used."""

    rank: Rank
    price: Decimal
    source: str
    passed_over: tuple[str, ...]
    labels: tuple[str, ...]
    rests_on: tuple[Citation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Viability:
    """Home sales as a per cent of those to the importing country (not of all exports)."""

    percent: Decimal
    viable: bool


def viability(*, home_quantity: Decimal, importing_quantity: Decimal) -> Viability:
    """At least 5 % of the seller's sales to the importing country (19 CFR 351.404(b)(2))."""
    share = percent(Fraction(home_quantity), Fraction(importing_quantity))
    return Viability(percent=as_decimal(share), viable=share >= Fraction(VIABLE_PERCENT))


def normal_value(
    candidates: Sequence[Basis], *, regime: Regime, home_viability: Viability | None = None
) -> NormalValue | None:
    """The candidate of the best rank that may be used; None where there is none.

    At most one candidate of each rank; a rank that is absent is passed over as "none given". Under NME and 6a home
    prices, third-country prices and constructed values without a named surrogate country are set aside.
    """
    by_rank = {each.rank: each for each in candidates}
    if len(by_rank) != len(candidates):
        raise InvalidValueError("two candidates of normal value have one rank")
    passed_over: list[str] = []
    for rank in Rank:
        basis = by_rank.get(rank)
        reason = _unusable(rank, basis, regime, home_viability)
        if reason is None and basis is not None and basis.price is not None:
            return NormalValue(
                rank=rank,
                price=basis.price,
                source=basis.source,
                passed_over=tuple(passed_over),
                labels=_labels(basis, regime, home_viability),
                rests_on=_rests_on(rank, regime),
            )
        passed_over.append(f"{RANK_NAMES[rank]}: {reason}")
    return None


def _unusable(rank: Rank, basis: Basis | None, regime: Regime, home_viability: Viability | None) -> str | None:
    if regime is not Regime.MARKET and rank is not Rank.CONSTRUCTED:
        return f"set aside under the regime {regime}"
    if basis is None:
        return "none given"
    if basis.missing is not None:
        return basis.missing
    if regime is not Regime.MARKET and basis.surrogate is None:
        return f"its inputs are not priced in a surrogate country, as the regime {regime} asks"
    if rank is Rank.HOME and home_viability is not None and not home_viability.viable:
        return f"not viable: {home_viability.percent.quantize(Decimal('0.01'))} % of the sales to the importing country"
    return None


def _labels(basis: Basis, regime: Regime, home_viability: Viability | None) -> tuple[str, ...]:
    labels = [] if basis.rank is Rank.CONSTRUCTED else [OFFER]
    if basis.rank is Rank.HOME and home_viability is None:
        labels.append(VIABILITY_NOT_TESTED)
    if regime is not Regime.MARKET:
        labels.append(f"regime {regime}: inputs priced in {basis.surrogate}")
    return tuple(labels)


def _rests_on(rank: Rank, regime: Regime) -> tuple[Citation, ...]:
    if regime is Regime.NME:
        return (citations.NON_MARKET,)
    if regime is Regime.ARTICLE_6A:
        return (citations.ARTICLE_2_6A,)
    if rank is Rank.CONSTRUCTED:
        return (citations.COST_AND_CONSTRUCTED_VALUE,)
    return (citations.VIABILITY, citations.OFFER)


@dataclass(frozen=True, slots=True, kw_only=True)
class BorrowedMonth:
    """A month of exports without a home price, and the month whose price was taken."""

    product: str
    month: str
    taken_from: str
    text: str


def month_of_normal_value(months: Sequence[str], wanted: str) -> str | None:
    """The month (YYYY-MM) whose home price answers `wanted`: itself, three back (nearest first), two forward."""
    have = set(months)
    steps = (0, *(-back for back in range(1, MONTHS_BACK + 1)), *range(1, MONTHS_FORWARD + 1))
    return next((month for month in (_shifted(wanted, step) for step in steps) if month in have), None)


def contemporaneous(sales: Sequence[Sale]) -> tuple[list[Sale], list[BorrowedMonth]]:
    """`sales` with normal values for every month of exports that another month can answer for, and which were taken.

    A month that nothing answers for is left without: a margin by month then names it.
    """
    at_home: dict[str, dict[str, list[Sale]]] = {}
    for sale in sales:
        if sale.side is Side.NORMAL_VALUE:
            at_home.setdefault(sale.product, {}).setdefault(sale.month, []).append(sale)
    made, borrowed = list(sales), []
    exports = {(sale.product, sale.month): None for sale in sales if sale.side is Side.EXPORT_PRICE}
    for product, month in exports:
        months = at_home.get(product, {})
        found = month_of_normal_value(list(months), month)
        if found is None or found == month:
            continue
        made += [replace(sale, day=date.fromisoformat(f"{month}-01")) for sale in months[found]]
        way = "earlier" if found < month else "later"
        text = f"no home price of {product} in {month}: that of the {way} month {found} stands in"
        borrowed.append(BorrowedMonth(product=product, month=month, taken_from=found, text=text))
    return made, borrowed


def _shifted(month: str, by: int) -> str:
    year, index = divmod(int(month[:4]) * 12 + int(month[5:]) - 1 + by, 12)
    return f"{year:04d}-{index + 1:02d}"
