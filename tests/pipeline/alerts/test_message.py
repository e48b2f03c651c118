"""What a recipient reads."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import SMTP, default

import pandas as pd
import pytest

from pipeline.alerts.message import Letterhead, message, subject
from pipeline.alerts.transitions import Became, summary

PAPER = Letterhead(
    sender="undercut@example.org",
    prefix="[undercut]",
    public_url="http://127.0.0.1:8050",
    build="20250613T000000Z-abcd1234",
    method_version="4",
    chain_seq=42,
    chain_sha256="ef" * 32,
)


def sent(facts, to=Became.FLAGGED, picture=None):
    mail = message(
        facts,
        to,
        recipient="analyst@example.org",
        message_id="<0123456789abcdef.1.aa@example.org>",
        letterhead=PAPER,
        at=datetime(2025, 6, 13, tzinfo=UTC),
        picture=picture,
    )
    return message_from_bytes(mail.as_bytes(), policy=default)


def test_the_subject_says_what_happened_and_never_dumping(event_row):
    assert (
        subject(summary(event_row, {}), Became.FLAGGED, "[undercut]")
        == "[undercut] Cut 80%: openai/o3 and 1 more name (confirmed)"
    )
    for to in Became:
        assert "dumping" not in subject(summary(event_row, {}), to, "[undercut]").lower()


@pytest.mark.parametrize(
    ("flag", "first"),
    [("suspected_underpricing", "SUSPECTED UNDERPRICING"), ("suspected_dumping", "SUSPECTED DUMPING")],
)
def test_the_first_line_names_the_kind_and_the_subject_does_not(event_row, flag, first):
    facts = summary({**event_row, "flag": flag}, {})
    assert sent(facts).get_body(("plain",)).get_content().splitlines()[0] == first
    assert "dumping" not in subject(facts, Became.FLAGGED, "[undercut]").lower()


def test_a_suspicion_says_more_than_that_a_price_fell(event_row):
    said = sent(summary({**event_row, "flag": "suspected_dumping"}, {})).get_body(("plain",)).get_content()
    assert "nothing else" not in said
    assert "Low prices are lawful." in said


def test_the_text_part_is_complete_by_itself(event_row):
    text = sent(summary(event_row, {})).get_body(("plain",)).get_content()
    for said in (
        "SHARP CUT",
        "openai/o3",
        "USD 10 to USD 2  (-80 %)",
        "USD 40 to USD 8  (-80 %)",
        "VAT not stated",
        "2025-06-10T00:00:00Z as a catalogue dates it",
        "litellm, openrouter",
        "/events/0123456789abcdef",
        "42 " + "ef" * 32,
        "An indicator, not a finding",
    ):
        assert said in text


def test_a_withdrawal_says_so_first_and_why(event_row):
    facts = {**summary(event_row, {}), "why": "The catalogue corrected itself."}
    mail = sent(facts, Became.WITHDRAWN)
    assert mail["Subject"].startswith("[undercut] Withdrawn: cut 80%")
    text = mail.get_body(("plain",)).get_content()
    assert text.startswith("WITHDRAWN")
    assert "The catalogue corrected itself." in text


def test_all_mails_of_one_decision_share_a_thread(event_row):
    facts = summary(event_row, {})
    first, second = sent(facts), sent({**facts, "why": "x"}, Became.WITHDRAWN)
    assert first["References"] == second["References"] == "<decision.0123456789abcdef@example.org>"


@pytest.mark.parametrize("name", ["o3\r\nBcc: everybody@example.org", "o3<script>alert(1)</script>", "o3\u202eevil"])
def test_a_hostile_name_stays_text(event_row, name):
    mail = sent({**summary(event_row, {}), "model_version": name})
    assert mail["Bcc"] is None
    html = mail.get_body(("html",)).get_content()
    assert "<script>" not in html
    assert "\u202e" not in mail["Subject"]
    assert len(mail["Subject"]) <= 69


def test_a_picture_is_inline_and_nothing_is_remote(event_row):
    mail = sent(summary(event_row, {}), picture=b"\x89PNG\r\n\x1a\n")
    html = mail.get_body(("html",)).get_content()
    assert 'src="cid:history"' in html
    assert "http://" not in html.replace("http://127.0.0.1:8050/e", "")
    images = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    assert len(images) == 1


def test_a_document_that_a_person_handed_in_is_named_with_who_gave_it(event_row):
    [digest, *_] = summary(event_row, {})["captures"]
    text = sent(summary(event_row, {digest: "J. Doe\r\nBcc: all"})).get_body(("plain",)).get_content()
    assert f"Handed in by a person, and seen served by no crawl: {digest} by J. Doe Bcc: all" in text.splitlines()


@pytest.mark.parametrize("facts", [{}, {"handed_in": {}}])
def test_where_none_was_handed_in_nothing_is_said(event_row, facts):
    kept = {name: value for name, value in summary(event_row, {}).items() if name != "handed_in"}
    assert "anded in" not in sent({**kept, **facts}).get_body(("plain",)).get_content()


def test_a_dated_entry_was_first_seen_on_no_day(event_row):
    when = {"bracket_from": "2025-06-09T23:59:59Z", "bracket_to": "2025-06-10T00:00:00Z"}
    text = sent(summary({**event_row, **{name: pd.Timestamp(at) for name, at in when.items()}}, {}))
    plain = text.get_body(("plain",)).get_content()
    assert "When: 2025-06-10T00:00:00Z as a catalogue dates it" in plain.splitlines()
    assert "first seen" not in plain


def test_a_subject_is_one_line_of_78_characters_however_long_the_name(event_row):
    facts = {
        **summary(event_row, {}),
        "model_version": "meta/llama-4-maverick-17b-128e-instruct-fp8-a-name-without-end",
    }
    for to in Became:
        raw = sent({**facts, "why": "x"}, to).as_bytes(policy=SMTP)
        [line] = [line for line in raw.split(b"\r\n") if line.startswith(b"Subject:")]
        assert line.startswith(b"Subject: ")
        assert b"\r\n [undercut]" not in raw
    # Letters of ASCII alone stay as they are on the wire, where a reader's filter looks for the prefix.
    said = subject(facts, Became.FLAGGED, "[undercut]")
    assert said.endswith("... (confirmed)")
    assert len(f"Subject: {said}") == 78


def test_every_document_is_named_by_its_whole_digest(event_row):
    digests = [f"{number:064x}" for number in range(9)]
    text = sent({**summary(event_row, {}), "captures": digests}).get_body(("plain",)).get_content()
    assert [line.strip() for line in text.splitlines() if line.strip() in digests] == digests


def test_the_page_is_named_as_it_is_kept_with_build_and_method(event_row):
    lines = sent(summary(event_row, {})).get_body(("plain",)).get_content().splitlines()
    page = "http://127.0.0.1:8050/events/0123456789abcdef"
    assert f"Evidence and history: {page}" in lines
    assert f"As it was in this build: {page}?build=20250613T000000Z-abcd1234" in lines
    assert "Build 20250613T000000Z-abcd1234, method version 4" in lines


def test_a_mail_says_what_else_it_could_be(event_row):
    found = [
        {"name": "host exit", "outcome": "possible", "text": "1 of 4 other sellers is gone"},
        {"name": "tax", "outcome": "not_tested", "text": "the source does not state it"},
        {"name": "correction", "outcome": "excluded", "text": "the price is confirmed"},
    ]
    lines = sent({**summary(event_row, {}), "explanations": found}).get_body(("plain",)).get_content().splitlines()
    begin = lines.index("What else it could be:")
    assert lines[begin + 1 : begin + 4] == [
        "  host exit: possible (1 of 4 other sellers is gone)",
        "  tax: not tested (the source does not state it)",
        "  excluded: correction",
    ]
    assert "What else" not in sent(summary(event_row, {})).get_body(("plain",)).get_content()


def test_blends_and_documents_are_explained_where_they_stand(event_row):
    text = sent({**summary(event_row, {}), "market": "international"}).get_body(("plain",)).get_content()
    assert "(B31 = (3 x input + output) / 4; B721 = (7 x cached input + 2 x input + output) / 10)" in text
    assert "Documents, by SHA-256 (each stands at http://127.0.0.1:8050/evidence/ and its digest):" in text
    assert "to buyers in any country" in text
