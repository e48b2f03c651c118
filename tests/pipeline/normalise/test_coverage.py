import pandas as pd

from pipeline import frames
from pipeline.normalise.coverage import coverage
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


def test_a_day_without_the_run_that_was_due_is_blind():
    found = states(runs((1, "changed"), (3, "unchanged")), until=3)
    assert found["state"].tolist() == ["changed", "blind", "unchanged"]


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
