"""What `make evaluate` counts, on a small ledger: matrices, intervals, folds and bounds."""

import pandas as pd
import pytest

from tests.evaluation.labels import Label, meet, why_missed
from tests.evaluation.matrix import Matrix, Reading, cross_validated, folds, matrix, of_level
from tests.evaluation.shares import share, upper_bound, wilson
from tests.pipeline.events.ledger import Ledger
from tests.pipeline.events.reading import events_of

DAY = pd.Timestamp("2025-06-10", tz="UTC")


def label(name: str, *, truth: bool, new: tuple[float, float] = (2, 8), for_people: bool = False) -> Label:
    return Label(name=name, truth=truth, old=(10, 40), new=new, day=DAY, for_people=for_people)


def ledger() -> Ledger:
    """A cut that two catalogues show, a swap in one of them, and a cut that one shows alone."""
    made = Ledger()
    before, after = {"input": 10.0, "output": 40.0}, {"input": 2.0, "output": 8.0}
    for name in ("litellm", "models_dev"):
        source = made.source(name)
        made.history(source, made.listing("o3"), [("2025-01-01", before), ("2025-06-10", after)], until="2025-12-01")
    swap = {"input": 40.0, "output": 10.0}
    made.history("litellm", made.listing("r7b"), [("2025-01-01", before), ("2025-06-12", swap)], until="2025-12-01")
    lone = {"input": 5.0, "output": 20.0}
    made.history("litellm", made.listing("mini"), [("2025-01-01", before), ("2025-06-01", lone)], until="2025-12-01")
    return made


def labels() -> list[Label]:
    return [
        label("acme/o3", truth=True),
        label("o3", truth=True),
        label("r7b", truth=False, new=(40, 10)),
        label("mini", truth=True, new=(5, 20)),
        label("nobody", truth=True, new=(1, 1)),
    ]


def test_labels_of_one_decision_are_one_row() -> None:
    judged, missed = meet(labels(), events_of(ledger()))
    assert sorted(len(each.labels) for each in judged) == [1, 1, 2]
    assert [each.name for each in missed] == ["nobody"]


def test_the_levels_of_a_small_ledger() -> None:
    """Two true moves, one of them confirmed, and a swap that is rightly none."""
    judged, _ = meet(labels(), events_of(ledger()))
    assert of_level(judged, "recorded") == Matrix(hits=2, false=1, missed=0, rejected=0)
    assert of_level(judged, "probable") == Matrix(hits=2, false=0, missed=0, rejected=1)
    assert of_level(judged, "confirmed") == Matrix(hits=1, false=0, missed=1, rejected=1)


def test_a_printed_name_speaks_before_a_name_for_people() -> None:
    said = [label("o3", truth=False), label("The o3 model", truth=True, for_people=True)]
    judged, _ = meet(said, events_of(ledger()))
    assert [each.truth for each in judged] == [False]


def test_a_label_of_another_day_is_not_met() -> None:
    late = Label(name="o3", truth=True, old=(10, 40), new=(2, 8), day=DAY + pd.Timedelta(days=200), for_people=False)
    assert meet([late], events_of(ledger()))[0] == []


def test_why_a_label_is_not_met_is_said() -> None:
    made = ledger()
    spells, listings = made.frame("spells"), made.frame("listings")
    assert why_missed(label("nobody", truth=True), spells, listings) == "no source of this ledger lists it"
    assert "new price was never looked at" in why_missed(label("o3", truth=True, new=(3, 9)), spells, listings)


def test_wilsons_interval_of_a_published_example() -> None:
    """Newcombe (1998), table I: 81 of 263 has the score interval .2553 to .3662."""
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=1e-4)


def test_fewer_than_ten_have_no_interval() -> None:
    assert (share(3, 9), share(0, 0)) == ("3 of 9", "–")


def test_the_upper_bound_without_an_error_is_the_root_of_five_per_cent() -> None:
    """(1 − p)^14 = .05 at p = 1 − .05^(1/14)."""
    assert upper_bound(0, 14) == pytest.approx(1 - 0.05 ** (1 / 14))


def test_the_upper_bound_of_nothing_is_one() -> None:
    assert upper_bound(0, 0) == 1


def test_no_unit_is_in_two_folds_and_folds_are_even() -> None:
    found = folds(["a", "b", "a", "c", "d", "e"], 2, seed=1)
    assert sorted(found) == ["a", "b", "c", "d", "e"]
    assert abs(sum(found.values()) - 2.5) < 1


def reading(maker: str, *, truth: bool, loose: bool, strict: bool) -> Reading:
    return Reading(decision=maker + str(loose), maker=maker, truth=truth, read={"loose": loose, "strict": strict})


def test_a_setting_is_chosen_without_the_maker_that_it_is_judged_on() -> None:
    """Makers b and c speak for the strict setting, a alone for the loose one: a is judged strictly, and missed."""
    readings = [
        reading("a", truth=True, loose=True, strict=False),
        *(reading(maker, truth=False, loose=True, strict=False) for maker in ("b", "c")),
        *(reading(maker, truth=True, loose=True, strict=True) for maker in ("d", "e")),
    ]
    found, chosen = cross_validated(readings, lambda each: each.maker, standing="loose", count=5, seed=1)
    assert found.hits + found.false + found.missed + found.rejected == 5
    assert "strict" in chosen


def test_one_decision_read_better_is_no_reason_to_leave_the_reviewed_setting() -> None:
    """McNemar: 1 − 0 is one standard error, √(1 + 0), and not more."""
    readings = [
        reading("a", truth=False, loose=True, strict=False),
        *(reading(maker, truth=True, loose=True, strict=True) for maker in ("b", "c", "d", "e")),
    ]
    _, chosen = cross_validated(readings, lambda each: each.maker, standing="loose", count=5, seed=1)
    assert set(chosen) == {"loose"}


def test_a_matrix_counts_each_pair_once() -> None:
    assert matrix([(True, True), (True, False), (False, True), (False, False)]) == Matrix(
        hits=1, false=1, missed=1, rejected=1
    )
