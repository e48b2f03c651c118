"""Bilateral formulas against their definitions, by arithmetic on two products."""

import math

import numpy as np
import pytest

from pipeline.indices.elementary import carli, dutot, jevons
from pipeline.indices.weighted import fisher, laspeyres, paasche, tornqvist

P0, P1 = np.array([1.0, 4.0]), np.array([2.0, 6.0])
Q0, Q1 = np.array([10.0, 5.0]), np.array([3.0, 7.0])
NOTHING = np.array([])


def test_jevons_is_the_geometric_mean_of_the_relatives():
    assert jevons(P0, P1) == pytest.approx(math.sqrt(2.0 * 1.5))


def test_dutot_is_the_ratio_of_the_mean_prices():
    assert dutot(P0, P1) == 8 / 5


def test_carli_is_the_mean_of_the_relatives():
    assert carli(P0, P1) == (2 + 1.5) / 2


def test_laspeyres_prices_the_old_basket():
    assert laspeyres(P0, P1, Q0) == (2 * 10 + 6 * 5) / (1 * 10 + 4 * 5)


def test_paasche_prices_the_new_basket():
    assert paasche(P0, P1, Q1) == (2 * 3 + 6 * 7) / (1 * 3 + 4 * 7)


def test_fisher_is_the_geometric_mean_of_both():
    assert fisher(P0, P1, Q0, Q1) == pytest.approx(math.sqrt((50 / 30) * (48 / 31)))


def test_tornqvist_weighs_by_the_mean_shares():
    weights = [(10 / 30 + 6 / 48) / 2, (20 / 30 + 42 / 48) / 2]
    assert tornqvist(P0, P1, Q0, Q1) == pytest.approx(2 ** weights[0] * 1.5 ** weights[1])


@pytest.mark.parametrize("formula", [jevons, dutot, carli])
def test_an_elementary_index_of_nothing_is_not_a_number(formula):
    assert math.isnan(formula(NOTHING, NOTHING))


def test_a_basket_in_which_nothing_was_sold_has_no_index():
    sold = np.zeros(2)
    found = [laspeyres(P0, P1, sold), paasche(P0, P1, sold), fisher(P0, P1, Q0, sold), tornqvist(P0, P1, sold, Q1)]
    assert np.isnan(found).all()
