"""Cases in the dashboard: the form appends, the pages show, strangers and other origins do neither."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from dash import html
from flask.testing import FlaskClient

from dashboard.app import create_app
from dashboard.pages import case, cases, event
from pipeline.reviews.cases import Act, Casebook, CaseState
from pipeline.settings import Settings
from pipeline.store.engine import open_ledger
from tests.dashboard.shelf import FixedShelf, small_snapshot
from tests.dashboard.test_pages import said

SHELF = FixedShelf(small_snapshot())
EVENT = str(small_snapshot()["events"].iloc[0]["id"])
FILLED = {"act": "open", "reason": "the page shows it", "by": "Ada"}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    found = Settings(data_dir=tmp_path)
    open_ledger(found.ledger_url, tmp_path).close()
    return found


@pytest.fixture
def book(settings: Settings) -> Casebook:
    return Casebook(ledger_url=settings.ledger_url, data_dir=settings.data_dir)


@pytest.fixture
def client(settings: Settings) -> FlaskClient:
    return create_app(SHELF, settings).server.test_client()


def opened(book: Casebook, reason: str = "why") -> None:
    book.record(EVENT, Act.OPEN, reason=reason, who="Ada", at=datetime.now(UTC), until=None, saw={"build": "b"})


def test_the_form_appends_an_act_and_shows_the_decision_again(client: FlaskClient, book: Casebook) -> None:
    answer = client.post(f"/cases/{EVENT}", data=FILLED)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/events/{EVENT}")
    entry = book.cases()[0].entries[0]
    assert (entry.act, entry.who, entry.reason) == (Act.OPEN, "Ada", "the page shows it")
    assert entry.saw["build"] == small_snapshot().build


def test_a_held_case_names_its_day(client: FlaskClient, book: Casebook) -> None:
    opened(book)
    client.post(f"/cases/{EVENT}", data=FILLED | {"act": "hold", "until": "2999-01-01"})
    assert book.cases()[0].state(datetime.now(UTC).date()) is CaseState.HELD


@pytest.mark.parametrize("wrong", [{"reason": ""}, {"by": ""}, {"act": "erase"}, {"act": "dismiss"}, {"act": "hold"}])
def test_an_incomplete_form_writes_nothing(client: FlaskClient, book: Casebook, wrong: dict[str, str]) -> None:
    assert client.post(f"/cases/{EVENT}", data=FILLED | wrong).status_code == 400
    assert book.cases() == []


def test_no_case_is_opened_about_what_the_build_does_not_hold(client: FlaskClient) -> None:
    assert client.post("/cases/0000000000000000", data=FILLED).status_code == 404


def test_a_decision_that_the_build_does_not_hold_offers_no_case_to_open_and_a_way_back(book: Casebook) -> None:
    unknown = cases.section(book, "nope", asks_name=True, known=False)
    assert "Open a case" not in said(unknown)
    assert "Every decision" in said(event.layout(SHELF, "nope", below=[unknown]))
    page = said(case.layout(SHELF, book, "nope", asks_name=True, country="US", query={}))
    assert "Open a case" not in page
    assert "Every case" in page
    opened(book)  # a case that is open outlives its decision
    assert "Dismiss" in said(cases.section(book, EVENT, asks_name=True, known=False))


def test_another_origin_appends_nothing(client: FlaskClient, book: Casebook) -> None:
    answer = client.post(f"/cases/{EVENT}", data=FILLED, headers={"Origin": "https://evil.example"})
    assert (answer.status_code, book.cases()) == (403, [])


def test_a_link_is_no_act(client: FlaskClient) -> None:
    assert client.get(f"/cases/{EVENT}", query_string=FILLED).status_code != 303


def test_who_signed_in_is_who_acted(settings: Settings, book: Casebook) -> None:
    guarded = settings.model_copy(update={"sign_in_header": "X-User", "sign_in_proxy": "10.0.0.9"})
    asked = create_app(SHELF, guarded).server.test_client()
    asked.post(f"/cases/{EVENT}", data=FILLED, headers={"X-User": "Grace"}, environ_base={"REMOTE_ADDR": "10.0.0.9"})
    assert book.cases()[0].entries[0].who == "Grace"


def test_the_page_of_a_decision_shows_its_acts_and_the_next_ones(book: Casebook) -> None:
    assert "Open a case" in said(cases.section(book, EVENT, asks_name=True))
    opened(book, reason="looks odd")
    shown = cases.section(book, EVENT, asks_name=True)
    assert "looks odd" in said(event.layout(SHELF, EVENT, below=[shown]))
    assert "Dismiss" in said(shown)


def test_a_signed_in_person_is_not_asked_for_a_name(book: Casebook) -> None:
    assert "Your name" not in said(cases.section(book, EVENT, asks_name=False))


def test_the_page_lists_cases_by_where_they_stand(book: Casebook) -> None:
    opened(book, reason="looks odd")
    assert "looks odd" in said(cases.layout(SHELF, book))
    assert "looks odd" in said(cases.layout(SHELF, book, state="new"))
    assert "No cases here" in said(cases.layout(SHELF, book, state="escalated"))


def test_before_the_first_build_the_page_says_so(book: Casebook) -> None:
    assert "Nothing is published yet" in said(cases.layout(FixedShelf(None), book))


def test_what_a_person_wrote_is_text_and_never_markup(book: Casebook) -> None:
    opened(book, reason="<script>alert(1)</script>")
    assert isinstance(cases.section(book, EVENT, asks_name=True), html.Section)
    assert "<script>" in said(cases.layout(SHELF, book))


def test_the_case_file_shows_every_part_and_names_the_importing_country(client: FlaskClient) -> None:
    page = cases_page(EVENT, country="FR")
    for part in (
        "importing country FR",
        "could be evaluated",
        "The rank among makers",
        "Margins over the period",
        "Price effects in FR",
        "Other causes",
        "In no case",
        "viability",
        "No case was opened about this decision.",
    ):
        assert part in page, part


def test_a_chosen_period_without_the_price_is_named_at_the_top() -> None:
    early = cases_page(EVENT, as_of="2020-05-05")
    assert "stands in the period 2019-04-01 to 2020-03-31" in early
    assert "stands in the period" not in cases_page(EVENT)


def test_a_case_file_of_nothing_or_with_a_choice_that_is_none_says_so(client: FlaskClient) -> None:
    assert "This build holds no decision of that name" in cases_page("0" * 16)
    assert "is no country" in cases_page(EVENT, country="France")
    assert "the regime is one of" in cases_page(EVENT, regime="none")
    assert client.get(f"/download/cases/{EVENT}.xlsx?country=France").status_code == 400
    assert client.get(f"/download/cases/{'0' * 16}.xlsx").status_code == 404


def test_the_workbook_of_a_case_is_handed_out_and_is_the_same_twice(client: FlaskClient) -> None:
    answers = [client.get(f"/download/cases/{EVENT}.xlsx?country=FR") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].data == answers[1].data
    assert answers[0].data[:2] == b"PK"
    assert f"undercut-case-{EVENT}-FR-" in answers[0].headers["Content-Disposition"]


def cases_page(event_id: str, **query: str) -> str:
    settings = Settings()
    book = Casebook(ledger_url=settings.ledger_url, data_dir=settings.data_dir)
    return said(case.layout(SHELF, book, event_id, asks_name=True, country="US", query=query))
