"""A decision's new price beside the past that one source tells of it.

In: a snapshot and a row of its "events". Out: one record. The steps are the spells of a single source that shows the
move: another source that stands in, because the first fell silent, has prices of its own, which are no change.
"""

import json
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pandas as pd

from pipeline.domain.vocabulary import Meter, PerUnit
from pipeline.figures.lines import moved_at
from pipeline.frames.days import day_of
from pipeline.normalise.blends import b31
from pipeline.normalise.prices import TRUST
from pipeline.query.snapshot import Snapshot

Row = dict[Hashable, Any]

_BLENDED = (Meter.INPUT.value, Meter.OUTPUT.value)
_NANO = 10**9
_DAY = pd.Timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What one source's own prices of one listing say before and after the move.

    `lowest_since` and `first_seen` are days, `until` the last day on which the new price is known to stand; `ended` is
    why it stops there: open, changed, withdrawn or gap. None: no price stood in the ninety days before.
    """

    source: str
    since: pd.Timestamp
    median_90d: float | None
    first_seen: pd.Timestamp
    lowest_since: pd.Timestamp
    ever_lower: bool
    cheaper_than_pct: float
    held_days: int
    until: pd.Timestamp
    ended: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The decision's own B31 after and before, per million tokens in its currency; `past` None: no source tells it."""

    new: float
    last: float
    currency: str
    past: Past | None


def comparison(snapshot: Snapshot, row: Row) -> Comparison | None:
    """The decision's new B31 against its old one and against the days before; None without a price before and after.

    Of the sources that show the step from the old amounts to the new ones the first to show it speaks, then the most
    trusted. Medians and shares weigh each value with the days it stood. Published amounts, no exchange rate.
    """
    pairs = {
        meter: (_nano(pair["old"]), _nano(pair["new"]))
        for meter, pair in json.loads(row["prices"]).items()
        if pair["old"] is not None and pair["new"] is not None
    }
    if not pairs:
        return None
    told = min(_told(snapshot, row, pairs), key=lambda one: one[:3], default=None)
    if told is not None:
        steps, place = told[3], told[4]
        return compared(steps.iloc[:place], steps.iloc[place:], currency=str(row["currency"]))
    if not set(_BLENDED) <= set(pairs):
        return None
    old, new = (b31(*(Decimal(pairs[meter][side]) / _NANO for meter in _BLENDED)) for side in (0, 1))
    return Comparison(new=float(new), last=float(old), currency=str(row["currency"]), past=None)


def compared(before: pd.DataFrame, after: pd.DataFrame, *, currency: str) -> Comparison:
    """`before` and `after` are steps of one source: since, until (days, both inclusive), b31, source, ended.

    `after` begins with the decision's new price. A gap between two steps of one price is no change.
    """
    current = after.iloc[0]
    new, at = float(current["b31"]), current["since"]
    moved_on = after[after["b31"] != new]
    standing = after if moved_on.empty else after[after["since"] < moved_on["since"].iloc[0]]
    days = (before["until"] - before["since"]).dt.days + 1
    start = at - pd.Timedelta(days=90)
    recent = (before["until"] - before["since"].where(before["since"] > start, start)).dt.days + 1
    below = before[before["b31"] <= new]
    past = Past(
        source=str(current["source"]),
        since=at,
        median_90d=_weighted_median(before["b31"], recent),
        first_seen=before["since"].min(),
        lowest_since=before["since"].min() if below.empty else below["until"].max(),
        ever_lower=not below.empty,
        cheaper_than_pct=100 * float(days[before["b31"] > new].sum() / days.sum()),
        held_days=int((standing["until"].max() - at).days),
        until=standing["until"].max(),
        ended=str(standing.iloc[-1]["ended"]) if moved_on.empty else "changed",
    )
    return Comparison(new=new, last=float(before.iloc[-1]["b31"]), currency=currency, past=past)


Told = tuple[pd.Timestamp, int, str, pd.DataFrame, int]


def _told(snapshot: Snapshot, row: Row, pairs: dict[str, tuple[int, int]]) -> Iterator[Told]:
    """Of each source and listing that shows the step: its day, the source's trust and name, the steps, the place.

    A meter that a source never states speaks neither for the step nor against it; input and output it must state.
    """
    sources = snapshot["sources"].set_index("source")
    speaking = set(sources.index[sources["lineage"].isin(json.loads(row["sources"]))])
    spells = snapshot["spells"]
    meters = list(dict.fromkeys((*_BLENDED, *pairs)))
    own = spells[
        spells["listing_id"].isin(json.loads(row["listing_ids"]))
        & spells["source"].isin(speaking)
        & spells["meter"].isin(meters)
        & (spells["per_unit"] == PerUnit.TOKEN.value)
        & (spells["currency"] == row["currency"])
    ]
    asked = min(moved_at(row), *(row[name] for name in ("bracket_from",) if pd.notna(row[name])), row["public_at"])
    earliest = asked.tz_localize(None).normalize()
    for (_, source, _), told in own.groupby(["listing_id", "source", "price_basis"], observed=True, sort=True):
        stated = [meter for meter in meters if meter in set(told["meter"].astype("str"))]
        if not set(_BLENDED) <= set(stated):
            continue
        steps = _steps(told, stated).assign(source=str(source))
        place = _place(steps, {meter: pair for meter, pair in pairs.items() if meter in stated}, earliest)
        if place is not None:
            trust = TRUST.index(str(sources.loc[str(source), "trust"]))
            yield steps["since"].iloc[place], trust, str(source), steps, place


def _steps(told: pd.DataFrame, meters: list[str]) -> pd.DataFrame:
    """Runs of days at one set of amounts: since, until, one column per meter (nano), b31, ended.

    A price that changed stands up to the day before the look that shows another; any other up to its last look.
    """
    changed = (told["ended"] == "changed") & told["not_after"].notna()
    last = day_of(told["last_seen"].where(~changed, told["not_after"]))
    ranges = told.assign(
        meter=told["meter"].astype("str"),
        start=day_of(told["first_seen"]),
        end=last + (~changed).astype("int64") * _DAY,
    )
    ranges = ranges[ranges["end"] > ranges["start"]].sort_values("first_seen", kind="stable")
    edges = sorted({*ranges["start"], *ranges["end"]})
    rows = []
    for start, end in pairwise(edges):
        holding = ranges[(ranges["start"] <= start) & (ranges["end"] >= end)].drop_duplicates("meter", keep="last")
        if len(holding) < len(meters):
            continue
        ending = set(holding.loc[holding["end"] == end, "ended"].astype("str")) - {"changed"}
        amounts = dict(zip(holding["meter"], holding["nano_per_million"].astype("int64"), strict=True))
        blend = float(b31(*(Decimal(int(amounts[meter])) / _NANO for meter in _BLENDED)))
        ended = min(ending, default="changed")
        rows.append({"since": start, "until": end - _DAY, **amounts, "b31": blend, "ended": ended})
    return pd.DataFrame(rows, columns=["since", "until", *meters, "b31", "ended"])


def _place(steps: pd.DataFrame, pairs: dict[str, tuple[int, int]], earliest: pd.Timestamp) -> int | None:
    """Where the steps go from the old amounts to the new ones first, on `earliest` or later; None where they do not."""
    if not pairs:
        return None
    amounts = steps[list(pairs)].to_dict("records")
    for place in range(1, len(steps)):
        turned = all(
            (amounts[place - 1][meter], amounts[place][meter]) == (old, new) for meter, (old, new) in pairs.items()
        )
        if turned and steps["since"].iloc[place] >= earliest:
            return place
    return None


def _weighted_median(values: pd.Series, days: pd.Series) -> float | None:
    kept = pd.DataFrame({"value": values, "days": days})
    kept = kept[kept["days"] > 0].sort_values("value")
    if kept.empty:
        return None
    return float(kept.loc[kept["days"].cumsum() >= kept["days"].sum() / 2, "value"].iloc[0])


def _nano(text: str) -> int:
    return int((Decimal(text) * _NANO).to_integral_value())
