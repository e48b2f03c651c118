"""Frames kept under what they were made of: a cache, never a truth.

What a stage made is named by a digest of this program, of the stage's name and of the content of all that it was given.
So it is found again exactly where the stage would make the same rows: nothing has to be told that something changed,
and where a stage makes the same rows from new facts, every stage after it is found too.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.domain.instants import instant_text, parse_instant
from pipeline.domain.quote import Issue

Given = pd.DataFrame | str
_PROGRAM = Path(__file__).parents[1]
_CODE = (".py", ".toml", ".csv")
_KEYS = ("the first of two", "the other of two")
"""Of two hashes of 64 bits each; pandas wants sixteen characters."""
_LIBRARIES = ("pandas", "numpy", "pyarrow", "scipy", "statsmodels")


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What a stage makes: frames by name, and what a person must see.

    `until` is the instant from which the clock alone may change it; None where no clock is asked.
    `contents` are the digests of frames that are known without reading them.
    """

    frames: Mapping[str, pd.DataFrame]
    issues: Sequence[Issue] = ()
    until: datetime | None = None
    contents: Mapping[str, str] = field(default_factory=dict)

    def content(self, name: str) -> str:
        """The digest of a frame; of a kept one it is known without reading it."""
        return self.contents[name] if name in self.contents else content(self.frames[name])


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What a stage makes of some of its parts: frames with a column `part`, and issues with theirs.

    `until` is, by part, the instant from which the clock alone may change its rows.
    """

    frames: Mapping[str, pd.DataFrame]
    issues: Sequence[tuple[str, Issue]] = ()
    until: Mapping[str, datetime] = field(default_factory=dict)


MakeParts = Callable[[Collection[str]], Parts]
"""Names of parts → exactly their rows, the same whatever other parts are asked for."""
Finish = Callable[[Mapping[str, pd.DataFrame]], Mapping[str, pd.DataFrame]]
"""The rows of all parts, without the column `part`, ordered by part and then as made → frames as they leave the stage.

Text that enters is never of categories: their order would tell what else was made.
"""


class Keep(Protocol):
    """What a stage makes, kept or made anew."""

    def __call__(self, stage: str, given: Sequence[Given], make: Callable[[], Made], /) -> Made:
        """Stage's name, all that it is made of, and its making."""

    def content(self, frame: pd.DataFrame, /) -> str:
        """A digest of a frame, for what is kept."""

    def by_part(
        self, stage: str, parts: Mapping[str, str], make: MakeParts, finish: Finish, /, *, now: datetime
    ) -> Made:
        """Each part by its name and a digest of all that it is made of; `make` is asked once, for those not kept."""


class Anew:
    """The `Keep` that keeps nothing."""

    def __call__(self, stage: str, given: Sequence[Given], make: Callable[[], Made], /) -> Made:  # noqa: ARG002
        return make()

    def by_part(
        self,
        stage: str,  # noqa: ARG002
        parts: Mapping[str, str],
        make: MakeParts,
        finish: Finish,
        /,
        *,
        now: datetime,
    ) -> Made:
        return _renewed(None, parts, make, now).made(finish)

    def content(self, frame: pd.DataFrame, /) -> str:
        return content(frame)


anew = Anew()


class Held(Anew):
    """The `Keep` that holds the parts of every stage in memory, and keeps no whole stage: for a walk of one process."""

    def __init__(self) -> None:
        self._standing: dict[str, _Standing] = {}

    def by_part(
        self, stage: str, parts: Mapping[str, str], make: MakeParts, finish: Finish, /, *, now: datetime
    ) -> Made:
        self._standing[stage] = _renewed(self._standing.get(stage), parts, make, now)
        return self._standing[stage].made(finish)


@cache
def program() -> str:
    """A digest of the pipeline's code and curated tables and of the libraries that compute."""
    digest = hashlib.sha256(",".join(f"{name}={version(name)}" for name in _LIBRARIES).encode())
    for path in sorted(path for path in _PROGRAM.rglob("*") if path.suffix in _CODE):
        digest.update(f"{path.relative_to(_PROGRAM)}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def content(frame: pd.DataFrame) -> str:
    """A digest of a frame's columns, types and rows in their order; equal for equal frames."""
    digest = _Digest()
    table = pa.Table.from_pandas(frame, preserve_index=False)
    with pa.ipc.new_stream(pa.PythonFile(digest, mode="w"), table.schema) as stream:
        stream.write_table(table)
    return digest.hexdigest()


def digests(frame: pd.DataFrame, part: "pd.Series[Any]") -> dict[str, str]:
    """By part a digest of its rows and their order; `part` names the part of each row. 128 bits."""
    parts, names = pd.factorize(part.astype("str"), sort=True)
    columns = ",".join(f"{name}:{kind}" for name, kind in frame.dtypes.astype("str").items())
    place = frame.groupby(parts, sort=False).cumcount().to_numpy().astype("uint64")
    words = []
    for key in _KEYS:
        rows = pd.util.hash_pandas_object(frame, index=False, hash_key=key).to_numpy()
        mixed = pd.util.hash_array(rows ^ pd.util.hash_array(place))
        sums = np.zeros(len(names), dtype="uint64")
        np.add.at(sums, parts, mixed)
        words.append(sums)
    shape = hashlib.blake2b(columns.encode(), digest_size=8).hexdigest()
    return {str(name): f"{shape}{one:016x}{two:016x}" for name, one, two in zip(names, *words, strict=True)}


def digests_by_day(frame: pd.DataFrame, first: "pd.Series[Any]", last: "pd.Series[Any]") -> Callable[[date], str]:
    """A digest of the rows that stand on a day, in any order; each stands from `first` to `last`, days without a zone.

    The hashes of what has begun, less those of what has ended: one running sum tells every day.
    """
    ends = last + pd.Timedelta(days=1)
    days = pd.concat([first, ends]).to_numpy("datetime64[D]")
    order = np.argsort(days, kind="stable")
    days = days[order]
    sums = []
    for key in _KEYS:
        rows = pd.util.hash_pandas_object(frame, index=False, hash_key=key).to_numpy()
        begun_and_ended = np.concatenate([rows, np.uint64(0) - rows])
        sums.append(np.concatenate([np.zeros(1, dtype="uint64"), np.cumsum(begun_and_ended[order], dtype="uint64")]))

    def of(day: date) -> str:
        place = int(np.searchsorted(days, np.datetime64(day, "D"), side="right"))
        return "".join(f"{int(each[place]):016x}" for each in sums)

    return of


def together(parts: Iterable[str], *own: Mapping[str, str], shared: Sequence[str] = ()) -> dict[str, str]:
    """By part one digest of several: those of its own rows (none where a frame has none of it) and what all share."""
    made = {}
    for part in parts:
        words = json.dumps([*shared, *(digest.get(part) for digest in own)])
        made[part] = hashlib.blake2b(words.encode(), digest_size=16).hexdigest()
    return made


class Kept:
    """The kept frames of one data directory; an instance is a `Keep`. With `use=False` it writes and finds nothing."""

    def __init__(self, folder: Path, *, use: bool) -> None:
        self._folder = folder
        self._use = use
        self._touched: set[str] = set()
        self._parts: dict[str, str] = {}
        self._contents: dict[int, tuple[pd.DataFrame, str]] = {}
        folder.mkdir(parents=True, exist_ok=True)

    def __call__(self, stage: str, given: Sequence[Given], make: Callable[[], Made]) -> Made:
        name = f"{stage}.{self._digest(stage, given)}"
        self._touched.add(name)
        head = self._folder / f"{name}.json"
        if not (self._use and head.exists()):
            self._write(name, make())
        told = json.loads(head.read_text())
        issues = [Issue(**entry) for entry in told["issues"]]
        return Made(frames=_Later(self, name, told["contents"]), issues=issues, contents=told["contents"])

    def by_part(
        self, stage: str, parts: Mapping[str, str], make: MakeParts, finish: Finish, /, *, now: datetime
    ) -> Made:
        """As `Keep`; of the parts of the last time those stand whose digest is that of today. Where all do, nothing but
        what they were finished to is found, and read when it is asked for."""
        before = self._standing(stage)
        after = _renewed(before, parts, make, now)
        if before is None or after is not before:
            after = self._stands(stage, after)
        whole = self(f"{stage}-whole", [self._parts[stage]], lambda: Made(frames=after.made(finish).frames))
        return Made(frames=whole.frames, issues=after.issues(), until=after.until(), contents=whole.contents)

    def content(self, frame: pd.DataFrame) -> str:
        """As the function of that name, once per frame, and not at all for one that was kept."""
        if id(frame) not in self._contents:
            self.is_of(frame, content(frame))
        return self._contents[id(frame)][1]

    def is_of(self, frame: pd.DataFrame, told: str) -> pd.DataFrame:
        """The same frame, of which a digest is known that is equal for equal frames only."""
        self._contents[id(frame)] = (frame, told)  # held, so that no other takes its place in memory
        return frame

    def stored(self, name: str, frame: str) -> pd.DataFrame:
        """A frame of what is kept under a name, as its file has it."""
        return pd.read_parquet(self.path(name, frame))

    def path(self, name: str, frame: str) -> Path:
        return self._folder / f"{name}.{frame}.parquet"

    def joined(self, made: Iterable[Made], frame: str) -> pd.DataFrame:
        """One frame of several that were kept here, one after the other, and known by their digests.

        Text is of no categories. They meet as Arrow: to make a frame of each takes longer than to read its file.
        """
        parts = []
        for own in made:
            if not isinstance(own.frames, _Later):
                raise TypeError(f"{frame} was not kept here")
            parts.append(own.frames)
        whole = pa.concat_tables(_texts(pq.read_table(own.path(frame))) for own in parts).to_pandas()
        contents = json.dumps([own.contents[frame] for own in parts])
        return self.is_of(whole, hashlib.sha256(contents.encode()).hexdigest())

    def sweep(self) -> None:
        """Forget what was not asked for."""
        for path in self._folder.iterdir():
            if ".".join(path.name.split(".")[:2]) not in {*self._touched, *self._parts.values()}:
                path.unlink()

    def _write(self, name: str, made: Made) -> None:
        contents = {}
        for frame, table in made.frames.items():
            self._whole(f"{name}.{frame}.parquet", table)
            # What was just made is read back too: a file may know another type for an empty column.
            contents[frame] = content(self.stored(name, frame))
        issues = [{slot: getattr(issue, slot) for slot in Issue.__slots__} for issue in made.issues]
        self._text(f"{name}.json", json.dumps({"contents": contents, "issues": issues}))  # last: where it is, all is

    def _standing(self, stage: str) -> "_Standing | None":
        """The parts of a stage as they were made last, by this program."""
        path = self._folder / f"{stage}.parts.json"
        if not (self._use and path.exists()):
            return None
        head = json.loads(path.read_text())
        return self._of_parts(stage, head) if head["program"] == program() else None

    def _stands(self, stage: str, made: "_Standing") -> "_Standing":
        """Write the parts of a stage, and read them back for the types of a file."""
        build = hashlib.sha256(json.dumps([program(), made.told], sort_keys=True).encode()).hexdigest()[:24]
        for frame, table in made.frames.items():
            self._whole(f"{stage}.{build}.{frame}.parquet", table)
        head = {"program": program(), "build": build, "frames": list(made.frames), "parts": made.told}
        self._text(f"{stage}.parts.json", json.dumps(head))  # last: where it is, all is
        return self._of_parts(stage, head)

    def _of_parts(self, stage: str, head: dict[str, Any]) -> "_Standing":
        name = f"{stage}.{head['build']}"
        self._parts[f"{stage}.parts"], self._parts[stage] = f"{stage}.parts", name
        rows = _Later(self, name, {frame: f"{name}.{frame}" for frame in head["frames"]})
        return _Standing(told=head["parts"], frames=rows)

    def _text(self, name: str, text: str) -> None:
        part = self._folder / f"{name}.part"
        part.write_text(text)
        part.replace(self._folder / name)

    def _whole(self, name: str, table: pd.DataFrame) -> None:
        part = self._folder / f"{name}.part"
        table.to_parquet(part, compression="zstd", index=False)
        part.replace(self._folder / name)

    def _digest(self, stage: str, given: Sequence[Given]) -> str:
        parts = [one if isinstance(one, str) else self.content(one) for one in given]
        return hashlib.sha256(json.dumps([program(), stage, parts]).encode()).hexdigest()[:24]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Standing:
    """The parts of a stage as they were made: by part its digest, since when, until when and its issues, all as text;
    and the rows of all, each frame ordered by `part`."""

    told: Mapping[str, dict[str, Any]]
    frames: Mapping[str, pd.DataFrame]

    def made(self, finish: Finish) -> Made:
        whole = finish({name: rows.drop(columns="part") for name, rows in self.frames.items()})
        return Made(frames=whole, issues=self.issues(), until=self.until())

    def issues(self) -> list[Issue]:
        return [Issue(**issue) for part in sorted(self.told) for issue in self.told[part]["issues"]]

    def until(self) -> datetime | None:
        return min((parse_instant(own["until"]) for own in self.told.values() if "until" in own), default=None)


def _renewed(before: _Standing | None, parts: Mapping[str, str], make: MakeParts, now: datetime) -> _Standing:
    """The parts of today: those of before that still hold, and the others made anew; `before` itself where all do."""
    was = {} if before is None else before.told
    kept = {part: own for part, own in was.items() if parts.get(part) == own["digest"] and _holds(own, now)}
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
    return _Standing(told={**kept, **new}, frames={name: _together(rows) for name, rows in parted.items()})


def _holds(told: Mapping[str, Any], now: datetime) -> bool:
    """Whether the clock says of a kept part what it said when it was made."""
    if now < parse_instant(told["since"]):
        return False
    return "until" not in told or now < parse_instant(told["until"])


def _together(rows: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """The rows of all parts, ordered by part; categories become text, whose order no other part can change."""
    full = [table for table in rows if len(table)] or list(rows[:1])
    texts = [
        table.astype({name: "str" for name, kind in table.dtypes.items() if isinstance(kind, pd.CategoricalDtype)})
        for table in full
    ]
    return pd.concat(texts, ignore_index=True).sort_values("part", kind="stable", ignore_index=True)


def _texts(table: pa.Table) -> pa.Table:
    """The table with plain text where it has categories, or nothing that tells a type."""
    kinds = [
        pa.large_string() if pa.types.is_dictionary(column.type) or pa.types.is_null(column.type) else column.type
        for column in table.schema
    ]
    return table.cast(pa.schema(list(zip(table.column_names, kinds, strict=True))))


class _Later(Mapping[str, pd.DataFrame]):
    """Kept frames by name, each read when it is first asked for."""

    def __init__(self, kept: Kept, name: str, contents: Mapping[str, str]) -> None:
        self._kept, self._name, self.contents = kept, name, contents
        self._read: dict[str, pd.DataFrame] = {}

    def __getitem__(self, frame: str) -> pd.DataFrame:
        if frame not in self._read:
            self._read[frame] = self._kept.is_of(self._kept.stored(self._name, frame), self.contents[frame])
        return self._read[frame]

    def path(self, frame: str) -> Path:
        return self._kept.path(self._name, frame)

    def __iter__(self) -> Iterator[str]:
        return iter(self.contents)

    def __len__(self) -> int:
        return len(self.contents)


class _Digest:
    """A file that only counts what is written into it."""

    def __init__(self) -> None:
        self._hash = hashlib.blake2b(digest_size=16)
        self.closed = False

    def write(self, data: bytes) -> int:
        self._hash.update(data)
        return len(data)

    def flush(self) -> None:
        """Nothing waits."""

    def close(self) -> None:
        self.closed = True

    def hexdigest(self) -> str:
        return self._hash.hexdigest()
