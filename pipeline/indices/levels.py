"""Index levels of a panel by any method of this library: the one entry.

Enters a panel (`pipeline.indices.panel`), leaves a frame keyed by `[group,] period` with `level`, 100 in the first
period of each group. Bilateral methods are direct or chained; multilateral ones use all periods, or rolling windows
with a splice. Float64; one currency and unit are the caller's.
"""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from pipeline.domain.errors import InvalidValueError
from pipeline.indices.chain import BILATERAL, chained, direct
from pipeline.indices.elementary import Vector
from pipeline.indices.geary_khamis import geary_khamis
from pipeline.indices.geks import geks_jevons, geks_tornqvist
from pipeline.indices.panel import tables
from pipeline.indices.splice import Splice, spliced
from pipeline.indices.table import PriceTable
from pipeline.indices.tpd import time_product_dummy

MULTILATERAL: Mapping[str, Callable[[PriceTable], Vector]] = {
    "geks-jevons": geks_jevons,
    "geks-tornqvist": geks_tornqvist,
    "tpd": time_product_dummy,
    "geary-khamis": geary_khamis,
}
METHODS = (*BILATERAL, *MULTILATERAL)
_WITHOUT_QUANTITIES = ("jevons", "dutot", "carli", "geks-jevons")


def index_levels(
    panel: pd.DataFrame,
    *,
    method: str,
    chain: bool = False,
    window: int | None = None,
    splice: str | None = None,
) -> pd.DataFrame:
    """Levels of the index `method` (one of `METHODS`), in the order of groups and periods.

    Parameters
    ----------
    panel
        `period, product, price[, quantity][, group]`, one row per period, product and group. Periods of text are
        ordered as ISO dates, else as numbers, else as text.
    chain
        Bilateral methods: link neighbouring periods; else every period is compared with the first. A multilateral index
        is transitive: linking its neighbours changes nothing.
    window, splice
        Multilateral methods: periods of a rolling window, and how windows are joined (`Splice`). Both or neither; with
        a window as long as the panel there is one window and nothing to join.

    Returns
    -------
    `[group,] period, level`. NaN where no matched product leads to the period.

    Raises
    ------
    PanelError
        A row that cannot be used, with its place (`pipeline.indices.panel.tables`).
    InvalidValueError
        An unknown method or splice, a window below 2, one of window and splice without the other, or either with a
        bilateral method.

    Notes
    -----
    `tpd` weighs by expenditure shares where the panel has quantities, else all prices alike.
    """
    compute = _computation(method, chain, window, splice)
    needed = None if method == "tpd" else method not in _WITHOUT_QUANTITIES
    parts = []
    for group, table in tables(panel, with_quantities=needed):
        part = {"period": table.periods, "level": 100.0 * compute(table)}
        parts.append(pd.DataFrame({"group": group} | part if "group" in panel else part))
    return pd.concat(parts, ignore_index=True)


def _computation(method: str, chain: bool, window: int | None, splice: str | None) -> Callable[[PriceTable], Vector]:
    """From a table to levels, the first 1."""
    if method in BILATERAL:
        if window is not None or splice is not None:
            raise InvalidValueError(
                f"{method} compares two periods: a window and a splice go with {', '.join(MULTILATERAL)}"
            )
        linking, formula = chained if chain else direct, BILATERAL[method]
        return lambda table: linking(table, formula)
    if method not in MULTILATERAL:
        raise InvalidValueError(f"no index method is called {method!r}; the methods are {', '.join(METHODS)}")
    index = MULTILATERAL[method]
    if window is None and splice is None:
        return lambda table: np.exp(index(table))
    length, joined = _rolling(window, splice)
    return lambda table: np.exp(spliced(table, index, window=length, splice=joined))


def _rolling(window: int | None, splice: str | None) -> tuple[int, Splice]:
    if window is None or splice is None:
        raise InvalidValueError("a window and a splice go together: give both or neither")
    if window < 2:
        raise InvalidValueError(f"a window has at least 2 periods, not {window}")
    if splice not in list(Splice):
        raise InvalidValueError(f"no splice is called {splice!r}; the splices are {', '.join(Splice)}")
    return window, Splice(splice)
