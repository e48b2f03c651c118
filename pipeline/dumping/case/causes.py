"""Other causes of a low price, with date and size: what stands beside the figures of a case."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

import pandas as pd

from pipeline.domain.vocabulary import EventClass
from pipeline.dumping.case.stretches import Rates, Stretch
from pipeline.dumping.case.subject import Subject
from pipeline.dumping.grid import RateSwitch
from pipeline.dumping.other_causes import Cause, OtherCause, other_causes
from pipeline.dumping.peers import Market
from pipeline.dumping.reference_rates import DOLLAR

_MOST = 5
_OLDEST = pd.Timedelta(days=62)
"""An index value older than two months says nothing of a day."""


def causes(
    subject: Subject,
    market: Market,
    events: pd.DataFrame,
    series: pd.DataFrame,
    seats: Mapping[str, str],
    runs: Sequence[Stretch],
    rates: Rates,
    window: timedelta,
) -> tuple[OtherCause, ...]:
    """At least one row of every cause; what nothing measures says so."""
    first = subject.since - window
    return other_causes(
        [
            *_fall_of_cost(subject, series, first),
            *_open_weights(subject, market, first),
            *_domestic_cuts(subject, events, seats, first),
            *_exchange_rate(subject, runs, rates, first),
            OtherCause(
                cause=Cause.GPU_GENERATION,
                day=None,
                size=None,
                unit="",
                source="not measured: no dated document of a new generation's cost per token is kept",
            ),
        ]
    )


def _fall_of_cost(subject: Subject, series: pd.DataFrame, first: date) -> Iterator[OtherCause]:
    for name, variant in (("matched_model", "per model version"), ("hedonic", None)):
        own = series[series["series"].eq(name) & series["blend"].eq("b31")].dropna(subset="value")
        if variant is not None:
            own = own[own["variant"].eq(variant)]
        for every, rows in own.groupby("every", observed=True):
            rows = rows.sort_values("period").drop_duplicates("period")
            before = rows[rows["period"] < pd.Timestamp(subject.since)]
            start = rows[rows["period"] <= pd.Timestamp(first)]
            if before.empty or start.empty or not start["value"].iloc[-1] > 0:
                continue
            ends = zip((before, start), (subject.since, first), strict=True)
            if any(pd.Timestamp(day) - part["period"].iloc[-1] > _OLDEST for part, day in ends):
                continue
            moved = 100 * (before["value"].iloc[-1] / start["value"].iloc[-1] - 1)
            yield OtherCause(
                cause=Cause.FALL_OF_COST,
                day=before["period"].iloc[-1].date(),
                size=Decimal(f"{moved:.2f}"),
                unit=f"% since {start['period'].iloc[-1]:%Y-%m-%d}{' (a rise)' if moved > 0 else ''}",
                source=f"{name.replace('_', ' ')} index, B31, by {every}",
            )


def _open_weights(subject: Subject, market: Market, first: date) -> Iterator[OtherCause]:
    born = [(day, name) for day, name in market.born(first, subject.since) if market.open(name, subject.as_of)]
    others = [each for each in born if each[1] != subject.model_version]
    if others:
        yield OtherCause(
            cause=Cause.OPEN_WEIGHTS,
            day=others[-1][0],
            size=Decimal(len(others)),
            unit=f"versions of open weights first seen since {first}",
            source=", ".join(name for _, name in others[-_MOST:]) + (" …" if len(others) > _MOST else ""),
        )


def _domestic_cuts(
    subject: Subject, events: pd.DataFrame, seats: Mapping[str, str], first: date
) -> Iterator[OtherCause]:
    own = events[
        events["class_"].eq(EventClass.MARKET_MOVE)
        & events["maker"].astype("str").eq(events["seller"].astype("str"))
        & events["flag"].notna()
        & events["maker"].astype("str").map(dict(seats)).eq(subject.importing_country)
        & events["maker"].astype("str").ne(subject.maker)
    ]
    at = own["public_at"].dt.date
    recent = own[(at >= first) & (at < subject.day)].sort_values("public_at", kind="stable")
    for row in recent.tail(_MOST).to_dict("records"):
        blends = {name: row[name] for name in ("change_b31", "change_b721") if pd.notna(row[name])}
        blend = min(blends, key=lambda name: blends[name], default=None)
        yield OtherCause(
            cause=Cause.DOMESTIC_CUTS,
            day=row["public_at"].date(),
            size=Decimal(-100) if blend is None else Decimal(f"{100 * blends[blend]:.2f}"),
            unit="% (to free)" if blend is None else f"% on {blend.removeprefix('change_').upper()}",
            source=f"{row['model_version'] if pd.notna(row['model_version']) else row['maker']}, decision {row['id']}",
        )


def _exchange_rate(subject: Subject, runs: Sequence[Stretch], rates: Rates, first: date) -> Iterator[OtherCause]:
    for currency in sorted({offer.currency for run in runs for offer in run.offers} - {DOLLAR}):
        old, new = (rates.of(currency, day, RateSwitch.REFERENCE) for day in (first, subject.since))
        if old is not None and new is not None:
            yield OtherCause(
                cause=Cause.EXCHANGE_RATE,
                day=subject.since,
                size=Decimal(f"{100 * (float(new / old) - 1):.2f}"),
                unit=f"% {currency} per USD since {first}",
                source="ECB reference rates",
            )
