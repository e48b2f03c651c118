"""Decisions of one instant from what sources recorded, in one call."""

from datetime import datetime
from typing import Any

import pandas as pd

from pipeline.domain.quote import Issue
from pipeline.domain.thresholds import Thresholds
from pipeline.events.changes import paired
from pipeline.events.decisions import seen, standing, steps_of, told_apart
from pipeline.events.looks import followed
from pipeline.events.moves import resellers_of
from pipeline.events.slips import slips, suspected, suspects
from pipeline.events.vetoes import bulk_looks


def decisions(
    spells: pd.DataFrame,
    listings: pd.DataFrame,
    sources: pd.DataFrame,
    *,
    now: datetime,
    thresholds: Thresholds,
    routers: frozenset[str] = frozenset(),
    exact: bool = False,
    **evidence: Any,
) -> tuple[pd.DataFrame, list[Issue]]:
    """The frame `events` and what a person should look at; `evidence` as `told_apart` takes it.

    `exact`: a standing price is followed to the instant of its last look.
    """
    resellers = routers | resellers_of(listings, sources)
    read = spells if exact else followed(spells, listings, thresholds)
    found = seen(paired(read), read, listings, sources, thresholds=thresholds, resellers=resellers)
    bulk = bulk_looks(steps_of(found), thresholds)
    told = told_apart(found, listings, sources, bulk, thresholds=thresholds, **evidence)
    recent = suspected(suspects(told.moves), now=now, thresholds=thresholds)
    return standing(told, now, thresholds), slips(recent, spells)
