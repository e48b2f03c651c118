"""Refresh: from the parses in force to a published snapshot.

Spells are a pure function of one source's parses in force and of what its labels mean, so they are kept per source
under a digest of both and made again only where one changed. Everything after them is made anew each time. A refresh
from nothing gives the same rows: the kept files are a cache, never a truth.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline import frames
from pipeline.domain.instants import instant_text
from pipeline.domain.quote import Issue
from pipeline.domain.schedule import Schedule
from pipeline.domain.vocabulary import SourceKind
from pipeline.jobs.assemble import Read, assemble
from pipeline.normalise.identity import resolve, unmatched_labels
from pipeline.normalise.listings import labels as labels_of
from pipeline.normalise.listings import listings, merged
from pipeline.normalise.releases import Releases, refuse_before_release
from pipeline.normalise.spells import spells
from pipeline.reference.load import Reference, load_reference
from pipeline.reviews import identity
from pipeline.store import snapshots, tables
from pipeline.store.ledger import Ledger

METHOD_VERSION = "1"
"""Raised with every change of method that moves a derived row; part of every kept file's name."""

_LABEL = ["source", "seller", "label", "alias_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A published build: its identifier, its frames and what was counted."""

    build: str
    frames: dict[str, pd.DataFrame]
    meta: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Derived:
    """What one source's parses in force say: its listings, its spells, and what a person must see."""

    listings: pd.DataFrame
    spells: pd.DataFrame
    issues: list[Issue]


def refresh(
    ledger: Ledger, data_dir: Path, *, now: datetime, keep: bool = True, left_out: Sequence[dict[str, str]] = ()
) -> Built:
    """Build and publish a snapshot; new issues go into the ledger. `keep=False` uses no kept file.

    `left_out` names the sources that the shipped sample lacks; the pages print it while they show nothing else.
    """
    cache = _Cache(data_dir / "derived", use=keep)
    sources = tables.sources(ledger)
    reference = load_reference()
    names = [str(name) for name in sources.loc[sources["kind"] == SourceKind.PRICES.value, "source"]]
    states = {name: tables.state(ledger, name) for name in names}
    names = [name for name in names if states[name]]
    labels = pd.concat(
        [_labels(ledger, cache, name, states[name]) for name in names] or [_no_labels()], ignore_index=True
    )
    accepted, rejected = identity.decided(ledger)
    resolved = resolve(labels, reference, reviewed=accepted, rejected=rejected)
    releases = Releases(reference)
    derived = [_derive(ledger, cache, name, states[name], resolved, sources, releases) for name in names]
    built, found = _assembled(ledger, derived, sources, resolved, reference, now)
    issues = [*(issue for part in derived for issue in part.issues), *found, *unmatched_labels(resolved)]
    ledger.raise_issues(None, issues, at=now)
    built["issues"] = tables.issues(ledger)
    meta = {**_meta(ledger, built, states, now), "left_out": list(left_out)}
    snapshots.publish(data_dir, built, meta)
    cache.sweep()
    return Built(build=meta["build"], frames=built, meta=meta)


def _assembled(
    ledger: Ledger,
    derived: list[_Derived],
    sources: pd.DataFrame,
    resolved: pd.DataFrame,
    reference: Reference,
    now: datetime,
) -> tuple[dict[str, pd.DataFrame], list[Issue]]:
    captures = tables.captures(ledger)
    # The shipped sample is judged on its own last day: until something is crawled nothing of it can be late.
    judged_by_sample = tables.only_sample(ledger) and len(captures) > 0
    read = Read(
        sources=sources,
        listings=merged([part.listings for part in derived]),
        spells=_union("spells", [part.spells for part in derived]),
        resolved=resolved,
        captures=captures,
        runs=tables.runs(ledger),
        rates=tables.rates(ledger),
        scores=tables.scores(ledger),
        readings=tables.readings(ledger),
        volumes=tables.volumes(ledger),
        announcements=tables.announcements(ledger),
        now=now,
        at=captures["public_at"].max().to_pydatetime() if judged_by_sample else now,
    )
    return assemble(read, reference)


def _union(name: str, parts: list[pd.DataFrame]) -> pd.DataFrame:
    """One frame of many, declared types kept whatever part was empty."""
    full = [part for part in parts if len(part)]
    if not full:
        return frames.empty(name)
    return frames.coerce(pd.concat(full, ignore_index=True), name)


def _no_labels() -> pd.DataFrame:
    return pd.DataFrame({column: pd.Series([], dtype="str") for column in _LABEL})


def _labels(ledger: Ledger, cache: "_Cache", source: str, state: str) -> pd.DataFrame:
    """Every name that a source's quotes in force use, once."""

    def make() -> pd.DataFrame:
        return labels_of(tables.quotes(ledger, source))

    return cache.frame(f"{source}.labels", [state], make)


def _derive(
    ledger: Ledger,
    cache: "_Cache",
    source: str,
    state: str,
    resolved: pd.DataFrame,
    sources: pd.DataFrame,
    releases: Releases,
) -> _Derived:
    own = resolved[resolved["source"] == source].reset_index(drop=True)
    key = [state, METHOD_VERSION, _digest(own.to_csv(index=False)), _digest(repr(releases))]
    kept = cache.read(f"{source}.spells", key), cache.read(f"{source}.listings", key), cache.issues(source, key)
    if kept[0] is not None and kept[1] is not None and kept[2] is not None:
        return _Derived(spells=kept[0], listings=kept[1], issues=kept[2])
    schedule = Schedule.parse(str(sources.set_index("source").loc[source, "schedule"]))
    quotes, captures = tables.quotes(ledger, source), tables.captures(ledger, source)
    found, keyed = listings(quotes, refuse_before_release(own, quotes, captures, releases))
    made, issues = spells(captures, keyed, schedule_gap=2 * schedule.interval)
    cache.write(f"{source}.spells", key, made)
    cache.write(f"{source}.listings", key, found)
    cache.write_issues(source, key, issues)
    return _Derived(listings=found, spells=made, issues=issues)


def _meta(ledger: Ledger, built: dict[str, pd.DataFrame], states: dict[str, str], now: datetime) -> dict[str, Any]:
    head = ledger.head()
    captures = built["captures"]
    data_to = now if captures.empty else captures["public_at"].max().to_pydatetime()
    inputs = json.dumps([states, head.sha256, METHOD_VERSION], sort_keys=True)
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


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


class _Cache:
    """Kept derived frames, named by a digest of all they were made of."""

    def __init__(self, folder: Path, *, use: bool) -> None:
        self._folder = folder
        self._use = use
        self._touched: set[Path] = set()
        folder.mkdir(parents=True, exist_ok=True)

    def frame(self, name: str, key: list[str], make: Any) -> pd.DataFrame:
        kept = self.read(name, key)
        if kept is not None:
            return kept
        made: pd.DataFrame = make()
        self.write(name, key, made)
        return made

    def read(self, name: str, key: list[str]) -> pd.DataFrame | None:
        path = self._path(name, key, "parquet")
        return pd.read_parquet(path) if self._use and path.exists() else None

    def write(self, name: str, key: list[str], frame: pd.DataFrame) -> None:
        path = self._path(name, key, "parquet")
        frame.to_parquet(path.with_suffix(".part"), compression="zstd", index=False)
        path.with_suffix(".part").replace(path)

    def issues(self, source: str, key: list[str]) -> list[Issue] | None:
        path = self._path(f"{source}.issues", key, "json")
        return [Issue(**entry) for entry in json.loads(path.read_text())] if self._use and path.exists() else None

    def write_issues(self, source: str, key: list[str], issues: list[Issue]) -> None:
        rows = [{name: getattr(issue, name) for name in Issue.__slots__} for issue in issues]
        path = self._path(f"{source}.issues", key, "json")
        path.with_suffix(".part").write_text(json.dumps(rows))
        path.with_suffix(".part").replace(path)

    def sweep(self) -> None:
        """Forget what this refresh did not use."""
        for path in self._folder.iterdir():
            if path not in self._touched:
                path.unlink()

    def _path(self, name: str, key: list[str], suffix: str) -> Path:
        path = self._folder / f"{name}.{_digest('|'.join(key))[:24]}.{suffix}"
        self._touched.add(path)
        return path
