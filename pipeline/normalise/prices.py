"""What a listing costs now: one row per price, by its most trusted source that is not stale, the others beside it.

Enters the spells of all sources and the facts of the sources; leaves the frame `prices`. The clock is an argument.
"""

import json
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from pipeline import frames
from pipeline.domain.instants import instant_text, utc
from pipeline.domain.schedule import Schedule
from pipeline.domain.vocabulary import Trust

_PRICE = ["listing_id", "meter", "currency", "per_unit", "price_basis"]
TRUST = [trust.value for trust in Trust]
"""Most trusted first (DESIGN 4)."""
DISAGREE_PERCENT = 3
MISSED_LOOKS = 2
"""Scheduled looks that may be missed before a price is stale (DESIGN 3)."""


def looked_at(spells: pd.DataFrame) -> "pd.Series[pd.Timestamp]":
    """By source the last look that its spells tell of."""
    return spells[["last_seen", "not_after"]].max(axis=1).groupby(spells["source"].astype("str")).max()


def current_prices(
    spells: pd.DataFrame,
    sources: pd.DataFrame,
    *,
    now: datetime,
    looked: "pd.Series[pd.Timestamp] | None" = None,
) -> pd.DataFrame:
    """The newest price of each listing, meter, currency, unit and price basis; of each source its newest spell counts.

    A source is `stale` for a price when by `now` two scheduled looks were missed since it was last seen there; for a
    withdrawn price, since the source was last looked at. Sources that are not stale come first, then trust (seller,
    archive, aggregator, copy), then the latest look at the price, then the name. `withdrawn`: the source's next look
    lacked the price. `disagree`: another source that is neither stale nor withdrawn differs by more than 3 % of the
    price shown. Spells of a source that `sources` does not name raise KeyError. `looked` is `looked_at` of all spells,
    where `spells` are those of some listings.
    """
    if spells.empty:
        return frames.empty("prices")
    trust = sources.set_index("source")["trust"].map(TRUST.index)
    newest = _newest(spells, sources, looked_at(spells) if looked is None else looked)
    ranked = newest.assign(
        trust=trust.loc[newest["source"].astype("str")].to_numpy(),
        stale=pd.Timestamp(utc(now)) > newest["fresh_until"],
        age=-newest["last_seen"].astype("int64"),
    ).sort_values([*_PRICE, "stale", "trust", "age", "source"], kind="stable")
    chosen = ranked.drop_duplicates(_PRICE).reset_index(drop=True)
    others, disagree = _others(ranked, chosen)
    table = chosen.assign(others=others, disagree=disagree, payload_sha256=chosen["last_payload"])
    return frames.coerce(table, "prices")


def turning_stale(
    spells: pd.DataFrame, sources: pd.DataFrame, *, now: datetime, looked: "pd.Series[pd.Timestamp]"
) -> "pd.Series[pd.Timestamp]":
    """By listing the next instant at which the clock alone makes a price of one of its sources stale: `at`."""
    until = _newest(spells, sources, looked).set_index("listing_id")["fresh_until"].rename("at")
    return until[until >= pd.Timestamp(utc(now))].groupby(level=0).min()


def _newest(spells: pd.DataFrame, sources: pd.DataFrame, looked: "pd.Series[pd.Timestamp]") -> pd.DataFrame:
    """The newest spell of each price of each source, whether it was withdrawn, and until when it is not stale."""
    newest = spells.sort_values("last_seen", kind="stable").drop_duplicates(["source", *_PRICE], keep="last")
    gap = sources.set_index("source")["schedule"].map(lambda text: MISSED_LOOKS * Schedule.parse(text).interval)
    source, withdrawn = newest["source"].astype("str"), newest["ended"] == "withdrawn"
    last_look = newest["last_seen"].where(~withdrawn, source.map(looked))
    return newest.assign(withdrawn=withdrawn, fresh_until=last_look + gap.loc[source].to_numpy())


def _others(
    ranked: pd.DataFrame, chosen: pd.DataFrame
) -> tuple[list[str], "np.ndarray[tuple[int], np.dtype[np.bool_]]"]:
    """Per chosen row the JSON list of the other sources, in their order, and whether a fresh one disagrees."""
    number = ranked.groupby(_PRICE, sort=False, observed=True).ngroup().to_numpy()
    first = np.append(True, number[1:] != number[:-1])
    beside, which = ranked[~first], number[~first]
    shown = chosen["nano_per_million"].to_numpy()[which]
    apart = 100 * np.abs(beside["nano_per_million"].to_numpy() - shown) > DISAGREE_PERCENT * shown
    disagree = np.zeros(len(chosen), dtype=bool)
    disagree[which[apart & ~beside["stale"].to_numpy() & ~beside["withdrawn"].to_numpy()]] = True
    listed: dict[int, list[dict[str, Any]]] = {}
    columns = (which, beside["source"], beside["nano_per_million"], beside["last_seen"])
    for row, source, nano, last_seen in zip(*columns, strict=True):
        other = {"source": source, "nano_per_million": nano, "last_seen": instant_text(last_seen)}
        listed.setdefault(int(row), []).append(other)
    return [json.dumps(listed[row]) if row in listed else "[]" for row in range(len(chosen))], disagree
