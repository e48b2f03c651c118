"""Refresh: from the parses in force to a published snapshot.

Every stage is a pure function of frames, so what it made is kept under a digest of the program and of all it was made
of (`pipeline.store.kept`), and made again only where one of these changed; spells are kept source by source. Where
nothing changed at all the standing build stands. A refresh from nothing gives the same rows: what is kept is a cache,
never a truth.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from pipeline import frames
from pipeline.domain.instants import instant_text, utc
from pipeline.domain.schedule import Schedule
from pipeline.domain.vocabulary import IssueKind, SourceKind
from pipeline.events import slips
from pipeline.jobs.assemble import assemble
from pipeline.jobs.looked import Spells
from pipeline.jobs.of_source import InForce, OfSource
from pipeline.jobs.read import Read
from pipeline.normalise.identity import resolve, unmatched_labels
from pipeline.normalise.listings import every_label, merged
from pipeline.normalise.releases import Releases
from pipeline.reference.load import Reference, load_reference
from pipeline.reviews import identity
from pipeline.store import snapshots, tables
from pipeline.store.digests import digests
from pipeline.store.engine import exclusive
from pipeline.store.keep import Given, Made, gathered
from pipeline.store.kept import Kept, program
from pipeline.store.ledger import Ledger

_MEASURED = {"rates": tables.rates, "scores": tables.scores, "readings": tables.readings, "volumes": tables.volumes}
"""What is stated beside prices, by the kind of its sources."""
_STAYS_OPEN = {*slips.KINDS, IssueKind.MAIL_FAILED}
"""Issues that a later refresh may find no more though they stand: slips are looked for among the moves of 45 days, a
mail that was given up is found by no refresh."""
METHOD_VERSION = "5"
"""Raised with every change of method that moves a derived row; named in every export."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A published build: its identifier, its frames and what was counted."""

    build: str
    frames: Mapping[str, pd.DataFrame]
    meta: dict[str, Any]


def refresh(
    ledger: Ledger, data_dir: Path, *, now: datetime, keep: bool = True, left_out: Sequence[dict[str, str]] = ()
) -> Built:
    """Build and publish a snapshot; new issues go into the ledger. `keep=False` uses no kept frame and no older build.

    One refresh of a data directory at a time; another waits for it. What is kept and cannot be read is made anew.
    `left_out` names the sources that the shipped sample lacks; the pages print it while they show nothing else.
    Decisions and prices are judged as of the last full hour, or of the newest capture where that is later.
    """
    with exclusive(data_dir / "refresh.lock", wait=True):
        try:
            return _refreshed(ledger, data_dir, now=now, keep=keep, left_out=left_out)
        except (FileNotFoundError, pa.ArrowInvalid):
            if not keep:
                raise
            return _refreshed(ledger, data_dir, now=now, keep=False, left_out=left_out)


def _refreshed(
    ledger: Ledger, data_dir: Path, *, now: datetime, keep: bool, left_out: Sequence[dict[str, str]]
) -> Built:
    clock = utc(now).replace(minute=0, second=0, microsecond=0)
    # Before anything is read: what is committed meanwhile is news to the next refresh, whatever of it this one saw.
    made_of = [program(), instant_text(clock), list(left_out), tables.mark(ledger)]
    standing = snapshots.standing(data_dir)
    if keep and standing is not None and standing["made_of"] == _digest([*made_of, tables.mark_of_issues(ledger)]):
        build = str(standing["build"])
        return Built(build=build, frames=snapshots.Frames(data_dir, build), meta=standing)
    kept = Kept(data_dir / "derived", use=keep)
    made, states = _built(ledger, kept, clock)
    ledger.found_issues(made.issues, but=_STAYS_OPEN, at=now)
    raised = tables.mark_of_issues(ledger)
    built = gathered(made, Made(frames={"issues": tables.issues(ledger)}))
    meta = {
        **_meta(ledger, built.frames, states, now),
        "left_out": list(left_out),
        "made_of": _digest([*made_of, raised]),
    }
    snapshots.publish(data_dir, built.frames, meta, contents=kept.contents(built), share=keep)
    kept.sweep()
    return Built(build=meta["build"], frames=built.frames, meta=meta)


def _built(ledger: Ledger, kept: Kept, clock: datetime) -> tuple[Made, dict[str, str]]:
    """Every frame but `issues`, with what a person must see, and the state of each source of prices."""
    # In this order: a source that a crawl adds meanwhile is known to every look that is read.
    captures, runs = tables.captures(ledger), tables.runs(ledger)
    sources = tables.sources(ledger)
    reference = load_reference()
    states, bodies = tables.states(ledger, captures), tables.bodies(ledger, captures)
    names = [str(name) for name in sources.loc[sources["kind"] == SourceKind.PRICES.value, "source"]]
    states = {name: states[name] for name in names if name in states}
    in_force = InForce(ledger=ledger, kept=kept, captures=captures, bodies=bodies, states=states)
    resolved = _resolved(in_force, reference)
    parts = _prices(in_force, sources, resolved.frames["resolved"], Releases(reference))
    read = _read(in_force, sources, runs, parts, resolved, clock)
    built = assemble(read, reference, kept)
    of_spells = [issue for part in parts.values() for issue in part.spells.issues]
    unmatched = unmatched_labels(resolved.frames["resolved"])
    return replace(built, issues=[*of_spells, *built.issues, *unmatched]), states


def _resolved(in_force: InForce, reference: Reference) -> Made:
    """The frame `resolved`: no name is read where no source has another body, and none is asked where none is new."""
    accepted, rejected = identity.decided(in_force.ledger)

    def of_labels() -> Made:
        named = [in_force.labels(name) for name in in_force.states]

        def make() -> Made:
            labels = every_label(made.frames["labels"] for made in named)
            return Made(frames={"resolved": resolve(labels, reference, reviewed=accepted, rejected=rejected)})

        return in_force.kept("resolved", [*(made.content("labels") for made in named), accepted, rejected], make)

    bodies: list[Given] = [f"{name} {in_force.bodies[name]}" for name in in_force.states]
    return in_force.kept("resolved_of_bodies", [*bodies, accepted, rejected], of_labels)


def _prices(
    in_force: InForce, sources: pd.DataFrame, resolved: pd.DataFrame, releases: Releases
) -> dict[str, OfSource]:
    """Listings and spells by source."""
    meant = digests(resolved, resolved["source"])
    schedules = sources.set_index("source")["schedule"].map(lambda text: Schedule.parse(str(text)))
    return {
        name: in_force.prices(name, resolved, meant.get(name, ""), schedules[name], releases)
        for name in in_force.states
    }


def _read(
    in_force: InForce,
    sources: pd.DataFrame,
    runs: pd.DataFrame,
    parts: Mapping[str, OfSource],
    resolved: Made,
    clock: datetime,
) -> Read:
    ledger, kept, captures, bodies = in_force.ledger, in_force.kept, in_force.captures, in_force.bodies
    newest = captures["public_at"].max().to_pydatetime() if len(captures) else clock
    # The shipped sample is judged on its own last day: until something is crawled nothing of it can be late.
    judged_by_sample = tables.only_sample(ledger) and len(captures) > 0
    now = max(clock, newest)

    def measured(kind: str) -> Made:
        """Everything that the sources of a kind state."""
        names = sources.loc[sources["kind"] == kind, "source"]
        read_of = [f"{name} {bodies[name]}" for name in names if name in bodies]
        return kept(kind, read_of, lambda: Made(frames={kind: _MEASURED[kind](ledger, captures)}))

    def spells() -> pd.DataFrame:
        # Each part was checked when it was made, and a build is checked as it is published.
        return kept.joined([part.spells for part in parts.values()], "spells") if parts else frames.empty("spells")

    listings = kept(
        "listings",
        [part.listings.content("listings") for part in parts.values()],
        lambda: Made(frames={"listings": merged([part.listings.frames["listings"] for part in parts.values()])}),
    )
    plain = {"sources": sources, "captures": captures, "runs": runs, "announcements": tables.announcements(ledger)}
    return Read(
        facts=gathered(Made(frames=plain), resolved, listings, *map(measured, _MEASURED)),
        spells=Spells(spells, lambda: {name: part.spells.notes for name, part in parts.items()}),
        now=now,
        at=newest if judged_by_sample else now,
    )


def _meta(ledger: Ledger, built: Mapping[str, pd.DataFrame], states: dict[str, str], now: datetime) -> dict[str, Any]:
    head = ledger.head()  # after all was read: the chain up to it holds every document of the build
    captures, sources = built["captures"], built["sources"]
    # The day of the newest price, not of a rate or a score: what no document states of it no page may call current.
    priced = captures[captures["source"].isin(sources.loc[sources["kind"] == SourceKind.PRICES.value, "source"])]
    data_to = now if priced.empty else priced["public_at"].max().to_pydatetime()
    inputs = [states, head.sha256, METHOD_VERSION]
    return {
        "build": f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{_digest(inputs)[:8]}",
        "built_at": instant_text(now.replace(microsecond=0)),
        "data_to": instant_text(data_to.replace(microsecond=0)),
        "method_version": METHOD_VERSION,
        "view": f"as recorded by {instant_text(now.replace(microsecond=0))}",
        "head": {"seq": head.seq, "sha256": head.sha256},
        "sample": tables.only_sample(ledger),
        "counts": {
            "captures": len(captures),
            "quotes": tables.quote_count(ledger),
            **{name: len(built[name]) for name in ("listings", "spells", "changes", "events")},
        },
    }


def _digest(of: object) -> str:
    return hashlib.sha256(json.dumps(of, sort_keys=True).encode()).hexdigest()
