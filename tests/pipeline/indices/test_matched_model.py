"""The matched-model index and its interval."""

import numpy as np
import pandas as pd
import pytest

from pipeline.indices.levels import index_levels
from pipeline.indices.matched_model import matched_model

ROWS = [
    ("2026-01", "a", "x", 4.0),
    ("2026-02", "a", "x", 2.0),
    ("2026-03", "a", "x", 2.0),
    ("2026-01", "b", "x", 1.0),
    ("2026-02", "b", "x", 1.0),
    ("2026-01", "c", "y", 8.0),
    ("2026-02", "c", "y", 8.0),
    ("2026-03", "c", "y", 2.0),
    ("2026-03", "d", "y", 99.0),
]
PANEL = pd.DataFrame(ROWS, columns=["period", "product", "maker", "price"])


def index(panel, per=None, draws=200, seed=1):
    return matched_model(panel, per=per, draws=draws, seed=seed)


def test_it_is_the_chained_jevons():
    chained = index_levels(PANEL[["period", "product", "price"]], method="jevons", chain=True)
    assert index(PANEL)["level"].to_list() == pytest.approx(chained["level"].to_list())


def test_a_new_model_counts_from_its_second_period_on():
    assert index(PANEL)["matched"].to_list() == [0, 3, 2]


def test_per_maker_every_maker_counts_once():
    """x: the mean of a (halved) and b (unchanged), then a unchanged; y: c unchanged, then a quarter."""
    second = (0.5**0.5) ** 0.5
    third = second * 0.25**0.5
    assert index(PANEL, per="maker")["level"].to_list() == pytest.approx([100.0, 100 * second, 100 * third])


def test_the_order_of_the_rows_does_not_matter():
    shuffled = PANEL.sample(frac=1.0, random_state=4)
    assert index(shuffled, per="maker").equals(index(PANEL, per="maker"))


def test_bounds_hold_the_level_and_are_the_same_for_the_same_seed():
    random = np.random.default_rng(2)
    rows = [(f"{t}", f"{i}", np.exp(random.normal(0.0, 0.2))) for t in range(6) for i in range(40)]
    panel = pd.DataFrame(rows, columns=["period", "product", "price"])
    found = index(panel, draws=2000)
    assert ((found["low"] <= found["level"]) & (found["level"] <= found["high"])).all()
    assert found.equals(index(panel, draws=2000))


def test_the_bounds_of_one_link_are_those_of_a_mean():
    """Forty log relatives of known deviation: 1.96 standard errors to either side, up to the noise of the draws."""
    moves = np.random.default_rng(6).normal(0.0, 0.3, 40)
    rows = [(period, f"{i}", np.exp(move * place)) for i, move in enumerate(moves) for place, period in enumerate("12")]
    found = index(pd.DataFrame(rows, columns=["period", "product", "price"]), draws=20_000).iloc[1]
    error = 1.96 * moves.std() / 40**0.5
    half = (np.log(found["high"]) - np.log(found["low"])) / 2
    assert half == pytest.approx(error, rel=0.05)


def test_where_all_models_move_alike_there_is_no_doubt():
    rows = [(f"{t}", f"{i}", (i + 1) * 0.9**t) for t in range(3) for i in range(5)]
    found = index(pd.DataFrame(rows, columns=["period", "product", "price"]))
    assert found["low"].to_list() == pytest.approx([100.0, 90.0, 81.0])
    assert found["high"].to_list() == pytest.approx([100.0, 90.0, 81.0])
