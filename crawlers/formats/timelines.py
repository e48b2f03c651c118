"""A price's time in force, cut where a schedule of peak hours begins or ends beside it (model-prices)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from pipeline.domain.conditions import Window
from pipeline.domain.errors import DocumentShapeError
from pipeline.domain.instants import parse_instant
from pipeline.domain.vocabulary import EffectiveBasis

_KNOWN = {"provider", "note", "source", "valid_from", "valid_until", "holidays", "weekdays_only", "terms"}
_KNOWN |= {"peak_hours_utc", "peak_multiplier", "off_peak_hours_utc", "off_peak_multiplier"}


@dataclass(frozen=True, slots=True)
class Change:
    """A price from `since` until `until` (open where None), and who says since when."""

    since: datetime
    until: datetime | None
    basis: EffectiveBasis


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a price's time: its window, what the price is multiplied by there, the source's words for it."""

    since: datetime
    basis: EffectiveBasis
    window: Window | None = None
    factor: Decimal = Decimal(1)
    words: str | None = None


def hours_of(change: Change, model: str, schedules: list[dict[str, Any]]) -> Iterator[Part]:
    """The parts of a price's time: one while it holds all day, two (the dear and the cheap hours) under a schedule."""
    ours = [schedule for schedule in schedules if model in schedule.get("off_peak_multiplier", {model: None})]
    edges = {parse_instant(entry[key]) for entry in ours for key in ("valid_from", "valid_until") if key in entry}
    inside = sorted(edge for edge in edges if edge > change.since and (change.until is None or edge < change.until))
    for since in (change.since, *inside):
        basis = change.basis if since == change.since else EffectiveBasis.SELLER_DATED
        in_force = [schedule for schedule in ours if _holds(schedule, since)]
        if len(in_force) > 1:
            raise DocumentShapeError(f"{len(in_force)} schedules hold for {model} at {since}")
        if not in_force:
            yield Part(since=since, basis=basis)
        for schedule in in_force:
            yield from _scheduled(schedule, model, since, basis)


def _holds(schedule: dict[str, Any], at: datetime) -> bool:
    until = schedule.get("valid_until")
    return parse_instant(schedule["valid_from"]) <= at and (until is None or at < parse_instant(until))


def _scheduled(schedule: dict[str, Any], model: str, since: datetime, basis: EffectiveBasis) -> Iterator[Part]:
    unknown = set(schedule) - _KNOWN
    if unknown:
        raise DocumentShapeError(f"a schedule of {schedule['provider']} has {sorted(unknown)}")
    off_peak = "off_peak_hours_utc" in schedule
    spans = schedule["off_peak_hours_utc" if off_peak else "peak_hours_utc"]
    factor = schedule["off_peak_multiplier"][model] if off_peak else schedule["peak_multiplier"]
    named = Window(
        name="off_peak" if off_peak else "peak",
        hours=tuple(f"{start}-{end}" for start, end in spans),
        tz="UTC",
        weekdays=(1, 2, 3, 4, 5) if schedule.get("weekdays_only") else (),
        except_={"cn": "Chinese public holidays", None: None}[schedule.get("holidays")],
    )
    rest = _rest_of_the_day(spans) if off_peak else Window(name="off_peak")
    words = f"{'off_peak' if off_peak else 'peak'}_multiplier {factor}"
    yield Part(since=since, basis=basis, window=rest)
    yield Part(since=since, basis=basis, window=named, factor=Decimal(factor), words=words)


def _rest_of_the_day(spans: list[list[str]]) -> Window:
    """The peak hours of a schedule that names its off-peak hours: one span's complement."""
    ((start, end),) = spans
    return Window(name="peak", hours=(f"{end}-{start}",), tz="UTC")
