"""Frames kept under what they were made of: a cache, never a truth.

What a stage made is named by a digest of this program, of the stage's name and of the content of all that it was given.
So it is found again exactly where the stage would make the same rows: nothing has to be told that something changed,
and where a stage makes the same rows from new facts, every stage after it is found too.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from pipeline.domain.quote import Issue

Given = pd.DataFrame | str
_PROGRAM = Path(__file__).parents[1]
_CODE = (".py", ".toml", ".csv")
_LIBRARIES = ("pandas", "numpy", "pyarrow", "scipy", "statsmodels")


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What a stage makes: frames by name, and what a person must see."""

    frames: Mapping[str, pd.DataFrame]
    issues: Sequence[Issue] = ()


Keep = Callable[[str, Sequence[Given], Callable[[], Made]], Made]
"""Stage's name, all that it is made of, and its making → what it makes, kept or anew."""


def anew(stage: str, given: Sequence[Given], make: Callable[[], Made]) -> Made:  # noqa: ARG001 - a `Keep`
    """The `Keep` that keeps nothing."""
    return make()


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


class Kept:
    """The kept frames of one data directory; an instance is a `Keep`. With `use=False` it writes and finds nothing."""

    def __init__(self, folder: Path, *, use: bool) -> None:
        self._folder = folder
        self._use = use
        self._touched: set[str] = set()
        self._contents: dict[int, tuple[pd.DataFrame, str]] = {}
        folder.mkdir(parents=True, exist_ok=True)

    def __call__(self, stage: str, given: Sequence[Given], make: Callable[[], Made]) -> Made:
        name = f"{stage}.{self._digest(stage, given)}"
        self._touched.add(name)
        head = self._folder / f"{name}.json"
        if not (self._use and head.exists()):
            self._write(name, make())
        # What was just made is read back too: a file may know another type for an empty column.
        return self._read(name, json.loads(head.read_text()))

    def content(self, frame: pd.DataFrame) -> str:
        """As the function of that name, once per frame."""
        if id(frame) not in self._contents:
            self._contents[id(frame)] = (frame, content(frame))  # held, so that no other takes its place in memory
        return self._contents[id(frame)][1]

    def sweep(self) -> None:
        """Forget what was not asked for."""
        for path in self._folder.iterdir():
            if ".".join(path.name.split(".")[:2]) not in self._touched:
                path.unlink()

    def _read(self, name: str, head: dict[str, Any]) -> Made:
        return Made(
            frames={frame: pd.read_parquet(self._folder / f"{name}.{frame}.parquet") for frame in head["frames"]},
            issues=[Issue(**entry) for entry in head["issues"]],
        )

    def _write(self, name: str, made: Made) -> None:
        for frame, table in made.frames.items():
            self._whole(f"{name}.{frame}.parquet", table)
        issues = [{slot: getattr(issue, slot) for slot in Issue.__slots__} for issue in made.issues]
        part = self._folder / f"{name}.part"
        part.write_text(json.dumps({"frames": list(made.frames), "issues": issues}))
        part.replace(self._folder / f"{name}.json")  # last: where it is, all is

    def _whole(self, name: str, table: pd.DataFrame) -> None:
        part = self._folder / f"{name}.part"
        table.to_parquet(part, compression="zstd", index=False)
        part.replace(self._folder / name)

    def _digest(self, stage: str, given: Sequence[Given]) -> str:
        parts = [one if isinstance(one, str) else self.content(one) for one in given]
        return hashlib.sha256(json.dumps([program(), stage, parts]).encode()).hexdigest()[:24]


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
