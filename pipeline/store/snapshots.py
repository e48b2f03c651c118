"""Snapshots: one versioned, read-only set of Parquet files per build, and a pointer to the current one."""

import json
import os
import shutil
from collections.abc import Collection
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline import frames
from pipeline.domain.errors import LedgerError

KEPT = 10
_CURRENT = "current"


def publish(data_dir: Path, tables: dict[str, pd.DataFrame], meta: dict[str, Any]) -> str:
    """Write a build whole, then point to it; older builds beyond the last ten are removed."""
    folder = data_dir / "snapshots"
    part = folder / f".{meta['build']}.part"
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    for name, table in tables.items():
        frames.check(table, name).to_parquet(part / f"{name}.parquet", compression="zstd", index=False)
    (part / "meta.json").write_text(json.dumps(meta, indent=1, sort_keys=True, ensure_ascii=False))
    for path in part.iterdir():
        _sync(path)
    final = folder / meta["build"]
    shutil.rmtree(final, ignore_errors=True)
    part.rename(final)
    _point(folder, meta["build"])
    for old in sorted(path for path in folder.iterdir() if path.is_dir())[:-KEPT]:
        shutil.rmtree(old, ignore_errors=True)
    return str(meta["build"])


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
    meta = json.loads((folder / "meta.json").read_text())
    names = [path.stem for path in sorted(folder.glob("*.parquet")) if only is None or path.stem in only]
    return {name: frames.check(pd.read_parquet(folder / f"{name}.parquet"), name) for name in names}, meta


def _point(folder: Path, build: str) -> None:
    part = folder / f".{_CURRENT}.part"
    part.write_text(build + "\n")
    _sync(part)
    part.replace(folder / _CURRENT)
    _sync(folder)


def _sync(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
