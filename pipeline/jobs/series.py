"""`undercut series` and `undercut frontier`: one series of the current build as CSV, Parquet or a picture."""

from pathlib import Path
from typing import TextIO

import pandas as pd

from pipeline.exports.picture import png
from pipeline.figures.palette import LIGHT
from pipeline.figures.series import series_lines
from pipeline.jobs.reading import current
from pipeline.jobs.say import Say
from pipeline.query.series import TITLES, rows
from pipeline.settings import Settings


def write_series(settings: Settings, name: str, blend: str, out: Path | None, stdout: TextIO, say: Say) -> int:
    """Write the rows of a series; 2 where there is no such series, blend or form of file."""
    if name not in TITLES or blend not in ("b31", "b721"):
        say(f"there is no series {name} over {blend}: {', '.join(TITLES)} over b31 or b721")
        return 2
    frames, meta = current(settings, say)
    table = rows(frames, name, blend=blend)
    if out is None:
        table.to_csv(stdout, index=False)
        return 0
    if out.suffix == ".csv":
        table.to_csv(out, index=False)
    elif out.suffix == ".parquet":
        table.to_parquet(out, index=False)
    elif out.suffix == ".png":
        return _picture(table, name, f"undercut, build {meta['build']}, data to {meta['data_to']}", out, say)
    else:
        say(f"{out}: give a name that ends in .csv, .parquet or .png")
        return 2
    say(f"{out}: {len(table)} rows of {TITLES[name]}")
    return 0


def _picture(table: pd.DataFrame, name: str, source: str, out: Path, say: Say) -> int:
    frontier = name == "frontier"
    figure = series_lines(
        table,
        name="score" if frontier else "variant",
        value="price" if frontier else "value",
        unit="USD per million tokens" if frontier else "first period = 100",
        palette=LIGHT,
    )
    figure["layout"]["title"] = {"text": TITLES[name]}
    out.write_bytes(png(figure, source=source))
    say(f"{out}: {TITLES[name]}")
    return 0
