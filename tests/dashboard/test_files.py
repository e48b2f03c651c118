"""Rows, downloads and readiness."""

import csv
import io

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from dashboard.app import create_app
from dashboard.pages import not_found
from pipeline.query.documents import Document
from pipeline.query.snapshot import Snapshot
from pipeline.settings import Settings
from tests.dashboard.shelf import FixedShelf, small_snapshot
from tests.dashboard.snapshot import BUILD
from tests.dashboard.test_pages import said


def rows_of(client: FlaskClient, query: str) -> list[dict[str, str]]:
    text = client.get(f"/download/prices.csv?{query}").data.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_the_download_holds_exactly_the_rows_of_the_view(client: FlaskClient) -> None:
    for query in ("", "only=all", "maker=deepseek&only=all", "q=openai", "only=disagree", "only=stale"):
        view = client.get(f"/rows/prices?{query}").json["rows"]
        assert len(rows_of(client, query)) == len(view), query


def test_the_mix_is_a_third_blend(client: FlaskClient) -> None:
    view = client.get("/rows/prices?q=o3&mix=1:0:1").json["rows"]
    assert [row["mix_usd"] for row in view] == [5.0]  # (2 + 8) / 2


def test_a_mix_of_yuan_is_in_dollars_at_the_rate_of_the_blend(client: FlaskClient) -> None:
    (row,) = client.get("/rows/prices?market=CN&mix=1:0:1").json["rows"]
    assert row["mix_usd"] == 0.2113  # (1 + 2) / 2 / 7.1


def test_a_build_that_is_not_kept_has_no_file(client: FlaskClient) -> None:
    for path in ("prices.csv", "pairs.csv", "models/openai/o3.csv", "cases/0000000000000000.xlsx"):
        answer = client.get(f"/download/{path}?build=20200101T000000Z-00000000")
        assert answer.status_code == 404
        assert "Build 20200101T000000Z-00000000 is not kept here." in answer.text
    assert client.get(f"/download/prices.csv?build={BUILD}").status_code == 200


def test_an_address_without_a_page_is_not_found(client: FlaskClient) -> None:
    assert [client.get(path).status_code for path in ("/nope", "/models/openai", "/events/a/b")] == [404, 404, 404]
    assert [client.get(path).status_code for path in ("/", "/prices", "/models/openai/o3", "/healthz")] == [200] * 4
    assert "Overview" in said(not_found.layout())


def test_what_the_build_does_not_hold_is_not_found(client: FlaskClient, small: Snapshot) -> None:
    unknown = ("/events/0000000000000000", "/cases/0000000000000000", "/models/acme/nowhere", f"/evidence/{'0' * 64}")
    assert [client.get(path).status_code for path in unknown] == [404] * 4
    event = small["events"]["id"].iloc[0]
    assert [client.get(f"/{kind}/{event}").status_code for kind in ("events", "cases")] == [200, 200]


def test_every_row_of_a_file_names_build_data_and_method(client: FlaskClient, small: Snapshot) -> None:
    said = {small.build, small.meta["data_to"], small.meta["method_version"]}
    for path in ("prices.csv", "models/openai/o3.csv", "series/matched_model.csv?every=month"):
        text = client.get(f"/download/{path}").data.decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(text, newline="")))
        assert rows
        for row in rows:
            stamp = {
                value for name, value in row.items() if name.replace("_", " ") in ("build", "data to", "method version")
            }
            assert stamp == said
    for path in ("pairs.csv", "same-weights.csv"):
        assert client.get(f"/download/{path}").text.splitlines()[0].endswith("build,data to,method version")


def test_a_wrong_mix_is_refused_in_words(client: FlaskClient) -> None:
    answer = client.get("/rows/prices?mix=much")
    assert answer.status_code == 400
    assert "input:cached:output" in answer.json["error"]


def test_no_cell_of_a_download_runs_as_a_formula(client: FlaskClient) -> None:
    for row in rows_of(client, "only=all"):
        for value in row.values():
            assert not value.startswith(("=", "@", "\t", "\r")), value


def test_a_download_opens_in_a_spreadsheet(client: FlaskClient) -> None:
    content = client.get("/download/prices.csv").data
    assert content.startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in content
    assert b"\n" not in content.replace(b"\r\n", b"")


def test_a_model_is_downloaded_with_the_document_of_every_row(client: FlaskClient) -> None:
    answer = client.get("/download/models/openai/o3.csv")
    table = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert {row["meter"] for row in table} == {"input", "cached_input", "output"}
    assert all(len(row["first_payload"]) == 64 for row in table)


def test_rows_are_revalidated_by_build(client: FlaskClient) -> None:
    first = client.get("/rows/prices")
    again = client.get("/rows/prices", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


def test_ready_names_the_build_and_counts_sources(client: FlaskClient) -> None:
    answer = client.get("/readyz").json
    assert answer["ready"]
    assert answer["sources"] == {"failing": 1, "fresh": 5}


def test_nothing_published_is_not_ready() -> None:
    client = create_app(FixedShelf(None), Settings()).server.test_client()
    assert client.get("/readyz").status_code == 503
    assert client.get("/rows/prices").status_code == 503
    assert client.get("/healthz").status_code == 200


class TestDocuments:
    PAGE = Document(
        url="https://evil.example/pricing",
        media_type="text/html",
        body=b"<script>parent.document.title = 'owned'</script><p>0.14",
        cut=False,
        quotes=[],
    )
    SVG = Document(url="https://x.example/a.svg", media_type="image/svg+xml", body=b"<svg/>", cut=False, quotes=[])
    ABSENT = Document(url="pkg:pypi/litellm@1.0.0", media_type="text/plain", body=None, cut=False, quotes=[])

    def answered(self, document: Document) -> TestResponse:
        shelf = FixedShelf(small_snapshot(), {"a" * 64: document})
        return create_app(shelf, Settings()).server.test_client().get(f"/documents/{'a' * 64}")

    def test_a_document_is_shown_in_a_sandbox(self) -> None:
        answer = self.answered(self.PAGE)
        assert answer.data == self.PAGE.body
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("sandbox; default-src 'none'")
        assert "script-src" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"

    def test_what_a_browser_could_run_is_only_handed_out_as_a_file(self) -> None:
        answer = self.answered(self.SVG)
        assert answer.mimetype == "application/octet-stream"
        assert answer.headers["Content-Disposition"].startswith("attachment")

    def test_a_document_that_is_not_held_is_not_found(self) -> None:
        assert self.answered(self.ABSENT).status_code == 404
