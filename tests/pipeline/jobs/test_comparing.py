"""`undercut pairs` and `undercut price` over a small published build."""

import csv
import io
import json

import pandas as pd
import pytest

from pipeline import frames
from pipeline.jobs.pairs import pairs
from pipeline.jobs.patterns import patterns
from pipeline.jobs.price import price
from pipeline.settings import Settings
from pipeline.store import snapshots
from tests.pipeline.dumping.offers import listing_row, priced
from tests.pipeline.normalise.conftest import source_row, sources_frame, spells_frame

NAMES = {
    "seller": "deepseek",
    "served_by": "deepseek",
    "maker": "deepseek",
    "model_version": "deepseek/deepseek-v4-pro",
}
HOSTS = ("together", "novita", "nebius")


@pytest.fixture
def settings(tmp_path):
    listings = [listing_row(1, market="CN", **NAMES), listing_row(2, **NAMES)]
    listings += [
        listing_row(place, **(NAMES | {"seller": name, "served_by": name})) for place, name in enumerate(HOSTS, 3)
    ]
    spells = [*priced(1, {"input": "3", "output": "6"}, 0, 9, currency="CNY")]
    for number in range(2, 6):
        spells += priced(number, {"input": ".435", "output": ".87"}, 0, 9)
    rates = [
        {"source": "ecb", "base": "EUR", "currency": name, "day": day, "value": value, "payload_sha256": "a" * 64}
        for day in pd.date_range("2026-01-01", "2026-03-10")
        for name, value in (("USD", 1.0), ("CNY", 6.7775))
    ]
    tables = {
        "listings": frames.coerce(pd.DataFrame(listings), "listings"),
        "spells": spells_frame(spells),
        "sources": sources_frame([source_row("acme", "seller")]),
        "rates": frames.coerce(pd.DataFrame(rates), "rates"),
        "readings": frames.empty("readings"),
    }
    snapshots.publish(tmp_path, tables, {"build": "20260310T000000Z-00000000", "data_to": "2026-03-10T00:00:00Z"})
    return Settings(data_dir=tmp_path)


def asked(settings, **change):
    out, said = io.StringIO(), []
    options = {"day": None, "same_weights": False, "json_lines": False} | change
    code = pairs(settings, out=out, say=said.append, **options)
    return code, out.getvalue(), said


def steps(settings, model="deepseek/deepseek-v4-pro", **change):
    out, said = io.StringIO(), []
    options = {"seller": "deepseek", "market": "CN", "day": None, "without": [], "json_lines": True} | change
    code = price(settings, model, out=out, say=said.append, **options)
    return code, out.getvalue(), said


def test_a_pair_has_both_prices_the_rate_and_the_margin_under_every_treatment(settings):
    _, text, _ = asked(settings)
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["home_input"], row["home_currency"], row["export_input"], row["export_currency"]) == (
        "3",
        "CNY",
        "0.435",
        "USD",
    )
    assert (row["rate_per_usd"], row["rate_day"]) == ("6.7775", "2026-03-10")
    assert (row["margin_b31_home_incl_export_excl"], row["margin_b31_both_excl"]) == ("-4.003233", "1.756573")
    assert (row["home_vat_included"], row["home_vat_stated_in"]) == ("unknown", "unknown")
    assert (row["outcome"], row["turned_by"]) == ("not_evaluable", "tax")


def test_json_has_the_same_fields_a_row_a_line(settings):
    (row,) = [json.loads(line) for line in asked(settings, json_lines=True)[1].splitlines()]
    assert row["comparability"] == "like"
    assert row["margin_b31_home_excl_export_incl"] is None


def test_the_hosts_of_the_same_weights_stand_beside_the_maker(settings):
    _, text, _ = asked(settings, same_weights=True)
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["role"] for row in rows] == ["maker", "host", "host", "host"]
    assert {row["precision"] for row in rows} == {"unknown"}
    assert rows[1]["left_out_because"] == "precision not read"


def test_a_day_on_which_nothing_stood_has_no_rows(settings):
    code, text, said = asked(settings, day="2025-01-01")
    assert (code, text) == (0, "")
    assert said[0].startswith("0 rows")


def test_a_day_that_is_none_is_wrong_usage(settings):
    assert asked(settings, day="July")[0] == 2
    assert steps(settings, day="July")[0] == 2


def test_a_price_is_shown_step_by_step(settings):
    _, text, _ = steps(settings)
    rows = [json.loads(line) for line in text.splitlines()]
    (last,) = [row for row in rows if (row["meter"], row["step"]) == ("input", "currency")]
    assert (last["before"], last["after"], last["unit"]) == ("3", "0.442641", "USD per million tokens")


def test_a_step_that_is_left_out_says_so(settings):
    rows = [json.loads(line) for line in steps(settings, without=["currency"])[1].splitlines()]
    assert {row["after"] for row in rows if row["step"] == "currency"} == {"3", "6"}
    assert all(row["taken"] is (row["step"] != "currency") for row in rows)


def test_a_step_that_is_none_is_wrong_usage(settings):
    code, text, said = steps(settings, without=["magic"])
    assert (code, text) == (2, "")
    assert "magic" in said[0]


def test_a_model_that_nobody_offers_is_said_to_be_none(settings):
    code, _, said = steps(settings, model="deepseek/none")
    assert code == 1
    assert "no price of deepseek/none" in said[0]


def test_people_read_a_table(settings):
    text = steps(settings, json_lines=False)[1]
    assert "deepseek/deepseek-v4-pro, deepseek in CN by acme on 2026-03-10" in text
    assert "0.442641" in text


def test_a_pattern_that_the_build_has_none_of_is_named_with_those_that_it_has(tmp_path):
    found = {
        "id": "a",
        "pattern": "new_low",
        "at": pd.Timestamp("2026-03-01", tz="UTC"),
        "events": "[]",
        "sentence": "a new low",
    }
    tables = {
        "patterns": frames.coerce(pd.DataFrame([found], columns=list(frames.FRAMES["patterns"].columns)), "patterns")
    }
    snapshots.publish(tmp_path, tables, {"build": "20260310T000000Z-00000000", "data_to": "2026-03-10T00:00:00Z"})
    said: list[str] = []
    code = patterns(
        Settings(data_dir=tmp_path), out=io.StringIO(), say=said.append, json_lines=False, pattern="new_lows"
    )
    assert code == 1
    assert said == ["the current build has no pattern 'new_lows': it has new_low"]
