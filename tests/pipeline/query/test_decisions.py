"""The order of decisions, and what stands beside one."""

import json
from decimal import Decimal

import pytest

from pipeline.query import decisions
from pipeline.query.snapshot import Snapshot


def event_of(small: Snapshot, version: str, kind: str = "cut", market: str = "international") -> decisions.Row:
    events = small["events"]
    found = events[(events["model_version"] == version) & (events["kind"] == kind) & (events["market"] == market)]
    row = decisions.decision(small, found.iloc[0]["id"])
    assert row is not None
    return row


def moved(prices: dict[str, tuple[str | None, str | None]]) -> decisions.Row:
    return {"prices": json.dumps({meter: {"old": old, "new": new} for meter, (old, new) in prices.items()})}


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


def test_the_blends_of_a_decision_are_those_of_its_old_and_its_new_price() -> None:
    """(3 · 4 + 20)/4 = 8 and (7 · 1 + 2 · 4 + 20)/10 = 3.5; (3 · 2 + 10)/4 = 4 and (7 · .5 + 2 · 2 + 10)/10 = 1.75."""
    prices = {"input": ("4", "2"), "cached_input": ("1", "0.5"), "output": ("20", "10")}
    assert decisions.blends(moved(prices)) == [(Decimal(8), Decimal("3.5")), (Decimal(4), Decimal("1.75"))]


def test_a_cached_price_that_either_side_lacks_is_the_input_price_on_both() -> None:
    """(9 · 4 + 20)/10 = 5.6 and (9 · 2 + 10)/10 = 2.8."""
    prices = {"input": ("4", "2"), "cached_input": (None, "0.5"), "output": ("20", "10")}
    assert [b721 for _, b721 in decisions.blends(moved(prices))] == [Decimal("5.6"), Decimal("2.8")]


def test_a_launch_has_no_old_blend() -> None:
    assert decisions.blends(moved({"input": (None, "2"), "output": (None, "10")}))[0] == (None, None)
