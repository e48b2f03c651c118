"""Blends and current prices of a build, kept by the sources that state them: see `jobs.by_sources`."""

from collections.abc import Collection, Mapping
from datetime import datetime

import pandas as pd

from pipeline import frames
from pipeline.indices.blended import blended_offers
from pipeline.indices.offers import offers
from pipeline.jobs.by_sources import by_sources, stating
from pipeline.jobs.looked import Spells
from pipeline.normalise.prices import current_prices, looked_at, turning_stale
from pipeline.store.digests import digests
from pipeline.store.keep import Keep, Parts

_PRICE = ["listing_id", "meter", "currency", "per_unit", "price_basis"]


def kept_blends(
    spells: pd.DataFrame,
    listings: pd.DataFrame,
    sources: pd.DataFrame,
    rates: pd.DataFrame,
    *,
    said: Mapping[str, str],
    at: datetime,
    keep: Keep,
) -> pd.DataFrame:
    """The frame `blends`: offers are independent of each other, and of an instant a blend asks the day only.

    `said` is by source a digest of all that is read of its spells by days.
    """
    if spells.empty or listings.empty:
        return frames.empty("blends")
    taking_part = offers(listings)
    # Offers have no name but their first listing: their codes hang on what other offers there are.
    unit = taking_part.groupby("offer")["listing_id"].transform("min").set_axis(taking_part["listing_id"])
    parts = by_sources(stating(spells), unit)
    own = parts.named(taking_part[taking_part["listing_id"].isin(parts.part.index)])
    meant = digests(own.drop(columns=["offer", "part"]).assign(unit=own["listing_id"].map(unit)), own["part"])

    def make(names: Collection[str]) -> Parts:
        wanted = own[own["part"].isin(names)].drop(columns="part").reset_index(drop=True)
        made = blended_offers(parts.spells(spells, names), wanted, rates, sources, until=at)
        return Parts(frames={"blends": parts.named(made)})

    made_of = parts.together(said, meant, shared=[keep.content(rates), keep.content(sources), str(at.date())])
    return keep.by_part("blends", made_of, make, lambda made: _ordered(made, ["listing_id", "since"]), now=at).frames[
        "blends"
    ]


def kept_prices(every: Spells, sources: pd.DataFrame, *, at: datetime, keep: Keep) -> pd.DataFrame:
    """The frame `prices`: those of a listing are independent of other listings; the clock alone makes one stale."""
    spells = every.frame
    if spells.empty:
        return frames.empty("prices")
    pairs = stating(spells)
    parts = by_sources(pairs, pd.Index(pairs["listing_id"].unique()).to_series())

    def make(names: Collection[str]) -> Parts:
        own, looked = parts.spells(spells, names), looked_at(spells)
        made = current_prices(own, sources, now=at, looked=looked)
        stale = parts.named(turning_stale(own, sources, now=at, looked=looked).reset_index())
        until = {str(part): instant.to_pydatetime() for part, instant in stale.groupby("part")["at"].min().items()}
        return Parts(frames={"prices": parts.named(made)}, until=until)

    made_of = parts.together(every.by_look(), shared=[keep.content(sources)])
    return keep.by_part("prices", made_of, make, lambda made: _ordered(made, _PRICE), now=at).frames["prices"]


def _ordered(made: Mapping[str, pd.DataFrame], by: list[str]) -> dict[str, pd.DataFrame]:
    return frames.declared(
        {name: rows.sort_values(by, kind="stable", ignore_index=True) for name, rows in made.items()}
    )
