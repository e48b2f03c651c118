"""Documents: grids, JSON, envelopes; every miss names the place."""

import gzip
import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.document import Document, pointer_token, resolve, unwrap
from pipeline.domain.errors import DocumentShapeError


def page(body: str) -> Document:
    return Document(body=body.encode(), url="https://page.example")


def texts(body: str) -> list[list[str]]:
    return [[cell.text for cell in row] for row in page(body).tables()[0]]


def test_spans_are_expanded_before_anything_is_counted():
    rows = texts(
        "<table><tr><td rowspan=2>A</td><td colspan=2>B</td></tr><tr><td>C</td><td>D</td></tr>"
        "<tr><td>E</td><td>F</td><td>G</td></tr></table>"
    )
    assert rows == [["A", "B", "B"], ["A", "C", "D"], ["E", "F", "G"]]


def test_a_cell_names_its_place_in_the_expanded_grid():
    table = page("<table><tr><td>x</td></tr></table><table><tr><td colspan=2>a</td><td>b</td></tr></table>").tables()[1]
    assert table.rows[0][2].where == "table:2 row:1 column:3"


def test_a_footnote_mark_is_a_reference_and_a_struck_price_stays_apart():
    cell = page("<table><tr><td>$1 (75% off<sup>(3)</sup>)<del>$4</del></td></tr></table>").tables()[0].rows[0][0]
    assert (cell.text, cell.notes, cell.struck) == ("$1 (75% off)", ("3",), ("$4",))


def test_a_price_struck_by_style_alone_is_struck():
    cell = page('<table><tr><td><span class="line-through">$4</span> $1</td></tr></table>').tables()[0].rows[0][0]
    assert (cell.text, cell.struck) == ("$1", ("$4",))


def test_characters_that_nobody_sees_are_removed():
    assert texts("<table><tr><td>\ufeff0.\u200b5\u00a0元</td></tr></table>") == [["0.5 元"]]


@pytest.mark.parametrize("span", ["100000", "-1", "two", "1.5"])
def test_an_absurd_span_is_refused(span: str):
    with pytest.raises(DocumentShapeError):
        page(f'<table><tr><td colspan="{span}">x</td></tr></table>').tables()


def test_a_missing_table_is_a_miss():
    with pytest.raises(DocumentShapeError, match="expected a table"):
        page("<p>nothing</p>").tables()


def test_a_markdown_table_is_a_grid_under_its_heading():
    table = page("# Top\n\n## Prices\n\n| Model | In |\n|---|--:|\n| `a\\|b` | ~~$2~~ $1[^4] |\n").markdown_tables()[0]
    cell = table.rows[1][1]
    assert table.headings == ("Top", "Prices")
    assert (table.rows[1][0].text, cell.text, cell.struck, cell.notes) == ("a|b", "$1", ("$2",), ("4",))


def test_rows_of_unequal_width_are_refused_where_columns_have_meaning():
    table = page("| a | b |\n|---|---|\n| $1 |\n").markdown_tables()[0]
    with pytest.raises(DocumentShapeError, match="columns wide"):
        assert table.even_rows


def test_json_keeps_every_digit():
    assert page('{"price": 0.1000000000000000055}').json()["price"] == Decimal("0.1000000000000000055")


@pytest.mark.parametrize("text", ['{"a": 1, "a": 2}', '{"a": NaN}', '{"a": 1', "[" * 100_000])
def test_json_that_says_two_things_or_nothing_is_refused(text: str):
    with pytest.raises(DocumentShapeError):
        page(text).json()


def test_records_must_be_objects_of_a_list_that_is_not_empty():
    assert page('{"data": [{"id": 1}]}').records("/data") == [("json:/data/0", {"id": 1})]
    for text in ('{"data": []}', '{"data": [1]}', '{"data": {}}'):
        with pytest.raises(DocumentShapeError):
            page(text).records("/data")


@given(st.dictionaries(st.text(), st.integers(), min_size=1))
def test_a_pointer_finds_what_it_names(value: dict[str, int]):
    for key, number in value.items():
        assert resolve({"x": [value]}, f"/x/0/{pointer_token(key)}") == number


AT = datetime(2026, 7, 17, 18, 48, 20, tzinfo=UTC)


@pytest.mark.parametrize("stamp", ["fetched_at", "fetchedAt"])
def test_an_envelope_gives_back_bytes_and_instant(stamp: str):
    wrapped = json.dumps({stamp: "2026-07-17T18:48:20Z", "body": "<p>é</p>"}).encode()
    assert unwrap(wrapped) == ("<p>é</p>".encode(), AT)
    assert unwrap(gzip.compress(wrapped)) == ("<p>é</p>".encode(), AT)


def test_json_inside_an_envelope_keeps_its_spelling():
    raw = b'{ "fetched_at" : "2026-07-17T18:48:20Z", "count": 1, "data" : {"price": 3.0e-7,  "b": "\\u00e9"} }'
    assert unwrap(raw) == (b'{"price": 3.0e-7,  "b": "\\u00e9"}', AT)


@pytest.mark.parametrize("raw", [b"", b"{", b'{"data": [1]}', b"[1]", b"<html>", b'{"data": 1} {"fetched_at": 2}'])
def test_what_is_no_envelope_stays_as_it_is(raw: bytes):
    assert unwrap(raw) == (raw, None)


def test_a_broken_gzip_file_is_refused():
    whole = gzip.compress(b"x" * 10_000)
    for raw in (whole[:-20], whole[:20], whole[:-8] + b"\x00" * 4 + whole[-4:]):
        with pytest.raises(DocumentShapeError):
            unwrap(raw)


def test_a_gzip_bomb_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("crawlers.document.LARGEST", 1000)
    with pytest.raises(DocumentShapeError, match="more than 1000 bytes"):
        unwrap(gzip.compress(b"\x00" * 10_000))


def test_the_prose_of_a_text_is_its_sentences():
    text = "# Prices\n\n| Model | Input |\n|---|---|\n| a | $1 |\n\nAll prices are in dollars of today.\nInput $1.00\n"
    assert page(text).prose("p") == ["All prices are in dollars of today."]


def test_the_prose_of_json_is_the_names_of_its_fields():
    body = {"models": [{"id": "a", "price": 1}, {"id": "b", "note": "in euros"}]}
    assert page(json.dumps(body)).prose("p") == [
        "the field models",
        "the field id",
        "the field price",
        "the field note",
    ]


def test_the_prose_of_a_page_inside_json_is_found():
    body = {"content": "<p>All prices are in euros.</p><table><tr><td>1</td></tr></table>"}
    assert page(json.dumps(body)).prose("p") == ["the field content", "All prices are in euros."]


def test_a_table_is_read_in_the_order_of_its_titles():
    table = page("<table><tr><th>Input<th>Model</tr><tr><td>1<td>a</tr></table>").tables()[0].fronted("Model")
    assert [[cell.text for cell in row] for row in table] == [["Model", "Input"], ["a", "1"]]
    assert [cell.where for cell in table.rows[1]] == ["table:1 row:2 column:2", "table:1 row:2 column:1"]


def test_a_table_without_the_title_stays_as_it_is():
    table = page("<table><tr><th>Input<th>Name</tr><tr><td>1<td>a</tr></table>").tables()[0]
    assert table.fronted("Model") is table
