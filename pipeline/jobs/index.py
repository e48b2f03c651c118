"""`undercut index`: a price index over a user's own panel, as CSV."""

import csv
from pathlib import Path
from typing import TextIO

import numpy as np
import pandas as pd

from pipeline.domain.errors import InvalidValueError, PanelError
from pipeline.indices.levels import index_levels
from pipeline.indices.panel import read_panel

DONE, WRONG_INPUT = 0, 2


def index(
    panel_path: Path,
    method: str,
    chain: bool,
    window: int | None,
    splice: str | None,
    out: TextIO,
    err: TextIO,
) -> int:
    """Write `[group,] period, level` to `out`; the exit code: 0, or 2 with one sentence on `err` and nothing on `out`.

    A level that no matched product leads to is left empty, and `err` says so.
    """
    try:
        levels = index_levels(read_panel(_text(panel_path)), method=method, chain=chain, window=window, splice=splice)
    except InvalidValueError as error:
        err.write(f"{error}\n")
        return WRONG_INPUT
    except OSError as error:
        err.write(f"{panel_path} cannot be read: {error.strerror}\n")
        return WRONG_INPUT
    _write(levels, out)
    _say_unreached(levels, err)
    return DONE


def _text(path: Path) -> str:
    content = path.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise PanelError(f"line {line}: not UTF-8; save the file as CSV UTF-8") from error


def _write(levels: pd.DataFrame, out: TextIO) -> None:
    """Levels as the shortest text that reads back as the same number, without exponent."""
    texts = ["" if np.isnan(level) else np.format_float_positional(level, trim="0") for level in levels["level"]]
    keys = [levels[name] for name in levels.columns if name != "level"]
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(levels.columns)
    writer.writerows(zip(*keys, texts, strict=True))


def _say_unreached(levels: pd.DataFrame, err: TextIO) -> None:
    missing = levels.loc[levels["level"].isna()]
    if len(missing):
        first = " ".join(str(missing.iloc[0][name]) for name in levels.columns if name != "level")
        err.write(f"no level for {len(missing)} of {len(levels)} periods: no matched product leads to {first}\n")
