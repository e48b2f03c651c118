"""The stages of the flow, in their order: from what was read to the frames of a build.

Enters `Read`, the ledger's facts as frames; leaves every derived frame by its declared name and what a person must see.
Nothing here reads the ledger or a clock: the same facts give the same build, whatever of it was kept.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

import pandas as pd

from pipeline import frames
from pipeline.domain.quote import Issue
from pipeline.dumping.comparisons import Ground, ground
from pipeline.events.patterns.found import patterns
from pipeline.events.patterns.read import events_read, listings_read, spells_read
from pipeline.flags.funnel import funnel
from pipeline.flags.judged import Asked, market_of, with_flags
from pipeline.indices.market_share import market_shares
from pipeline.indices.series import BENCHMARK, family, series_ground
from pipeline.indices.series import Ground as SeriesGround
from pipeline.indices.standing import at_period_ends
from pipeline.indices.throughput import prices_beside, throughput
from pipeline.jobs import decided
from pipeline.jobs.flagging import kept_flags, kept_panel
from pipeline.jobs.paired import kept_comparisons
from pipeline.jobs.priced import priced
from pipeline.normalise.as_public import end_of
from pipeline.normalise.channels import matched
from pipeline.normalise.coverage import coverage
from pipeline.normalise.quality import vintages
from pipeline.normalise.scores import matched_scores
from pipeline.reference.facts import load_facts
from pipeline.reference.load import Reference, known_openness, seats_of
from pipeline.reference.not_text import load_not_text
from pipeline.reference.routers import load_routers
from pipeline.reference.thresholds import load_thresholds
from pipeline.store.digests import digests, together
from pipeline.store.keep import Keep, Made, Parts, anew


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What the ledger holds in force. `now` dates the build; prices and coverage are judged `at`.

    `said` is by source a digest of its spells, for what is kept.
    """

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
    said: Mapping[str, str] = field(default_factory=dict)


def assemble(read: Read, reference: Reference, keep: Keep = anew) -> tuple[dict[str, pd.DataFrame], list[Issue]]:
    """Every frame of a build but `issues`, and the issues that its making found.

    Each stage is handed to `keep` with all that it is made of beside the program and its curated tables; `reference`
    must be the curated one where something is kept.
    """
    told = decisions(read, reference, keep)
    changes, events = told.frames["changes"], told.frames["events"]
    prices = priced(read.spells, read.listings, read.sources, read.rates, said=read.said, at=read.at, keep=keep)
    scored = keep("scores", [read.scores, read.resolved], lambda: _scores(read, reference))
    named = keep("named", [read.readings, read.volumes, read.resolved], lambda: _named(read, reference))
    built = {**prices.frames, **scored.frames, **named.frames}
    asked = _series(read, reference, built, events)
    built |= keep("series", [asked.offers, asked.scores], lambda: Made(frames=family(asked))).frames

    stands = ground(
        read.spells,
        read.listings,
        read.sources,
        read.rates,
        built["readings"],
        seats=seats_of(reference.makers),
        facts=load_facts(),
        until=read.at,
    )
    built |= _flags(read, _asked(read, reference, built, events), stands, keep)
    openness = known_openness(reference)
    open_models = openness.loc[openness["open_weights"] == "yes", "model_version"]
    flagged = keep(
        "flagged", [events, built["flags"]], lambda: Made(frames={"events": with_flags(events, built["flags"])})
    )
    events = flagged.frames["events"]
    built |= kept_comparisons(stands, open_models, read.at.date(), keep, now=read.now)
    built["patterns"] = _patterns(read, events, built["quality_prices"], keep)
    built |= {
        "sources": read.sources,
        "listings": read.listings,
        "spells": read.spells,
        "changes": changes,
        "events": events,
        "funnel": funnel(events, built["flags"]),
        "throughput": _throughput(read, built, keep),
        "rates": read.rates,
        "coverage": _coverage(read, keep),
        "runs": read.runs,
        "captures": read.captures,
    }
    return built, [*told.issues, *prices.issues]


def decisions(read: Read, reference: Reference, keep: Keep = anew) -> Made:
    """The frames `changes` and `events` of what was read; a replay calls it with what was public on its day."""
    asked = decided.Asked(
        spells=read.spells,
        listings=read.listings,
        sources=read.sources,
        announcements=read.announcements,
        rates=read.rates,
        reference=reference,
    )
    return decided.decided(asked, read.now, keep)


def _throughput(read: Read, built: Mapping[str, pd.DataFrame], keep: Keep) -> pd.DataFrame:
    beside = prices_beside(built["readings"], built["blends"], read.listings)

    def make() -> Made:
        return Made(frames={"throughput": throughput(built["readings"], beside)})

    return keep("throughput", [built["readings"], beside], make).frames["throughput"]


def _coverage(read: Read, keep: Keep) -> pd.DataFrame:
    """By source, of its runs, its schedule and the day."""
    runs = read.runs[["source", "due", "kind", "verdict", "ended_at"]]
    schedules = dict(zip(read.sources["source"], read.sources["schedule"], strict=True))

    def make(names: Collection[str]) -> Parts:
        made = coverage(runs[runs["source"].isin(names)], read.sources, until=read.at)
        return Parts(frames={"coverage": made.assign(part=made["source"])})

    ran = digests(runs, runs["source"])
    parts = together(ran, ran, schedules, shared=[str(read.at.date())])
    return keep.by_part("coverage", parts, make, frames.declared, now=read.at).frames["coverage"]


def _scores(read: Read, reference: Reference) -> Made:
    scores = matched_scores(read.scores, read.resolved, reference)
    return Made(frames={"scores": scores, "vintages": vintages(scores)})


def _named(read: Read, reference: Reference) -> Made:
    readings = matched(read.readings, "readings", read.resolved, reference)
    volumes = matched(read.volumes, "volumes", read.resolved, reference)
    return Made(frames={"readings": readings, "volumes": volumes, "market_shares": market_shares(volumes)})


def _series(read: Read, reference: Reference, built: Mapping[str, pd.DataFrame], events: pd.DataFrame) -> SeriesGround:
    """What series are made of, cut to what they read: prices at the ends of whole weeks and months, one benchmark."""
    asked = series_ground(
        built["blends"],
        read.listings,
        built["scores"],
        events,
        makers=reference.makers,
        openness=known_openness(reference),
        routers=load_routers(),
        not_text=load_not_text(),
    )
    scores = asked.scores[asked.scores["benchmark"] == BENCHMARK].reset_index(drop=True)
    return replace(asked, offers=at_period_ends(asked.offers), scores=scores)


def _patterns(read: Read, events: pd.DataFrame, quality_prices: pd.DataFrame, keep: Keep) -> pd.DataFrame:
    own, spells = events_read(events), spells_read(read.spells, read.listings)
    listings = listings_read(spells, read.listings)

    def make() -> Made:
        return Made(frames={"patterns": patterns(own, spells, listings, quality_prices, load_thresholds())})

    return keep("patterns", [own, spells, listings, quality_prices], make).frames["patterns"]


def _asked(read: Read, reference: Reference, built: Mapping[str, pd.DataFrame], events: pd.DataFrame) -> Asked:
    return Asked(
        events=events,
        spells=read.spells,
        blends=built["blends"],
        listings=read.listings,
        sources=read.sources,
        scores=built["scores"],
        series=built["series"],
        models=reference.models,
        openness=reference.openness,
        seats=seats_of(reference.makers),
        facts=load_facts(),
    )


def _flags(read: Read, asked: Asked, stands: Ground, keep: Keep) -> dict[str, pd.DataFrame]:
    """The frames `flags` and `outlier_panel`."""
    thresholds, until = load_thresholds(), end_of(read.at.date())
    market = market_of(asked)
    flags = kept_flags(asked, stands, market, thresholds, keep, now=read.now)
    panel = kept_panel(asked, market, flags, keep, until=until, age=thresholds.model_age, now=read.now)
    return {"flags": flags, "outlier_panel": panel}
