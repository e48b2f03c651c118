"""Hedonic indices on prices that follow a known rule, and against the matched-model index."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.regression.linear_model import OLS

from pipeline.domain.errors import InvalidValueError
from pipeline.indices.hedonic import double_imputation, time_dummy
from pipeline.indices.levels import index_levels

# Price of a point of score and of open weights, and the level, in each of three periods.
SCORE, OPEN, BASE = (0.05, 0.04, 0.02), (-0.3, -0.3, -0.1), (0.0, -0.2, -0.9)


def models(periods=3, each=12, rule=None, seed=11):
    random = np.random.default_rng(seed)
    rows = []
    for t in range(periods):
        for i in range(each):
            score, weights = random.uniform(20, 60), random.random() < 0.5
            log_price = rule(t, score, weights) if rule else random.normal()
            rows.append((f"2026-0{t + 1}", f"{t} {i}", np.exp(log_price), score, weights))
    return pd.DataFrame(rows, columns=["period", "product", "price", "score", "open_weights"])


def changing(t, score, weights):
    return BASE[t] + SCORE[t] * score + OPEN[t] * weights


CHARACTERISTICS = ["score", "open_weights"]


def test_the_time_dummy_finds_the_movement_that_all_models_share():
    """Every period has other models; what a point of score costs stays."""
    made = models(rule=lambda t, score, weights: BASE[t] + 0.05 * score - 0.3 * weights)
    found = time_dummy(made, characteristics=CHARACTERISTICS)
    expected = [100 * np.exp(move) for move in BASE]
    for column in ("level", "low", "high"):
        assert found[column].to_list() == pytest.approx(expected, rel=1e-6)


def test_the_bounds_of_a_time_dummy_hold_its_level():
    found = time_dummy(models(), characteristics=CHARACTERISTICS).iloc[1:]
    assert ((found["low"] < found["level"]) & (found["level"] < found["high"])).all()


def test_double_imputation_prices_both_periods_models_in_both_periods():
    made = models(rule=changing)
    found = double_imputation(made, characteristics=CHARACTERISTICS, at_least=10)
    means = made.groupby("period")[CHARACTERISTICS].mean().astype(float).to_numpy()
    logs = [0.0]
    for t in (1, 2):
        moved = [changing(t, *mean) - changing(t - 1, *mean) for mean in (means[t - 1], means[t])]
        logs.append(logs[-1] + sum(moved) / 2)
    assert found["level"].to_list() == pytest.approx((100 * np.exp(logs)).tolist(), rel=1e-9)


def test_with_the_same_models_throughout_it_is_jevons():
    random = np.random.default_rng(8)
    score = random.uniform(20, 60, 15)
    rows = [(f"{t}", f"{i}", np.exp(random.normal()), score[i], i % 2) for t in range(4) for i in range(15)]
    made = pd.DataFrame(rows, columns=["period", "product", "price", *CHARACTERISTICS])
    jevons = index_levels(made[["period", "product", "price"]], method="jevons")
    found = double_imputation(made, characteristics=CHARACTERISTICS, at_least=10)
    assert found["level"].to_list() == pytest.approx(jevons["level"].to_list(), rel=1e-9)


def test_periods_with_too_few_models_are_taken_together():
    found = double_imputation(models(periods=5, each=12), characteristics=CHARACTERISTICS, at_least=20)
    assert found[["period", "until", "models"]].to_numpy().tolist() == [
        ["2026-01", "2026-02", 24],
        ["2026-03", "2026-05", 36],
    ]


def test_a_model_in_two_periods_taken_together_counts_once():
    made = models(periods=2, each=12, rule=changing)
    again = made[made["period"] == "2026-01"].assign(period="2026-02")
    found = double_imputation(
        pd.concat([made[made["period"] == "2026-01"], again]), characteristics=CHARACTERISTICS, at_least=12
    )
    assert found["models"].to_list() == [12, 12]
    with pytest.raises(InvalidValueError, match="12 models in all periods"):
        double_imputation(
            pd.concat([made[made["period"] == "2026-01"], again]), characteristics=CHARACTERISTICS, at_least=13
        )


def test_a_period_that_cannot_tell_a_characteristic_is_taken_together_with_the_next():
    made = models(periods=3)
    made["open_weights"] = made["open_weights"] & (made["period"] != "2026-01")
    found = double_imputation(made, characteristics=CHARACTERISTICS, at_least=10)
    assert found["until"].to_list() == ["2026-02", "2026-03"]


def test_text_is_a_characteristic_with_one_indicator_a_value():
    seats = {"CN": 0.0, "FR": 0.2, "US": 0.7}
    random = np.random.default_rng(9)
    rows = [
        (f"{t}", f"{t} {seat} {i}", np.exp(seats[seat] - 0.1 * t + 0.03 * score), score, seat)
        for t in range(2)
        for seat in seats
        for i, score in enumerate(random.uniform(20, 60, 5))
    ]
    made = pd.DataFrame(rows, columns=["period", "product", "price", "score", "seat"])
    found = time_dummy(made, characteristics=["score", "seat"])
    assert found["level"].to_list() == pytest.approx([100.0, 100 * np.exp(-0.1)])


def test_the_order_of_the_rows_does_not_matter():
    made = models(periods=5)
    found = double_imputation(made, characteristics=CHARACTERISTICS, at_least=20)
    shuffled = double_imputation(made.sample(frac=1.0, random_state=2), characteristics=CHARACTERISTICS, at_least=20)
    assert shuffled["level"].to_list() == pytest.approx(found["level"].to_list(), rel=1e-12)


def test_characteristics_that_move_with_the_period_are_refused():
    made = models().assign(score=lambda rows: rows["period"].str[-1].astype(float), open_weights=0.0)
    with pytest.raises(InvalidValueError, match="cannot be told apart"):
        time_dummy(made, characteristics=CHARACTERISTICS)


@pytest.mark.parametrize("method", [time_dummy, double_imputation])
def test_a_missing_characteristic_is_refused_with_its_model(method):
    made = models()
    made.loc[5, "score"] = np.nan
    options = {} if method is time_dummy else {"at_least": 10}
    with pytest.raises(InvalidValueError, match="score of 0 5 in 2026-01 is missing"):
        method(made, characteristics=CHARACTERISTICS, **options)


def test_the_interval_is_that_of_one_stacked_regression_with_clustered_errors():
    """Statsmodels over all periods at once, a block of coefficients each, and the level as one linear form of them."""
    made = models(periods=3, each=20, rule=changing).assign(maker=lambda rows: rows.groupby("period").cumcount() % 7)
    made["price"] *= np.exp(np.random.default_rng(5).normal(0, 0.3, len(made)))
    found = double_imputation(made, characteristics=["score"], at_least=10, cluster="maker")
    periods = sorted(made["period"].unique())
    blocks = [made["period"].eq(period).to_numpy(float) for period in periods]
    stacked = np.column_stack([column for block in blocks for column in (block, block * made["score"])])
    fit = OLS(np.log(made["price"]), stacked).fit(
        cov_type="cluster", cov_kwds={"groups": made["maker"].to_numpy(), "use_correction": False}
    )
    means = [np.array([1.0, made.loc[made["period"] == period, "score"].mean()]) for period in periods]
    first, second = (means[0] + means[1]) / 2, (means[1] + means[2]) / 2
    form = np.concatenate([-first, first - second, second])
    error = np.sqrt(form @ fit.cov_params().to_numpy() @ form * 7 / 6)
    quantile = 2.446912  # t with 6 degrees of freedom, 97.5 %: seven makers are no large sample
    assert np.log(found["high"].iloc[-1] / found["level"].iloc[-1]) == pytest.approx(quantile * error, rel=1e-6)


def test_the_first_period_has_no_error():
    found = double_imputation(models(periods=2), characteristics=["score"], at_least=10)
    assert found.loc[0, ["low", "level", "high"]].to_list() == [100.0, 100.0, 100.0]
