"""Names in the dashboard: the queue is shown, the form appends, an incomplete one writes nothing."""

from pathlib import Path

import pytest
from dash import html
from flask.testing import FlaskClient

from dashboard.app import create_app
from dashboard.pages import names
from pipeline.reviews.identity import Namebook
from pipeline.settings import Settings
from pipeline.store.engine import open_ledger
from tests.dashboard.shelf import FixedShelf, small_snapshot
from tests.dashboard.test_pages import said

SHELF = FixedShelf(small_snapshot())
FILLED = {
    "seller": "somehost",
    "label": "GPT four oh",
    "version": "openai/gpt-4o",
    "reason": "its page links there",
    "by": "Ada",
    "decision": "accept",
}


@pytest.fixture
def book(tmp_path: Path) -> Namebook:
    found = Settings(data_dir=tmp_path)
    open_ledger(found.ledger_url, tmp_path).close()
    return Namebook(ledger_url=found.ledger_url, data_dir=found.data_dir)


@pytest.fixture
def client(tmp_path: Path, book: Namebook) -> FlaskClient:
    return create_app(SHELF, Settings(data_dir=tmp_path)).server.test_client()


def text(book: Namebook, seller: str | None = None, label: str | None = None) -> str:
    shown: html.Div = names.layout(SHELF, book, seller=seller, label=label)
    return said(shown)


def test_every_label_of_the_build_is_counted(book: Namebook) -> None:
    assert "Every label of this build" in text(book)


def test_a_decision_is_appended_and_shown(client: FlaskClient, book: Namebook) -> None:
    answer = client.post("/names", data=FILLED)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/names")
    assert [(each["label"], each["model_version"], each["who"]) for each in book.decisions()] == [
        ("GPT four oh", "openai/gpt-4o", "Ada")
    ]
    assert "is openai/gpt-4o" in text(book)


@pytest.mark.parametrize(
    "wrong", [{"reason": ""}, {"by": ""}, {"version": "gpt"}, {"decision": "maybe"}, {"label": ""}]
)
def test_an_incomplete_form_writes_nothing(client: FlaskClient, book: Namebook, wrong: dict[str, str]) -> None:
    assert client.post("/names", data=FILLED | wrong).status_code == 400
    assert book.decisions() == []


def test_another_origin_decides_nothing(client: FlaskClient, book: Namebook) -> None:
    answer = client.post("/names", data=FILLED, headers={"Origin": "https://evil.example"})
    assert (answer.status_code, book.decisions()) == (403, [])


def test_one_label_shows_what_it_may_mean_and_the_form(book: Namebook) -> None:
    version = str(small_snapshot()["listings"]["model_version"].dropna().iloc[0])
    label = version.partition("/")[2] + "-x"
    assert version in text(book, seller="somehost", label=label)
