"""What is mailed, and what is taken back."""

import json
from datetime import UTC, datetime, timedelta

import pandas as pd

from pipeline import frames
from pipeline.alerts.transitions import MAIL_WINDOW, Became, due_transitions

NOW = datetime(2025, 6, 13, tzinfo=UTC)


def recorded(*rows: tuple[str, str, dict]) -> pd.DataFrame:
    return frames.coerce(
        pd.DataFrame(
            [
                {
                    "transition": n,
                    "decision": decision,
                    "to": to,
                    "at": NOW,
                    "build": "b",
                    "summary": json.dumps(summary),
                }
                for n, (decision, to, summary) in enumerate(rows, start=1)
            ],
            columns=list(frames.FRAMES["transitions"].columns),
        ),
        "transitions",
    )


def test_a_newly_flagged_decision_is_a_transition_and_mailable(events):
    (transition,) = due_transitions(events, recorded(), now=NOW)
    assert (transition.to, transition.decision, transition.mailable) == (Became.FLAGGED, "0123456789abcdef", True)


def test_a_decision_that_stays_flagged_gives_nothing(events):
    (first,) = due_transitions(events, recorded(), now=NOW)
    assert due_transitions(events, recorded((first.decision, "flagged", first.summary)), now=NOW) == []


def test_an_old_decision_is_recorded_and_not_mailed(events):
    (transition,) = due_transitions(events, recorded(), now=NOW + MAIL_WINDOW + timedelta(days=1))
    assert not transition.mailable


def test_a_flag_that_falls_is_withdrawn_with_the_reason(events):
    (first,) = due_transitions(events, recorded(), now=NOW)
    fallen = events.assign(flag=pd.Series([None], dtype="str"), explanation="The catalogue corrected itself.")
    (transition,) = due_transitions(fallen, recorded((first.decision, "flagged", first.summary)), now=NOW)
    assert transition.to is Became.WITHDRAWN
    assert transition.summary["why"] == "The catalogue corrected itself."


def test_a_decision_that_is_no_longer_read_at_all_is_withdrawn(events):
    (first,) = due_transitions(events, recorded(), now=NOW)
    (transition,) = due_transitions(events.iloc[:0], recorded((first.decision, "flagged", first.summary)), now=NOW)
    assert transition.to is Became.WITHDRAWN
    assert transition.summary["prices"] == first.summary["prices"]


def test_a_flag_that_becomes_a_suspicion_is_flagged_anew(events):
    (first,) = due_transitions(events, recorded(), now=NOW)
    stronger = events.assign(flag="suspected_dumping")
    (transition,) = due_transitions(stronger, recorded((first.decision, "flagged", first.summary)), now=NOW)
    assert (transition.to, transition.summary["flag"]) == (Became.FLAGGED, "suspected_dumping")


def test_a_suspicion_that_becomes_a_mere_cut_is_withdrawn_before_it_is_flagged_anew(events):
    (first,) = due_transitions(events.assign(flag="suspected_dumping"), recorded(), now=NOW)
    found = due_transitions(events, recorded((first.decision, "flagged", first.summary)), now=NOW)
    assert [transition.to for transition in found] == [Became.WITHDRAWN, Became.FLAGGED]


def test_what_is_on_watch_is_not_mailed(events):
    assert due_transitions(events.assign(flag="watch"), recorded(), now=NOW) == []


def test_a_mail_recorded_before_there_were_kinds_was_a_sharp_cut(events):
    (first,) = due_transitions(events, recorded(), now=NOW)
    older = {name: value for name, value in first.summary.items() if name != "flag"}
    assert due_transitions(events, recorded((first.decision, "flagged", older)), now=NOW) == []


def test_a_decision_flagged_again_after_a_withdrawal_is_a_new_transition(events):
    (first,) = due_transitions(events, recorded(), now=NOW)
    history = recorded((first.decision, "flagged", first.summary), (first.decision, "withdrawn", first.summary))
    (transition,) = due_transitions(events, history, now=NOW)
    assert transition.to is Became.FLAGGED
