"""What the tests of index-number theory ask of each method, on random panels."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.indices.chain import BILATERAL
from pipeline.indices.levels import METHODS, MULTILATERAL, index_levels
from pipeline.indices.splice import Splice

# Dutot changes with units; Carli, Laspeyres and Paasche do not reverse.
REVERSIBLE = ("jevons", "dutot", "fisher", "tornqvist", *MULTILATERAL)
# Direct and chained; a multilateral index has no such choice.
LINKED = [(method, False) for method in METHODS] + [(method, True) for method in BILATERAL]
UNIT_FREE = tuple(method for method in METHODS if method != "dutot")
# There are many methods: a few panels each.
FEW = settings(max_examples=10, deadline=None)


@st.composite
def panels(draw, least=2, most=6, gaps=True):
    """A panel in which one product is always priced, so that every period can be reached."""
    number, products = draw(st.integers(least, most)), draw(st.integers(1, 5))
    seed = draw(st.integers(0, 2**32 - 1))
    random = np.random.default_rng(seed)
    period, product = np.indices((number, products)).reshape(2, -1)
    kept = (product == 0) | (random.random(len(period)) > (0.3 if gaps else 0.0))
    size = int(kept.sum())
    return pd.DataFrame(
        {
            "period": [f"{1 + place}" for place in period[kept]],
            "product": [f"product {place}" for place in product[kept]],
            "price": np.exp(random.normal(0.0, 1.5, size)),
            "quantity": np.exp(random.normal(0.0, 1.5, size)),
        }
    )


def levels(panel, method, **options):
    return index_levels(panel, method=method, **options).set_index("period")["level"]


@pytest.mark.parametrize(("method", "chain"), LINKED)
@given(panel=panels(), seed=st.integers(0, 1000))
@FEW
def test_the_order_of_the_rows_does_not_matter(method, chain, panel, seed):
    shuffled = panel.sample(frac=1.0, random_state=seed)
    assert levels(shuffled, method, chain=chain).equals(levels(panel, method, chain=chain))


@pytest.mark.parametrize(("method", "chain"), LINKED)
@given(panel=panels(), factors=st.lists(st.floats(0.01, 100.0), min_size=6, max_size=6))
@FEW
def test_prices_that_move_together_move_the_index_as_much(method, chain, panel, factors):
    """Proportionality; with factors of one, identity."""
    first = panel.drop_duplicates("product").set_index("product")["price"]
    factor = panel["period"].map({f"{place + 1}": value / factors[0] for place, value in enumerate(factors)})
    moved = panel.assign(price=panel["product"].map(first) * factor)
    expected = factor.groupby(panel["period"]).first().mul(100.0)
    found = levels(moved, method, chain=chain)
    assert found.to_list() == pytest.approx(expected.loc[found.index].to_list(), rel=1e-9)


@pytest.mark.parametrize("method", METHODS)
@given(panel=panels(most=2))
@FEW
def test_chained_and_direct_are_one_over_two_periods(method, panel):
    assert levels(panel, method, chain=True).equals(levels(panel, method, chain=False))


@pytest.mark.parametrize("method", REVERSIBLE)
@given(panel=panels(most=2))
@FEW
def test_the_index_backwards_is_the_reciprocal(method, panel):
    """Time reversal."""
    backwards = panel.assign(period=panel["period"].map({"1": "2", "2": "1"}))
    assert levels(panel, method)["2"] * levels(backwards, method)["2"] == pytest.approx(100.0**2, rel=1e-9)


@pytest.mark.parametrize("method", MULTILATERAL)
@given(panel=panels(), seed=st.integers(0, 1000))
@FEW
def test_a_multilateral_index_compares_two_periods_alike_whatever_the_first_is(method, panel, seed):
    """Transitivity: the levels of periods in another order are the same up to one factor."""
    names = panel["period"].unique()
    other = dict(zip(names, np.random.default_rng(seed).permutation(names), strict=True))
    found = levels(panel, method)
    again = levels(panel.assign(period=panel["period"].map(other)), method)
    ratio = [again[other[name]] / again[other["1"]] for name in found.index]
    assert ratio == pytest.approx((found / found["1"]).to_list(), rel=1e-7)


@pytest.mark.parametrize("method", UNIT_FREE)
@given(panel=panels(), unit=st.floats(0.001, 1000.0))
@FEW
def test_the_unit_of_a_product_does_not_matter(method, panel, unit):
    factor = np.where(panel["product"] == "product 0", unit, 1.0)
    other = panel.assign(price=panel["price"] * factor, quantity=panel["quantity"] / factor)
    assert levels(other, method).to_list() == pytest.approx(levels(panel, method).to_list(), rel=1e-7)


@pytest.mark.parametrize("method", METHODS)
@given(panel=panels(most=2, gaps=False))
@FEW
def test_the_index_lies_between_the_smallest_and_the_largest_relative(method, panel):
    wide = panel.pivot_table(index="period", columns="product", values="price")
    relatives = 100.0 * wide.loc["2"] / wide.loc["1"]
    found = levels(panel, method)["2"]
    assert relatives.min() * (1 - 1e-9) <= found <= relatives.max() * (1 + 1e-9)


@given(panel=panels(gaps=False))
@FEW
def test_jevons_without_gaps_is_the_same_chained_direct_and_multilateral(panel):
    one = levels(panel, "jevons").to_list()
    assert levels(panel, "jevons", chain=True).to_list() == pytest.approx(one, rel=1e-9)
    assert levels(panel, "geks-jevons").to_list() == pytest.approx(one, rel=1e-9)
    assert levels(panel[["period", "product", "price"]], "tpd").to_list() == pytest.approx(one, rel=1e-9)


@pytest.mark.parametrize("splice", Splice)
@pytest.mark.parametrize("method", MULTILATERAL)
@given(panel=panels())
@FEW
def test_one_window_over_all_periods_needs_no_splice(method, splice, panel):
    periods = panel["period"].nunique()
    assert levels(panel, method, window=periods, splice=splice).equals(levels(panel, method))


@pytest.mark.parametrize("splice", Splice)
@given(panel=panels())
@FEW
def test_windows_of_two_periods_are_a_chain(splice, panel):
    rolling = levels(panel, "geks-tornqvist", window=2, splice=splice).to_list()
    assert rolling == pytest.approx(levels(panel, "tornqvist", chain=True).to_list(), rel=1e-9)
