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


def slips(moves: pd.DataFrame, spells: pd.DataFrame, *, now: datetime, thresholds: Thresholds) -> list[Issue]:
    """One issue per move of the last 45 days whose new price is what its source states at its last look."""
    newest = spells.groupby(spells["source"].astype("str"))["last_seen"].max()
    stated = moves["last_seen_new"] >= moves["source"].map(newest)
    recent = moves["at"] >= pd.Timestamp(now) - thresholds.corroborated_after
    suspect = moves[moves["veto"].isin(_KINDS) & stated & recent].sort_values(
        ["source", "listing_id", "at"], kind="stable"
    )
    return [
        Issue(
            kind=_KINDS[row["veto"]].value,
            subject=str(row["label"]),
            place=str(row["new_payload"]),
            text=f"{row['source']}, since {row['at']:%Y-%m-%d}: {VETOES[row['veto']].text}",
        )
        for row in suspect.to_dict("records")
    ]
