"""The frames of a build that compare: pairs, their switches, same weights, and the curated facts they rest on.

Enter `Ground`, the versions whose weights are open and the day of the build; leave declared frames, empty and typed
where nothing can be compared.
"""

from collections.abc import Iterable, Sequence
from datetime import date

import pandas as pd

from pipeline import frames
from pipeline.domain.facts import known
from pipeline.dumping.comparisons import Ground
from pipeline.dumping.curated_rows import rent_row, tax_row
from pipeline.dumping.host_rows import facts_of, maker_and_hosts
from pipeline.dumping.pair_rows import Row, for_frame, home_and_export, pair_row, switch_rows


def compared(asked: Ground, models: Iterable[str], day: date) -> dict[str, pd.DataFrame]:
    """The frames of a build: each pair on the last day on which both sides stood, and the hosts of `models` on `day`.

    `models` are the versions whose weights are known to be open.
    """
    seen = list(home_and_export(asked, None))
    switches = [row for each in seen for row in switch_rows(each)]
    return {
        "pairs": typed([{**pair_row(asked, each), **for_frame(each)} for each in seen], "pairs"),
        "pair_switches": typed(switches, "pair_switches"),
        "same_weights": typed(list(maker_and_hosts(asked, models, day)), "same_weights"),
        "seller_facts": seller_facts(asked, day),
        "rents": typed([rent_row(rent) for rent in asked.facts.rents if known(rent, day)], "rents"),
        "taxes": typed([tax_row(tax) for tax in asked.facts.taxes if known(tax, day)], "taxes"),
    }


def seller_facts(asked: Ground, day: date) -> pd.DataFrame:
    """The frame `seller_facts`: every fact of every seller that ever offered a matched model, as public on `day`."""
    rows: list[Row] = []
    for seller in sorted({str(name) for name in asked.standing["seller"].unique()}):
        rows += facts_of(asked.facts, seller, day)
    return typed(rows, "seller_facts")


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
