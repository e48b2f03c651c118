import pandas as pd

from pipeline import frames
from pipeline.normalise.coverage import coverage, spans
from tests.pipeline.normalise.conftest import day, source_row, sources_frame


def runs(*rows):
    """(day, verdict[, kind]) of each run of one source."""
    table = [
        {
            "run": str(number),
            "source": "acme",
            "kind": (*rest, "scheduled")[0],
            "due": day(at),
            "attempt": 1,
            "started_at": day(at),
            "ended_at": day(at + 0.1),
            "verdict": verdict,
            "documents": 1,
            "quotes": 1,
            "notices": 0,
            "issues": 0,
        }
        for number, (at, verdict, *rest) in enumerate(rows)
    ]
    return frames.coerce(pd.DataFrame(table, columns=list(frames.FRAMES["runs"].columns)), "runs")


def states(found, schedule="every 6 hours", until=4.0):
    return coverage(found, sources_frame([source_row("acme", "seller", schedule)]), until=day(until))


def test_the_best_run_of_a_day_decides():
    assert states(runs((1, "failed_fetch"), (1.2, "unchanged"), (1.5, "failed_parse")), until=1)["state"].tolist() == [
        "unchanged"
    ]


def test_a_day_without_the_run_that_was_due_was_missed():
    found = states(runs((1, "changed"), (3, "unchanged")), until=3)
    assert found["state"].tolist() == ["changed", "missed", "unchanged"]


def test_a_day_on_which_no_run_was_due_is_no_failure():
    found = states(runs((1, "changed")), schedule="every week", until=3)
    assert found["state"].tolist() == ["changed", "not_due", "not_due"]


def test_a_quarantined_run_was_not_believed():
    assert states(runs((1, "quarantined")), until=1)["state"].tolist() == ["blind"]


def test_an_archived_copy_counts_for_the_day_it_speaks_for():
    found = states(runs((1, "changed", "backfill"), (3, "unchanged", "backfill")), until=3)
    assert found["state"].tolist() == ["changed", "not_due", "unchanged"]
    assert found["last_good_at"].tolist() == [pd.Timestamp(day(n)) for n in (1, 1, 3)]


def test_the_last_good_look_is_carried():
    found = states(runs((1, "changed"), (2, "failed_fetch")), until=2)
    assert found["last_good_at"].tolist() == [pd.Timestamp(day(1.1))] * 2


def test_a_source_that_was_never_read_well_has_no_good_look():
    assert states(runs((1, "failed_fetch")), until=1)["last_good_at"].isna().all()


def test_a_look_at_what_copies_there_are_is_no_coverage():
    assert states(runs((1, "listed", "backfill"))).empty


def test_runs_are_counted_by_day():
    assert states(runs((1, "changed"), (1.2, "unchanged")), until=2)["runs"].tolist() == [2, 0]


def test_a_document_outside_its_bounds_was_read_blind():
    assert states(runs((1, "blind")), until=1)["state"].tolist() == ["blind"]


def test_a_source_without_its_key_says_so_on_each_day_it_was_due():
    found = states(runs((1, "needs_key"), (2, "needs_key")), schedule="every day", until=2)
    assert found["state"].tolist() == ["needs_key", "needs_key"]
    assert found["last_good_at"].isna().all()


def test_a_run_that_was_cut_short_brought_nothing():
    assert states(runs((1, "interrupted")), until=1)["state"].tolist() == ["failed_fetch"]


def test_a_source_that_is_only_asked_for_is_never_missed():
    found = states(runs((1, "changed")), schedule="when asked", until=4)
    assert found["state"].tolist() == ["changed", "not_due", "not_due", "not_due"]


def stretches(found, **window):
    table = spans(found, **window)
    return [(row.since.day, row.until.day, row.state, row.days) for row in table.itertuples()]


def test_days_of_one_state_are_one_stretch():
    found = states(runs((1, "changed"), (2, "unchanged"), (3, "unchanged"), (6, "unchanged")), "every day", until=6)
    first = day(1).day
    assert stretches(found) == [
        (first, first, "changed", 1),
        (first + 1, first + 2, "unchanged", 2),
        (first + 3, first + 4, "missed", 2),
        (first + 5, first + 5, "unchanged", 1),
    ]


def test_a_window_cuts_the_stretches_at_its_ends():
    found = states(runs(*((n, "unchanged") for n in range(1, 9))), "every day", until=8)
    assert [row[3] for row in stretches(found, since=day(3), until=day(5))] == [3]


def test_stretches_of_two_sources_never_run_together():
    found = states(runs((1, "unchanged")), until=1)
    both = pd.concat([found, found.assign(source="other")], ignore_index=True)
    assert spans(both)["source"].tolist() == ["acme", "other"]
    assert spans(both, sources=["other"])["source"].tolist() == ["other"]


def test_no_coverage_has_no_stretches():
    assert spans(states(runs((1, "listed", "backfill")))).empty


def test_a_daily_look_that_jitter_moved_over_midnight_was_not_missed():
    found = states(runs((1.95, "unchanged"), (3.02, "unchanged")), schedule="every day", until=3)
    assert found["state"].tolist() == ["unchanged", "not_due", "unchanged"]
