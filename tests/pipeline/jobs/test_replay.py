"""What each day would have said: views of a ledger in which every document speaks for a day of October 2026.

Two catalogues watch one listing. `one` shows a cut of 40 % on the 5th, `two` the same step on the 9th.
"""

import csv
import io
import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from pipeline.domain.quote import Quote
from pipeline.domain.source import SourceFacts
from pipeline.domain.vocabulary import EffectiveBasis, Meter, Redistribute, RunKind, RunVerdict, SourceKind, Trust
from pipeline.jobs.appearances import appearances, delays
from pipeline.jobs.history import History, days_of
from pipeline.jobs.refresh import refresh
from pipeline.jobs.replay import chosen, replay
from pipeline.jobs.walk import views
from pipeline.normalise.as_public import end_of
from pipeline.settings import Settings
from pipeline.store import parses
from pipeline.store.engine import open_ledger
from pipeline.store.ledger import Ledger
from pipeline.store.rows import Capture, Parse

OLD, NEW = "1", "0.6"
MODEL = "gpt-4o-2024-08-06"
LOOKS = [
    ("one", "2026-10-01", OLD),
    ("two", "2026-10-02", OLD),
    ("one", "2026-10-03", OLD),
    ("one", "2026-10-05", NEW),
    ("two", "2026-10-09", NEW),
    ("one", "2026-10-12", NEW),
    ("one", "2026-10-20", "0.3"),
]


def facts(name: str) -> SourceFacts:
    return SourceFacts(
        name=name,
        version=1,
        kind=SourceKind.PRICES,
        title=name,
        sellers=("openai",),
        markets=("international",),
        urls=(f"https://{name}.example/",),
        schedule="every day",
        expected=(1, 10),
        lineage=name,
        trust=Trust.AGGREGATOR,
        licence="MIT",
        redistribute=Redistribute.YES,
        needs_key=None,
        confirmed=True,
    )


def quotes(source: str, price: str, effective_at: datetime | None, labels: Sequence[str] = (MODEL,)) -> list[Quote]:
    return [
        Quote(
            source=source,
            seller="openai",
            served_by="openai",
            market="international",
            label=label,
            meter=meter,
            amount=Decimal(price) * factor,
            currency="USD",
            per=1_000_000,
            where=f"{label}:{line}",
            effective_at=effective_at,
            effective_basis=None if effective_at is None else EffectiveBasis.CATALOGUE_DATED,
        )
        for label in labels
        for line, (meter, factor) in enumerate([(Meter.INPUT, 1), (Meter.OUTPUT, 4)], start=1)
    ]


def add(
    ledger: Ledger,
    source: str,
    day: str,
    price: str,
    *,
    effective_at: datetime | None = None,
    labels: Sequence[str] = (MODEL,),
) -> None:
    """One archived document of a source that speaks for noon of a day."""
    at = datetime.fromisoformat(f"{day}T12:00:00+00:00")
    stated = "".join([source, day, price, *labels])
    digest = f"{sum(map(ord, stated)) % 65536:04x}{day.replace('-', '')}".ljust(64, "0")
    run = ledger.claim(source, at, RunKind.BACKFILL, now=at, worker="test")
    assert run is not None
    items = quotes(source, price, effective_at, labels)
    file, file_sha256 = parses.write(
        ledger.data_dir, payload_sha256=digest, source=source, spider_version=1, kind="prices", items=items
    )
    parse = Parse(
        payload_sha256=digest,
        source=source,
        spider_version=1,
        kind="prices",
        rows=len(items),
        notices=(),
        whole=True,
        file=file,
        file_sha256=file_sha256,
    )
    capture = Capture(
        source=source,
        url=f"https://{source}.example/",
        final_url=f"https://{source}.example/",
        captured_at=datetime(2026, 11, 1, tzinfo=UTC),
        as_of=at,
        status=200,
        payload_sha256=digest,
        record_sha256="ee" * 32,
        headers=(),
        spider_version=1,
        parsed=True,
    )
    ledger.commit(
        run,
        verdict=RunVerdict.CHANGED,
        captures=[capture],
        parses=[parse],
        issues=[],
        facts=facts(source),
        ended_at=at,
        detail={},
    )


def ledger_of(folder: Path, looks: list[tuple[str, str, str]]) -> tuple[str, Path]:
    place = f"sqlite:///{folder / 'ledger.sqlite'}", folder
    with open_ledger(*place) as ledger:
        for look in looks:
            add(ledger, *look)
    return place


def told(rows: list[dict[str, str | int | None]], what: str) -> list[tuple[str, str]]:
    return [(str(row["public_on"])[8:], str(row["to"])) for row in rows if row["what"] == what]


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The ledger of all looks, and the view of each of its days."""
    place = ledger_of(tmp_path_factory.mktemp("whole"), LOOKS)
    with open_ledger(*place) as ledger:
        history = History(ledger)
        return place, {day: history.view(day) for day in days_of(ledger)}


@pytest.fixture(scope="module")
def rows(whole):
    return rows_of(whole[1])


def rows_of(seen):
    befores = [{}, *seen.values()]
    return [
        row
        for before, (day, after) in zip(befores, seen.items(), strict=False)
        for row in appearances(before, after, day)
    ]


def test_a_decision_appears_waits_and_is_confirmed_on_the_day_that_another_source_was_public(rows):
    assert told(rows, "decision")[:3] == [("05", "recorded"), ("07", "probable"), ("09", "confirmed")]
    assert told(rows, "flag")[:2] == [("05", "watch"), ("09", "sharp_cut")]


def test_the_delay_counts_from_the_effective_date_known_on_that_day(rows):
    assert [row["delay_days"] for row in rows if row["what"] == "decision"][:3] == [0, 2, 4]


@pytest.mark.parametrize("known", [4, 5])
def test_later_documents_change_nothing_of_what_was_said_of_earlier_days(tmp_path, whole, known):
    with open_ledger(*ledger_of(tmp_path, LOOKS[:known])) as ledger:
        history, days = History(ledger), days_of(ledger)
    for day in days[-2:]:
        assert history.view(day) == whole[1][day]


def test_a_document_that_dates_its_own_past_counts_from_the_day_on_which_it_was_public(tmp_path):
    place = ledger_of(tmp_path, LOOKS[:3])
    with open_ledger(*place) as ledger:
        add(ledger, "two", "2026-10-28", NEW, effective_at=datetime(2026, 10, 4, tzinfo=UTC))
        history = History(ledger)
    assert history.view(date(2026, 10, 27)) == {}
    day = date(2026, 10, 28)
    first = appearances({}, history.view(day), day)[0]
    assert (first["effective_at"], first["delay_days"]) == ("2026-10-04T00:00:00Z", 24)


def test_the_last_view_is_what_a_refresh_of_that_day_publishes(whole):
    (url, folder), seen = whole
    day = max(seen)
    with open_ledger(url, folder) as ledger:
        built = refresh(ledger, folder, now=end_of(day), keep=False).frames["events"]
        judged = History(ledger, suspicions=True).view(day)
    assert {(row["id"], row["state"], row["class_"], row["flag"]) for row in seen[day].values()} == {
        (row["id"], row["state"], row["class_"], row["flag"] if isinstance(row["flag"], str) else None)
        for row in built.to_dict("records")
    }
    assert len(seen[day]) == 2
    assert {key: row["flag"] for key, row in judged.items()} == {key: row["flag"] for key, row in seen[day].items()}


@pytest.mark.parametrize("day", [8, 12, 20])
def test_a_walk_says_of_a_day_what_one_that_knows_no_other_day_says(whole, day):
    place, seen = whole
    with open_ledger(*place) as ledger:
        assert History(ledger).view(date(2026, 10, day)) == seen[date(2026, 10, day)]


def test_a_day_on_which_nothing_was_public_and_no_hold_ran_out_is_its_eve(whole):
    """Documents: 1, 2, 3, 5, 9, 12, 20. Holds of 48 hours that end: 7 (both cuts of the 5th are one decision), 22."""
    anew = [
        day.day for day, eve in zip([*whole[1]][1:], [*whole[1]], strict=False) if whole[1][day] is not whole[1][eve]
    ]
    assert anew == [2, 3, 5, 7, 9, 12, 20]


def test_what_stood_before_the_first_day_asked_is_known_and_not_said_again():
    days = [date(2026, 10, day) for day in (1, 5, 9)]
    asked = chosen(days, date(2026, 10, 5), date(2026, 10, 9), None, eve=True)
    assert asked == [date(2026, 10, day) for day in (4, 5, 9)]
    assert [day.day for day in chosen(days, date(2026, 10, 1), date(2026, 10, 9), 4, eve=False)] == [1, 5, 9]


def test_several_processes_say_what_one_says(whole):
    place, seen = whole
    assert dict(views(place, list(seen), workers=2)) == seen


def decision(**given):
    row = {
        "id": "a",
        "kind": "cut",
        "maker": "m",
        "model_version": "m/x",
        "model_versions": "[]",
        "seller": "m",
        "market": "international",
        "currency": "USD",
        "prices": "{}",
        "class_": "market_move",
        "state": "probable",
        "flag": None,
        "effective_at": pd.Timestamp("2026-10-01", tz="UTC"),
        "effective_basis": "first_seen",
        "sources": "[]",
        "contradicted_by": "[]",
        "veto": None,
        "captures": '["p1"]',
        "listing_ids": '["l1"]',
        "explanation": "",
    }
    return {row["id"]: row} | {} if not given else {given.get("id", "a"): row | given}


def test_a_decision_that_went_names_the_one_that_took_over_its_evidence():
    after = decision(id="b", captures='["p0", "p1"]')
    rows = appearances(decision(), after, date(2026, 10, 9))
    assert [(row["id"], row["to"], row["successor"]) for row in rows] == [("a", "gone", "b"), ("b", "probable", None)]


def test_a_flag_that_falls_is_said():
    rows = appearances(decision(flag="sharp_cut"), decision(state="reverted"), date(2026, 10, 9))
    assert [(row["what"], row["from"], row["to"]) for row in rows] == [
        ("decision", "probable", "reverted"),
        ("flag", "sharp_cut", "none"),
    ]


def test_nothing_new_is_no_row():
    assert appearances(decision(), decision(), date(2026, 10, 9)) == []


def test_the_first_row_of_a_decision_gives_its_delay():
    rows = [*appearances({}, decision(), date(2026, 10, 4)), *appearances(decision(), {}, date(2026, 10, 9))]
    assert delays(rows, {"a": pd.Timestamp("2026-10-01", tz="UTC")}) == {"a": 3}


def asked(place: tuple[str, Path], **given) -> tuple[int, str, list[str]]:
    said: list[str] = []
    stream = io.StringIO()
    wanted = {"since": None, "until": None, "every": None, "models": (), "suspicions": False, "out": None} | given
    code = replay(Settings(data_dir=place[1]), **wanted, stream=stream, say=said.append)
    return code, stream.getvalue(), [line for line in said if ": day " not in line]  # a slow walk says how far it is


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    place = ledger_of(tmp_path_factory.mktemp("replay"), LOOKS[:5])
    with open_ledger(*place) as ledger:
        refresh(ledger, place[1], now=datetime(2026, 11, 1, tzinfo=UTC))
    return place


def test_the_command_writes_csv_with_the_day_of_each_row(published):
    code, text, said = asked(published, since="2026-10-06")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert code == 0
    assert [(row["public_on"], row["from"], row["to"]) for row in rows if row["what"] == "decision"] == [
        ("2026-10-07", "recorded", "probable"),
        ("2026-10-09", "probable", "confirmed"),
    ]
    assert said[0].startswith("as public on each day")


def test_the_command_writes_json_that_names_the_view(published, tmp_path):
    code, _, _ = asked(
        published, until="2026-10-05", every=2, out=tmp_path / "replay.json", models=("openai/gpt-4o-2024-08-06",)
    )
    body = json.loads((tmp_path / "replay.json").read_text())
    assert (code, body["view"]) == (0, "as public on each day")
    assert {row["model_version"] for row in body["rows"]} == {"openai/gpt-4o-2024-08-06"}


def test_a_walk_for_one_model_finds_what_a_walk_over_every_day_finds(published):
    model = "openai/gpt-4o-2024-08-06"
    _, every, said = asked(published)
    _, few, told = asked(published, models=(model,))
    assert few == every
    assert [model in line for line in every.splitlines()[1:]] == [True] * (len(every.splitlines()) - 1)
    assert int(told[0].split(": ")[1].split()[0]) < int(said[0].split(": ")[1].split()[0])


def test_a_walk_for_a_model_that_nobody_lists_has_no_rows(published):
    code, text, _ = asked(published, models=("openai/never",))
    assert (code, len(text.splitlines())) == (0, 1)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"since": "yesterday"}, "'yesterday' is no day: write YYYY-MM-DD"),
        ({"every": 0}, "--every takes a number of days, 1 or more"),
        ({"since": "2026-10-09", "until": "2026-10-05"}, "--from 2026-10-09 is after --to 2026-10-05"),
        (
            {"since": "2027-01-01", "until": "2027-02-01"},
            "2027-01-01 to 2027-02-01: the ledger's documents were public from 2026-10-01 to 2026-10-09",
        ),
    ],
)
def test_what_is_no_day_and_no_interval_is_wrong_usage(published, wrong, said):
    assert asked(published, **wrong) == (2, "", [said])


def test_a_walk_that_was_stopped_goes_on_where_it_stopped(published, tmp_path):
    """Stopped in the middle of a line: the day of the last whole line is walked again, and nothing is said twice."""
    whole, part = tmp_path / "whole.csv", tmp_path / "part.csv"
    _, _, told = asked(published, out=whole)
    part.write_text(whole.read_text()[: -len("2026-10-09,and more")])
    code, _, said = asked(published, out=part, resume=True)
    assert (code, part.read_text()) == (0, whole.read_text())
    assert said[1:] == told[1:]
    assert said[0].split(": ")[1] < told[0].split(": ")[1]


def test_a_file_of_another_ledger_is_not_gone_on_with(published, tmp_path):
    out = tmp_path / "other.csv"
    asked(published, out=out)
    other = out.read_text().replace("probable,confirmed", "probable,expired")
    out.write_text(other)
    code, _, said = asked(published, out=out, resume=True)
    assert (code, out.read_text()) == (2, other)
    assert said == [
        f"{out} says otherwise of 2026-10-09 than this ledger and these rules: begin anew, without --resume"
    ]


@pytest.mark.parametrize("text", [None, "id,what\n"])
def test_what_is_no_file_of_a_walk_is_wrong_usage(published, tmp_path, text):
    out = tmp_path / "none.csv"
    if text is not None:
        out.write_text(text)
    assert asked(published, out=out, resume=True)[0] == 2
