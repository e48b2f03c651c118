"""The page of remembered moves: what the ledger shows, on which day it could have been said, and what is not there."""

import csv
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from pipeline.jobs.appearances import COLUMNS
from pipeline.jobs.seed_cases import NO_EVIDENCE, Case, decisions_of, history_of, load_cases, page, seed_cases
from pipeline.settings import Settings
from tests.pipeline.events.ledger import Ledger
from tests.pipeline.events.reading import events_of

CUT = Case(
    name="Acme O3: 80 % less",
    model_versions=("acme/o3",),
    seller="acme",
    kinds=("cut",),
    since=date(2025, 6, 1),
    until=date(2025, 7, 31),
    peer="other/big",
)


def frames() -> dict[str, pd.DataFrame]:
    return dict(watched())


@cache
def watched() -> dict[str, pd.DataFrame]:
    """Two catalogues show a cut of 10 / 40 to 2 / 8 on 10 June 2025, and a peer of another maker at 15 / 60."""
    ledger = Ledger()
    steps = [("2025-01-01", {"input": 10.0, "output": 40.0}), ("2025-06-10", {"input": 2.0, "output": 8.0})]
    peer = ledger.listing("big", maker="other", seller="other")
    for name in ("litellm", "models_dev"):
        ledger.history(ledger.source(name), ledger.listing("o3"), steps, until="2025-12-01")
        ledger.history(name, peer, [("2025-01-01", {"input": 15.0, "output": 60.0})], until="2025-12-01")
    events = events_of(ledger)
    flags = pd.DataFrame({"event": [], "trigger": [], "stopped_at": [], "stopped_by": []}, dtype="str")
    made = {name: ledger.frame(name) for name in ("spells", "listings")}
    return {**made, "events": events, "flags": flags, "captures": pd.DataFrame({"source": list(ledger.sources)})}


def row(what: str, key: str, day: str, was: str, now: str, **given: Any) -> dict[str, str]:
    known = {"public_on": day, "what": what, "id": key, "from": was, "to": now, "delay_days": "0", "successor": ""}
    return dict.fromkeys(COLUMNS, "") | known | given


def id_of(made: dict[str, pd.DataFrame]) -> str:
    return str(decisions_of(CUT, made["events"])[0]["id"])


def test_a_case_that_the_ledger_shows_has_its_first_day_and_its_flag() -> None:
    made = frames()
    key = id_of(made)
    rows = [
        row("decision", key, "2025-06-10", "none", "recorded"),
        row("flag", key, "2025-06-12", "none", "sharp_cut"),
    ]
    line = next(
        line for line in page([CUT], made, rows, data_to="2025-12-01").splitlines() if line.startswith("| Acme")
    )
    assert line == (
        "| Acme O3: 80 % less | cut, market move, confirmed | 2025-06-10 | sharp cut 2025-06-12 "
        "| no trigger: no cut of a fifth |"
    )


def test_the_peer_of_that_day_stands_beside_it() -> None:
    """B31 of 2 / 8 is 3.5; of 15 / 60 it is 26.25: 13.33 %."""
    assert "B31 3.5 USD beside 26.25 of other/big in litellm: 13.33 % of it." in page([CUT], frames(), [], data_to="")


def test_what_stopped_the_tests_is_said() -> None:
    made = frames()
    judged = {"event": id_of(made), "trigger": "sharp_cut", "stopped_at": "outlier", "stopped_by": "n of 8 makers"}
    made["flags"] = pd.DataFrame([judged])
    assert "sharp cut: outlier (n of 8 makers)" in page([CUT], made, [], data_to="")


def test_a_case_without_a_document_is_said_to_have_none() -> None:
    other = Case(
        name="Nobody",
        model_versions=("nobody/none",),
        seller="nobody",
        kinds=("cut",),
        since=date(2025, 6, 1),
        until=date(2025, 6, 30),
        peer=None,
    )
    text = page([other], frames(), [], data_to="")
    assert f"| Nobody | {NO_EVIDENCE} | – | – | no document lists the offer |" in text


@pytest.mark.parametrize(
    ("since", "until", "said"),
    [
        (date(2024, 5, 1), date(2024, 6, 30), "no document of 2024-05-01 to 2024-06-30 lists the offer"),
        (
            date(2025, 8, 1),
            date(2025, 9, 30),
            "the offer was listed in those days (litellm, models_dev), and no such step is shown",
        ),
    ],
)
def test_days_that_nobody_watched_are_told_from_days_without_a_step(since: date, until: date, said: str) -> None:
    case = Case(
        name="Elsewhen",
        model_versions=CUT.model_versions,
        seller="acme",
        kinds=("cut",),
        since=since,
        until=until,
        peer=None,
    )
    assert said in page([case], frames(), [], data_to="")


def test_a_decision_has_the_history_of_those_whose_evidence_it_took_over() -> None:
    rows = [
        row("decision", "first", "2025-06-10", "none", "recorded"),
        row("decision", "first", "2025-06-14", "recorded", "gone", successor="second"),
        row("flag", "first", "2025-06-14", "watch", "none"),
        row("decision", "second", "2025-06-14", "none", "confirmed"),
        row("decision", "other", "2025-06-15", "none", "recorded"),
    ]
    assert [(each["id"], each["to"]) for each in history_of("second", rows)] == [
        ("first", "recorded"),
        ("second", "confirmed"),
    ]


def test_the_same_three_give_the_same_page() -> None:
    made = frames()
    assert page([CUT], made, [], data_to="2025-12-01") == page([CUT], made, [], data_to="2025-12-01")


def test_a_file_that_is_no_replay_is_wrong_usage(tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([["day", "price"], ["2025-06-10", "2"]])
    said: list[str] = []
    assert seed_cases(Settings(data_dir=tmp_path), path, tmp_path / "page.md", say=said.append) == 2
    assert "is no replay" in said[0]
    assert not (tmp_path / "page.md").exists()


def test_the_curated_list_names_no_price_and_no_case_twice() -> None:
    cases = load_cases()
    assert len({case.name for case in cases}) == len(cases) >= 13
    assert all(case.since <= case.until and case.kinds and case.model_versions for case in cases)
