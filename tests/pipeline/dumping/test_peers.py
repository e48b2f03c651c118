"""The rank among makers: who is in the panel, on which day, with which scores, and what a p is."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.dumping.peers import Candidate, Limits, Market, ranked, smallest_p

DAY = date(2026, 7, 30)
AT = datetime(2026, 7, 30, 12, tzinfo=UTC)
LIMITS = Limits(model_age=timedelta(days=365), score_points=3, fewest_peers=3)
MAKERS = [f"m{number:02d}" for number in range(20)]


def rows(**change: Any) -> pd.DataFrame:
    """Twenty makers' own offers at one dollar, and a candidate's."""
    found = pd.DataFrame(
        {
            "model_version": [f"{maker}/one" for maker in MAKERS],
            "maker": MAKERS,
            "seller": MAKERS,
            "own": True,
            "since": pd.Timestamp("2026-01-01"),
            "until": pd.Timestamp("2026-12-31"),
            "log_price": 0.0,
        }
    )
    return found.assign(**change)


def scores(published: str = "2026-06-01", values: list[float] | None = None) -> pd.DataFrame:
    names = [f"{maker}/one" for maker in [*MAKERS, "mine"]]
    return pd.DataFrame(
        {
            "model_version": names,
            "score": values or [50.0 + number % 7 for number in range(len(names))],
            "published_at": pd.Timestamp(published, tz="UTC"),
            "vintage": f"index of {published}",
        }
    )


def market(
    prices: pd.DataFrame | None = None,
    told: pd.DataFrame | None = None,
    born_on: str = "2026-01-01",
    **openness: bool,
) -> Market:
    names = [f"{maker}/one" for maker in [*MAKERS, "mine"]]
    known = {name: (openness.get(name[:4], number % 2 == 0), date.min) for number, name in enumerate(names)}
    born = dict.fromkeys(names, pd.Timestamp(born_on))
    return Market(rows() if prices is None else prices, scores() if told is None else told, born, known)


def candidate(price: float | None, **change: object) -> Candidate:
    held: dict[str, object] = {"model_version": "mine/one", "maker": "mine", "price": price, "day": DAY, "known_at": AT}
    return Candidate(**(held | change))  # type: ignore[arg-type]


def test_under_twenty_makers_the_rank_is_one_in_twenty_one() -> None:
    found = ranked(market(), candidate(0.1), LIMITS)
    assert found.rank is not None
    assert found.rank.makers == 20
    assert float(found.rank.p) == pytest.approx(1 / 21)


def test_a_tie_counts_against_the_flag() -> None:
    """All ask one dollar whatever the score: every residual is 0, and so is the candidate's."""
    found = ranked(market(), candidate(1.0), LIMITS)
    assert found.rank is not None
    assert found.rank.p == 1


def test_one_residual_a_maker_however_many_models_it_sells() -> None:
    more = pd.concat([rows(), rows(model_version="m00/one", maker="m00", log_price=-5.0)], ignore_index=True)
    found = ranked(market(more), candidate(0.1), LIMITS)
    assert found.rank is not None
    assert found.rank.makers == 20
    assert float(found.rank.p) == pytest.approx(2 / 21)


def test_the_prices_are_those_of_the_day_before() -> None:
    cut_that_day = pd.concat(
        [
            rows(until=pd.Timestamp("2026-07-29")),
            rows(since=pd.Timestamp("2026-07-30"), log_price=-9.0),
        ],
        ignore_index=True,
    )
    before = ranked(market(cut_that_day), candidate(0.1), LIMITS)
    after = ranked(market(cut_that_day), candidate(0.1, day=DAY + timedelta(days=1)), LIMITS)
    assert before.rank is not None
    assert after.rank is not None
    assert before.rank.p < after.rank.p == 1


def test_a_model_that_was_withdrawn_later_is_in_the_panel() -> None:
    gone = rows(until=pd.Timestamp("2026-07-29"))
    assert ranked(market(gone), candidate(0.1), LIMITS).rank is not None
    assert ranked(market(gone), candidate(0.1, day=DAY + timedelta(days=1)), LIMITS).rank is None


def test_scores_of_tomorrow_are_not_known_today() -> None:
    found = ranked(market(told=scores("2026-07-31")), candidate(0.1), LIMITS)
    assert (found.rank, found.reason) == (None, "no scores were public on that day")


def test_the_newest_public_vintage_is_used_alone() -> None:
    both = pd.concat([scores("2026-06-01"), scores("2026-07-01").iloc[:5], scores("2026-09-01")], ignore_index=True)
    found = ranked(market(told=both), candidate(0.1), LIMITS)
    assert (found.vintage, found.rank) == ("index of 2026-07-01", None)


def test_a_model_older_than_a_year_is_no_yardstick() -> None:
    assert ranked(market(born_on="2025-07-01"), candidate(0.1), LIMITS).rank is None


def test_a_free_price_and_an_unknown_one_are_not_ranked() -> None:
    assert ranked(market(), candidate(0.0), LIMITS).rank is None
    assert ranked(market(), candidate(None), LIMITS).rank is None


def test_a_maker_that_sells_none_itself_has_the_median_of_its_hosts() -> None:
    prices = [rows().iloc[1:]] + [
        rows(own=False, seller=host, log_price=log).iloc[:1] for host, log in (("a", -9.0), ("b", 0.0), ("c", 2.0))
    ]
    panel = market(pd.concat(prices, ignore_index=True)).on(DAY, AT)
    assert panel.set_index("model_version").loc["m00/one", "log_price"] == 0.0


def test_undercut_is_against_the_median_of_peers_of_like_score_and_openness() -> None:
    """Peers ask 1 dollar, the candidate 60 cents: 40 % under."""
    found = ranked(market(), candidate(0.6), LIMITS)
    assert found.undercut_percent == pytest.approx(40.0)
    assert all(int(name[1:3]) % 2 == 0 for name in found.peers)  # open as the candidate is
    assert ranked(market(), candidate(0.6), Limits(model_age=LIMITS.model_age, score_points=3, fewest_peers=99)).peers


def test_the_smallest_p_of_nineteen_makers_is_one_in_twenty() -> None:
    assert smallest_p(19) == Decimal("0.05")
    assert smallest_p(0) is None


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_the_rank_is_that_of_a_regression_written_out(seed: int) -> None:
    """Normal equations in the test; rows in any order."""
    random = np.random.default_rng(seed)
    values = random.uniform(30, 70, 21).tolist()
    logs, own = random.normal(size=20), float(random.normal(scale=2))
    shuffled = rows(log_price=logs).sample(frac=1, random_state=seed)
    found = ranked(market(shuffled, scores(values=values)), candidate(float(np.exp(own))), LIMITS)
    open_ = [float(number % 2 == 0) for number in range(21)]
    design = np.column_stack([np.ones(20), values[:20], open_[:20]])
    solved = np.linalg.solve(design.T @ design, design.T @ logs)
    not_above = (logs - design @ solved <= own - np.array([1.0, values[20], open_[20]]) @ solved).sum()
    assert found.rank is not None
    assert float(found.rank.p) == pytest.approx((1 + not_above) / 21)
