"""Cases are appended, on both databases, with who, when, why and what was seen."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest

from pipeline.domain.errors import InvalidValueError
from pipeline.domain.vocabulary import ReviewKind
from pipeline.reviews.cases import Act, Casebook, CaseState, cases, record

EVENT = "0123456789abcdef"
NOW = datetime(2026, 11, 1, 9, 30, tzinfo=UTC)
TODAY = NOW.date()
SAID = {"reason": "the page shows it", "who": "Ada", "at": NOW, "saw": {"build": "b", "state": "confirmed"}}


def acted(ledger, *acts, event=EVENT, **given):
    for act in acts:
        record(ledger, event, act, **(SAID | given))
    return next(case for case in cases(ledger) if case.event == event)


@pytest.mark.parametrize(
    ("act", "state"),
    [
        (Act.OPEN, CaseState.NEW),
        (Act.ACKNOWLEDGE, CaseState.ACKNOWLEDGED),
        (Act.DISMISS, CaseState.DISMISSED),
        (Act.ESCALATE, CaseState.ESCALATED),
    ],
)
def test_a_case_stands_where_the_last_act_put_it(ledger, act, state):
    assert acted(ledger, *dict.fromkeys([Act.OPEN, act])).state(TODAY) is state


def test_a_note_moves_nothing(ledger):
    assert acted(ledger, Act.OPEN, Act.ESCALATE, Act.NOTE).state(TODAY) is CaseState.ESCALATED


def test_a_held_case_is_new_again_on_the_day_named(ledger):
    acted(ledger, Act.OPEN)
    case = acted(ledger, Act.HOLD, until=date(2026, 11, 8))
    assert [case.state(date(2026, 11, day)) for day in (7, 8)] == [CaseState.HELD, CaseState.NEW]


def test_every_act_keeps_who_when_why_and_what_was_seen(ledger):
    entry = acted(ledger, Act.OPEN).entries[0]
    assert (entry.who, entry.at, entry.reason, entry.saw) == ("Ada", NOW, SAID["reason"], SAID["saw"])


def test_nothing_is_ever_overwritten(ledger):
    acted(ledger, Act.OPEN, Act.DISMISS, Act.OPEN, Act.ESCALATE)
    assert [review["content"]["act"] for review in ledger.reviews(ReviewKind.CASE)] == [
        "open",
        "dismiss",
        "open",
        "escalate",
    ]


def test_the_case_acted_on_last_stands_first(ledger):
    acted(ledger, Act.OPEN)
    acted(ledger, Act.OPEN, event="f" * 16)
    acted(ledger, Act.NOTE)
    assert [case.event for case in cases(ledger)] == [EVENT, "f" * 16]


def test_two_analysts_at_once_are_both_kept(ledger):
    acted(ledger, Act.OPEN)

    def say(who):
        return record(ledger, EVENT, Act.NOTE, **(SAID | {"who": who}))

    with ThreadPoolExecutor(2) as pool:
        assert len(set(pool.map(say, ["Ada", "Grace"]))) == 2
    assert {entry.who for entry in cases(ledger)[0].entries} == {"Ada", "Grace"}


@pytest.mark.parametrize("wrong", [{"reason": " "}, {"who": ""}, {"until": date(2026, 12, 1)}])
def test_an_act_needs_a_reason_a_name_and_an_end_only_where_it_is_a_hold(ledger, wrong):
    with pytest.raises(InvalidValueError):
        acted(ledger, Act.OPEN, **wrong)


@pytest.mark.parametrize("until", [None, date(2026, 11, 1)])
def test_a_hold_needs_a_day_to_come(ledger, until):
    acted(ledger, Act.OPEN)
    with pytest.raises(InvalidValueError, match="a day to come"):
        acted(ledger, Act.HOLD, until=until)


def test_without_an_open_case_there_is_nothing_to_dismiss(ledger):
    with pytest.raises(InvalidValueError, match="no case was opened"):
        acted(ledger, Act.DISMISS)


def test_a_case_is_opened_once_until_it_is_dismissed(ledger):
    acted(ledger, Act.OPEN)
    with pytest.raises(InvalidValueError, match="open already"):
        acted(ledger, Act.OPEN)


def test_what_is_no_id_of_a_decision_is_refused(ledger):
    with pytest.raises(InvalidValueError, match="16 hexadecimal"):
        acted(ledger, Act.OPEN, event="../../etc")


def test_a_casebook_without_a_ledger_is_empty_and_makes_none(tmp_path):
    book = Casebook(ledger_url=f"sqlite:///{tmp_path / 'ledger.sqlite'}", data_dir=tmp_path)
    assert book.cases() == ()
    with pytest.raises(InvalidValueError, match="no ledger"):
        book.record(EVENT, Act.OPEN, reason="r", who="w", at=NOW, until=None, saw={})
    assert list(tmp_path.iterdir()) == []
