"""The stages of the flow, in their order: from what was read to the frames of a build.

Enters `Read`, the ledger's facts as frames; leaves every derived frame by its declared name and what a person must see.
Nothing here reads the ledger or a clock: the same facts give the same build.
"""

from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from pipeline.domain.quote import Issue
from pipeline.dumping.compared import compared
from pipeline.dumping.comparisons import Ground, ground
from pipeline.events.changes import recorded_changes
from pipeline.events.decisions import decisions
from pipeline.events.patterns.found import patterns
from pipeline.flags.funnel import funnel, outlier_panel
from pipeline.flags.judged import Asked, flags_of, market_of, with_flags
from pipeline.flags.sharp_cut import flagged
from pipeline.indices.blended import blended, without_rate
from pipeline.indices.market_share import market_shares
from pipeline.indices.series import family, series_ground
from pipeline.indices.throughput import throughput
from pipeline.normalise.channels import matched
from pipeline.normalise.coverage import coverage
from pipeline.normalise.prices import current_prices
from pipeline.normalise.quality import vintages
from pipeline.normalise.scores import matched_scores
from pipeline.reference.facts import load_facts
from pipeline.reference.load import Reference, known_openness, seats_of
from pipeline.reference.not_text import load_not_text
from pipeline.reference.routers import load_routers
from pipeline.reference.thresholds import load_thresholds


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What the ledger holds in force. `now` dates the build; prices and coverage are judged `at`."""

    sources: pd.DataFrame
    listings: pd.DataFrame
    spells: pd.DataFrame
    resolved: pd.DataFrame
    captures: pd.DataFrame
    runs: pd.DataFrame
    rates: pd.DataFrame
    scores: pd.DataFrame
    readings: pd.DataFrame
    volumes: pd.DataFrame
    announcements: pd.DataFrame
    now: datetime
    at: datetime


def assemble(read: Read, reference: Reference) -> tuple[dict[str, pd.DataFrame], list[Issue]]:
    """Every frame of a build but `issues`, and the issues that its making found."""
    found = judged(
        read.spells,
        read.listings,
        read.sources,
        now=read.now,
        announcements=read.announcements,
        rates=read.rates,
        aliases=reference.aliases,
    )
    changes, events = found.changes, found.events
    blends = blended(read.spells, read.listings, read.rates, read.sources, until=read.at)
    scores = matched_scores(read.scores, read.resolved, reference)
    series = family(
        series_ground(
            blends,
            read.listings,
            scores,
            events,
            makers=reference.makers,
            openness=known_openness(reference),
            routers=load_routers(),
            not_text=load_not_text(),
        )
    )
    readings = matched(read.readings, "readings", read.resolved, reference)
    volumes = matched(read.volumes, "volumes", read.resolved, reference)
    asked = Asked(
        events=events,
        spells=read.spells,
        blends=blends,
        listings=read.listings,
        sources=read.sources,
        scores=scores,
        series=series["series"],
        models=reference.models,
        openness=reference.openness,
        seats=seats_of(reference.makers),
        facts=load_facts(),
    )
    stands = ground(
        asked.spells,
        asked.listings,
        asked.sources,
        read.rates,
        readings,
        seats=asked.seats,
        facts=asked.facts,
        until=read.at,
    )
    flags, panel = _flags(asked, stands, until=read.at)
    openness = known_openness(reference)
    open_models = openness.loc[openness["open_weights"] == "yes", "model_version"]
    events = with_flags(events, flags)
    built = {
        "sources": read.sources,
        "listings": read.listings,
        "spells": read.spells,
        "changes": changes,
        "events": events,
        "patterns": patterns(events, read.spells, read.listings, series["quality_prices"], load_thresholds()),
        "flags": flags,
        "funnel": funnel(events, flags),
        "outlier_panel": panel,
        "prices": current_prices(read.spells, read.sources, now=read.at),
        "blends": blends,
        **series,
        **compared(stands, open_models, read.at.date()),
        "scores": scores,
        "vintages": vintages(scores),
        "readings": readings,
        "throughput": throughput(readings, blends, read.listings),
        "volumes": volumes,
        "market_shares": market_shares(volumes),
        "rates": read.rates,
        "coverage": coverage(read.runs, read.sources, until=read.at),
        "runs": read.runs,
        "captures": read.captures,
    }
    return built, [*found.issues, *without_rate(blends)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What sources recorded, the decisions behind it with their flags, and what a person must see."""

    changes: pd.DataFrame
    events: pd.DataFrame
    issues: list[Issue]


def judged(
    spells: pd.DataFrame,
    listings: pd.DataFrame,
    sources: pd.DataFrame,
    *,
    now: datetime,
    announcements: pd.DataFrame,
    rates: pd.DataFrame,
    aliases: pd.DataFrame,
) -> Judged:
    """Changes, decisions and flags of one view; a replay calls it with what was public on its day."""
    thresholds = load_thresholds()
    changes, basis_issues = recorded_changes(spells, sources)
    events, event_issues = decisions(
        changes,
        spells,
        listings,
        sources,
        now=now,
        thresholds=thresholds,
        announcements=announcements,
        rates=rates,
        aliases=aliases,
        routers=load_routers(),
    )
    return Judged(changes=changes, events=flagged(events, spells, thresholds), issues=[*basis_issues, *event_issues])


def _flags(asked: Asked, stands: Ground, *, until: datetime) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The frames `flags` and `outlier_panel`."""
    thresholds = load_thresholds()
    market = market_of(asked)
    flags = flags_of(asked, stands, market, thresholds)
    return flags, outlier_panel(market, flags, until=until, age=thresholds.model_age)
