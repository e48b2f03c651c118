"""What a stage of the flow makes, whole or by part, and the contract of whoever keeps it.

A stage whose rows hang together in parts is made again only where a part's digest, or the clock, says so (`Keep`).
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol

import pandas as pd

from pipeline.domain.instants import instant_text, parse_instant
from pipeline.domain.quote import Issue
from pipeline.store.digests import content

Given = pd.DataFrame | str | Callable[[], str]
"""A frame, a digest or other text, or what tells such a text to whoever keeps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What a stage makes: frames by name, and what a person must see.

    `until` is the instant from which the clock alone may change it; None where no clock is asked.
    `contents` are the digests of frames that are known without reading them; `notes`, as JSON, what else is.
    """

    frames: Mapping[str, pd.DataFrame]
    issues: Sequence[Issue] = ()
    until: datetime | None = None
    contents: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, Any] = field(default_factory=dict)

    def content(self, name: str) -> str:
        """The digest of a frame; of a kept one it is known without reading it."""
        return self.contents[name] if name in self.contents else content(self.frames[name])

    def only(self, *names: str) -> "Made":
        """Some of its frames."""
        known = {name: self.contents[name] for name in names if name in self.contents}
        return replace(self, frames=_Gathered(dict.fromkeys(names, self.frames)), contents=known)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What a stage makes of some of its parts: frames with a column `part`, and issues with theirs.

    `until` is, by part, the instant from which the clock alone may change its rows.
    """

    frames: Mapping[str, pd.DataFrame]
    issues: Sequence[tuple[str, Issue]] = ()
    until: Mapping[str, datetime] = field(default_factory=dict)


def gathered(*parts: Made) -> Made:
    """What several stages made, as one: each frame is read when it is asked for.

    Raises ValueError where two made a frame of one name.
    """
    of: dict[str, Mapping[str, pd.DataFrame]] = {}
    for part in parts:
        if twice := of.keys() & part.frames.keys():
            raise ValueError(f"made twice: {', '.join(sorted(twice))}")
        of |= dict.fromkeys(part.frames, part.frames)
    return Made(
        frames=_Gathered(of),
        issues=[issue for part in parts for issue in part.issues],
        contents={name: digest for part in parts for name, digest in part.contents.items()},
    )


class _Gathered(Mapping[str, pd.DataFrame]):
    """Frames by name, each in the mapping that it is read from."""

    def __init__(self, of: Mapping[str, Mapping[str, pd.DataFrame]]) -> None:
        self._of = of

    def __getitem__(self, name: str) -> pd.DataFrame:
        return self._of[name][name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._of)

    def __len__(self) -> int:
        return len(self._of)


MakeParts = Callable[[Collection[str]], Parts]
"""Names of parts → exactly their rows, the same whatever other parts are asked for."""
Finish = Callable[[Mapping[str, pd.DataFrame]], Mapping[str, pd.DataFrame]]
"""The rows of all parts, without the column `part`, ordered by part and then as made → frames as they leave the stage.

Text that enters is never of categories: their order would tell what else was made.
"""


class Keep(Protocol):
    """What a stage makes, kept or made anew."""

    def __call__(
        self, stage: str, given: Sequence[Given], make: Callable[[], Made], now: datetime | None = None, /
    ) -> Made:
        """Stage's name, all that it is made of, and its making, which may ask for further stages.

        With `now` what was made holds from then until `Made.until`, else whatever the clock says.
        """

    def content(self, frame: pd.DataFrame, /) -> str:
        """A digest of a frame, for what is kept."""

    def by_part(
        self, stage: str, parts: Mapping[str, str], make: MakeParts, finish: Finish, /, *, now: datetime
    ) -> Made:
        """Each part by its name and a digest of all that it is made of; `make` is asked once, for those not kept."""


class Anew:
    """The `Keep` that keeps nothing."""

    def __call__(
        self, _stage: str, _given: Sequence[Given], make: Callable[[], Made], _now: datetime | None = None, /
    ) -> Made:
        return make()

    def by_part(
        self,
        _stage: str,
        parts: Mapping[str, str],
        make: MakeParts,
        finish: Finish,
        /,
        *,
        now: datetime,
    ) -> Made:
        return renewed(None, parts, make, now).made(finish)

    def content(self, frame: pd.DataFrame, /) -> str:
        return content(frame)


anew = Anew()


class Held(Anew):
    """The `Keep` that holds the parts of every stage in memory, and keeps no whole stage: for a walk of one process."""

    def __init__(self) -> None:
        self._stands: dict[str, Standing] = {}

    def by_part(
        self, stage: str, parts: Mapping[str, str], make: MakeParts, finish: Finish, /, *, now: datetime
    ) -> Made:
        self._stands[stage] = renewed(self._stands.get(stage), parts, make, now)
        return self._stands[stage].made(finish)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The parts of a stage as they were made: by part its digest, since when, until when and its issues, all as text;
    and the rows of all, each frame ordered by `part`."""

    parts: Mapping[str, dict[str, Any]]
    frames: Mapping[str, pd.DataFrame]

    def made(self, finish: Finish) -> Made:
        whole = finish({name: rows.drop(columns="part") for name, rows in self.frames.items()})
        return Made(frames=whole, issues=self.issues(), until=self.until())

    def issues(self) -> list[Issue]:
        return [Issue(**issue) for part in sorted(self.parts) for issue in self.parts[part]["issues"]]

    def until(self) -> datetime | None:
        return min((parse_instant(own["until"]) for own in self.parts.values() if "until" in own), default=None)


def renewed(before: Standing | None, parts: Mapping[str, str], make: MakeParts, now: datetime) -> Standing:
    """The parts of today: those of before that still hold, and the others made anew; `before` itself where all do."""
    was = {} if before is None else before.parts
    kept = {part: own for part, own in was.items() if parts.get(part) == own["digest"] and holds(own, now)}
    missing = [part for part in parts if part not in kept]
    if before is not None and not missing and len(kept) == len(was):
        return before
    made = Parts(frames={}) if before is not None and not missing else make(missing)
    new: dict[str, dict[str, Any]] = {
        part: {"digest": parts[part], "since": instant_text(now), "issues": []} for part in missing
    }
    for part, until in made.until.items():
        new[part]["until"] = instant_text(until)
    for part, issue in made.issues:
        new[part]["issues"].append({slot: getattr(issue, slot) for slot in Issue.__slots__})
    parted: dict[str, list[pd.DataFrame]] = {name: [rows] for name, rows in made.frames.items()}
    for name, rows in ({} if before is None else before.frames).items():
        parted.setdefault(name, []).append(rows[rows["part"].isin(kept)])
    return Standing(parts={**kept, **new}, frames={name: _together(rows) for name, rows in parted.items()})


def holds(head: Mapping[str, Any], now: datetime) -> bool:
    """Whether the clock says of what is kept what it said when it was made: `since` and `until`, as text."""
    if now < parse_instant(head["since"]):
        return False
    return "until" not in head or now < parse_instant(head["until"])


def _together(rows: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """The rows of all parts, ordered by part; categories become text, whose order no other part can change."""
    full = [table for table in rows if len(table)] or list(rows[:1])
    texts = [
        table.astype({name: "str" for name, kind in table.dtypes.items() if isinstance(kind, pd.CategoricalDtype)})
        for table in full
    ]
    return pd.concat(texts, ignore_index=True).sort_values("part", kind="stable", ignore_index=True)
