"""Negligible imports (19 U.S.C. 1677(24)): under 3 % of all imports, unless such countries together exceed 7 %.

Volumes of tokens by country are not public: a case tests this only with shares that its user gives.
"""

from collections.abc import Mapping
from decimal import Decimal

SINGLE_PERCENT, TOGETHER_PERCENT = Decimal(3), Decimal(7)


def negligible_countries(shares: Mapping[str, Decimal]) -> list[str]:
    """The countries whose imports are negligible; `shares` are per cents of all imports over twelve months."""
    small = [country for country, share in shares.items() if share < SINGLE_PERCENT]
    together = sum((shares[country] for country in small), Decimal(0))
    return [] if together > TOGETHER_PERCENT else small
