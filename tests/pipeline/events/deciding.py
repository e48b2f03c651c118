"""Decisions of one instant from what sources recorded, in one call."""

from datetime import datetime
from typing import Any

import pandas as pd

from pipeline.domain.quote import Issue
from pipeline.domain.thresholds import Thresholds
from pipeline.events.decisions import slipped, standing, told_apart


def decisions(
    changes: pd.DataFrame,
    spells: pd.DataFrame,
    listings: pd.DataFrame,
    sources: pd.DataFrame,
    *,
    now: datetime,
    thresholds: Thresholds,
    **evidence: Any,
) -> tuple[pd.DataFrame, list[Issue]]:
    """The frame `events` and what a person should look at; `evidence` as `told_apart` takes it."""
    told = told_apart(changes, spells, listings, sources, thresholds=thresholds, **evidence)
    return standing(told, now, thresholds), slipped(told, now, thresholds)
