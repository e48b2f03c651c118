"""Listings by the sources that state them: the parts by which blends and prices are kept.

What is made of the prices of a listing (or of an offer, which has several) is made of the spells of the sources that
state one of them. So a look of one source leaves everything that this source is silent about, and nothing has to be
compared row by row to know it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.store.digests import digests, together


@dataclass(frozen=True, slots=True, kw_only=True)
class BySources:
    """By listing the name of its part: the sources that state its unit, one after the other."""

    part: "pd.Series[str]"
    sources: Mapping[str, tuple[str, ...]]

    def spells(self, spells: pd.DataFrame, names: Collection[str]) -> pd.DataFrame:
        """The spells of some parts, in their order."""
        own = self.part.index[self.part.isin(set(names))]
        return spells[own.get_indexer(pd.Index(spells["listing_id"])) >= 0].reset_index(drop=True)

    def named(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Rows with a column `part`, that of their listing."""
        return rows.assign(part=self.part.loc[rows["listing_id"].astype("str")].to_numpy())

    def together(self, said: Mapping[str, str], *own: Mapping[str, str], shared: Collection[str]) -> dict[str, str]:
        """By part a digest of its listings, of the spells of its sources (`said`, by source), of its own and of what
        all share.

        Raises KeyError where nothing is said of a source.
        """
        spoken = {part: " ".join(said[source] for source in names) for part, names in self.sources.items()}
        listed = self.part.sort_index()
        listings = digests(listed.index.to_frame(index=False), listed.reset_index(drop=True))
        return together(self.sources, listings, spoken, *own, shared=[*shared])


def stating(spells: pd.DataFrame) -> pd.DataFrame:
    """Which source states which listing: listing_id and source, once."""
    named = pd.DataFrame({name: spells[name].astype("str") for name in ("listing_id", "source")})
    return named.drop_duplicates(ignore_index=True)


def by_sources(pairs: pd.DataFrame, unit: "pd.Series[str]") -> BySources:
    """`pairs` are `stating`; `unit` names by listing what must stay together, itself or its offer: listings that it
    lacks take no part."""
    stated = pairs.assign(unit=pairs["listing_id"].map(unit)).dropna(subset="unit")
    rows, units = pd.factorize(stated["unit"])
    columns, names = pd.factorize(stated["source"], sort=True)
    says = np.zeros((len(units), len(names)), dtype=bool)
    says[rows, columns] = True
    groups, of_unit = np.unique(np.packbits(says, axis=1), axis=0, return_inverse=True)
    spoken = [
        tuple(str(name) for name in names[group > 0]) for group in np.unpackbits(groups, axis=1, count=len(names))
    ]
    part = pd.Series([",".join(group) for group in spoken], dtype="str").take(of_unit.ravel()).set_axis(units)
    listed = stated.drop_duplicates("listing_id").set_index("listing_id")["unit"]
    return BySources(part=listed.map(part), sources={",".join(group): group for group in spoken})
