"""Multilateral indices against their definitions, and what becomes of periods that cannot be reached."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.regression.linear_model import WLS

from pipeline.indices.levels import MULTILATERAL, index_levels

RANDOM = np.random.default_rng(7)
ROWS = [(period, product) for period in range(6) for product in range(5) if (period + 2 * product) % 7 != 3]
PANEL = pd.DataFrame(
    {
        "period": [f"2026-0{period + 1}" for period, _ in ROWS],
        "product": [f"{product}" for _, product in ROWS],
        "price": np.exp(RANDOM.normal(0.0, 0.8, len(ROWS))),
        "quantity": np.exp(RANDOM.normal(0.0, 0.8, len(ROWS))),
    }
)


def relative(panel, method):
    return (index_levels(panel, method=method)["level"] / 100).to_numpy()


def by_least_squares(panel, weights):
    """The time dummies of a regression with every dummy written out."""
    dummies = pd.get_dummies(panel[["product", "period"]], dtype=float).drop(columns="period_2026-01")
    fitted = WLS(np.log(panel["price"]), dummies, weights=weights).fit()
    return np.exp(fitted.params.filter(like="period_").to_numpy())


def test_the_time_product_dummy_is_the_regression_with_every_dummy():
    prices = PANEL.drop(columns="quantity")
    assert relative(prices, "tpd")[1:] == pytest.approx(by_least_squares(PANEL, np.ones(len(PANEL))), rel=1e-10)


def test_with_quantities_it_weighs_by_expenditure_shares():
    value = PANEL["price"] * PANEL["quantity"]
    shares = value / value.groupby(PANEL["period"]).transform("sum")
    assert relative(PANEL, "tpd")[1:] == pytest.approx(by_least_squares(PANEL, shares), rel=1e-10)


def test_geary_khamis_levels_and_average_prices_imply_each_other():
    level = dict(zip(sorted(PANEL["period"].unique()), relative(PANEL, "geary-khamis"), strict=True))
    deflated = PANEL["price"] / PANEL["period"].map(level)
    of_product = PANEL.assign(paid=deflated * PANEL["quantity"]).groupby("product")[["paid", "quantity"]].sum()
    average = PANEL["product"].map(of_product["paid"] / of_product["quantity"])
    spent = (PANEL["price"] * PANEL["quantity"]).groupby(PANEL["period"]).sum()
    worth = (average * PANEL["quantity"]).groupby(PANEL["period"]).sum()
    assert (spent / worth).to_numpy() == pytest.approx(list(level.values()), rel=1e-10)


def test_geary_khamis_of_two_periods_weighs_by_the_harmonic_mean_of_the_quantities():
    two = PANEL[PANEL["period"] < "2026-03"].pivot_table(index="product", columns="period").dropna()
    p0, p1 = two["price"].to_numpy().T
    q0, q1 = two["quantity"].to_numpy().T
    weights = 1 / (1 / q0 + 1 / q1)
    matched = PANEL[(PANEL["period"] < "2026-03") & PANEL["product"].isin(two.index)]
    assert relative(matched, "geary-khamis")[1] == pytest.approx(p1 @ weights / (p0 @ weights), rel=1e-10)


def test_geks_uses_the_pairs_that_have_products_in_common():
    """a in periods 1 and 2, b in 2 and 3: 1 and 3 have nothing in common, and the path through 2 is all there is."""
    rows = [("1", "a", 1.0), ("2", "a", 2.0), ("2", "b", 5.0), ("3", "b", 15.0)]
    panel = pd.DataFrame(rows, columns=["period", "product", "price"]).assign(quantity=1.0)
    assert relative(panel, "geks-jevons") == pytest.approx([1.0, 2.0, 6.0])
    assert relative(panel, "geks-tornqvist") == pytest.approx([1.0, 2.0, 6.0])


@pytest.mark.parametrize("method", MULTILATERAL)
def test_a_period_without_any_path_from_the_first_has_no_level(method):
    rows = [("1", "a", 1.0), ("2", "b", 2.0), ("3", "a", 3.0)]
    panel = pd.DataFrame(rows, columns=["period", "product", "price"]).assign(quantity=1.0)
    assert relative(panel, method) == pytest.approx([1.0, np.nan, 3.0], nan_ok=True)


@pytest.mark.parametrize("method", ["geks-tornqvist", "tpd", "geary-khamis"])
def test_a_product_that_nobody_bought_does_not_count(method):
    rows = [("1", "a", 1.0, 4.0), ("2", "a", 2.0, 3.0), ("1", "b", 1.0, 0.0), ("2", "b", 90.0, 0.0)]
    panel = pd.DataFrame(rows, columns=["period", "product", "price", "quantity"])
    assert relative(panel, method) == pytest.approx([1.0, 2.0])


@pytest.mark.parametrize(
    ("method", "formula"), [("geks-jevons", "jevons"), ("geks-tornqvist", "tornqvist"), ("tpd", "jevons")]
)
def test_where_only_neighbours_have_products_in_common_nothing_but_the_chain_is_left(method, formula):
    """Two hundred products, each in two neighbouring periods of a hundred: nearly all of the table is gaps."""
    random = np.random.default_rng(3)
    rows = [(f"{t + k:03}", f"{t} {i}", np.exp(random.normal())) for t in range(100) for i in range(2) for k in (0, 1)]
    panel = pd.DataFrame(rows, columns=["period", "product", "price"])
    if formula == "tornqvist":
        panel["quantity"] = np.exp(random.normal(size=len(panel)))
    chain = index_levels(panel, method=formula, chain=True)["level"] / 100
    assert relative(panel, method) == pytest.approx(chain.to_list(), rel=1e-8)
