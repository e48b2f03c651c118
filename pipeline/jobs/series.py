"""`undercut series` and `undercut frontier`: one series of the current build as CSV, Parquet or a picture."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TextIO

import pandas as pd

from pipeline.domain.errors import InvalidValueError
from pipeline.exports.csv import stamped
from pipeline.exports.picture import png
from pipeline.figures.palette import LIGHT
from pipeline.figures.series import series_figure
from pipeline.jobs.reading import current
from pipeline.jobs.say import Say
from pipeline.query.series import TITLES, asked_terms, rows
from pipeline.query.snapshot import Snapshot
from pipeline.settings import Settings

DONE, NOTHING, WRONG_INPUT = 0, 1, 2
_FORMS = (".csv", ".parquet", ".png")


def write_series(
    settings: Settings, name: str, *, terms: dict[str, str], out: Path | None, stdout: TextIO, say: Say
) -> int:
    """Write the rows of a series under the terms; CSV on `stdout` where no file is named.

    1 where the build has none to draw, 2 where there is no such series, term or form of file. The rows say under which
    terms they were made, and of which build, data and method.
    """
    if name not in TITLES:
        say(f"there is no series {name}: {', '.join(TITLES)}")
        return WRONG_INPUT
    if out is not None and out.suffix not in _FORMS:
        say(f"{out}: give a name that ends in {', '.join(_FORMS[:2])} or {_FORMS[2]}")
        return WRONG_INPUT
    try:
        asked = asked_terms(**terms)
        frames, meta = current(settings, say)
        table = rows(Snapshot(frames=frames, meta=meta), name, asked)
    except InvalidValueError as error:
        say(str(error))
        return WRONG_INPUT
    table = stamped(table, meta, titled=False)
    if out is None:
        table.to_csv(stdout, index=False)
        return DONE
    if out.suffix == ".png":
        return _picture(table, name, _source(meta), out, say)
    if out.suffix == ".csv":
        table.to_csv(out, index=False)
    else:
        table.to_parquet(out, index=False)
    say(f"{out}: {len(table):,} rows of {TITLES[name]}, build {meta['build']}")
    return DONE


def _source(meta: Mapping[str, Any]) -> str:
    return f"undercut, build {meta['build']}, data to {meta['data_to']}, method {meta['method_version']}"


def _picture(table: pd.DataFrame, name: str, source: str, out: Path, say: Say) -> int:
    figure = series_figure(name, table, palette=LIGHT)
    if figure is None:
        say(f"{out}: {TITLES[name]} has nothing to draw in this build; its rows are written as CSV or Parquet")
        return NOTHING
    figure["layout"]["title"] = {"text": TITLES[name]}
    figure["layout"]["margin"] = {**figure["layout"]["margin"], "t": 90}
    out.write_bytes(png(figure, source=source))
    say(f"{out}: {TITLES[name]}")
    return DONE
