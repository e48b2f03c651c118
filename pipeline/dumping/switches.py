"""Which adjustment flips the sign of a margin: every combination of a grid of switches, evaluated (METHODS 7).

Enters a function of the switches; leaves every combination with its figure, "sign kept in k of K", and which switches
turn it. Combinations without a figure are counted apart: they neither keep nor flip.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

from pipeline.domain.errors import InvalidValueError

Grid = Mapping[str, Sequence[str]]
Choice = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Combination:
    """One setting of all switches and the figure it gives; None where that is not defined."""

    choice: Choice
    figure: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensitivity:
    """`base` is the first value of every switch. `sign` is that of the base: -1, 0, 1, or None where undefined.

    `flips` are the switches that turn the sign somewhere with all others held; `flips_from_base` names the values
    that turn it with all others as in the base.
    """

    combinations: tuple[Combination, ...]
    base: Combination
    sign: int | None
    kept: int
    defined: int
    undefined: int
    flips: tuple[str, ...]
    flips_from_base: Mapping[str, tuple[str, ...]]

    @property
    def keeps_sign(self) -> bool:
        """Whether the base has a sign, not 0, and every defined combination has the same."""
        return bool(self.sign) and self.kept == self.defined

    @property
    def text(self) -> str:
        apart = f", {self.undefined} undefined" if self.undefined else ""
        if self.sign is None:
            return f"not evaluable: the base has no figure ({self.defined} defined{apart})"
        return f"sign kept in {self.kept} of {self.defined}{apart}"


def evaluate(grid: Grid, figure: Callable[[Choice], Decimal | None]) -> Sensitivity:
    """The figure at every combination of the grid, in the order of its switches."""
    empty = [name for name, values in grid.items() if not values]
    if empty:
        raise InvalidValueError(f"the switch {', '.join(empty)} has no value")
    combinations = [
        Combination(choice=choice, figure=figure(choice))
        for choice in (dict(zip(grid, values, strict=True)) for values in product(*grid.values()))
    ]
    base = combinations[0]
    signs = {tuple(each.choice.values()): sign_of(each.figure) for each in combinations}
    own = sign_of(base.figure)
    defined = [sign for sign in signs.values() if sign is not None]
    return Sensitivity(
        combinations=tuple(combinations),
        base=base,
        sign=own,
        kept=sum(sign == own for sign in defined) if own is not None else 0,
        defined=len(defined),
        undefined=len(combinations) - len(defined),
        flips=tuple(name for place, name in enumerate(grid) if _turns(signs, place)),
        flips_from_base=_from_base(grid, signs, base),
    )


def sign_of(figure: Decimal | None) -> int | None:
    return None if figure is None else (figure > 0) - (figure < 0)


def _turns(signs: Mapping[tuple[str, ...], int | None], place: int) -> bool:
    """Whether two combinations that differ in one switch only have different signs."""
    seen: dict[tuple[str, ...], set[int]] = {}
    for values, sign in signs.items():
        if sign is not None:
            seen.setdefault(values[:place] + values[place + 1 :], set()).add(sign)
    return any(len(found) > 1 for found in seen.values())


def _from_base(
    grid: Grid, signs: Mapping[tuple[str, ...], int | None], base: Combination
) -> dict[str, tuple[str, ...]]:
    standing = tuple(base.choice.values())
    own = signs[standing]
    turned: dict[str, tuple[str, ...]] = {}
    for place, (name, values) in enumerate(grid.items()):
        others = {value: signs[(*standing[:place], value, *standing[place + 1 :])] for value in values}
        found = tuple(value for value, sign in others.items() if None not in (sign, own) and sign != own)
        if found:
            turned[name] = found
    return turned
