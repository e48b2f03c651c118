"""What patterns read of a build: decisions of sellers, promotions and prices by the hour, and their listings.

A look that moves none of these finds the patterns of before.
"""

import pandas as pd

from pipeline.domain.vocabulary import EventClass
from pipeline.events.looks import ends
from pipeline.events.patterns.finding import KNOWN

_EVENT = [
    "id",
    "kind",
    "maker",
    "seller",
    "market",
    "model_version",
    "model_versions",
    "labels",
    "effective_at",
    "effective_basis",
    "bracket_from",
    "bracket_to",
    "currency",
    "prices",
    "change_b31",
    "change_b721",
    "class_",
    "state",
]
_SPELL = ["source", "listing_id", "meter", "currency", "nano_per_million", "first_seen", "ended", "promotion"]


def events_read(events: pd.DataFrame) -> pd.DataFrame:
    """Market moves that left the state `recorded` and were not taken back, and discounts of channels."""
    moves = events["class_"].eq(EventClass.MARKET_MOVE) & events["state"].isin(KNOWN)
    return events.loc[moves | events["class_"].eq(EventClass.CHANNEL_DISCOUNT), _EVENT]


def spells_read(spells: pd.DataFrame, listings: pd.DataFrame) -> pd.DataFrame:
    """Prices with a promotion, and the input prices of offers by the hour that stand at a source's last look.

    When a price was seen last is read of promotions with a stated end only; it is missing of all others.
    """
    windowed = listings.loc[listings["conditions"].str.contains('"window"', regex=False), "listing_id"]
    by_hour = spells["ended"].eq("open") & spells["meter"].eq("input") & spells["listing_id"].isin(windowed)
    rows = spells[spells["promotion"].notna() | by_hour]
    return rows[_SPELL].assign(last_seen=rows["last_seen"].where(ends(rows)))


def listings_read(spells: pd.DataFrame, listings: pd.DataFrame) -> pd.DataFrame:
    """The listings of these spells."""
    return listings[listings["listing_id"].isin(spells["listing_id"])]
