"""Readings that a person should look at: slipped units, swapped meters and zeros that a source still states.

Enters moves with their vetoes, and spells; leaves issues. What the source has since put right is history, and none.
"""

from datetime import datetime

import pandas as pd

from pipeline.domain.quote import Issue
from pipeline.domain.thresholds import Thresholds
from pipeline.domain.vocabulary import IssueKind
from pipeline.events.verdicts import VETOES

_KINDS = {
    "swapped": IssueKind.SWAPPED_METERS,
    "power_of_ten": IssueKind.SLIPPED_UNIT,
    "tenfold": IssueKind.SLIPPED_UNIT,
    "beyond_belief": IssueKind.SLIPPED_UNIT,
    "new_is_zero_once": IssueKind.ZERO_PLACEHOLDER,
}
KINDS = frozenset(_KINDS.values())


_TEXTS = ("source", "listing_id", "label", "new_payload", "veto")


def suspects(moves: pd.DataFrame | None) -> pd.DataFrame:
    """The moves that may be a slip, whenever they were seen; None stands for no move."""
    columns = [*_TEXTS, "at"]
    found = pd.DataFrame(columns=columns) if moves is None else moves.loc[moves["veto"].isin(_KINDS), columns]
    return found.astype(dict.fromkeys(_TEXTS, "str") | {"at": "datetime64[us, UTC]"})


def suspected(suspect: pd.DataFrame, *, now: datetime, thresholds: Thresholds) -> pd.DataFrame:
    """The suspects of the last 45 days."""
    return suspect[suspect["at"] >= pd.Timestamp(now) - thresholds.corroborated_after]


def slips(suspect: pd.DataFrame, spells: pd.DataFrame) -> list[Issue]:
    """One issue per suspect whose new price is what its source states at its last look.

    `spells` are all of the sources: they tell when each had its last look.
    """
    newest = spells.groupby(spells["source"].astype("str"))["last_seen"].transform("max")
    key = {"source": "str", "listing_id": "str"}
    stated = spells.loc[spells["last_seen"].eq(newest), [*key, "first_seen"]].astype(key).drop_duplicates()
    found = suspect.merge(stated.rename(columns={"first_seen": "at"}), on=[*key, "at"])
    found = found.sort_values(["source", "listing_id", "at"], kind="stable")
    return [
        Issue(
            kind=_KINDS[row["veto"]].value,
            subject=str(row["label"]),
            place=str(row["new_payload"]),
            text=f"{row['source']}, since {row['at']:%Y-%m-%d}: {VETOES[row['veto']].text}",
        )
        for row in found.to_dict("records")
    ]
