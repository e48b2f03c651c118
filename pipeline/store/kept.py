"""Frames kept under what they were made of: a cache, never a truth.

What a stage made is named by a digest of this program, of the stage's name and of the content of all that it was given.
So it is found again exactly where the stage would make the same rows: nothing has to be told that something changed,
and where a stage makes the same rows from new facts, every stage after it is found too.
"""

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.domain.instants import instant_text, parse_instant
from pipeline.domain.quote import Issue
from pipeline.store.digests import content
from pipeline.store.keep import Finish, Given, Made, MakeParts, Standing, holds, renewed

_PROGRAM = Path(__file__).parents[1]
_CODE = (".py", ".toml", ".csv")
_LIBRARIES = ("pandas", "numpy", "pyarrow", "scipy", "statsmodels")


@cache
def program() -> str:
    """A digest of the pipeline's code and curated tables and of the libraries that compute."""
    digest = hashlib.sha256(",".join(f"{name}={version(name)}" for name in _LIBRARIES).encode())
    for path in sorted(path for path in _PROGRAM.rglob("*") if path.suffix in _CODE):
        digest.update(f"{path.relative_to(_PROGRAM)}\0".encode() + path.read_bytes())
    return digest.hexdigest()


class Kept:
    """The kept frames of one data directory; an instance is a `Keep`. With `use=False` it writes and finds nothing."""

    def __init__(self, folder: Path, *, use: bool) -> None:
        self._folder = folder
        self._use = use
        self._asked: set[str] = set()
        self._parts: dict[str, str] = {}
        self._contents: dict[int, _Known] = {}
        folder.mkdir(parents=True, exist_ok=True)

    def __call__(
        self, stage: str, given: Sequence[Given], make: Callable[[], Made], now: datetime | None = None, /
    ) -> Made:
        name = f"{stage}.{self._digest(stage, given)}"
        path = self._folder / f"{name}.json"
        head = json.loads(path.read_text()) if self._use and path.exists() else None
        if head is None or (now is not None and not holds(head, now)):
            before, self._asked = self._asked, set()
            try:
                self._write(name, make(), now)
            finally:
                self._asked |= before
            head = json.loads(path.read_text())
        self._asked |= {name, *head["within"]}
        return Made(
            frames=Later(self, name, head["contents"]),
            issues=[Issue(**entry) for entry in head["issues"]],
            until=parse_instant(head["until"]) if "until" in head else None,
            contents=head["contents"],
            notes=head["notes"],
        )

    def by_part(
        self, stage: str, parts: Mapping[str, str], make: MakeParts, finish: Finish, /, *, now: datetime
    ) -> Made:
        """As `Keep`; of the parts of the last time those stand whose digest is that of today. Where all do, nothing but
        what they were finished to is found, and read when it is asked for."""
        before = self._standing(stage)
        after = renewed(before, parts, make, now)
        if before is None or after is not before:
            after = self._stands(stage, after)
        self._asked |= {f"{stage}.parts", self._parts[stage]}
        whole = self(f"{stage}-whole", [self._parts[stage]], lambda: Made(frames=after.made(finish).frames))
        return Made(frames=whole.frames, issues=after.issues(), until=after.until(), contents=whole.contents)

    def content(self, frame: pd.DataFrame) -> str:
        """As the function of that name, once per frame, and not at all for one that was kept."""
        if id(frame) not in self._contents:
            self.is_of(frame, content(frame))
        return self._contents[id(frame)].content

    def contents(self, made: Made) -> dict[str, str]:
        """The digests of all frames of what was made; those that are not known are read."""
        return {name: made.contents.get(name) or self.content(made.frames[name]) for name in made.frames}

    def is_of(self, frame: pd.DataFrame, digest: str, path: Path | None = None) -> pd.DataFrame:
        """The same frame, of which a digest is known that is equal for equal frames only, and the file that it is."""
        self._contents[id(frame)] = _Known(frame, digest, path)
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
            if not isinstance(own.frames, Later):
                raise TypeError(f"{frame} was not kept here")
            parts.append(own.frames)
        whole = pa.concat_tables(_texts(_table(own.path(frame))) for own in parts).to_pandas()
        contents = json.dumps([own.contents[frame] for own in parts])
        return self.is_of(whole, hashlib.sha256(contents.encode()).hexdigest())

    def sweep(self) -> None:
        """Forget what was not asked for; heads first, so that none names what is gone."""
        for path in sorted(self._folder.iterdir(), key=lambda path: path.suffix != ".json"):
            if ".".join(path.name.split(".")[:2]) not in self._asked:
                path.unlink()

    def _write(self, name: str, made: Made, now: datetime | None) -> None:
        contents = {frame: self._frame(name, frame, table) for frame, table in made.frames.items()}
        head: dict[str, Any] = {
            "contents": contents,
            "issues": [{slot: getattr(issue, slot) for slot in Issue.__slots__} for issue in made.issues],
            "notes": dict(made.notes),
            "within": sorted(self._asked),
        }
        if now is not None:
            head["since"] = instant_text(now)
        if made.until is not None:
            head["until"] = instant_text(made.until)
        self._text(f"{name}.json", json.dumps(head))  # last: where it is, all is

    def _frame(self, name: str, frame: str, table: pd.DataFrame) -> str:
        """Keep a frame; its digest. One that a stage within has kept shares its file."""
        known = self._contents.get(id(table))
        if known is not None and known.path is not None:
            part = self._folder / f"{name}.{frame}.part"
            part.unlink(missing_ok=True)
            os.link(known.path, part)
            part.replace(self.path(name, frame))
            return known.content
        self._whole(f"{name}.{frame}.parquet", table)
        return content(table)

    def _standing(self, stage: str) -> Standing | None:
        """The parts of a stage as they were made last, by this program."""
        path = self._folder / f"{stage}.parts.json"
        if not (self._use and path.exists()):
            return None
        head = json.loads(path.read_text())
        there = all(self.path(f"{stage}.{head['build']}", frame).exists() for frame in head["frames"])
        return self._of_parts(stage, head) if there and head["program"] == program() else None

    def _stands(self, stage: str, made: Standing) -> Standing:
        """Write the parts of a stage, and read them back for the types of a file."""
        build = hashlib.sha256(json.dumps([program(), made.parts], sort_keys=True).encode()).hexdigest()[:24]
        for frame, table in made.frames.items():
            self._whole(f"{stage}.{build}.{frame}.parquet", table)
        head = {"program": program(), "build": build, "frames": list(made.frames), "parts": made.parts}
        self._text(f"{stage}.parts.json", json.dumps(head))  # last: where it is, all is
        return self._of_parts(stage, head)

    def _of_parts(self, stage: str, head: dict[str, Any]) -> Standing:
        name = f"{stage}.{head['build']}"
        self._parts[stage] = name
        rows = Later(self, name, {frame: f"{name}.{frame}" for frame in head["frames"]})
        return Standing(parts=head["parts"], frames=rows)

    def _text(self, name: str, text: str) -> None:
        part = self._folder / f"{name}.part"
        part.write_text(text)
        part.replace(self._folder / name)

    def _whole(self, name: str, table: pd.DataFrame) -> None:
        part = self._folder / f"{name}.part"
        table.to_parquet(part, compression="zstd", index=False)
        part.replace(self._folder / name)

    def _digest(self, stage: str, given: Sequence[Given]) -> str:
        parts = [one if isinstance(one, str) else one() if callable(one) else self.content(one) for one in given]
        return hashlib.sha256(json.dumps([program(), stage, parts]).encode()).hexdigest()[:24]


def _table(path: Path) -> pa.Table:
    """A file's table; a data set of one file takes longer to open than to read."""
    with pq.ParquetFile(path, memory_map=True) as opened:
        return opened.read()


def _texts(table: pa.Table) -> pa.Table:
    """The table with plain text where it has categories, or nothing that tells a type."""
    kinds = [
        pa.large_string() if pa.types.is_dictionary(column.type) or pa.types.is_null(column.type) else column.type
        for column in table.schema
    ]
    return table.cast(pa.schema(list(zip(table.column_names, kinds, strict=True))))


class _Known(NamedTuple):
    """A frame, held so that no other takes its place in memory; its digest, and its file where it is one."""

    frame: pd.DataFrame
    content: str
    path: Path | None


class Later(Mapping[str, pd.DataFrame]):
    """Kept frames by name, each read when it is first asked for."""

    def __init__(self, kept: Kept, name: str, contents: Mapping[str, str]) -> None:
        self._kept, self._name, self.contents = kept, name, contents
        self._read: dict[str, pd.DataFrame] = {}

    def __getitem__(self, frame: str) -> pd.DataFrame:
        if frame not in self._read:
            digest, path = self.contents[frame], self.path(frame)
            self._read[frame] = self._kept.is_of(self._kept.stored(self._name, frame), digest, path)
        return self._read[frame]

    def path(self, frame: str) -> Path:
        return self._kept.path(self._name, frame)

    def __iter__(self) -> Iterator[str]:
        return iter(self.contents)

    def __len__(self) -> int:
        return len(self.contents)
