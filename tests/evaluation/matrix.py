"""Confusion matrices of labelled decisions, and the same cross-validated by decision and by maker.

The rules have thresholds that somebody set. Cross-validation asks what they are worth where they were not looked at:
for each fold the threshold is chosen on the other folds only, and judged on this one. A unit is a decision with all its
labels, or a maker with all its decisions; no unit is ever on both sides.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tests.evaluation.labels import Labelled
from tests.evaluation.shares import share

Row = dict[str, Any]
KNOWN = ("probable", "confirmed", "expired")

LEVELS: dict[str, Callable[[Row], bool]] = {
    "recorded": lambda row: True,
    "probable": lambda row: row["class_"] == "market_move" and row["state"] in KNOWN,
    "confirmed": lambda row: row["class_"] == "market_move" and row["state"] in ("confirmed", "expired"),
    "flagged sharp cut": lambda row: row["flag"] == "sharp_cut",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """Labelled decisions by what they are and what they were read as."""

    hits: int
    false: int
    missed: int
    rejected: int

    @property
    def f1(self) -> float:
        return 2 * self.hits / max(1, 2 * self.hits + self.false + self.missed)

    def text(self, name: str) -> str:
        precision, recall = share(self.hits, self.hits + self.false), share(self.hits, self.hits + self.missed)
        return f"| {name} | {self.hits} | {self.false} | {self.missed} | {self.rejected} | {precision} | {recall} |"


HEAD = ("| read as | true | false | missed | rightly not | precision | recall |", "|---|---|---|---|---|---|---|")


def matrix(judged: Sequence[tuple[bool, bool]]) -> Matrix:
    """Of pairs (what it is, what it was read as)."""
    count = Counter(judged)
    return Matrix(
        hits=count[True, True], false=count[False, True], missed=count[True, False], rejected=count[False, False]
    )


def of_level(labelled: Sequence[Labelled], level: str) -> Matrix:
    return matrix([(each.truth, LEVELS[level](each.row)) for each in labelled])


def folds(units: Sequence[str], count: int, seed: int) -> dict[str, int]:
    """Each unit → its fold, dealt out in an order drawn with the seed."""
    drawn = np.random.default_rng(seed).permutation(sorted(set(units)))
    return {str(unit): place % count for place, unit in enumerate(drawn)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One labelled decision under every setting: what it is, and by setting whether it was read as a move."""

    decision: str
    maker: str
    truth: bool
    read: dict[str, bool]


def cross_validated(
    readings: Sequence[Reading], unit: Callable[[Reading], str], *, standing: str, count: int, seed: int
) -> tuple[Matrix, list[str]]:
    """The pooled matrix over folds, each judged with the setting that the other folds speak for; those settings.

    Another setting is chosen over the standing one where it reads more decisions of the other folds rightly, by more
    than one standard error of that difference (of the decisions on which the two differ, McNemar); of several the best
    by F1, then the first by name. One decision more is no reason to move a reviewed threshold.
    """
    fold_of = folds([unit(each) for each in readings], count, seed)
    judged: list[tuple[bool, bool]] = []
    chosen = []
    for fold in range(count):
        rest = [each for each in readings if fold_of[unit(each)] != fold]
        settings = sorted(readings[0].read) if readings else []
        better = [name for name in settings if _clearly_better(rest, name, standing)]
        worth = {name: matrix([(each.truth, each.read[name]) for each in rest]).f1 for name in better}
        best = max(better, key=lambda name: worth[name], default=standing)
        chosen.append(best)
        judged += [(each.truth, each.read[best]) for each in readings if fold_of[unit(each)] == fold]
    return matrix(judged), chosen


def _clearly_better(readings: Sequence[Reading], name: str, standing: str) -> bool:
    right = [(each.read[name] == each.truth, each.read[standing] == each.truth) for each in readings]
    wins, losses = (sum(pair == sides for pair in right) for sides in ((True, False), (False, True)))
    return wins - losses > (wins + losses) ** 0.5
