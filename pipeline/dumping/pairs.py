"""Home and export offers side by side: the same model version of one seller, sold in the maker's country and abroad.

Home is the maker's own country, by equality of two fields (an offer's market, the maker's seat); everything else is an
export market. One seller may trade under several names: those that the curated table says are one maker are one.
Enters what stood on which days; leaves pairs with their likeness. Prices are compared in `grid`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from pipeline.domain.facts import Facts
from pipeline.dumping.foreign_like import Likeness, likeness, shared_bands
from pipeline.dumping.offered import Band, Offer, offers_on


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A home and an export offer; `band` is the one compared, None where they share none."""

    home: Offer
    export: Offer
    band: Band | None
    likeness: Likeness

    @property
    def key(self) -> tuple[object, ...]:
        """What tells it from other pairs of its model version, on whatever day."""
        return (self.home.key, self.export.key, self.band)

    @property
    def comparability(self) -> str:
        return "like" if self.likeness.like else "similar"


def sold_at_home_and_abroad(standing: pd.DataFrame, seats: Mapping[str, str], facts: Facts) -> pd.DataFrame:
    """The rows of `standing`, with their `party`, whose model version one party ever sold in both kinds of market."""
    home = standing["market"].astype("str") == standing["maker"].astype("str").map(dict(seats))
    party = standing["seller"].astype("str").map(lambda name: facts.owners.get(name, name))
    keys = [party, standing["model_version"], standing["tier"]]
    both = home.groupby(keys).transform("any") & (~home).groupby(keys).transform("any")
    kept: pd.DataFrame = standing.assign(party=party)[both & standing["maker"].isin(list(seats))]
    return kept


def pairs_on(standing: pd.DataFrame, seats: Mapping[str, str], facts: Facts, day: date) -> list[Pair]:
    """Every pair of offers that stood on `day`, by names. `seats` are makers' countries."""
    return list(_paired(offers_on(standing, day), seats, facts))


def latest_pairs(standing: pd.DataFrame, seats: Mapping[str, str], facts: Facts) -> list[Pair]:
    """Each party's pairs of a model on the last day on which both sides stood; where none is, each side on its last.

    `standing` holds only what `sold_at_home_and_abroad` leaves.
    """
    made: list[Pair] = []
    for _, own in standing.groupby(["model_version", "party", "tier"], sort=True, observed=True):
        at_home = own["market"] == seats[str(own["maker"].iloc[0])]
        home, abroad = own[at_home], own[~at_home]
        both = [day for day in _last_days(own) if _stood(home, day) and _stood(abroad, day)]
        found = next((pairs for day in both if (pairs := pairs_on(own, seats, facts, day))), None)
        made += _apart(home, abroad, seats, facts) if found is None else found
    return made


def _last_days(own: pd.DataFrame) -> list[date]:
    """The days on which a price stood for the last time, the latest first."""
    return sorted({day.date() for day in own["last"]}, reverse=True)


def _stood(side: pd.DataFrame, day: date) -> bool:
    at = np.datetime64(day, "us")
    return bool(((side["first"].to_numpy() <= at) & (at <= side["last"].to_numpy())).any())


def _apart(home: pd.DataFrame, abroad: pd.DataFrame, seats: Mapping[str, str], facts: Facts) -> Iterator[Pair]:
    sides: list[Offer] = []
    for side in (home, abroad):
        sides += next((offers for day in _last_days(side) if (offers := offers_on(side, day))), [])
    yield from _paired(sides, seats, facts)


def _paired(offers: Iterable[Offer], seats: Mapping[str, str], facts: Facts) -> Iterator[Pair]:
    """Offers of one party, model version and tier, home with export; each shared band once, else once without."""
    sides: dict[tuple[str, str, str], tuple[list[Offer], list[Offer]]] = {}
    for offer in offers:
        if offer.maker not in seats:
            continue
        key = (facts.owners.get(offer.seller, offer.seller), offer.model_version, offer.tier)
        home, abroad = sides.setdefault(key, ([], []))
        (home if offer.market == seats[offer.maker] else abroad).append(offer)
    for key in sorted(sides):
        for home_offer in sides[key][0]:
            for export in sides[key][1]:
                for band in shared_bands(home_offer, export) or (None,):
                    found = likeness(home_offer, export, band, facts)
                    yield Pair(home=home_offer, export=export, band=band, likeness=found)
