"""Changes and decisions of a build, kept by maker: a look at one source makes those anew of whom it tells something.

Rows of two makers never meet in a decision (`events.apart`), so what one maker's listings were made into stands while
nothing of it changed and no clock ran out. Two things are asked of the whole ledger and told to every maker: who
resells others' computing, and which versions of catalogues were bulk edits.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

import pandas as pd

from pipeline import frames
from pipeline.domain.thresholds import Thresholds
from pipeline.events.apart import part_of
from pipeline.events.changes import basis_changes, changes_of, ordered, paired
from pipeline.events.decisions import Seen, in_order, seen, standing, steps_of, told_apart
from pipeline.events.looks import followed, instants
from pipeline.events.moves import resellers_of
from pipeline.events.slips import slips, suspected, suspects
from pipeline.events.state import turns
from pipeline.events.vetoes import bulk_looks
from pipeline.flags.sharp_cut import flagged
from pipeline.jobs.read import Read
from pipeline.reference.load import Reference, closed_weights
from pipeline.reference.routers import load_routers
from pipeline.reference.thresholds import load_thresholds
from pipeline.store.digests import content, digests, together
from pipeline.store.keep import Keep, Made, Parts

_OF_SOURCE = ["source", "lineage", "trust", "sellers", "confirmed"]


def decided(read: Read, reference: Reference, keep: Keep) -> Made:
    """The frames `changes` and `events` of what was read, at its instant, and what a person must see of them."""
    spells, thresholds = read.spells, load_thresholds()

    def looks() -> str:
        asked = keep("asked", [spells.facts], lambda: Made(frames={"asked": instants(spells.frame, thresholds)}))
        return spells.by_instant(asked.frames["asked"])

    others = [read.given(name) for name in ("listings", "announcements", "rates")]
    closed = sorted(closed_weights(reference))
    given = [looks, *others, read["sources"][_OF_SOURCE], reference.aliases, *closed]
    made = keep("decided", given, lambda: _by_maker(read, reference, keep, thresholds), read.now)
    recent = suspected(made.frames["suspects"], now=read.now, thresholds=thresholds)
    slipped = slips(recent, spells.frame) if len(recent) else []
    return replace(made, issues=[*made.issues, *slipped])


def _by_maker(read: Read, reference: Reference, keep: Keep, thresholds: Thresholds) -> Made:
    """As `decided`, with `suspects`, the moves that may be slips, and without an issue of these."""
    now, makers = read.now, _Makers.of(read, reference)

    @cache
    def recorded_by(names: frozenset[str]) -> _Recorded:
        return makers.recorded(names, thresholds)

    recorded = keep.by_part(
        "recorded",
        makers.own,
        lambda names: recorded_by(frozenset(names)).parts,
        lambda made: {"changes": frames.coerce(ordered(made["changes"]), "changes"), "steps": made["steps"]},
        now=now,
    )
    steps = recorded.frames["steps"]
    bulk = bulk_looks(steps, thresholds)
    judged = keep.by_part(
        "decisions",
        makers.judged_of(steps, bulk),
        lambda names: makers.judged(names, recorded_by(frozenset(names)).seen, bulk, now, thresholds),
        lambda made: {"events": in_order(frames.coerce(made["events"], "events")), "suspects": made["suspects"]},
        now=now,
    )
    made = {"changes": recorded.frames["changes"], **judged.frames}
    return Made(frames=made, issues=recorded.issues, until=judged.until)


class _Recorded(NamedTuple):
    """What sources recorded of some makers, by maker, and as moves of whole listings."""

    parts: Parts
    seen: Seen | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Makers:
    """What is asked, with the part of each listing; `own` is by part the digest of its prices and listings."""

    read: Read
    reference: Reference
    spells: pd.DataFrame
    sources: pd.DataFrame
    resellers: frozenset[str]
    part: Mapping[Any, str]
    own: Mapping[str, str]

    @classmethod
    def of(cls, read: Read, reference: Reference) -> "_Makers":
        listings, sources = read["listings"], read["sources"][_OF_SOURCE]
        spells = followed(read.spells.frame, listings, load_thresholds())
        part = part_of(listings).to_dict()
        resellers = load_routers() | resellers_of(listings, sources)
        of_spell = spells["listing_id"].astype("str").map(part)
        own = together(
            sorted(of_spell.unique()),
            digests(spells, of_spell),
            digests(listings, listings["listing_id"].astype("str").map(part)),
            shared=[content(sources), *sorted(resellers)],
        )
        spells = spells.assign(part=of_spell)
        return cls(
            read=read, reference=reference, spells=spells, sources=sources, resellers=resellers, part=part, own=own
        )

    def cut(self, names: Collection[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Spells and listings of some makers."""
        spells = self.spells[self.spells["part"].isin(names)].drop(columns="part").reset_index(drop=True)
        listings = self.named(self.read["listings"])
        return spells, listings[listings["part"].isin(names)].drop(columns="part").reset_index(drop=True)

    def named(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Rows with the part of their listing."""
        return rows.assign(part=rows["listing_id"].astype("str").map(self.part).astype("str"))

    def recorded(self, names: Collection[str], thresholds: Thresholds) -> _Recorded:
        """Changes of some makers, and the steps in which bulk edits are counted."""
        spells, listings = self.cut(names)
        pairs = paired(spells)
        changes = changes_of(pairs, self.sources)
        found = seen(pairs, spells, listings, self.sources, thresholds=thresholds, resellers=self.resellers)
        issues = [(self.part[listing], issue) for listing, issue in basis_changes(pairs)]
        return _Recorded(
            Parts(frames={"changes": self.named(changes), "steps": self.named(steps_of(found))}, issues=issues), found
        )

    def judged_of(self, steps: pd.DataFrame, bulk: pd.DataFrame) -> dict[str, str]:
        """By maker a digest of all that its decisions are made of."""
        named = self.named(steps)
        edited = named.merge(bulk, on=["source", "at"])[["source", "at", "part"]].drop_duplicates()
        edited = edited.sort_values(["source", "at"], kind="stable")
        sellers = self.named(self.read["listings"])[["part", "seller"]].drop_duplicates()
        said = self.read["announcements"].merge(sellers, on="seller")
        return together(
            self.own,
            self.own,
            digests(edited.drop(columns="part"), edited["part"]),
            digests(said.drop(columns="part"), said["part"]),
            self._converted(named),
            shared=[content(self.reference.aliases), *sorted(closed_weights(self.reference))],
        )

    def _converted(self, steps: pd.DataFrame) -> dict[str, str]:
        """The digest of the reference rates of each maker with prices in several currencies, up to its last step: no
        other maker's decision asks for a rate, and none for a later one."""
        currencies = self.spells[["part", "currency"]].drop_duplicates()
        several = currencies[currencies.duplicated("part", keep=False)]
        near = self.read["rates"][self.read["rates"]["currency"].isin(several["currency"])]
        last = steps[steps["part"].isin(several["part"])].groupby("part")["at"].max().dt.tz_localize(None)
        return {str(part): content(near[near["day"] <= day]) for part, day in last.items()}

    def judged(
        self, names: Collection[str], found: Seen | None, bulk: pd.DataFrame, now: datetime, thresholds: Thresholds
    ) -> Parts:
        """Decisions of some makers as they stand, and the moves that may be slips."""
        spells, listings = self.cut(names)
        apart = told_apart(
            found,
            listings,
            self.sources,
            bulk,
            thresholds=thresholds,
            announcements=self.read["announcements"],
            rates=self.read["rates"],
            aliases=self.reference.aliases,
            closed=closed_weights(self.reference),
        )
        events = flagged(standing(apart, now, thresholds), spells, thresholds)
        until: dict[str, datetime] = {}
        for group, _ in apart.groups:
            part = self.part[str(group[0]["listing_id"])]
            for turn in turns(group[0], thresholds):
                if turn > now:
                    until[part] = min(turn, until.get(part, turn))
        first = events["listing_ids"].map(lambda text: self.part[json.loads(text)[0]])
        suspect = self.named(suspects(apart.moves))
        return Parts(frames={"events": events.assign(part=first.astype("str")), "suspects": suspect}, until=until)
