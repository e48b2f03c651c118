"""The two blends of METHODS 2 as exact integers, and the change of a blend.

`four_b31` and `ten_b721` are whole multiples of B31 and B721, in the integers of a spell. A cached price that either
side of a comparison lacks is taken as the input price on both: a catalogue that completes an entry cuts nothing.
"""

from typing import TypeVar

import pandas as pd

Nano = TypeVar("Nano", int, "pd.Series[int]")
BLENDED = ("input", "cached_input", "output")


def four_b31(input_: Nano, output: Nano) -> Nano:
    """Four times B31; missing where a part is missing."""
    return 3 * input_ + output


def ten_b721(input_: Nano, cached: Nano, output: Nano) -> Nano:
    """Ten times B721; missing where a part is missing."""
    return 7 * cached + 2 * input_ + output


def with_blends(moves: pd.DataFrame) -> pd.DataFrame:
    """`moves` (old_input, new_input, …: Int64 per million) with old_b31, new_b31, old_b721, new_b721 and both changes.

    `change_b31`, `change_b721` are ratios (−0.31 is −31 %), NaN where a part is missing or the old blend is 0.
    """
    neither = moves["old_cached_input"].isna() | moves["new_cached_input"].isna()
    found = moves.copy()
    for side in ("old", "new"):
        input_, output = moves[f"{side}_input"], moves[f"{side}_output"]
        cached = moves[f"{side}_cached_input"].mask(neither, input_)
        found[f"{side}_b31"] = four_b31(input_, output)
        found[f"{side}_b721"] = ten_b721(input_, cached, output)
    for blend in ("b31", "b721"):
        old, new = (found[f"{side}_{blend}"].astype("float64") for side in ("old", "new"))
        found[f"change_{blend}"] = (new / old.where(old > 0) - 1).astype("float64")
    return found


def is_cut(old: int, new: int, percent: int) -> bool:
    """Whether `new` is lower than `old` by `percent` or more, exactly: 5·new ≤ 4·old for 20."""
    return old > 0 and 100 * new <= (100 - percent) * old
