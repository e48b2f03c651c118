"""The three kinds and watch over a whole small market: which parts make a flag, and what is only watched."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from pipeline.domain.facts import Rent, Throughput
from pipeline.domain.vocabulary import FlagKind
from pipeline.dumping.margin import INVESTIGATION
from pipeline.dumping.outlier_rank import LEVEL
from pipeline.dumping.same_weights import FEWEST_HOSTS
from pipeline.flags.funnel import funnel, months, outlier_panel
from pipeline.flags.judged import market_of
from pipeline.flags.kinds import Step
from pipeline.reference.thresholds import load_thresholds
from tests.pipeline.events.ledger import instant
from tests.pipeline.flags.world import (
    DUMPED,
    MERELY_CUT,
    TAXED,
    UNCONFIRMED,
    UNDERPRICED,
    UNTIL,
    conditions,
    judged_again,
    usual_price,
    world,
)

EXPLANATIONS = [
    "correction",
    "alias move",
    "promotion",
    "time of day",
    "tax",
    "exchange rate",
    "open weights",
    "market-wide fall of cost",
    "host exit",
    "others cut first",
]


def test_an_outlier_under_its_home_price_under_every_switch_is_suspected_dumping() -> None:
    row = world().of(DUMPED)
    assert (row["kind"], row["outlier"], row["margin"]) == ("suspected_dumping", "passes", "passes")
    assert (row["kept"], row["defined"], row["undefined"]) == (144, 144, 0)  # one tax basis of 2 · 4 · 3 · 2 · 3
    assert "Sign kept in 144 of 144" in str(row["text"])


def test_a_tenth_of_the_home_price_is_a_margin_of_nine_hundred_per_cent() -> None:
    margin = conditions(world().of(DUMPED))[3]
    assert margin["value"] == "900"


def test_home_tax_is_taken_off_where_it_is_known_to_be_included() -> None:
    """A tenth abroad of a price that holds 6, 0, 20 or 10 % tax at home: its own country's, and no other's."""
    margin = conditions(world().of(TAXED))[3]
    assert margin["value"] == "900"  # the second country of the list asks no tax


def test_without_a_home_price_the_same_cut_is_a_sharp_cut_and_nothing_more() -> None:
    row = world(home=False).of(DUMPED)
    assert (row["kind"], row["outlier"], row["margin"]) == ("sharp_cut", "passes", "not_evaluable")
    assert "no price of it in the maker's own country is on record" in str(row["missing"])


def test_an_outlier_under_the_second_lowest_host_is_suspected_underpricing() -> None:
    row = world().of(UNDERPRICED)
    assert (row["kind"], row["outlier"], row["hosts"], row["margin"]) == (
        "suspected_underpricing",
        "passes",
        "passes",
        "not_evaluable",
    )


def test_hosts_whose_context_nobody_states_prove_nothing() -> None:
    row = world(contexts=False).of(UNDERPRICED)
    assert (row["kind"], row["hosts"]) == ("sharp_cut", "not_evaluable")


def test_with_too_few_makers_a_rank_is_no_evidence() -> None:
    row = world(makers=16).of(DUMPED)
    assert (row["kind"], row["outlier"], row["makers"], row["margin"]) == ("sharp_cut", "not_evaluable", 15, "passes")
    assert "not evaluable (lowest of 15 makers)" in str(row["missing"])


def test_an_unconfirmed_cut_is_watched_whatever_else_holds() -> None:
    row = world().of(UNCONFIRMED)
    assert (row["kind"], row["confirmed"], row["outlier"]) == ("watch", False, "passes")
    assert "confirmation" in str(row["missing"])


def test_a_cut_of_a_quarter_is_a_sharp_cut() -> None:
    assert world().of(MERELY_CUT)["kind"] == "sharp_cut"


def test_scores_that_came_later_place_nobody() -> None:
    row = world().of(UNDERPRICED, "launch")
    assert (row["outlier"], row["stopped_by"]) == ("not_evaluable", "no scores were public on that day")


def test_a_first_price_alone_is_no_flag() -> None:
    launches = world().flags.query("trigger == 'launch'")
    assert len(launches) > 20
    assert launches["kind"].isna().all()


def test_an_event_has_the_strongest_kind_of_its_triggers_and_says_why() -> None:
    found = world()
    events = {str(row["id"]): row for row in found.events.to_dict("records")}
    for maker, kind in ((DUMPED, "suspected_dumping"), (UNDERPRICED, "suspected_underpricing")):
        event = events[str(found.of(maker)["event"])]
        assert event["flag"] == kind
        assert FlagKind(kind).value.replace("_", " ") in event["explanation"].lower()


@pytest.mark.parametrize("maker", [DUMPED, UNDERPRICED, UNCONFIRMED])
def test_every_flag_lists_the_ten_explanations_and_how_each_came_out(maker: str) -> None:
    tested = json.loads(str(world().of(maker)["explanations"]))
    assert [each["name"] for each in tested] == EXPLANATIONS
    assert {each["outcome"] for each in tested} <= {"excluded", "possible", "not_tested"}
    assert all(each["text"] for each in tested)


def test_every_flag_says_what_it_is_not_and_what_was_not_tested() -> None:
    row = world().of(DUMPED)
    assert str(row["legal"]).startswith("An indicator, not a finding.")
    assert str(row["legal"]).endswith("Low prices are lawful.")
    names = [each["name"] for each in json.loads(str(row["not_tested"]))]
    assert {"viability", "negligible volume", "injury other than prices"} <= set(names)


def test_what_is_left_after_a_step_is_what_was_left_before_less_what_stopped() -> None:
    found = world()
    table = funnel(found.events, found.flags)
    own = table[table["trigger"] == "all"]
    left = own[own["what"] == "left"].set_index("step")["count"]
    stopped = own[own["what"] == "stopped"].groupby("step")["count"].sum()
    before = left["triggers"]
    for step in Step:
        assert left[step.value] == before - stopped.get(step.value, 0)
        before = left[step.value]
    assert before == found.flags["kind"].isin(["suspected_dumping", "suspected_underpricing"]).sum()


def test_the_number_of_tests_is_published_by_month() -> None:
    found = world()
    age = load_thresholds().model_age
    panel = outlier_panel(market_of(found.asked), found.flags, months(instant(UNTIL)), age=age)
    by_month = {f"{row['month']:%Y-%m}": row for row in panel.to_dict("records")}
    assert panel["tests"].sum() == (found.flags["outlier"] != "not_evaluable").sum()
    assert by_month["2025-12"]["makers_on_sale"] == 0
    assert (by_month["2026-01"]["makers_on_sale"], by_month["2026-01"]["makers"]) == (24, 0)  # no scores yet
    assert by_month["2026-02"]["makers"] == 24
    assert by_month["2026-02"]["smallest_p"] == pytest.approx(1 / 24)


def test_the_numbers_of_the_law_and_of_the_file_agree() -> None:
    thresholds = load_thresholds()
    assert thresholds.margin_percent == INVESTIGATION
    assert thresholds.outlier_permille == 1000 * LEVEL
    assert thresholds.fewest_hosts == FEWEST_HOSTS


def test_without_a_home_price_the_price_to_a_third_country_stands_and_says_why() -> None:
    found = world(home=False, third=True)
    rows = found.flags[(found.flags["maker"] == DUMPED) & (found.flags["trigger"] == "sharp_cut")].to_dict("records")
    [row] = [each for each in rows if each["market"] == "international"]
    assert (row["kind"], row["margin"]) == ("suspected_dumping", "passes")
    margin = json.loads(str(row["conditions"]))[3]
    assert margin["name"] == "margin on a price to a third country, under every switch"
    assert margin["value"] == "900"
    assert "ranks above: home price: no price of it in the maker's own country is on record" in margin["labels"]


def test_a_home_price_decides_before_any_third_country() -> None:
    found = world(third=True)
    rows = found.flags[(found.flags["maker"] == DUMPED) & (found.flags["trigger"] == "sharp_cut")].to_dict("records")
    [row] = [each for each in rows if each["market"] == "international"]
    assert json.loads(str(row["conditions"]))[3]["name"] == "margin on a home price, under every switch"


def test_without_either_no_margin_is_evaluable() -> None:
    row = world(home=False).of(DUMPED)
    assert (row["kind"], row["margin"]) != ("suspected_dumping", "passes")
    assert row["margin"] == "not_evaluable"


def test_where_no_price_can_be_compared_constructed_value_stands() -> None:
    """Ten dollars an hour for a machine that makes 1 000 tokens a second of input and of output at full load."""
    asked = world(home=False).asked
    day, reviewed = date(2026, 1, 1), date(2026, 11, 24)
    rent = Rent(
        chip="H", memory_gb=80, chips=8, usd_hour=Decimal(10), seller="a cloud", region="here", machine="m",
        source="a page", public_since=day, reviewed_on=reviewed,
    )  # fmt: skip
    speed = Throughput(
        model_version=f"{DUMPED}/one", chip="H", memory_gb=80, chips=8, input_tokens_s=Decimal(1000),
        cached_tokens_s=Decimal(0), output_tokens_s=Decimal(1000), workload="a test", source="a page",
        public_since=day, reviewed_on=reviewed,
    )  # fmt: skip
    found = judged_again(replace(asked, facts=replace(asked.facts, rents=(rent,), throughputs=(speed,))))
    row = found.of(DUMPED)
    margin = json.loads(str(row["conditions"]))[3]
    price = round(usual_price(DUMPED) * 0.1, 6)
    revenue = 3600 * (1000 * price + 1000 * 4 * price) / 1e6
    assert margin["name"] == "margin on constructed value, under every switch"
    assert abs(float(margin["value"]) - 100 * (10 / revenue - 1)) < 0.01
    assert (row["kind"], row["cost"], row["margin"]) == ("suspected_dumping", "passes", "passes")
    assert (row["kept"], row["defined"]) == (6, 6)  # three parts of the week, net and list
