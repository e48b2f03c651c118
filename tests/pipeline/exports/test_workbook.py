"""The workbook as a lawyer reads it."""

import io
import json

import openpyxl
import pandas as pd
import pytest

from pipeline import frames
from pipeline.domain.conditions import conditions_in_words
from pipeline.exports.tables import events_table, prices_table
from pipeline.exports.workbook import workbook
from tests.dashboard.snapshot import snapshot as published


def sheets(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def column(sheet, title):
    titles = [cell.value for cell in sheet[1]]
    return [row[titles.index(title)].value for row in sheet.iter_rows(min_row=2)]


def test_every_price_stands_beside_its_unit_its_source_and_its_document(snapshot, meta):
    prices = sheets(workbook(snapshot, meta, profile="filing"))["Prices"]
    assert column(prices, "price per million units") == [2.5, 2.5]
    assert column(prices, "as published")[0] == "0.0000025 USD per 1 token"
    assert column(prices, "VAT included")[0] == "unknown"
    assert column(prices, "source") == ["litellm", "radar"]
    assert column(prices, "address")[0] == "pkg:pypi/litellm@1.0.0#map.json"
    assert column(prices, "SHA-256 of the document")[0] == "ab" * 32
    assert column(prices, "other sources say")[0] == "radar 2.6"


def test_a_public_workbook_leaves_out_what_may_not_go_and_says_so(snapshot, meta):
    book = sheets(workbook(snapshot, meta, profile="public"))
    assert column(book["Prices"], "source") == ["litellm"]
    about = {row[0].value: row[1].value for row in book["About"].iter_rows()}
    assert about["Left out by its terms"] == "a title (terms)"
    assert about["Profile"] == "for publication"


def test_a_name_that_begins_like_a_formula_stays_text(snapshot, meta):
    book = sheets(workbook(snapshot, meta, profile="filing"))
    cell = next(row[1] for row in book["Prices"].iter_rows(min_row=2))
    assert cell.value == "=gpt-x"
    assert cell.data_type == "s"


def test_the_about_sheet_carries_build_view_and_chain_head(snapshot, meta):
    about = {
        row[0].value: row[1].value for row in sheets(workbook(snapshot, meta, profile="filing"))["About"].iter_rows()
    }
    assert "20261101T000000Z-abcd1234" in about["Build"]
    assert about["Head of the hash chain"] == "7 " + "ef" * 32
    assert "not a finding" in about["Please note"]


def test_the_same_snapshot_gives_the_same_bytes(snapshot, meta):
    assert workbook(snapshot, meta, profile="filing") == workbook(snapshot, meta, profile="filing")


@pytest.mark.parametrize(
    ("conditions", "words"),
    [
        ('{"tier":"standard"}', "standard"),
        ('{"tier":"batch","context_max":200000}', "batch; prompt under 200,000 tokens"),
        ('{"tier":"standard","context_min":200000}', "prompt from 200,000 tokens"),
        ('{"tier":"standard","cache_ttl":3600}', "cache kept 60 min"),
        (
            '{"tier":"standard","window":{"name":"peak","hours":["01:00-04:00"],"tz":"UTC","weekdays":[1,2,3,4,5]}}',
            "peak 01:00-04:00 UTC",
        ),
    ],
)
def test_conditions_read_as_a_phrase(conditions, words):
    assert conditions_in_words(conditions) == words


def test_a_price_is_never_a_factor_of_a_thousand_off(snapshot):
    table = prices_table(snapshot, public=False)
    assert set(table["price per million units"]) == {"2.5"}


def test_coverage_stands_in_stretches_of_days(snapshot, meta):
    snapshot["coverage"] = frames.coerce(
        pd.DataFrame(
            [
                {"source": "litellm", "day": day, "state": state, "runs": 1, "last_good_at": "2026-10-30T01:00:00Z"}
                for day, state in (("2026-10-30", "changed"), ("2026-10-31", "missed"), ("2026-11-01", "missed"))
            ]
        ).assign(day=lambda rows: pd.to_datetime(rows["day"])),
        "coverage",
    )
    sheet = sheets(workbook(snapshot, meta, profile="filing"))["Coverage"]
    assert column(sheet, "first day (UTC)") == ["2026-10-30", "2026-10-31"]
    assert column(sheet, "last day (UTC)") == ["2026-10-30", "2026-11-01"]
    assert column(sheet, "state") == ["changed", "missed"]
    assert column(sheet, "days") == [1, 2]


def test_a_price_of_an_unconfirmed_layout_says_so(snapshot, meta):
    snapshot["sources"]["confirmed"] = snapshot["sources"]["source"] != "litellm"
    assert prices_table(snapshot, public=False)["layout"].tolist() == ["unconfirmed", ""]


def test_a_decision_names_its_sources_of_unconfirmed_layout(snapshot, meta):
    assert "sources of unconfirmed layout" in events_table(snapshot, public=False).columns


def test_the_nth_address_of_a_decision_is_that_of_its_nth_document(snapshot):
    made, _ = published()
    address = dict(zip(made["captures"]["payload_sha256"], made["captures"]["url"], strict=True))
    # Nor is the order of the addresses the order of the digests: one of the two digests leads to an address that
    # comes last in the alphabet and stands first.
    first, last = sorted(address, key=lambda digest: address[digest])[:: len(address) - 1]
    made["events"]["captures"] = json.dumps([last, "0" * 64, first])
    for row in events_table(made, public=False).to_dict("records"):
        assert row["SHA-256 of the documents"].split(" | ") == [last, "0" * 64, first]
        assert row["addresses"].split(" | ") == [address[last], "not in this build", address[first]]


def test_a_flag_stands_with_its_decision_and_prices_and_apart_from_what_is_none(meta):
    made, _ = published()
    flag = made["flags"].to_dict("records")[0]
    made["flags"] = frames.coerce(pd.DataFrame([flag, {**flag, "id": "f" * 16, "kind": None, "event": None}]), "flags")
    book = sheets(workbook(made, meta, profile="filing"))
    [decision] = column(book["Flags"], "decision")
    assert decision == flag["event"]
    [moved] = column(book["Flags"], "old and new prices per million tokens")
    prices = json.loads(made["events"].set_index("id").loc[decision, "prices"])
    assert all(f"{meter.replace('_', ' ')} {pair['old']} to {pair['new']}" in moved for meter, pair in prices.items())
    assert len(column(book["Judged, no flag"], "decision")) == 1
    assert "kind of flag" not in [cell.value for cell in book["Judged, no flag"][1]]
