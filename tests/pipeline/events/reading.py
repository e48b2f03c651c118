"""What the stages make of a small ledger: changes, decisions and flags at a given instant."""

import json
from typing import Any

import pandas as pd

from pipeline.flags.sharp_cut import flagged
from pipeline.reference.routers import load_routers
from pipeline.reference.thresholds import load_thresholds
from tests.pipeline.events.deciding import decisions
from tests.pipeline.events.ledger import Ledger, instant

STEPS = ("launch", "withdrawal")


def events_of(ledger: Ledger, *, now: str = "2030-01-01", **evidence: Any) -> pd.DataFrame:
    """The flagged frame `events`; launches and withdrawals in it."""
    spells, listings, sources = (ledger.frame(name) for name in ("spells", "listings", "sources"))
    thresholds = load_thresholds()
    found, _ = decisions(
        spells, listings, sources, now=instant(now), thresholds=thresholds, routers=load_routers(), **evidence
    )
    return flagged(found, spells, thresholds)


def moves_of(ledger: Ledger, **options: Any) -> list[dict[str, Any]]:
    """The decisions that are neither launch nor withdrawal, prices decoded."""
    found = events_of(ledger, **options)
    rows = found[~found["kind"].isin(STEPS)].to_dict("records")
    return [{str(name): value for name, value in row.items()} | {"prices": json.loads(row["prices"])} for row in rows]


def only_move(ledger: Ledger, **options: Any) -> dict[str, Any]:
    rows = moves_of(ledger, **options)
    assert len(rows) == 1, [(row["kind"], row["prices"], row["class_"]) for row in rows]
    return rows[0]


def is_flagged(row: dict[str, Any]) -> bool:
    return bool(row["flag"] == "sharp_cut")
