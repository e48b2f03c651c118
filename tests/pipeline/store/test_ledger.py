"""The ledger keeps what it is given, on SQLite and on PostgreSQL alike."""

import hashlib
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text, update

from pipeline.domain.conditions import canonical_json
from pipeline.domain.errors import LedgerError
from pipeline.domain.quote import Issue
from pipeline.domain.vocabulary import IssueKind, ReviewKind, RunKind, RunVerdict
from pipeline.store import schema, tables
from pipeline.store.chain import GENESIS
from pipeline.store.types import Instant
from tests.pipeline.store.conftest import FACTS, NOW, capture, crawl, quote


def test_a_slot_is_claimed_once(ledger):
    first = ledger.claim("deepseek", NOW, RunKind.SCHEDULED, now=NOW, worker="a")
    assert first is not None
    assert ledger.claim("deepseek", NOW, RunKind.SCHEDULED, now=NOW, worker="b") is None


def test_of_many_workers_one_gets_the_slot(ledger):
    def claim(worker):
        return ledger.claim("deepseek", NOW, RunKind.SCHEDULED, now=NOW, worker=str(worker))

    with ThreadPoolExecutor(4) as pool:
        won = [run for run in pool.map(claim, range(8)) if run is not None]
    assert len(won) == 1


def test_a_failed_slot_is_tried_again_as_a_further_attempt(ledger):
    run = ledger.claim("deepseek", NOW, RunKind.SCHEDULED, now=NOW, worker="a")
    ledger.commit(
        run, verdict=RunVerdict.FAILED_FETCH, captures=[], parses=[], issues=[], facts=FACTS, ended_at=NOW, detail={}
    )
    again = ledger.claim("deepseek", NOW, RunKind.SCHEDULED, now=NOW, worker="a")
    assert again.attempt == 2
    assert not ledger.is_done("deepseek", NOW, RunKind.SCHEDULED)


def test_a_run_is_ended_once(ledger):
    run = ledger.claim("deepseek", NOW, RunKind.SCHEDULED, now=NOW, worker="a")
    end = {"verdict": RunVerdict.BLIND, "parses": [], "issues": [], "facts": FACTS, "ended_at": NOW, "detail": {}}
    ledger.commit(run, captures=[], **end)
    with pytest.raises(LedgerError, match="ended by somebody else"):
        ledger.commit(run, captures=[capture("aa")], **end)
    assert ledger.head().seq == 0


def test_the_chain_is_what_its_rule_says(ledger):
    crawl(ledger, "aa", [quote()])
    head = crawl(ledger, "bb", [quote("0.15")], at=NOW + timedelta(days=1))
    lines = list(ledger.chain())
    assert lines[0][0]["prev"] == GENESIS
    assert lines[1][0]["prev"] == lines[0][1] == hashlib.sha256(canonical_json(lines[0][0]).encode()).hexdigest()
    assert (head.seq, head.sha256) == (2, lines[1][1])
    assert list(lines[0][0]) != sorted(lines[0][0])  # the digest does not depend on the order of the object


def test_a_quote_survives_exactly(ledger):
    crawl(ledger, "aa", [quote("0.1400")])
    (row,) = tables.quotes(ledger, "deepseek").to_dict("records")
    assert (row["amount"], row["nano_per_million"], row["where"]) == ("0.1400", 140_000_000, "table:1 row:2 column:3")


def test_headers_keep_order_and_repetition(ledger):
    crawl(ledger, "aa", [quote()])
    assert ledger.locate("aa" * 32).headers == (("Content-Type", "text/html"), ("Set-Cookie", "a"), ("Set-Cookie", "b"))


def test_a_quarantined_run_is_not_in_force_until_it_is_released(ledger):
    crawl(ledger, "aa", [quote()])
    crawl(ledger, "bb", [quote("0.15")], at=NOW + timedelta(days=1), verdict=RunVerdict.QUARANTINED)
    assert ledger.in_force("deepseek") == "aa" * 32
    assert set(tables.captures(ledger, "deepseek")["payload_sha256"]) == {"aa" * 32}
    run = tables.runs(ledger)["run"].iloc[-1]
    ledger.add_review(ReviewKind.QUARANTINE_RELEASED, str(run), {"reason": "compared"}, who="an analyst", at=NOW)
    assert len(tables.captures(ledger, "deepseek")) == 2


def test_a_confirmation_is_a_capture_of_the_body_it_confirms(ledger):
    crawl(ledger, "aa", [quote()])
    later = NOW + timedelta(days=1)
    run = ledger.claim("deepseek", later, RunKind.SCHEDULED, now=later, worker="a")
    unchanged = capture("aa", at=later, status=304, payload_sha256=None, confirms="aa" * 32, parsed=False)
    ledger.commit(
        run,
        verdict=RunVerdict.UNCHANGED,
        captures=[unchanged],
        parses=[],
        issues=[],
        facts=FACTS,
        ended_at=later,
        detail={},
    )
    found = tables.captures(ledger, "deepseek")
    assert list(found["payload_sha256"]) == ["aa" * 32] * 2
    assert len(tables.quotes(ledger, "deepseek")) == 1


def test_a_correction_is_applied_and_the_document_stays(ledger):
    crawl(ledger, "aa", [quote("14")])
    content = {
        "payload_sha256": "aa" * 32,
        "where": "table:1 row:2 column:3",
        "was": "14",
        "is": "0.14",
        "reason": "unit",
    }
    ledger.add_review(ReviewKind.CORRECTION, "aa" * 32, content, who="an analyst", at=NOW)
    (row,) = tables.quotes(ledger, "deepseek").to_dict("records")
    assert (row["amount"], row["nano_per_million"]) == ("0.14", 140_000_000)


def test_a_correction_of_what_was_not_read_is_refused(ledger):
    crawl(ledger, "aa", [quote("14")])
    content = {
        "payload_sha256": "aa" * 32,
        "where": "table:1 row:2 column:3",
        "was": "15",
        "is": "0.14",
        "reason": "unit",
    }
    ledger.add_review(ReviewKind.CORRECTION, "aa" * 32, content, who="an analyst", at=NOW)
    with pytest.raises(LedgerError, match="14 was read"):
        tables.quotes(ledger, "deepseek")


def test_the_newest_reading_of_a_body_is_in_force(ledger):
    crawl(ledger, "aa", [quote("14")])
    crawl(ledger, "aa", [quote("0.14")], at=NOW + timedelta(days=1), version=2)
    assert list(tables.quotes(ledger, "deepseek")["amount"]) == ["0.14"]


def test_a_digest_of_the_state_changes_with_what_is_in_force(ledger):
    assert tables.states(ledger, tables.captures(ledger)) == {}
    crawl(ledger, "aa", [quote()])
    first = tables.states(ledger, tables.captures(ledger))
    crawl(ledger, "bb", [quote("0.15")], at=NOW + timedelta(days=1))
    assert first["deepseek"] != tables.states(ledger, tables.captures(ledger))["deepseek"]


def test_a_look_that_confirms_a_body_changes_the_state_and_not_the_digest_of_what_is_stated(ledger):
    crawl(ledger, "aa", [quote()])
    looked = tables.captures(ledger)
    state, stated = tables.states(ledger, looked), tables.bodies(ledger, looked)
    crawl(ledger, "aa", [quote()], at=NOW + timedelta(days=1))
    again = tables.captures(ledger)
    assert len(again) == 2
    assert tables.states(ledger, again) != state
    assert tables.bodies(ledger, again) == stated
    crawl(ledger, "bb", [quote("0.15")], at=NOW + timedelta(days=2))
    assert tables.bodies(ledger, tables.captures(ledger)) != stated


def test_an_issue_seen_again_is_counted_and_not_repeated(ledger):
    trouble = Issue(kind="order", subject="m", place="p", text="cached above input")
    ledger.raise_issues("deepseek", [trouble], at=NOW)
    ledger.raise_issues("deepseek", [trouble], at=NOW + timedelta(days=1))
    (row,) = tables.issues(ledger).to_dict("records")
    assert (row["count"], row["first_seen"], row["last_seen"]) == (2, NOW, NOW + timedelta(days=1))


def test_an_issue_that_a_refresh_finds_no_more_is_closed_and_opens_again_when_it_does(ledger):
    label = Issue(kind="unmatched_label", subject="m", place="p", text="no model version for the label")
    other = Issue(kind="unmatched_label", subject="n", place="p", text="no model version for the label")
    ledger.found_issues([label, other], but=(), at=NOW)
    ledger.found_issues([other], but=(), at=NOW + timedelta(days=1))
    states = tables.issues(ledger).set_index("subject")["state"]
    assert (states["m"], states["n"]) == ("closed", "open")
    ledger.found_issues([label, other], but=(), at=NOW + timedelta(days=2))
    assert set(tables.issues(ledger)["state"]) == {"open"}


def test_a_refresh_closes_nothing_that_a_crawl_raised_nor_what_it_does_not_look_for(ledger):
    trouble = Issue(kind="bounds", subject="m", place="p", text="3 quotes where 10 to 20 were expected")
    ledger.raise_issues("deepseek", [trouble], at=NOW)
    slip = Issue(kind="slipped_unit", subject="n", place="p", text="every price that moved did so tenfold")
    ledger.found_issues([slip], but=(), at=NOW)
    ledger.raise_issues(None, [Issue(kind="mail_failed", subject="a@b", place="outbox", text="given up")], at=NOW)
    kept_open = (IssueKind.SLIPPED_UNIT, IssueKind.MAIL_FAILED)
    ledger.found_issues([], but=kept_open, at=NOW + timedelta(days=50))
    assert set(tables.issues(ledger)["state"]) == {"open"}


def test_what_a_transaction_did_not_finish_is_not_there(ledger):
    run = ledger.claim("deepseek", NOW, RunKind.SCHEDULED, now=NOW, worker="a")
    broken = capture("bb", status=200, observation="and no response")  # refused by the database
    with pytest.raises(Exception, match=r"(?i)constraint"):
        ledger.commit(
            run,
            verdict=RunVerdict.CHANGED,
            captures=[capture("aa"), broken],
            parses=[],
            issues=[],
            facts=FACTS,
            ended_at=NOW,
            detail={},
        )
    assert ledger.head().seq == 0
    assert ledger.open_runs() == [run]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(st.datetimes(min_value=datetime(1970, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001  # hypothesis wants it naive
def test_an_instant_survives_to_the_microsecond(instant):
    kept = Instant()
    assert kept.process_result_value(kept.process_bind_param(instant, None), None) == instant


def test_a_naive_instant_is_refused():
    with pytest.raises(ValueError, match="no time zone"):
        Instant().process_bind_param(datetime(2026, 1, 1), None)  # noqa: DTZ001


@pytest.mark.parametrize("amount", ["0.0000003", "1.50", "123456.123456789", "0"])
def test_decimal_amounts_survive_their_file(ledger, amount):
    crawl(ledger, "aa", [quote(amount)])
    (kept,) = tables.quotes(ledger, "deepseek")["amount"]
    assert str(kept) == amount
    assert Decimal(str(kept)) == Decimal(amount)


def test_an_edited_row_no_longer_verifies(ledger, monkeypatch):
    from pipeline.store import verify

    monkeypatch.setattr(verify, "read_payload", lambda *_: b"")
    crawl(ledger, "aa", [quote()])
    assert verify.verify(ledger, ledger.data_dir) == []
    with ledger.writing() as connection:
        connection.execute(update(schema.capture).values(url="https://example.org/another"))
    (finding,) = verify.verify(ledger, ledger.data_dir)
    assert "was changed after it was written" in finding


def test_an_edited_reading_no_longer_verifies(ledger):
    from pipeline.store import verify

    crawl(ledger, "aa", [quote()])
    with ledger.reading() as connection:
        name = connection.execute(select(schema.parse.c.file)).scalar_one()
    (ledger.data_dir / name).write_bytes(b"edited")
    (finding,) = verify.verify(ledger, ledger.data_dir)
    assert "was changed" in finding


def test_the_schema_is_what_the_migrations_make(ledger):
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    with ledger.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, schema.metadata) == []


def test_a_ledger_of_a_newer_program_is_refused(ledger, url, tmp_path):
    from pipeline.store.engine import open_ledger

    with ledger.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(LedgerError, match="newer undercut"):
        open_ledger(url, tmp_path)


def test_a_crawl_needs_neither_pandas_nor_pyarrow():
    code = (
        "import sys, pipeline.store.ledger, pipeline.store.parses;"
        "sys.exit(bool({'pandas', 'pyarrow'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
