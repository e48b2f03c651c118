"""The family of series of one build (METHODS 4), over both blends, each row with what it rests on.

Enters `blends`, `listings`, `scores` and the curated facts; leaves the frames `series`, `frontier`, `quality_prices`
and `host_dispersion`. The same functions answer for other terms: another benchmark, by days, open weights alone, or
with the scores that were public then.
"""

import re
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import pandas as pd
from pandas.api.typing import NaTType

from pipeline import frames
from pipeline.indices.cost_per_quality import quality_prices
from pipeline.indices.frontier import held, scored_panel, screened, slopes
from pipeline.indices.host_dispersion import dispersion_series, host_dispersion
from pipeline.indices.matched_series import drift_check, matched_series
from pipeline.indices.quality_adjusted import hedonic_series, origin_gap, priced_models
from pipeline.indices.standing import BLENDS, no_sequels, of_offers, on_days, period_ends, priced_offers
from pipeline.normalise.quality import as_public_then, newest

BENCHMARK = "arena overall"
RATINGS = (1250.0, 1300.0, 1350.0, 1400.0, 1450.0)
"""Rungs of the frontier in points of a rating: fixed, so that a rung means the same in every build."""
PERCENT = (10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0)


FAMILY = ("series", "frontier", "quality_prices", "host_dispersion")


class View(StrEnum):
    """Which scores a day in the past is read with (DESIGN 1)."""

    KNOWN_NOW = "known_now"
    PUBLIC_THEN = "public_then"


class Openness(StrEnum):
    """Which model versions take part; a version whose openness no document states is in neither part."""

    ALL = "all"
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a series is asked for. `every` is day, week or month; I3 and I4 are monthly whatever it says."""

    blend: str = "b31"
    every: str = "week"
    benchmark: str = BENCHMARK
    view: View = View.KNOWN_NOW
    openness: Openness = Openness.ALL


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesGround:
    """What every series rests on: priced offers of text models, all scores, and the curated facts."""

    offers: pd.DataFrame
    scores: pd.DataFrame
    makers: pd.DataFrame
    openness: pd.DataFrame
    routers: frozenset[str]

    @property
    def open_weights(self) -> frozenset[str]:
        """Model versions of which a document says that the weights are open."""
        return self.versions("yes")

    def versions(self, open_weights: str) -> frozenset[str]:
        """Model versions with that word on their openness."""
        return frozenset(self.openness.loc[self.openness["open_weights"].eq(open_weights), "model_version"])


def series_ground(
    blends: pd.DataFrame,
    listings: pd.DataFrame,
    scores: pd.DataFrame,
    events: pd.DataFrame,
    *,
    makers: pd.DataFrame,
    openness: pd.DataFrame,
    routers: frozenset[str],
    not_text: re.Pattern[str] | None,
) -> SeriesGround:
    """The ground of the series; `openness` has model_version and open_weights (yes, no or missing)."""
    offers = priced_offers(blends, listings, breaks=of_offers(no_sequels(events), listings), not_text=not_text)
    return SeriesGround(offers=offers, scores=scores, makers=makers, openness=openness, routers=routers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """One benchmark in one view: `standing` is what a day is read with, `frozen` the newest vintage, of `published`."""

    benchmark: str
    view: View
    standing: pd.DataFrame
    frozen: pd.DataFrame

    @property
    def published(self) -> "pd.Timestamp | NaTType":
        """The day of the newest vintage."""
        return self.frozen["published_at"].max() if len(self.frozen) else pd.NaT


def scored_of(on: SeriesGround, terms: Terms) -> Scored:
    """The scores of a benchmark in the asked view: frozen, or with the days on which each was public."""
    frozen = newest(on.scores, terms.benchmark)
    standing = frozen if terms.view == View.KNOWN_NOW else as_public_then(on.scores, terms.benchmark)
    return Scored(benchmark=terms.benchmark, view=terms.view, standing=standing, frozen=frozen)


def family(on: SeriesGround) -> dict[str, pd.DataFrame]:
    """The frames of a build: I1 weekly with a monthly drift check, I2 weekly in both views, the others monthly."""
    if on.offers.empty:
        return {name: frames.empty(name) for name in FAMILY}
    views = [scored_of(on, Terms(view=view)) for view in View]
    made = [_under(on, Terms(blend=blend), views) for blend in BLENDS]
    return {name: declared([part for own in made for part in own[name]], name) for name in FAMILY}


def family_under(on: SeriesGround, terms: Terms) -> dict[str, pd.DataFrame]:
    """The same frames under other terms: one blend, one view."""
    if on.offers.empty:
        return {name: frames.empty(name) for name in FAMILY}
    made = _under(on, terms, [scored_of(on, terms)])
    return {name: declared(made[name], name) for name in FAMILY}


def _under(on: SeriesGround, terms: Terms, views: list[Scored]) -> dict[str, list[pd.DataFrame]]:
    blend, scored = terms.blend, views[0]
    prices, monthly = panel(on, terms), panel(on, replace(terms, every="month"))
    offered = screened(prices, on.routers)
    ladders = [ladder(offered, view, terms) for view in views]
    dispersion = host_dispersion(monthly, routers=on.routers, blend=blend)
    priced = equal_quality(on, monthly, scored)
    adjusted = [hedonic_series(priced, blend=blend), origin_gap(priced, blend=blend), frontier_slopes(ladders[0])]
    return {
        "series": [
            matched_series(prices, blend=blend, every=terms.every, open_weights=on.open_weights),
            drift_check(monthly, blend=blend),
            *(vintaged(rows, scored) for rows in adjusted),
            dispersion_series(dispersion),
        ],
        "frontier": ladders,
        "quality_prices": [cost_per_quality(on, monthly, priced, scored, blend=blend)],
        "host_dispersion": [dispersion],
    }


def panel(on: SeriesGround, terms: Terms) -> pd.DataFrame:
    """The prices that stood at the end of every whole period, of the model versions that the terms take in."""
    offers = on.offers
    if terms.openness != Openness.ALL:
        kept = on.versions("yes" if terms.openness == Openness.OPEN else "no")
        offers = offers[offers["model_version"].isin(kept)]
    days = period_ends(on.offers["since"].min(), on.offers["until"].max(), terms.every) if len(on.offers) else []
    return on_days(offers, days, blend=terms.blend)


def rungs(scored: pd.DataFrame) -> list[float]:
    """The fixed rungs of a benchmark, by its unit: a rating, per cent, or a share."""
    highest = scored["score"].max() if len(scored) else np.nan
    if highest <= 1:
        return [rung / 100 for rung in PERCENT]
    return list(PERCENT if highest <= 100 else RATINGS)


def ladder(offered: pd.DataFrame, scored: Scored, terms: Terms) -> pd.DataFrame:
    """I2: the rows of the frame `frontier`; `offered` are the screened prices of the periods of the terms."""
    if scored.standing.empty or offered.empty:
        return pd.DataFrame()
    rows = held(offered, scored.standing, rungs(scored.frozen))
    return vintaged(rows.assign(blend=terms.blend, every=terms.every, view=scored.view.value), scored)


def equal_quality(on: SeriesGround, monthly: pd.DataFrame, scored: Scored) -> pd.DataFrame:
    """One price per month and scored model version, with score, seat and openness: what I3, I4 and I5 rest on."""
    return priced_models(monthly, scored.standing, on.makers, on.openness, routers=on.routers)


def cost_per_quality(
    on: SeriesGround, monthly: pd.DataFrame, priced: pd.DataFrame, scored: Scored, *, blend: str
) -> pd.DataFrame:
    """I5 and the cost per point of every model, with the frontier beside it."""
    if priced.empty:
        return pd.DataFrame()
    offered = scored_panel(screened(monthly, on.routers), scored.standing)
    cheapest = offered.groupby(["period", "model_version", "score"])["price"].min().reset_index()
    return vintaged(quality_prices(priced, cheapest, blend=blend), scored)


def frontier_slopes(rows: pd.DataFrame) -> pd.DataFrame:
    """The yearly change of every rung as rows of `series`, dated by the last period."""
    if rows.empty:
        return rows
    found = slopes(rows[["score", "period", "price"]])
    variant = found["score"].map(lambda rung: f"{rung:g}") + ", " + found["which"]
    return found.assign(
        series="frontier_slope",
        variant=variant,
        blend=rows["blend"].iloc[0],
        every=rows["every"].iloc[0],
        period=rows["period"].max(),
        models=found["periods"],
    )


def vintaged(rows: pd.DataFrame, scored: Scored) -> pd.DataFrame:
    """Rows with the benchmark they rest on and the day of its frozen vintage."""
    if rows.empty:
        return rows
    vintage = pd.Series([scored.published] * len(rows), index=rows.index, dtype="datetime64[us, UTC]")
    return rows.assign(benchmark=scored.benchmark, vintage=vintage)


def declared(parts: list[pd.DataFrame], name: str) -> pd.DataFrame:
    """Rows of one frame as declared; the empty frame where there are none."""
    full = [part for part in parts if len(part)]
    if not full:
        return frames.empty(name)
    table = pd.concat(full, ignore_index=True)
    table["period"] = pd.to_datetime(table["period"].astype("str"))
    return frames.coerce(table.reindex(columns=list(frames.FRAMES[name].columns)), name)
