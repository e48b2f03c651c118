"""Vintages of a benchmark: which score stood when, and the break that nobody announced."""

import numpy as np
import pandas as pd
import pytest

from pipeline import frames
from pipeline.normalise.quality import as_public_then, newest, vintages

OLD, NEW = "2026-01-01", "2026-02-01"
MODELS = [f"m{number:02}" for number in range(12)]


def scores(*rows):
    """(document, published on, model, value); labels are those of the models."""
    table = pd.DataFrame(rows, columns=["payload_sha256", "published_at", "label", "value"])
    return frames.coerce(
        table.assign(
            source="board",
            benchmark="reasoning",
            benchmark_version="not stated",
            model_version="acme/" + table["label"],
            low=None,
            high=None,
            votes=None,
            where="w",
            published_at=pd.to_datetime(table["published_at"], utc=True),
        ),
        "scores",
    )


def rescaled(slope, intercept, noise=0.0):
    """Twelve models in two vintages, the second on another scale under the same name."""
    old = [("a", OLD, model, 20.0 + 5 * place) for place, model in enumerate(MODELS)]
    new = [
        ("b", NEW, model, intercept + slope * (20.0 + 5 * place) + noise * (-1) ** place)
        for place, model in enumerate(MODELS)
    ]
    return scores(*old, *new)


def test_the_first_vintage_has_nothing_to_break_from():
    assert not vintages(scores(("a", OLD, "m00", 50.0)))["is_break"].any()


def test_an_unannounced_change_of_scale_is_a_break():
    """Every score falls to nine tenths less four points, under one version number."""
    found = vintages(rescaled(0.9, -4.0)).iloc[1]
    assert (found["is_break"], found["overlap"], found["moved"]) == (True, 12, 1.0)


def test_a_break_is_linked_by_least_squares():
    found = vintages(rescaled(0.9, -4.0)).iloc[1]
    assert (found["slope"], found["intercept"]) == pytest.approx((0.9, -4.0))


def test_the_residual_of_a_link_is_that_of_numpys_regression():
    table = rescaled(0.9, -4.0, noise=1.0)
    old, new = (part["value"].to_numpy() for _, part in table.groupby("payload_sha256"))
    rest = np.polyfit(old, new, 1, full=True)[1][0]
    assert vintages(table).iloc[1]["residual"] == pytest.approx(np.sqrt(rest / 10))


def test_a_few_models_measured_again_are_no_break():
    table = rescaled(1.0, 0.0)
    table.loc[table["payload_sha256"].eq("b") & table["label"].isin(MODELS[:6]), "value"] += 1
    assert not vintages(table)["is_break"].any()


def test_more_than_half_moved_is_a_break():
    table = rescaled(1.0, 0.0)
    table.loc[table["payload_sha256"].eq("b") & table["label"].isin(MODELS[:7]), "value"] += 1
    assert vintages(table)["is_break"].tolist() == [False, True]


def test_rounding_within_five_hundredths_moves_nothing():
    assert vintages(rescaled(1.0, 0.05))["moved"].tolist()[1] == 0


def test_the_newest_vintage_holds_no_score_of_an_older_one():
    table = scores(("a", OLD, "m00", 40.0), ("a", OLD, "m01", 30.0), ("b", NEW, "m00", 41.0))
    assert newest(table, "reasoning")[["model_version", "score"]].to_numpy().tolist() == [["acme/m00", 41.0]]


def test_entries_that_are_dated_one_by_one_are_one_vintage():
    table = scores(("a", OLD, "m00", 40.0), ("a", NEW, "m01", 30.0))
    assert sorted(newest(table, "reasoning")["model_version"]) == ["acme/m00", "acme/m01"]


def test_a_score_is_not_known_before_it_was_public():
    found = as_public_then(scores(("a", NEW, "m00", 40.0)), "reasoning")
    assert found["since"].tolist() == [pd.Timestamp(NEW)]


def test_an_entry_of_a_dated_list_is_known_from_its_own_day():
    found = as_public_then(scores(("a", OLD, "m00", 40.0), ("a", NEW, "m01", 30.0)), "reasoning")
    assert found.set_index("model_version")["since"].to_dict() == {
        "acme/m00": pd.Timestamp(OLD),
        "acme/m01": pd.Timestamp(NEW),
    }


def test_an_older_score_ends_the_day_before_the_newer_vintage():
    found = as_public_then(rescaled(1.0, 0.0), "reasoning")
    assert found["until"].min() == pd.Timestamp("2026-01-31")


def test_an_older_score_is_read_on_the_newest_scale():
    """20 points of the old scale are 0.9·20 − 4 = 14 of the new one, exactly: no band."""
    found = as_public_then(rescaled(0.9, -4.0), "reasoning")
    first = found[found["model_version"].eq("acme/m00") & found["since"].eq(pd.Timestamp(OLD))].iloc[0]
    assert (first["score"], first["band"]) == pytest.approx((14.0, 0.0), abs=1e-9)


def test_a_link_carries_its_residual_as_a_band():
    table = rescaled(0.9, -4.0, noise=1.0)
    found = as_public_then(table, "reasoning")
    older = found[found["since"].eq(pd.Timestamp(OLD))]
    assert older["band"].unique() == pytest.approx([vintages(table).iloc[1]["residual"]])


def test_a_break_with_a_small_overlap_leaves_a_gap():
    table = rescaled(0.9, -4.0)
    few = table[table["label"].isin(MODELS[:9])]
    assert as_public_then(few, "reasoning")["since"].unique().tolist() == [pd.Timestamp(NEW)]


def test_the_best_entry_of_a_model_counts_from_the_day_it_was_reached():
    table = scores(("a", OLD, "low effort", 40.0), ("a", NEW, "high effort", 60.0)).assign(model_version="acme/m")
    found = as_public_then(table, "reasoning")
    assert found["score"].tolist() == [40.0, 60.0]


def test_no_scores_give_the_declared_frame():
    frames.check(vintages(frames.empty("scores")), "vintages")
