"""Which kind of flag the conditions make, and what is missing for the next stronger one (METHODS 7).

Only `passes` counts: what is indicated, not evaluable or failed never makes a flag. Pure logic over outcomes; neither a
seller nor a country is seen here.
"""

from dataclasses import dataclass
from enum import StrEnum

from pipeline.domain.indicator import Indicator, Outcome
from pipeline.domain.vocabulary import FlagKind
from pipeline.flags.conditions import Conditions
from pipeline.flags.triggers import Trigger, TriggerKind

_FURTHER = ("hosts", "cost", "margin")
STRENGTH = (FlagKind.WATCH, FlagKind.SHARP_CUT, FlagKind.SUSPECTED_UNDERPRICING, FlagKind.SUSPECTED_DUMPING)
"""Weakest first."""


class Step(StrEnum):
    """The steps from a trigger to a suspicion, in their order."""

    RANKED = "outlier evaluable"
    OUTLIER = "outlier among makers"
    EVALUABLE = "margin, hosts or cost evaluable"
    HOLDS = "sign kept, or under hosts or cost"
    SUSPECTED = "confirmed: suspected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """The kind (None: no flag), every part that is missing for suspected underpricing or dumping, and the first
    step of the funnel that did not hold, with the reason."""

    kind: FlagKind | None
    missing: tuple[str, ...]
    stopped: tuple[Step, str] | None


def judged(trigger: Trigger, found: Conditions) -> Judged:
    """The strongest kind whose conditions all hold."""
    return Judged(kind=_kind(trigger, found), missing=_missing(trigger, found), stopped=_stopped(trigger, found))


def stronger(kinds: list[str]) -> str:
    """The strongest of some kinds."""
    return max(kinds, key=lambda kind: STRENGTH.index(FlagKind(kind)))


def _kind(trigger: Trigger, found: Conditions) -> FlagKind | None:
    outlier = _passes(found.outlier)
    if trigger.confirmed and outlier and _passes(found.margin):
        return FlagKind.SUSPECTED_DUMPING
    if trigger.confirmed and outlier and (_passes(found.hosts) or _passes(found.cost)):
        return FlagKind.SUSPECTED_UNDERPRICING
    if trigger.kind is TriggerKind.SHARP_CUT:
        return FlagKind.SHARP_CUT if trigger.confirmed else FlagKind.WATCH
    # Every model has a first price and most prices stand: alone these say nothing.
    some = any(_passes(each) for each in (found.outlier, found.hosts, found.cost, found.margin))
    return FlagKind.WATCH if some or _lowest_of_few(found) else None


def _lowest_of_few(found: Conditions) -> bool:
    """Under every other maker, of whom there are too few for a rank to be evidence."""
    rank = found.ranked.rank
    return rank is not None and found.outlier.outcome is Outcome.NOT_EVALUABLE and rank.p * (rank.makers + 1) < 2


def _missing(trigger: Trigger, found: Conditions) -> tuple[str, ...]:
    parts = [] if trigger.confirmed else [f"confirmation: the price is only {trigger.state}"]
    if not _passes(found.outlier):
        parts.append(_said(found.outlier))
    if not any(_passes(each) for each in (found.hosts, found.cost, found.margin)):
        parts += [_said(found.hosts), _said(found.cost), _said(found.margin)]
    return tuple(parts)


def _stopped(trigger: Trigger, found: Conditions) -> tuple[Step, str] | None:
    """The first step that did not hold, and why, in words that can be counted."""
    further = (found.hosts, found.cost, found.margin)
    if found.outlier.outcome is Outcome.NOT_EVALUABLE:
        return Step.RANKED, found.ranked.cause or "fewer other makers than a rank needs"
    if not _passes(found.outlier):
        return Step.OUTLIER, "not among the lowest of the makers"
    if all(each.outcome is Outcome.NOT_EVALUABLE for each in further):
        return Step.EVALUABLE, "neither margin nor hosts nor cost can be tested"
    if not any(_passes(each) for each in further):
        return Step.HOLDS, ", ".join(f"{name} {each.outcome}" for name, each in zip(_FURTHER, further, strict=True))
    return None if trigger.confirmed else (Step.SUSPECTED, "the price is not confirmed")


def _passes(indicator: Indicator) -> bool:
    return indicator.outcome is Outcome.PASSES


def _said(indicator: Indicator) -> str:
    outcome = indicator.outcome.value.replace("_", " ")
    # Some reasons begin with the outcome: "not evaluable (tax basis)", "not evaluable (4 from below of 16 makers)".
    said = indicator.reason if indicator.reason.startswith(outcome) else f"{outcome} ({indicator.reason})"
    return f"{indicator.name}: {said}"
