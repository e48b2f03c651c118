"""Shares with their uncertainty: Wilson's interval, and the exact upper bound of an error."""

import math

Z = 1.959963984540054
FEWEST = 10


def wilson(hits: int, count: int) -> tuple[float, float]:
    """The 95 % score interval of a share (Wilson 1927)."""
    share = hits / count
    centre = (share + Z * Z / (2 * count)) / (1 + Z * Z / count)
    half = Z / (1 + Z * Z / count) * math.sqrt(share * (1 - share) / count + Z * Z / (4 * count * count))
    return max(0.0, centre - half), min(1.0, centre + half)


def share(hits: int, count: int) -> str:
    """`.83 (.61–.94)`; without an interval where fewer than ten were counted, a dash where none was."""
    if count == 0:
        return "–"
    if count < FEWEST:
        return f"{hits} of {count}"
    low, high = wilson(hits, count)
    texts = [f"{value:.2f}".lstrip("0") or "0" for value in (hits / count, low, high)]
    return f"{texts[0]} ({texts[1]}–{texts[2]})"


def upper_bound(errors: int, count: int, confidence: float = 0.95) -> float:
    """The one-sided exact upper bound of an error rate (Clopper and Pearson 1934): 1 where nothing was counted."""
    if count == 0 or errors == count:
        return 1.0
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        tail = sum(math.comb(count, each) * middle**each * (1 - middle) ** (count - each) for each in range(errors + 1))
        low, high = (middle, high) if tail > 1 - confidence else (low, middle)
    return high
