"""From a flagged decision to a mailbox: a real ledger, a real SMTP server, each mail once."""

import json
from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest
from sqlalchemy import select

from pipeline import frames
from pipeline.jobs import alert
from pipeline.settings import Settings
from pipeline.store import outbox, schema, tables
from pipeline.store.engine import open_ledger
from tests.dashboard.snapshot import snapshot
from tests.pipeline.alerts.test_transport import Box, server

NOW = datetime(2025, 6, 13, tzinfo=UTC)
SETTINGS = Settings(mail_to="a@example.org, b@example.org", mail_from="undercut@example.org")


@pytest.fixture
def ledger(tmp_path):
    with open_ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}", tmp_path) as opened:
        yield opened


@pytest.fixture
def events(published) -> pd.DataFrame:
    return frames.coerce(pd.DataFrame([published]), "events")


@pytest.fixture
def published() -> dict[str, object]:
    return {
        "id": "0123456789abcdef",
        "kind": "cut",
        "maker": "openai",
        "seller": "openai",
        "market": "international",
        "model_version": "openai/o3",
        "model_versions": json.dumps(["openai/o3"]),
        "labels": json.dumps(["o3"]),
        "listing_ids": json.dumps(["aaaaaaaaaaaaaaaa"]),
        "sources": json.dumps(["litellm", "openrouter"]),
        "contradicted_by": json.dumps([]),
        "recorded_at": "2025-06-12T00:00:00Z",
        "public_at": "2025-06-11T00:00:00Z",
        "effective_at": "2025-06-10T00:00:00Z",
        "bracket_from": "2025-06-09T00:00:00Z",
        "bracket_to": "2025-06-11T00:00:00Z",
        "effective_basis": "catalogue_dated",
        "currency": "USD",
        "vat_included": "unknown",
        "prices": json.dumps({"input": {"old": "10", "new": "2"}, "output": {"old": "40", "new": "8"}}),
        "change_b31": -0.8,
        "change_b721": -0.8,
        "class_": "market_move",
        "state": "confirmed",
        "veto": None,
        "explanation": "Two independent catalogues show it.",
        "captures": json.dumps(["ab" * 32]),
        "flag": "sharp_cut",
    }


def record(ledger, events, now=NOW, captures=None):
    made = {"events": events, "captures": frames.empty("captures") if captures is None else captures}
    made["flags"] = frames.empty("flags")
    return alert.record(ledger, made, build="b", method="4", settings=SETTINGS, now=now, draw=lambda _: None)


def subjects(box):
    from email import message_from_bytes
    from email.policy import default

    return sorted((to[0], message_from_bytes(raw, policy=default)["Subject"].split(":")[0]) for _, to, raw in box.mails)


def test_each_recipient_gets_one_mail_however_often_the_pipeline_runs(ledger, events):
    box = Box()
    with server(box) as relay:
        for _ in range(3):
            record(ledger, events)
            alert.deliver(ledger, relay, sender="undercut@example.org", now=NOW)
    assert subjects(box) == [("a@example.org", "[undercut] Cut 80%"), ("b@example.org", "[undercut] Cut 80%")]


def test_a_dead_relay_loses_nothing_and_the_message_id_stays_the_same(ledger, events):
    record(ledger, events)
    down = alert.relay_of(Settings(smtp_host="127.0.0.1", smtp_port=9))
    assert alert.deliver(ledger, down, sender="undercut@example.org", now=NOW).waiting == 1
    with ledger.reading() as connection:
        before = connection.execute(select(schema.outbox.c.message_id)).scalars().all()
        assert set(connection.execute(select(schema.outbox.c.state)).scalars()) == {"queued"}
    box = Box()
    with server(box) as relay:
        later = NOW + timedelta(hours=1)
        assert alert.deliver(ledger, relay, sender="undercut@example.org", now=later).sent == 2
    assert sorted(before) == sorted(
        line.split(b" ", 1)[1].decode()
        for _, _, raw in box.mails
        for line in raw.split(b"\r\n")
        if line.startswith(b"Message-ID")
    )


def test_a_flag_that_falls_is_withdrawn_to_those_who_got_it_and_to_nobody_else(ledger, events):
    box = Box()
    with server(box) as relay:
        record(ledger, events)
        alert.deliver(ledger, relay, sender="undercut@example.org", now=NOW)
        fallen = frames.coerce(events.assign(flag=None, class_="correction"), "events")
        others = SETTINGS.model_copy(update={"mail_to": "new@example.org"})
        made = {"events": fallen, "captures": frames.empty("captures"), "flags": frames.empty("flags")}
        alert.record(ledger, made, build="c", method="4", settings=others, now=NOW, draw=lambda _: None)
        alert.deliver(ledger, relay, sender="undercut@example.org", now=NOW)
    withdrawn = [to for to, subject in subjects(box) if subject == "[undercut] Withdrawn"]
    assert withdrawn == ["a@example.org", "b@example.org"]


def test_a_refused_recipient_is_given_up_and_a_person_is_told(ledger, events):
    record(ledger, events)
    with server(Box(rcpt="550 no such person")) as relay:
        assert alert.deliver(ledger, relay, sender="undercut@example.org", now=NOW).failed == 2
    assert set(tables.issues(ledger)["kind"]) == {"mail_failed"}


def test_a_cut_of_last_year_is_recorded_at_the_first_start_and_mailed_to_nobody(ledger, events):
    record(ledger, events, now=NOW + timedelta(days=365))
    assert len(tables.transitions(ledger)) == 1
    assert outbox.claim(ledger, now=NOW + timedelta(days=366)) is None


def test_a_mail_whose_sender_died_is_taken_up_after_its_lease(ledger, events):
    record(ledger, events)
    first = outbox.claim(ledger, now=NOW)
    second = outbox.claim(ledger, now=NOW)
    assert first.number != second.number
    assert outbox.claim(ledger, now=NOW) is None
    assert outbox.claim(ledger, now=NOW + outbox.LEASE).number == first.number


def test_what_was_handed_out_is_remembered(ledger):
    from pipeline.store import exported

    exported.note(ledger, name="prices.xlsx", sha256="ab" * 32, build="b", decisions=["0123456789abcdef"], at=NOW)
    assert [row["name"] for row in exported.holding(ledger, "0123456789abcdef")] == ["prices.xlsx"]
    assert exported.holding(ledger, "another") == []


def capture(digest: str, giver: str | None) -> dict[str, object]:
    return {
        "capture": 1,
        "source": "litellm",
        "url": "https://example.org/prices",
        "captured_at": "2025-06-11T00:00:00Z",
        "as_of": None,
        "public_at": "2025-06-11T00:00:00Z",
        "recorded_at": "2025-06-12T00:00:00Z",
        "payload_sha256": digest,
        "spider_version": 1,
        "kind": "backfill",
        "verdict": "parsed",
        "handed_in_by": giver,
    }


@pytest.mark.parametrize("also_crawled", [False, True])
def test_a_document_that_a_person_handed_in_is_said_in_the_mail_unless_a_crawl_brought_it_too(
    ledger, events, also_crawled
):
    rows = [capture("ab" * 32, "J. Doe")] + [{**capture("ab" * 32, None), "capture": 2}] * also_crawled
    declared = frames.FRAMES["captures"].columns
    captures = frames.coerce(pd.DataFrame(rows).reindex(columns=list(declared)), "captures")
    box = Box()
    with server(box) as relay:
        record(ledger, events, captures=captures)
        alert.deliver(ledger, relay, sender="undercut@example.org", now=NOW)
    line = b"Handed in by a person, and seen served by no crawl: " + b"ab" * 32 + b" by J. Doe"
    assert [line in raw.replace(b"=\r\n", b"") for _, _, raw in box.mails] == [not also_crawled] * 2


def test_a_mail_carries_the_explanations_of_the_gravest_trigger_of_its_decision(ledger, events):
    made, _ = snapshot()
    [flag] = made["flags"].to_dict("records")
    weak, grave = (
        json.dumps([{"name": name, "outcome": "possible", "text": "as judged"}]) for name in ("host exit", "promotion")
    )
    rows = [
        {**flag, "event": events["id"].item(), "id": str(number) * 16, "kind": kind, "explanations": explained}
        for number, (kind, explained) in enumerate([("suspected_dumping", grave), ("sharp_cut", weak)])
    ]
    own = events.assign(flag="suspected_dumping")
    captures = frames.empty("captures")
    judged = {"events": own, "captures": captures, "flags": frames.coerce(pd.DataFrame(rows), "flags")}
    due = alert.record(ledger, judged, build="b", method="4", settings=SETTINGS, now=NOW, draw=lambda _: None)
    assert [each["name"] for each in due[0].summary["explanations"]] == ["promotion"]
