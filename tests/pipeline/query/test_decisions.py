"""The order of decisions, and what stands beside one."""

import pytest

from pipeline.query import decisions
from pipeline.query.snapshot import Snapshot


def event_of(small: Snapshot, version: str, kind: str = "cut", market: str = "international") -> decisions.Row:
    events = small["events"]
    found = events[(events["model_version"] == version) & (events["kind"] == kind) & (events["market"] == market)]
    row = decisions.decision(small, found.iloc[0]["id"])
    assert row is not None
    return row


def test_flags_come_before_watch_before_the_rest(small: Snapshot) -> None:
    tabs = list(decisions.ranked(small["events"])["tab"])
    assert tabs == ["flagged"] * 3 + ["watch", "other", "entry"]


def test_a_move_that_is_no_market_move_weighs_a_tenth(small: Snapshot) -> None:
    row = event_of(small, "openai/gpt-5.6-sol", "rise")
    assert row["severity"] == pytest.approx(0.3 * 0.1 * 0.3364722)  # recorded, alias move, ln 1.4


def test_the_sellers_own_page_weighs_a_quarter_more(small: Snapshot) -> None:
    row = event_of(small, "deepseek/deepseek-v4-flash")
    assert row["severity"] == pytest.approx(1.25 * 0.9498475)  # -ln(1 - .6132)


def test_the_order_of_rows_does_not_matter(small: Snapshot) -> None:
    turned = small["events"].iloc[::-1]
    assert list(decisions.ranked(turned)["id"]) == list(decisions.ranked(small["events"])["id"])


def test_every_unflagged_decision_has_one_reason(small: Snapshot) -> None:
    ranked = decisions.ranked(small["events"])
    reasons = decisions.not_flagged(ranked)
    assert reasons["count"].sum() == (ranked["tab"] != "flagged").sum()
    assert "a name was pointed to another version" in set(reasons["reason"])


def test_the_period_is_counted_back_from_the_data(small: Snapshot) -> None:
    recent = decisions.since(small["events"], data_to=small.data_to, days=5)
    assert set(recent["model_version"]) == {"openai/gpt-5.6-sol"}


def test_lineages_that_list_the_model_and_say_nothing_are_named(small: Snapshot) -> None:
    silent = decisions.silent(small, event_of(small, "deepseek/deepseek-v4-flash"))
    assert silent == ["deepseek_cn", "genai_prices", "openrouter", "together"]


def test_every_document_of_a_decision_is_known_by_address(small: Snapshot) -> None:
    found = decisions.evidence(small, event_of(small, "openai/o3"))
    assert found["url"].notna().all()
    assert set(found["source"]) == {"litellm", "genai_prices"}


def test_an_unknown_decision_is_none(small: Snapshot) -> None:
    assert decisions.decision(small, "0" * 16) is None
