"""Small pages and tables of further sellers: every price that they hold, as read by eye."""

from decimal import Decimal

import pytest

from tests.captures.conftest import Capture
from tests.captures.prices import prices

_WAR = "cn-price-table-syaoranwe"


def test_fireworks_in_june_2026(capture: Capture):
    reading = capture("fireworks", "first-party/fireworks/2026-06-15_fe862b3.txt.gz")
    read = {
        (label, tier): tuple(prices(reading, label, tier=tier).values())
        for label in {quote.label for quote in reading.quotes}
        for tier in ("standard", "priority")
    }
    assert read == {
        ("Kimi K2.7 Code", "standard"): ("0.95", "0.19", "4"),
        ("Kimi K2.7 Code", "priority"): ("1.425", "0.285", "6"),
        ("Kimi K2.6", "standard"): ("0.95", "0.16", "4"),
        ("Kimi K2.6", "priority"): ("1.5", "0.22", "6"),
        ("Kimi K2.5", "standard"): ("0.6", "0.1", "3"),
        ("Kimi K2.5", "priority"): (),
        ("DeepSeek V4 Pro", "standard"): ("1.74", "0.145", "3.48"),
        ("DeepSeek V4 Pro", "priority"): ("2.61", "0.218", "5.22"),
        ("DeepSeek V4 Flash", "standard"): ("0.14", "0.028", "0.28"),
        ("DeepSeek V4 Flash", "priority"): (),
        ("GLM 5.1", "standard"): ("1.4", "0.26", "4.4"),
        ("GLM 5.1", "priority"): ("2.1", "0.39", "6.6"),
        ("MiniMax M3", "standard"): ("0.3", "0.06", "1.2"),
        ("MiniMax M3", "priority"): ("0.45", "0.09", "1.8"),
        ("OpenAI GPT OSS 120B", "standard"): ("0.15", "0.015", "0.6"),
        ("OpenAI GPT OSS 120B", "priority"): ("0.18", "0.018", "0.72"),
    }


def test_siliconflow_in_china_in_august_2026(capture: Capture):
    reading = capture("siliconflow_cn", "reduced-fixtures/model-price-hub/siliconflow_body.txt")
    assert prices(reading, "deepseek-ai/DeepSeek-V4-Pro") == {"input": "12", "output": "24"}
    assert prices(reading, "Qwen/Qwen3.6-35B-A3B") == {"input": "1.6", "output": "12.8"}
    assert prices(reading, "zai-org/GLM-5.2") == {"input": "6", "output": "28"}
    assert prices(reading, "Pro/moonshotai/Kimi-K2.6") == {"input": "6.5", "output": "27"}
    assert prices(reading, "Qwen/Qwen-Image-Edit") == {}
    assert prices(reading, "BAAI/bge-large-zh") == {"input": "0.5"}
    assert {(quote.currency, quote.market) for quote in reading.quotes} == {("CNY", "CN")}


def test_phala_in_may_2026(capture: Capture):
    reading = capture("phala", "first-party/phala/2026-05-08_618e39f.md.gz")
    assert [(quote.label, quote.meter, str(quote.amount)) for quote in reading.quotes] == [
        ("qwen/qwen3.5-27b", "input", "0.30"),
        ("qwen/qwen3.5-27b", "output", "2.40"),
        ("z-ai/glm-4.7-flash", "input", "0.10"),
        ("z-ai/glm-4.7-flash", "output", "0.43"),
        ("qwen/qwen3-embedding-8b", "input", "0.01"),
        ("phala/uncensored-24b", "input", "0.20"),
        ("phala/uncensored-24b", "output", "0.90"),
        ("qwen/qwen3-vl-30b-a3b-instruct", "input", "0.20"),
        ("qwen/qwen3-vl-30b-a3b-instruct", "output", "0.70"),
        ("sentence-transformers/all-minilm-l6-v2", "input", "0.005"),
    ]


def test_venice_prices_long_prompts_apart(capture: Capture):
    reading = capture("venice", "first-party/venice/2026-05-08_618e39f.md.gz")
    assert prices(reading, "qwen-3-6-plus", context_min=256000) == {"input": "2.5", "output": "7.5"}
    assert prices(reading, "qwen-3-6-plus", context_min=None, context_max=None) == {
        "cached_input": "0.06",
        "cache_write": "0.78",
    }
    assert prices(reading, "grok-4-3", context_min=200000) == {
        "input": "2.83",
        "output": "5.67",
        "cached_input": "0.45",
    }


def test_the_price_war_begins_in_may_2024(capture: Capture):
    reading = capture("cn_price_table", f"{_WAR}/2024-05-23.md.gz")
    read = {label: prices(reading, label) for label in {quote.label for quote in reading.quotes}}
    assert read == {
        "GLM-4": {"input": "100", "output": "100"},
        "GLM-3-Turbo": {"input": "1", "output": "1"},
        "deepseek-chat": {"input": "1", "output": "2"},
        "yi-large": {"input": "20", "output": "20"},
        "yi-large-turbo": {"input": "12", "output": "12"},
        "yi-medium-200k": {"input": "12", "output": "12"},
        "yi-medium": {"input": "2.5", "output": "2.5"},
        "yi-spark": {"input": "1", "output": "1"},
        "qwen1.5-110b-chat": {"input": "7", "output": "14"},
        "qwen1.5-72b-chat": {"input": "5", "output": "10"},
        "qwen1.5-32b-chat": {"input": "3.5", "output": "7"},
        "qwen1.5-14b-chat": {"input": "2", "output": "4"},
        "qwen1.5-7b-chat": {"input": "1", "output": "2"},
        "qwen-long": {"input": "0.5", "output": "2"},
        "qwen-turbo": {"input": "2", "output": "6"},
        "qwen-plus": {"input": "4", "output": "12"},
        "qwen-max": {"input": "40", "output": "120"},
        "qwen-max-longcontext": {"input": "120", "output": "120"},
    }


def test_the_price_war_in_february_2025(capture: Capture):
    reading = capture("cn_price_table", f"{_WAR}/2025-02-26.md.gz")
    assert prices(reading, "deepseek-chat") == {"input": "2", "cached_input": "0.5", "output": "8"}
    assert prices(reading, "deepseek-reasoner") == {"input": "4", "cached_input": "1", "output": "16"}
    assert prices(reading, "DeepSeek-V3", seller="baidu") == {"input": "0.8", "output": "1.6"}
    assert prices(reading, "qwen-max") == {"input": "2.4", "output": "9.6"}
    assert prices(reading, "GLM-4-Flash") == {}
    assert not any(quote.seller == "volcengine" for quote in reading.quotes)
    assert {(quote.currency, quote.market) for quote in reading.quotes} == {("CNY", "CN")}


@pytest.mark.parametrize(("day", "price"), [("2024-05-24", "2"), ("2024-08-28", "2"), ("2025-02-06", "0.3")])
def test_qwen_turbo_falls_within_the_year(capture: Capture, day: str, price: str):
    reading = capture("cn_price_table", f"{_WAR}/{day}.md.gz")
    assert prices(reading, "qwen-turbo", seller="alibaba")["input"] == price


def test_an_index_without_its_version_is_not_said_to_be_comparable(capture: Capture):
    before = capture("artificial_analysis", "artificial-analysis/2026-06-15.json.gz")
    after = capture("artificial_analysis", "artificial-analysis/2026-06-29.json.gz")
    index = "artificial analysis intelligence_index"
    values = [
        next(score.value for score in reading.scores if (score.label, score.benchmark) == ("gpt-oss-120b", index))
        for reading in (before, after)
    ]
    assert values == [Decimal("33.3"), Decimal("23.8")]  # the index was made anew between the two days
    assert {score.benchmark_version for score in [*before.scores, *after.scores]} == {"version not stated"}
