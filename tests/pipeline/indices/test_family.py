"""The whole family over small frames: every frame as declared, and nothing that fails where nothing is known."""

import numpy as np
import pandas as pd
import pytest

from pipeline import frames
from pipeline.indices.matched_series import drift_check
from pipeline.indices.series import FAMILY, Openness, Terms, View, family, family_under, rungs, series_ground
from pipeline.indices.standing import period_ends, standing
from tests.pipeline.indices.test_series import blends, listings

MAKERS = [f"m{number:02}" for number in range(24)]
PUBLIC = "2026-01-15"


def facts(known):
    keys = {"served_by": known["seller"], "region": None, "label": known["model_version"], "tier": "standard"}
    return known.assign(**keys, conditions='{"tier":"standard"}')


def scores():
    rows = [(f"{maker}/{number}", 1240.0 + 9 * place) for place, maker in enumerate(MAKERS) for number in range(2)]
    table = pd.DataFrame(rows, columns=["model_version", "value"])
    return frames.coerce(
        table.assign(
            source="board",
            benchmark="arena overall",
            benchmark_version="v",
            label=table["model_version"],
            low=None,
            high=None,
            votes=None,
            published_at=pd.Timestamp(PUBLIC, tz="UTC"),
            payload_sha256="0" * 64,
            where="w",
        ),
        "scores",
    )


@pytest.fixture(scope="module")
def ground():
    """Two models of 24 makers, on sale for three months; maker m00 halves its prices on 10 February."""
    known = facts(listings(*[(f"{m}{n}", f"{m}/{n}", m, False) for m in MAKERS for n in range(2)]))
    rows = []
    for place, maker in enumerate(MAKERS):
        for number in range(2):
            price = float(np.exp(place / 10))
            last = "2026-02-09" if maker == "m00" else "2026-03-31"
            rows.append((f"{maker}{number}", "2025-12-15", last, price, False))
            if maker == "m00":
                rows.append((f"{maker}{number}", "2026-02-10", "2026-03-31", price / 2, False))
    openness = pd.DataFrame({"model_version": [f"{m}/{n}" for m in MAKERS for n in range(2)]})
    return series_ground(
        blends(*rows),
        known,
        scores(),
        frames.empty("events"),
        makers=pd.DataFrame({"maker": MAKERS, "seat": ["XA"] * 10 + ["XB"] * 14}),
        openness=openness.assign(open_weights=["yes", "no"] * 24),
        routers=frozenset(),
        not_text=None,
    )


@pytest.fixture(scope="module")
def made(ground):
    return family(ground)


@pytest.mark.parametrize("name", FAMILY)
def test_every_frame_is_as_declared(made, name):
    frames.check(made[name], name)


def test_a_ledger_without_prices_has_every_frame_empty(ground):
    nothing = series_ground(
        frames.empty("blends"),
        frames.empty("listings"),
        frames.empty("scores"),
        frames.empty("events"),
        makers=ground.makers,
        openness=ground.openness,
        routers=frozenset(),
        not_text=None,
    )
    assert [len(table) for table in family(nothing).values()] == [0, 0, 0, 0]


def test_every_series_and_both_views_are_made(made):
    known = {"matched_model", "frontier_slope", "hedonic", "origin_gap"}
    assert set(made["series"]["series"]) == known
    assert set(made["frontier"]["view"]) == {"known_now", "public_then"}


def test_before_the_scores_were_public_the_frontier_of_then_has_no_row(made):
    ladder = made["frontier"]
    assert ladder.loc[ladder["view"] == "public_then", "period"].min() == pd.Timestamp("2026-01-18")
    assert ladder.loc[ladder["view"] == "known_now", "period"].min() == pd.Timestamp("2025-12-21")


def test_a_makers_cut_in_half_moves_one_of_twenty_four_makers(made):
    own = made["series"].query("variant == 'per maker' and blend == 'b31'")
    assert own["value"].iloc[-1] == pytest.approx(100 * 0.5 ** (1 / 24))


def test_the_drift_check_agrees_with_the_chain_where_nothing_comes_or_goes(made):
    own = made["series"].query("variant.str.startswith('GEKS') and blend == 'b31'", engine="python")
    assert own["value"].iloc[-1] == pytest.approx(100 * 0.5 ** (1 / 24))


def test_a_version_with_many_offers_counts_once_in_the_drift_check():
    """Three offers of one version halve, the one offer of another stands: sqrt(1/2)."""
    known = listings(*[(f"a{n}", "acme/a", "acme", False) for n in range(3)], ("b", "bolt/b", "bolt", False))
    rows = [(f"a{n}", "2026-01-01", "2026-02-10", 2.0, False) for n in range(3)]
    rows += [(f"a{n}", "2026-02-11", "2026-03-31", 1.0, False) for n in range(3)]
    days = period_ends(pd.Timestamp("2026-01-01"), pd.Timestamp("2026-03-31"), "month")
    panel = standing(blends(*rows, ("b", "2026-01-01", "2026-03-31", 5.0, False)), known, days)
    assert drift_check(panel, blend="b31")["value"].iloc[-1] == pytest.approx(100 * np.sqrt(0.5))


def test_both_blends_are_made(made):
    assert set(made["series"]["blend"]) == set(made["frontier"]["blend"]) == {"b31", "b721"}


def test_open_weights_alone_leave_the_closed_ones_out(ground):
    found = family_under(ground, Terms(openness=Openness.OPEN))["frontier"]
    assert set(found["model_version"].str[-1]) == {"0"}


def test_days_are_days(ground):
    found = family_under(ground, Terms(every="day"))
    days = found["frontier"]["period"].drop_duplicates().sort_values().diff().dropna()
    assert set(days) == {pd.Timedelta(days=1)}
    assert set(found["series"].query("variant == 'per maker'")["every"]) == {"day"}


def test_the_view_of_then_reads_the_months_with_the_scores_of_then(ground):
    found = family_under(ground, Terms(view=View.PUBLIC_THEN))["quality_prices"]
    assert found["period"].min() == pd.Timestamp("2026-01-31")


def test_an_unknown_benchmark_has_no_frontier(ground):
    assert family_under(ground, Terms(benchmark="nobody's"))["frontier"].empty


@pytest.mark.parametrize(("highest", "rung"), [(1500.0, 1250.0), (72.0, 10.0), (0.9, 0.1)])
def test_rungs_are_fixed_by_the_unit_of_the_benchmark(highest, rung):
    assert rungs(pd.DataFrame({"score": [highest / 2, highest]}))[0] == rung
