"""What a build is made of day by day: blends, series, flags, comparisons, patterns and throughput.

None of it asks at which hour of a day a price was seen last, so a further look on the same day makes none of it anew.
Enter what was read and the decisions; leave the frames by their declared names.
"""

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from pipeline.dumping.comparisons import Ground, ground
from pipeline.events.patterns.found import patterns
from pipeline.events.patterns.read import events_read, listings_read, spells_read
from pipeline.flags.funnel import funnel
from pipeline.flags.judged import Asked, market_of, with_flags
from pipeline.indices.blended import without_rate
from pipeline.indices.market_share import market_shares
from pipeline.indices.series import BENCHMARK, SeriesGround, family, series_ground
from pipeline.indices.standing import at_period_ends
from pipeline.indices.throughput import prices_beside, throughput
from pipeline.jobs.flagging import kept_flags, kept_panel
from pipeline.jobs.paired import kept_comparisons
from pipeline.jobs.priced import kept_blends
from pipeline.jobs.read import Read
from pipeline.normalise.as_public import end_of
from pipeline.normalise.channels import matched
from pipeline.normalise.quality import vintages
from pipeline.normalise.scores import matched_scores
from pipeline.reference.facts import load_facts
from pipeline.reference.load import Reference, known_openness, seats_of
from pipeline.reference.not_text import load_not_text
from pipeline.reference.routers import load_routers
from pipeline.reference.thresholds import load_thresholds
from pipeline.store.keep import Keep, Made

Frames = Mapping[str, pd.DataFrame]


def by_day(read: Read, reference: Reference, events: pd.DataFrame, keep: Keep) -> Made:
    """Every frame that is made of days, `events` with the flags of decisions among them; and the issues of blends."""
    spells, listings, sources = read.spells.frame, read["listings"], read["sources"]
    said = read.spells.by_day(sources, read.at)
    blends = kept_blends(spells, listings, sources, read["rates"], said=said, at=read.at, keep=keep)
    of_scores = [read.given(name) for name in ("scores", "resolved")]
    scored = keep("matched_scores", of_scores, lambda: _matched_scores(read, reference))
    of_measures = [read.given(name) for name in ("readings", "volumes", "resolved")]
    measured = keep("matched_measures", of_measures, lambda: _matched_measures(read, reference))
    built: dict[str, pd.DataFrame] = {"blends": blends, **scored.frames, **measured.frames}
    asked = _series(read, reference, built, events)
    built |= keep("series", [asked.offers, asked.scores], lambda: Made(frames=family(asked))).frames
    stands = made_ready(read, reference, built)
    built |= flags(read, reference, built, events, stands, keep)
    openness = known_openness(reference)
    open_models = openness.loc[openness["open_weights"] == "yes", "model_version"]
    built["events"] = with_flags(events, built["flags"])
    built |= kept_comparisons(stands, open_models, read.at.date(), keep, now=read.now)
    built["patterns"] = _patterns(read, built["events"], built["quality_prices"], keep)
    built["funnel"] = funnel(built["events"], built["flags"])
    built["throughput"] = _throughput(read, built, keep)
    return Made(frames=built, issues=without_rate(blends))


def _matched_scores(read: Read, reference: Reference) -> Made:
    scores = matched_scores(read["scores"], read["resolved"], reference)
    return Made(frames={"scores": scores, "vintages": vintages(scores)})


def _matched_measures(read: Read, reference: Reference) -> Made:
    readings = matched(read["readings"], "readings", read["resolved"], reference)
    volumes = matched(read["volumes"], "volumes", read["resolved"], reference)
    return Made(frames={"readings": readings, "volumes": volumes, "market_shares": market_shares(volumes)})


def _series(read: Read, reference: Reference, built: Frames, events: pd.DataFrame) -> SeriesGround:
    """What series are made of, cut to what they read: prices at the ends of whole weeks and months, one benchmark."""
    asked = series_ground(
        built["blends"],
        read["listings"],
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
    own, spells = events_read(events), spells_read(read.spells.frame, read["listings"])
    listings = listings_read(spells, read["listings"])

    def make() -> Made:
        return Made(frames={"patterns": patterns(own, spells, listings, quality_prices, load_thresholds())})

    return keep("patterns", [own, spells, listings, quality_prices], make).frames["patterns"]


def made_ready(read: Read, reference: Reference, built: Frames) -> Ground:
    """What stood on which day, and by which facts it is compared."""
    return ground(
        read.spells.frame,
        read["listings"],
        read["sources"],
        read["rates"],
        built["readings"],
        seats=seats_of(reference.makers),
        facts=load_facts(),
        until=read.at,
    )


def flags(
    read: Read, reference: Reference, built: Frames, events: pd.DataFrame, stands: Ground, keep: Keep
) -> dict[str, pd.DataFrame]:
    """The frames `flags` and `outlier_panel`."""
    asked = Asked(
        events=events,
        spells=read.spells.frame,
        blends=built["blends"],
        listings=read["listings"],
        sources=read["sources"],
        scores=built["scores"],
        series=built["series"],
        models=reference.models,
        openness=reference.openness,
        seats=seats_of(reference.makers),
        facts=load_facts(),
    )
    thresholds, until = load_thresholds(), end_of(read.at.date())
    market = market_of(asked)
    found = kept_flags(asked, stands, market, thresholds, keep, now=read.now)
    panel = kept_panel(asked, market, found, keep, until=until, age=thresholds.model_age, now=read.now)
    return {"flags": found, "outlier_panel": panel}


def _throughput(read: Read, built: Frames, keep: Keep) -> pd.DataFrame:
    beside = prices_beside(built["readings"], built["blends"], read["listings"])

    def make() -> Made:
        return Made(frames={"throughput": throughput(built["readings"], beside)})

    return keep("throughput", [built["readings"], beside], make).frames["throughput"]
