"""Cost per point, peers, and the place among makers: on panels whose regression is known."""

import numpy as np
import pandas as pd
import pytest

from pipeline.indices.cost_per_quality import quality_prices

MONTH = "2026-06-30"


def panel(makers, *, openness=None, each=2):
    """Models of `makers` makers on the line ln price = score/100, each maker off it by its number in hundredths."""
    rows = []
    for maker in range(makers):
        for number in range(each):
            score = 1200.0 + 7 * (maker * each + number) % 300
            rows.append((f"m{maker}/{number}", f"m{maker}", score, np.exp(score / 100 + maker / 100)))
    table = pd.DataFrame(rows, columns=["product", "maker", "score", "price"])
    return table.assign(period=MONTH, open=openness, first_month=MONTH, seat=None).astype({"open": "float64"})


def cheapest(models):
    return models[["period", "score", "price"]]


def ranked(models):
    return quality_prices(models, cheapest(models), blend="b31").set_index("model_version")


def test_cost_per_point_is_price_by_score():
    found = ranked(panel(20))
    assert found["cost_per_point"].to_numpy() == pytest.approx((found["price"] / found["score"]).to_numpy())


def test_the_frontier_beside_a_model_is_the_cheapest_that_reaches_its_score():
    models = panel(20)
    found = ranked(models)
    model = found.iloc[7]
    assert model["frontier_price"] == models.loc[models["score"] >= model["score"], "price"].min()


def test_the_lowest_of_twenty_other_makers_has_p_of_one_in_twenty_one():
    models = panel(21)
    models.loc[models["maker"] == "m5", "price"] /= 10
    assert ranked(models).loc["m5/0", "p"] == pytest.approx(1 / 21)


def test_fewer_than_nineteen_other_makers_give_no_p():
    models = panel(19)
    models.loc[models["maker"] == "m5", "price"] /= 10
    assert np.isnan(ranked(models).loc["m5/0", "p"])


def test_the_makers_own_models_do_not_set_what_is_expected_of_it():
    """Cut tenfold, the maker's price is 90 % under what the others' prices predict: its own do not pull the line."""
    models = panel(21)
    exact = models.assign(price=np.exp(models["score"] / 100))
    exact.loc[exact["maker"] == "m5", "price"] /= 10
    assert ranked(exact).loc["m5/0", "residual_pct"] == pytest.approx(-90.0, abs=1e-6)


def test_a_maker_counts_once_however_many_models_it_has():
    models = pd.concat([panel(21), panel(1, each=30).assign(product=lambda rows: "x" + rows["product"])])
    assert ranked(models)["makers"].max() == 20


def test_a_tie_counts_against_the_flag():
    models = panel(21).assign(price=lambda rows: np.exp(rows["score"] / 100))
    assert ranked(models)["p"].min() == pytest.approx(1.0)


def test_the_interval_holds_the_middle_makers_and_the_price_of_a_tenth_lies_below_it():
    models = panel(21)
    models.loc[models["maker"] == "m5", "price"] /= 10
    found = ranked(models)
    assert found.loc["m5/0", "price"] < found.loc["m5/0", "expected_low"]
    inside = found["price"].between(found["expected_low"], found["expected_high"])
    assert inside.mean() > 0.6


def test_peers_are_other_makers_models_within_three_points_and_of_equal_openness():
    models = panel(20).assign(open=1.0)
    models.loc[:4, "score"] = [1300.0, 1301.0, 1302.0, 1303.0, 1304.0]
    models.loc[:4, "price"] = [1.0, 2.0, 3.0, 4.0, 5.0]
    models.loc[:4, "maker"] = ["a", "b", "c", "d", "e"]
    models.loc[5:, "score"] = 1000.0
    found = ranked(models)
    first = found.iloc[0]
    assert (first["peers"], first["undercut_pct"]) == (3, pytest.approx(100 * (1 / 3 - 1)))


def test_a_model_whose_openness_nobody_states_has_no_peers():
    assert ranked(panel(20))["peers"].max() == 0


def test_models_first_seen_more_than_a_year_before_are_left_out():
    models = panel(21)
    models.loc[models["maker"] == "m5", "first_month"] = "2025-05-31"
    assert "m5/0" not in ranked(models).index


def test_a_month_with_fewer_than_thirty_models_is_left_out():
    models = panel(14)
    assert quality_prices(models, cheapest(models), blend="b31").empty
