"""Patterns of the calendar: decisions that prefer a day of the week, and prices that depend on the hour.

Enters `events`, `spells` and `listings`; leaves findings. Weekdays are tested by moving every decision by a random
number of days: no preference survives that. Only decisions whose day is known take part.
"""

import json
from datetime import timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.domain.conditions import canonical_json
from pipeline.domain.vocabulary import EventKind
from pipeline.events.patterns.finding import Row, finding, moves_of_sellers

FEWEST = 10
DRAWS = 999
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_DATED = ("seller_dated", "catalogue_dated")
_OFFER = ["seller", "served_by", "market", "region", "model", "terms"]
_NOT_A_DECISION = (EventKind.LIST_ONLY, EventKind.WITHDRAWAL)


def dated(events: pd.DataFrame, *, within: timedelta) -> pd.DataFrame:
    """Makers' own market moves with a known `day`: from a dated statement, or a bracket no wider than `within`."""
    moves = moves_of_sellers(events)
    moves = moves[moves["seller"].eq(moves["maker"]) & ~moves["kind"].isin(_NOT_A_DECISION)]
    told = moves["effective_basis"].isin(_DATED)
    narrow = moves["bracket_to"] - moves["bracket_from"] <= within
    known = moves[told | narrow]
    day = known["effective_at"].where(told, known["bracket_to"]).dt.floor("D")
    return known.assign(day=day)


def weekdays(events: pd.DataFrame, *, seed: int) -> list[Row]:
    """One row per maker with ten dated decisions or more, and one over all: the busiest weekday and its p.

    The statistic is chi-square against equal days; decisions of one maker on one day count once.
    """
    known = dated(events, within=timedelta(days=1))
    if known.empty:
        return []
    known = known.drop_duplicates(["maker", "day"])
    groups = [("all makers", known), *((str(maker), own) for maker, own in known.groupby("maker", observed=True))]
    tested = [(name, own) for name, own in groups if len(own) >= FEWEST]
    dice = np.random.default_rng(seed)
    return [_weekday(name, own, dice, len(tested)) for name, own in tested]


def _weekday(name: str, own: pd.DataFrame, dice: np.random.Generator, tests: int) -> Row:
    days = own["day"].dt.day_of_week.to_numpy()
    counts = np.bincount(days, minlength=7)
    moved = (days + dice.integers(0, 7, size=(DRAWS, len(days)))) % 7
    drawn = np.stack([(moved == day).sum(axis=1) for day in range(7)], axis=1)
    p = (1 + int((_spread(drawn) >= _spread(counts) - 1e-12).sum())) / (DRAWS + 1)
    busiest = int(counts.argmax())
    return finding(
        "weekday",
        name,
        own["bracket_to"].max(),
        f"{name}: {counts[busiest]} of {len(days)} dated decisions came on a {_DAYS[busiest]} ({len(days) / 7:.1f} "
        f"expected); p = {p:.3f} over {DRAWS} random shifts. Tests of this kind made: {tests}; about one "
        "in twenty has p ≤ .05 by chance.",
        of=None if name == "all makers" else {"maker": name},
        size=float(counts[busiest] / len(days)),
        p=p,
        events=[str(event) for event in own["id"]],
    )


def _spread(counts: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """Chi-square of the counts of seven days, the last axis, against equal ones."""
    expected = counts.sum(axis=-1, keepdims=True) / 7
    found: npt.NDArray[np.float64] = ((counts - expected) ** 2 / expected).sum(axis=-1)
    return found


def hours(spells: pd.DataFrame, listings: pd.DataFrame) -> list[Row]:
    """Offers that ask by the hour at a source's last look: the dearest input price against the cheapest."""
    timed = listings[listings["conditions"].str.contains('"window"', regex=False) & listings["maker"].notna()]
    if timed.empty:
        return []
    terms = timed["conditions"].map(json.loads)
    timed = timed.assign(
        model=timed["model_version"].fillna(timed["label"]),
        hours=[term["window"].get("hours") for term in terms],
        terms=[canonical_json({name: value for name, value in term.items() if name != "window"}) for term in terms],
    )
    near = spells[spells["ended"].eq("open") & spells["meter"].eq("input")]
    near = near[["source", "listing_id", "nano_per_million", "first_seen", "currency"]]
    met = near.assign(listing_id=near["listing_id"].astype("str")).merge(timed, on="listing_id")
    met["region"] = met["region"].fillna("")
    found = []
    for _, own in met.sort_values("nano_per_million", kind="stable").groupby(["source", *_OFFER], sort=True):
        cheap, dear = own.iloc[0], own.iloc[-1]
        if cheap["nano_per_million"] > 0 and dear["nano_per_million"] > cheap["nano_per_million"]:
            found.append(_by_hour(own, dear, cheap))
    return found


def _by_hour(own: pd.DataFrame, dear: "pd.Series[Any]", cheap: "pd.Series[Any]") -> Row:
    ratio = float(dear["nano_per_million"] / cheap["nano_per_million"])
    when = ", ".join(dear["hours"]) if isinstance(dear["hours"], list) else "the rest of the week"
    named = {name: dear[name] for name in ("maker", "seller", "market", "currency")}
    return finding(
        "hours",
        f"{dear['source']}|{dear['listing_id']}",
        own["first_seen"].max(),
        f"{dear['model']} at {dear['seller']}: input costs {ratio:.3g} times as much in {when} as at its cheapest hour "
        f"(as {dear['source']} states it). Prices of the week are compared as its mean over 168 hours.",
        of={**named, "model_version": dear["model_version"]},
        size=ratio - 1,
    )
