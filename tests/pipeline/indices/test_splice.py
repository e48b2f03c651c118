"""Splices of given windows: gpindex's printed example, and arithmetic."""

import itertools

import numpy as np
import pandas as pd
import pytest

from pipeline.indices.levels import index_levels
from pipeline.indices.panel import tables
from pipeline.indices.splice import Splice, spliced

# Period-on-period movements of three windows of four periods, from the example of gpindex's `splice_index`.
WINDOWS = [(1.1, 0.9, 1.2), (0.8, 1.3, 1.4), (1.3, 1.3, 0.8)]


def joined(windows, splice):
    """What becomes of the given windows; the first period, which gpindex leaves out, is left out."""
    length = len(windows[0]) + 1
    periods = len(windows) + len(windows[0])
    panel = pd.DataFrame({"period": [f"{t + 1}" for t in range(periods)], "product": "a", "price": 1.0})
    ((_, table),) = tables(panel, with_quantities=False)
    given = iter(windows)
    levels = spliced(table, lambda _: np.log(np.cumprod([1.0, *next(given)])), window=length, splice=splice)
    return np.exp(levels)[1:].tolist()


@pytest.mark.parametrize(
    ("splice", "printed"),
    [
        (Splice.MOVEMENT, [1.1, 0.99, 1.188, 1.66320, 1.33056]),
        (Splice.WINDOW, [1.1, 0.99, 1.188, 1.60160, 1.18976]),
        (Splice.MEAN, [1.1, 0.99, 1.188, 1.686819, 1.284405]),
    ],
)
def test_a_splice_is_that_of_gpindex(splice, printed):
    assert joined(WINDOWS, splice) == pytest.approx(printed, abs=5e-7)


def test_a_half_splice_links_in_the_middle_of_the_window():
    """Windows of five periods: the third of the new one, at which the old one has its fourth."""
    old, new = (2.0, 3.0, 5.0, 7.0), (11.0, 13.0, 17.0, 19.0)
    assert joined([old, new], Splice.HALF)[-1] == pytest.approx(2 * 3 * 5 * (17 * 19))


def test_a_half_splice_of_an_even_window_links_at_the_earlier_of_the_two_middle_periods():
    old, new = (2.0, 3.0, 5.0), (11.0, 13.0, 17.0)
    assert joined([old, new], Splice.HALF)[-1] == pytest.approx(2 * 3 * (13 * 17))


def test_published_levels_are_never_revised():
    random = np.random.default_rng(5)
    cells = itertools.product(range(10), range(4))
    rows = [(f"{t}", f"{i}", np.exp(random.normal()), np.exp(random.normal())) for t, i in cells]
    panel = pd.DataFrame(rows, columns=["period", "product", "price", "quantity"])
    early = panel[panel["period"] < "7"]
    for splice in Splice:
        whole = index_levels(panel, method="geks-tornqvist", window=4, splice=splice)["level"]
        before = index_levels(early, method="geks-tornqvist", window=4, splice=splice)["level"]
        assert whole.iloc[:7].to_list() == pytest.approx(before.to_list(), rel=1e-12)
