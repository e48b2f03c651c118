"""The frames of a build that compare: pairs, their switches, same weights, and the curated facts they rest on.

Enter `Ground`, the versions whose weights are open and the day of the build; leave declared frames, empty and typed
where nothing can be compared.
"""

from collections.abc import Iterable, Sequence
from datetime import date

import pandas as pd

from pipeline import frames
from pipeline.domain.facts import Facts, known
from pipeline.dumping.comparisons import Ground
from pipeline.dumping.curated_rows import rent_row, tax_row
from pipeline.dumping.host_rows import facts_of, maker_and_hosts
from pipeline.dumping.pair_rows import Row, for_frame, home_and_export, pair_row, switch_rows


def pairs(asked: Ground) -> dict[str, pd.DataFrame]:
    """The frames `pairs` and `pair_switches`: each pair on the last day on which both sides stood."""
    seen = list(home_and_export(asked, None))
    return {
        "pairs": typed([{**pair_row(asked, each), **for_frame(each)} for each in seen], "pairs"),
        "pair_switches": typed([row for each in seen for row in switch_rows(each)], "pair_switches"),
    }


def hosts(asked: Ground, models: Iterable[str], day: date) -> pd.DataFrame:
    """The frame `same_weights`: the hosts of `models`, versions whose weights are known to be open, on `day`."""
    return typed(list(maker_and_hosts(asked, models, day)), "same_weights")


def curated(facts: Facts, sellers: Iterable[str], day: date) -> dict[str, pd.DataFrame]:
    """The frames `seller_facts`, `rents` and `taxes`: every fact of each seller, as public on `day`."""
    rows: list[Row] = []
    for seller in sorted(sellers):
        rows += facts_of(facts, seller, day)
    return {
        "seller_facts": typed(rows, "seller_facts"),
        "rents": typed([rent_row(rent) for rent in facts.rents if known(rent, day)], "rents"),
        "taxes": typed([tax_row(tax) for tax in facts.taxes if known(tax, day)], "taxes"),
    }


def typed(rows: Sequence[Row], name: str) -> pd.DataFrame:
    """The declared frame of rows of text: numbers and days read, missing kept missing."""
    declared = frames.FRAMES[name].columns
    if not rows:
        return frames.empty(name)
    made = pd.DataFrame([{column: row[column] for column in declared} for row in rows], dtype="object")
    for column, spec in declared.items():
        if spec.kind in ("number", "integer"):
            made[column] = pd.to_numeric(made[column])
        elif spec.kind == "day":
            made[column] = pd.to_datetime(made[column])
    return frames.coerce(made, name)
