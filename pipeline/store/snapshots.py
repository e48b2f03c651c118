"""Snapshots: one versioned, read-only set of Parquet files per build, and a pointer to the current one."""

import json
import os
import shutil
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline import frames
from pipeline.domain.errors import FrameError, LedgerError
from pipeline.store.digests import content
from pipeline.store.sync import sync

KEPT = 10
_CURRENT = "current"
_META = "meta.json"


def publish(
    data_dir: Path,
    tables: Mapping[str, pd.DataFrame],
    meta: dict[str, Any],
    *,
    contents: Mapping[str, str] | None = None,
    share: bool = True,
) -> str:
    """Write a build whole, then point to it; older builds beyond the last ten are removed.

    A frame that is that of the standing build, by the digest of its content, shares its file; with its digest among
    `contents` it is not read for that. Without `share` every frame is written.
    """
    folder = data_dir / "snapshots"
    part = folder / f".{meta['build']}.part"
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    before = standing(data_dir) or {"build": "", "contents": {}}
    if contents is None:
        contents = {name: content(table) for name, table in tables.items()}
    written = []
    for name in tables:
        path = part / f"{name}.parquet"
        older = folder / before["build"] / path.name
        if share and before["contents"].get(name) == contents[name] and older.exists():
            os.link(older, path)
        else:
            frames.check(tables[name], name).to_parquet(path, compression="zstd", index=False)
            written.append(path)
    told = {**meta, "contents": {**contents}}
    (part / _META).write_text(json.dumps(told, indent=1, sort_keys=True, ensure_ascii=False))
    for path in [*written, part / _META]:
        sync(path)
    final = folder / meta["build"]
    shutil.rmtree(final, ignore_errors=True)
    part.rename(final)
    _point(folder, meta["build"])
    for old in sorted(path for path in folder.iterdir() if path.is_dir())[:-KEPT]:
        shutil.rmtree(old, ignore_errors=True)
    return str(meta["build"])


def standing(data_dir: Path) -> dict[str, Any] | None:
    """What is told of the current build; None where nothing was published, or by a program that told less."""
    build = current_build(data_dir)
    path = data_dir / "snapshots" / (build or "") / _META
    if build is None or not path.exists():
        return None
    meta: dict[str, Any] = json.loads(path.read_text())
    return meta if {"contents", "made_of"} <= meta.keys() else None


def current_build(data_dir: Path) -> str | None:
    """The build that the pointer names; one small read, cheap enough for every request."""
    try:
        return (data_dir / "snapshots" / _CURRENT).read_text().strip()
    except FileNotFoundError:
        return None


def read(
    data_dir: Path, build: str | None = None, *, only: Collection[str] | None = None
) -> tuple[dict[str, pd.DataFrame], dict[str, Any]]:
    """Frames (all, or those named) and meta of a build, by default the current one."""
    build = build or current_build(data_dir)
    if build is None:
        raise LedgerError(f"nothing was published in {data_dir} yet: run `undercut refresh`")
    folder = data_dir / "snapshots" / build
    if not folder.is_dir():
        raise LedgerError(f"there is no build {build}: the last {KEPT} are kept")
    meta = json.loads((folder / _META).read_text())
    names = [path.stem for path in sorted(folder.glob("*.parquet")) if only is None or path.stem in only]
    return {name: _frame(folder, name) for name in names}, meta


def _frame(folder: Path, name: str) -> pd.DataFrame:
    """The declared frame; what another version of the program published may be none, and the way out is said."""
    try:
        return frames.check(pd.read_parquet(folder / f"{name}.parquet"), name)
    except FrameError as error:
        raise LedgerError(
            f"build {folder.name} was published by another version of undercut and cannot be read by this one: "
            f"run `undercut refresh --rebuild` ({error})"
        ) from error


class Frames(Mapping[str, pd.DataFrame]):
    """The frames of a published build by name, each read when it is asked for."""

    def __init__(self, data_dir: Path, build: str) -> None:
        self._folder = data_dir / "snapshots" / build
        self._names = sorted(path.stem for path in self._folder.glob("*.parquet"))

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._names:
            raise KeyError(name)
        return _frame(self._folder, name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def _point(folder: Path, build: str) -> None:
    part = folder / f".{_CURRENT}.part"
    part.write_text(build + "\n")
    sync(part)
    part.replace(folder / _CURRENT)
    sync(folder)
