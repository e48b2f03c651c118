"""Index numbers: our seconds, and ratios against PriceIndexCalc2 on the same panel in the same run.

That package is no dependency of ours (it brings PySpark): UNDERCUT_PRICEINDEXCALC names the Python of a virtual
environment that has it. Without it our own seconds are all there is.
"""

import json
import os
import subprocess
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.indices.levels import index_levels
from pipeline.indices.panel import read_panel

LARGE, MEDIUM, WIDE, SMALL = (100, 10_000), (100, 1_000), (25, 4_000), (24, 400)
METHODS = ("geks-tornqvist", "geks-jevons", "tpd", "geary-khamis")

# Run by the other Python: the CSV and its name of a method in, seconds and levels out. Periods are text months.
# It may take 6 GB: its time-product dummy asks for far more on a wide panel, and must not take the machine with it.
THEIRS = """
import json, resource, sys, time, warnings
warnings.simplefilter("ignore")
resource.setrlimit(resource.RLIMIT_AS, (6 * 2**30, 6 * 2**30))
import pandas as pd
from PriceIndexCalc.pandas_modules.index_methods import multilateral_methods
names = {"period": "month", "product": "id"}
panel = pd.read_csv(sys.argv[1], dtype={"period": str, "product": str}).rename(columns=names)
start = time.perf_counter()
found = multilateral_methods(panel, method=sys.argv[2], bilateral_method=sys.argv[3])
print(json.dumps([time.perf_counter() - start, found.iloc[:, 0].tolist()]))
"""
THEIR_NAMES = {
    "geks-tornqvist": ("geks", "tornqvist"),
    "geks-jevons": ("geks", "jevons"),
    "tpd": ("tpd", "tornqvist"),
    "geary-khamis": ("gk", "tornqvist"),
}


def run() -> list[str]:
    """The lines of the report."""
    large, medium, wide, small = (panel(*size) for size in (LARGE, MEDIUM, WIDE, SMALL))
    text = large.to_csv(index=False)
    lines = [f"a CSV panel of {len(large):,} rows: read in {_seconds(lambda: read_panel(text)):.2f} s"]
    for method, rows, aim in (("geks-tornqvist", large, 2), ("tpd", medium, 1)):
        taken = _seconds(partial(index_levels, rows, method=method))
        lines.append(f"{method} on {len(rows):,} rows: {taken:.2f} s (aim: under {aim} s)")
    rolling = _seconds(lambda: index_levels(large, method="geks-tornqvist", window=13, splice="mean"))
    lines.append(f"the same over rolling windows of 13 periods, mean splice: {rolling:.2f} s")
    other = os.environ.get("UNDERCUT_PRICEINDEXCALC")
    if other is None:
        return [*lines, "no ratio: UNDERCUT_PRICEINDEXCALC names no Python with PriceIndexCalc2"]
    lines += [_ratio(Path(other), small, method) for method in METHODS]
    return [*lines, *(_ratio(Path(other), wide, method) for method in ("geks-tornqvist", "tpd"))]


def panel(periods: int, products: int) -> pd.DataFrame:
    """Every product in every period, rows ordered by period and product; the same prices each time."""
    random = np.random.default_rng(20260501)
    months = [f"{2000 + place // 12}-{1 + place % 12:02}" for place in range(periods)]
    size = (periods, products)
    return pd.DataFrame(
        {
            "period": np.repeat(np.array(months, dtype=object), products),
            "product": np.tile(np.array([f"p{place:05}" for place in range(products)], dtype=object), periods),
            "price": np.exp(random.normal(0.0, 0.1, size).cumsum(axis=0)).ravel(),
            "quantity": np.exp(random.normal(0.0, 1.0, size)).ravel(),
        }
    )


def _ratio(python: Path, rows: pd.DataFrame, method: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "panel.csv"
        rows.to_csv(path, index=False)
        done = subprocess.run(
            [python, "-c", THEIRS, str(path), *THEIR_NAMES[method]], capture_output=True, text=True, check=False
        )
    ours = _seconds(lambda: index_levels(rows, method=method))
    if done.returncode != 0:
        said = done.stderr.strip().splitlines()[-1]
        return f"{method} on {len(rows):,} rows: ours {ours:.3f} s; PriceIndexCalc2 did not answer ({said})"
    theirs, levels = json.loads(done.stdout.splitlines()[-1])
    apart = np.abs(index_levels(rows, method=method)["level"] / 100 / np.array(levels) - 1).max()
    return (
        f"{method} on {len(rows):,} rows: PriceIndexCalc2 {theirs:.3f} s, ours {ours:.3f} s: "
        f"{theirs / ours:.0f} x as fast; levels at most {apart:.0e} apart"
    )


def _seconds(work: Callable[[], object]) -> float:
    """The fastest of three runs."""
    taken = []
    for _ in range(3):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return min(taken)
