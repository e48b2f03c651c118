"""The frames of comparisons: whole, typed, and empty where nothing can be compared."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from pipeline import frames
from pipeline.domain.facts import FactName
from pipeline.dumping.compared import typed
from pipeline.dumping.comparisons import ground
from pipeline.dumping.curated_rows import rent_row, tax_row
from pipeline.jobs.paired import kept_comparisons
from pipeline.reference.facts import load_facts
from pipeline.store.keep import anew
from tests.comparing import HOSTS, PAIR, RENT, compared_frames
from tests.pipeline.dumping.offers import facts, seller_fact

NOW = datetime(2026, 3, 10, tzinfo=UTC)
NAMES = ("pairs", "pair_switches", "same_weights", "seller_facts", "rents", "taxes")


@pytest.fixture(scope="module")
def made():
    return compared_frames()


def test_a_ledger_without_offers_gives_frames_of_no_rows():
    empty = [frames.empty(name) for name in ("spells", "listings", "sources", "rates", "readings")]
    stands = ground(*empty, seats={}, facts=facts(), until=NOW)
    found = kept_comparisons(stands, [], NOW.date(), anew, now=NOW)
    assert {name: len(found[name]) for name in NAMES} == dict.fromkeys(NAMES, 0)


def test_the_margin_of_the_pair_is_that_of_arithmetic(made):
    # 3 and 6 CNY give 15/4 CNY on B31; with 6 % tax in: 3.75/1.06/6.7775 = 0.521980 against .54375
    assert made["pairs"]["margin_b31"].item() == pytest.approx(100 * (3.75 / 1.06 / 6.7775 / 0.54375 - 1), abs=1e-5)


def test_held_at_one_value_the_switches_of_a_name_share_all_combinations(made):
    switches = made["pair_switches"]
    sums = switches.assign(all=switches["defined"] + switches["undefined"]).groupby("switch")["all"].sum()
    assert set(sums) == {576}


def test_the_switch_that_turns_the_sign_has_figures_of_both_signs(made):
    pair, switches = made["pairs"].iloc[0], made["pair_switches"]
    assert pair["turned_by"] == "tax"
    tax = switches.loc[switches["switch"] == "tax", "b31"].dropna()
    assert tax.min() < 0 < tax.max()


def test_a_pair_has_the_same_name_in_every_build(made):
    assert compared_frames()["pairs"]["pair"].tolist() == made["pairs"]["pair"].tolist()


def test_the_maker_and_its_three_hosts_stand_side_by_side(made):
    rows = made["same_weights"]
    assert rows["role"].tolist() == ["maker", "host", "host", "host"]
    assert set(rows["host"]) == {"deepseek", *HOSTS}
    assert set(rows["model_version"]) == {PAIR}


def test_a_fact_of_a_seller_stands_with_its_source_and_others_are_unknown():
    known = facts(owners={"deepseek": "deepseek"}, sellers=(seller_fact("novita", FactName.COUNTRY, "US"),))
    rows = compared_frames(known)["seller_facts"].set_index(["seller", "fact"])
    assert rows.loc[("novita", "country"), ["value", "source"]].tolist() == ["US", "a page"]
    assert rows.loc[("together", "country"), "value"] == "unknown"
    assert rows.loc[("deepseek", "channel"), "value"] == "own_api"


def test_a_rent_stands_for_the_machine_and_for_one_chip(made):
    # 32 USD an hour for eight chips are 4 USD an hour for one
    (row,) = made["rents"].to_dict("records")
    assert (row["usd_hour"], row["usd_chip_hour"], row["source"]) == (32, 4, "a price file")


def test_a_rent_published_after_the_day_of_the_build_is_not_in_it():
    known = facts(rents=(RENT, replace(RENT, machine="later", public_since=date(2026, 3, 11))))
    assert compared_frames(known)["rents"]["machine"].tolist() == ["eight"]


def test_the_curated_rents_and_taxes_fit_their_frames_whole():
    curated = load_facts()
    made = {
        "rents": typed([rent_row(rent) for rent in curated.rents], "rents"),
        "taxes": typed([tax_row(tax) for tax in curated.taxes], "taxes"),
    }
    assert (len(made["rents"]), len(made["taxes"])) == (len(curated.rents), len(curated.taxes))


def test_a_tax_is_a_fraction_of_the_price_without_it(made):
    assert made["taxes"][["country", "tax", "rate"]].values.tolist() == [["CN", "VAT", 0.06]]
