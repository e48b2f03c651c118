"""What the parses in force of one source say, kept: its labels, its listings and its spells.

A look that found the document of before brings no quote: labels and listings stand, and what it adds to spells is known
without the quotes (`normalise.confirmed`). A document that is new is read with the few before it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

import pandas as pd

from pipeline.domain.schedule import Schedule
from pipeline.jobs.looked import looked
from pipeline.normalise.confirmed import confirmed, without_confirmations
from pipeline.normalise.listings import every_label
from pipeline.normalise.listings import labels as labels_of
from pipeline.normalise.one_source import listed
from pipeline.normalise.releases import Releases
from pipeline.normalise.spells import spells
from pipeline.store import tables
from pipeline.store.keep import Given, Made
from pipeline.store.kept import Kept
from pipeline.store.ledger import Ledger

AT_ONCE = 32
"""Bodies whose labels are kept together."""


class OfSource(NamedTuple):
    """The frames `listings` and `spells` of a source, these with what a person must see and with what `looked` says."""

    listings: Made
    spells: Made


@dataclass(frozen=True, slots=True, kw_only=True)
class InForce:
    """The parses in force of all sources; `bodies` and `states` are digests by source (`store.tables`)."""

    ledger: Ledger
    kept: Kept
    captures: pd.DataFrame
    bodies: Mapping[str, str]
    states: Mapping[str, str]

    def looks(self, source: str) -> pd.DataFrame:
        """The captures in force of a source."""
        return self.captures[self.captures["source"] == source].reset_index(drop=True)

    def labels(self, source: str) -> Made:
        """The frame `labels`: every name that a source's quotes use, once, in the order of its bodies."""
        brought = self.looks(source).drop_duplicates(["payload_sha256", "spider_version"])
        some = [brought.iloc[first : first + AT_ONCE] for first in range(0, len(brought), AT_ONCE)]
        parts = [self._labels_of(source, looks) for looks in some]
        if len(parts) == 1:
            return parts[0]

        def make() -> Made:
            whole = every_label(part.frames["labels"] for part in parts)
            return Made(frames={"labels": whole.drop_duplicates(ignore_index=True)})

        return self.kept("labels", [source, *(part.content("labels") for part in parts)], make)

    def _labels_of(self, source: str, looks: pd.DataFrame) -> Made:
        bodies: list[Given] = [f"{row.payload_sha256} {row.spider_version}" for row in looks.itertuples()]
        return self.kept(
            "labels_of_bodies",
            [source, *bodies],
            lambda: Made(frames={"labels": labels_of(tables.quotes(self.ledger, source, looks))}),
        )

    def prices(
        self, source: str, resolved: pd.DataFrame, meant: str, schedule: Schedule, releases: Releases
    ) -> OfSource:
        """Listings and spells; `meant` digests what the labels of the source were resolved to."""
        listings = self._listings(source, resolved, meant, releases)
        return OfSource(listings=listings, spells=self._spells(source, listings, schedule))

    def _listings(self, source: str, resolved: pd.DataFrame, meant: str, releases: Releases) -> Made:
        """The frame `listings`, and `quotes` with their listing; noted is whether one of them is dated."""

        def make() -> Made:
            quotes = tables.quotes(self.ledger, source, self.captures)
            own = resolved[resolved["source"] == source].reset_index(drop=True)
            found, keyed = listed(quotes, self.looks(source), own, releases)
            dated = bool(keyed[["effective_at", "observed_at"]].notna().any(axis=None))
            return Made(frames={"listings": found, "quotes": keyed}, notes={"dated": dated})

        return self.kept("listed", [source, self.bodies[source], meant], make)

    def _spells(self, source: str, listings: Made, schedule: Schedule) -> Made:
        """The frame `spells` of all looks; noted is what `looked` says of it."""

        def make() -> Made:
            looks, further = self.looks(source), None
            if not listings.notes["dated"]:
                looks, further = without_confirmations(looks, 2 * schedule.interval)
            found = self._spells_of(source, looks, listings, schedule)
            made = confirmed(found.frames["spells"], further)
            return replace(found, frames={"spells": made}, contents={}, notes=looked(made))

        return self.kept("spells", [source, self.states[source], listings.content("quotes"), str(schedule)], make)

    def _spells_of(self, source: str, looks: pd.DataFrame, listings: Made, schedule: Schedule) -> Made:
        """The frame `spells` of some looks: they stand, without a quote being read, while others only confirm them."""

        def make() -> Made:
            made, issues = spells(looks, listings.frames["quotes"], schedule_gap=2 * schedule.interval)
            return Made(frames={"spells": made}, issues=issues)

        return self.kept("spells_of_looks", [source, looks, listings.content("quotes"), str(schedule)], make)
