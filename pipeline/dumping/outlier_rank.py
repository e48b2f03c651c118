"""The rank of a candidate among makers and the smallest p that so many makers can give (METHODS 4, I5).

A rank, no evidence by itself: about one in twenty of any panel is at p ≤ .05. Ties count against the flag; p is not
randomised, for a dossier must give one number twice.
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from pipeline.domain.errors import InvalidValueError
from pipeline.dumping.exact import as_decimal

LEVEL = Decimal("0.05")


@dataclass(frozen=True, slots=True, kw_only=True)
class OutlierRank:
    """`evaluable` says whether n other makers can give a p of the level at all (19 for .05)."""

    p: Decimal
    makers: int
    evaluable: bool
    outlier: bool
    text: str


def outlier_rank(*, not_above: int, makers: int) -> OutlierRank:
    """p = (1 + number of other makers not above the candidate) ÷ (n + 1); exact."""
    if not 0 <= not_above <= makers or makers == 0:
        raise InvalidValueError(f"{not_above} of {makers} other makers cannot be not above")
    p = Fraction(1 + not_above, makers + 1)
    evaluable = Fraction(1, makers + 1) <= Fraction(LEVEL)
    place = "lowest" if not_above == 0 else f"{not_above + 1} from below"
    return OutlierRank(
        p=as_decimal(p),
        makers=makers,
        evaluable=evaluable,
        outlier=evaluable and p <= Fraction(LEVEL),
        text=f"{place} of {makers} makers" if evaluable else f"not evaluable ({place} of {makers} makers)",
    )
