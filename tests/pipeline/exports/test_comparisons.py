"""Comparisons as files: both sides, what each switch does, and only what may go out."""

import json

import pandas as pd
import pytest

from pipeline import frames
from pipeline.exports.comparisons import pairs_table, same_weights_table, sellers_table, switches_table
from pipeline.exports.tables import NOT_HELD
from pipeline.exports.workbook import workbook
from tests.comparing import PAIR, compared_frames
from tests.pipeline.exports.test_workbook import column, sheets


@pytest.fixture
def compared(snapshot):
    return snapshot | compared_frames()


def test_a_pair_stands_in_one_row_with_both_prices_and_its_reason(compared):
    (row,) = pairs_table(compared).to_dict("records")
    assert (row["home: input per million tokens"], row["home: currency"], row["home: tax included"]) == (
        "3",
        "CNY",
        "unknown",
    )
    assert (row["export: output per million tokens"], row["export: currency"]) == ("0.87", "USD")
    assert len(row["home: SHA-256 of the documents"]) == 64
    assert row["export: addresses"] == NOT_HELD  # the documents of these prices are on no chain
    assert row["why"].startswith("not evaluable (tax basis)")


def test_each_switch_of_a_pair_is_a_row_that_names_its_model(compared):
    rows = switches_table(compared)
    assert set(rows["model version"]) == {PAIR}
    assert rows["held at"].tolist()[0] == "home yes, export no"


def test_a_source_that_may_not_be_published_takes_its_pair_and_its_switches_along(compared):
    compared["pairs"]["export_source"] = "radar"
    assert pairs_table(compared, public=True).empty
    assert switches_table(compared, public=True).empty
    assert len(pairs_table(compared, public=False)) == 1


def test_a_host_that_may_not_be_published_is_left_out(compared):
    compared["same_weights"].loc[compared["same_weights"]["role"] == "host", "source"] = "radar"
    assert same_weights_table(compared, public=True)["role"].tolist() == ["maker"]


def test_what_no_document_states_of_a_seller_is_unknown(compared):
    rows = sellers_table(compared)
    assert set(rows.loc[rows["fact"] == "legal_entity", "value"]) == {"unknown"}


def test_the_workbook_has_prices_of_both_sides_as_numbers(compared, meta):
    sheet = sheets(workbook(compared, meta, profile="filing"))["Home and export"]
    assert column(sheet, "home: input per million tokens") == [3]
    assert column(sheet, "export: input per million tokens") == [0.435]


def test_an_older_build_without_comparisons_has_sheets_of_no_rows(snapshot, meta):
    older = {name: frame for name, frame in snapshot.items() if name not in ("pairs", "pair_switches", "same_weights")}
    book = sheets(workbook(older, meta, profile="filing"))
    assert book["Home and export"].max_row == 1


def test_lists_of_documents_are_text(compared):
    frame = frames.coerce(pd.DataFrame(compared["pairs"]), "pairs")
    frame["home_documents"] = json.dumps(["ab" * 32, "cd" * 32])
    assert (
        pairs_table(compared | {"pairs": frame})["home: SHA-256 of the documents"].item()
        == f"{'ab' * 32} | {'cd' * 32}"
    )


def test_rents_and_taxes_have_a_sheet_each_with_numbers(compared, meta):
    book = sheets(workbook(compared, meta, profile="filing"))
    assert column(book["Rents of machines"], "rent of one chip (USD per hour)") == [4]
    assert column(book["Taxes"], "rate (fraction of the price without it)") == [0.06]
