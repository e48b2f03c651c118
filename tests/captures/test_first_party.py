"""Sellers' own pages as they were, values as read by eye."""

from tests.captures.conftest import Capture
from tests.captures.prices import prices


def test_openai_in_august_2026(capture: Capture):
    reading = capture("openai", "openai/2026-08-21_page.html.gz")
    assert prices(reading, "gpt-5.6-sol", tier="standard", context_max=272000) == {
        "input": "5",
        "cached_input": "0.5",
        "cache_write": "6.25",
        "output": "30",
    }
    assert prices(reading, "gpt-5.6-sol", tier="standard", context_min=272000) == {
        "input": "10",
        "cached_input": "1",
        "cache_write": "12.5",
        "output": "45",
    }
    assert prices(reading, "gpt-5.6-luna", tier="standard", context_max=272000) == {
        "input": "0.2",
        "cached_input": "0.02",
        "cache_write": "0.25",
        "output": "1.2",
    }
    assert prices(reading, "gpt-5.6-sol", tier="batch", context_max=272000)["output"] == "15"
    assert prices(reading, "gpt-5.6-sol", tier="fast", context_max=272000)["output"] == "60"


def test_zai_in_august_2026(capture: Capture):
    reading = capture("zai", "zai-intl/2026-08-18_page.html.gz")
    assert prices(reading, "GLM-5.2") == {"input": "1.4", "cached_input": "0.26", "output": "4.4"}
    assert prices(reading, "GLM-5") == {"input": "1", "cached_input": "0.2", "output": "3.2"}
    assert {quote.currency for quote in reading.quotes} == {"USD"}
    assert ("GLM-5.2", "cache_storage: Limited-time Free") in {
        (notice.label, notice.text) for notice in reading.notices
    }


def test_zai_reads_the_same_from_its_synthetic_markdown(capture: Capture):
    reading = capture("zai", "synthetic-layout/model-prices-0.0.5/zai.md")
    assert prices(reading, "GLM-5.3") == {"input": "1.4", "cached_input": "0.26", "output": "4.4"}


def test_moonshot_in_china_in_july_2026(capture: Capture):
    reading = capture("moonshot_cn", "moonshot-cn/2026-07-17_chat-k26.html.gz")
    assert prices(reading, "kimi-k2.6") == {"cached_input": "1.1", "input": "6.5", "output": "27"}
    assert {(quote.currency, quote.market) for quote in reading.quotes} == {("CNY", "CN")}
    code = capture("moonshot_cn", "moonshot-cn/2026-07-17_chat-k27-code.html.gz")
    assert prices(code, "kimi-k2.7-code-highspeed") == {"cached_input": "2.6", "input": "13", "output": "54"}


def test_volcengine_in_july_2026(capture: Capture):
    reading = capture("volcengine", "volcengine-cn/2026-07-17_page.html.gz")
    for low, high, expected in (
        (None, 32000, {"input": "3.2", "cached_input": "0.64", "output": "16"}),
        (32000, 128000, {"input": "4.8", "cached_input": "0.96", "output": "24"}),
        (128000, 256000, {"input": "9.6", "cached_input": "1.92", "output": "48"}),
    ):
        found = prices(reading, "doubao-seed-2.0-pro", tier="standard", context_min=low, context_max=high)
        assert found == expected
    stored = prices(reading, "doubao-seed-2.0-pro", tier="standard", context_min=None, context_max=None)
    assert stored == {"cache_storage": "0.017/1000000 token_hour"}
    assert {(quote.currency, quote.market) for quote in reading.quotes} == {("CNY", "CN")}


def test_hologres_prices_a_thousand_tokens(capture: Capture):
    reading = capture("alibaba_hologres", "alibaba-hologres-cn/2026-07-20_page.html.gz")
    found = prices(reading, "Qwen3.7-Max", region="mainland")
    assert (found["input"], found["output"], found["cached_input"]) == ("14.4", "43.2", "2.88")
    assert {quote.per for quote in reading.quotes} == {1000}


def test_tencent_in_china_in_august_2026(capture: Capture):
    reading = capture("tencent_cn", "tencent-cn/2026-08-10_page.html.gz")
    assert prices(reading, "Hy3", region="guangzhou") == {"input": "1", "output": "4", "cached_input": "0.25"}
    tiers = [prices(reading, "Hy3 preview", region="guangzhou", context_min=low) for low in (None, 16000, 32000)]
    assert [(tier["input"], tier["output"]) for tier in tiers] == [("1.2", "4"), ("1.6", "6.4"), ("2", "8")]
    own = prices(reading, "DeepSeek-V4-Pro", region="guangzhou", served_by="tencent")
    direct = prices(reading, "DeepSeek-V4-Pro", region="guangzhou", served_by="deepseek")
    assert (own["input"], direct["input"]) == ("12", "3")


def test_tencent_abroad_prints_dollars_without_a_sign(capture: Capture):
    reading = capture("tencent", "tencent-intl/2026-07-17_page.html.gz")
    assert prices(reading, "GLM-5.2", region="singapore") == {"input": "1.4", "output": "4.4", "cached_input": "0.26"}
    assert prices(reading, "kimi-k2.6", region="singapore") == {
        "input": "0.858",
        "output": "3.566",
        "cached_input": "0.145",
    }
    assert {(quote.currency, quote.market) for quote in reading.quotes} == {("USD", "international")}


def test_anthropic_in_may_2026(capture: Capture):
    reading = capture("anthropic", "first-party/anthropic/2026-05-08_d1507e1.html.gz")
    assert prices(reading, "Opus 4.7") == {
        "input": "5",
        "output": "25",
        "cache_write 300": "6.25",
        "cached_input": "0.5",
    }
    old = prices(reading, "Opus 4.1")
    assert (old["input"], old["output"]) == ("15", "75")
    assert prices(reading, "Sonnet 4.6")["input"] == "3"


def test_anthropic_reads_its_synthetic_markdown(capture: Capture):
    reading = capture("anthropic", "synthetic-layout/model-prices-0.0.5/anthropic.md")
    assert prices(reading, "Claude Opus 5.5", tier="batch") == {"input": "2", "output": "10"}
    assert prices(reading, "Claude Opus 5.5", tier="standard")["cache_write 3600"] == "8"


def test_cerebras_in_may_2026(capture: Capture):
    reading = capture("cerebras", "first-party/cerebras/2026-05-08_d1507e1.html.gz")
    assert prices(reading, "GPT OSS 120B") == {"input": "0.35", "output": "0.75"}
    assert prices(reading, "ZAI GLM 4.7") == {"input": "2.25", "output": "2.75"}


def test_minimax_in_china_in_july_2026(capture: Capture):
    reading = capture("minimax_cn", "minimax-cn/2026-07-17_page.html.gz")
    net = prices(reading, "MiniMax-M3", basis="net", context_max=512000)
    listed = prices(reading, "MiniMax-M3", basis="list", context_max=512000)
    assert net == {"input": "2.1", "output": "8.4", "cached_input": "0.42"}
    assert listed == {"input": "4.2", "output": "16.8", "cached_input": "0.84"}
    assert prices(reading, "MiniMax-M2.7")["cache_write"] == "2.625"
    promotions = {quote.conditions.promotion for quote in reading.quotes if quote.price_basis == "net"}
    assert [promotion.as_json() for promotion in promotions if promotion] == [{"percent": "50", "text": "永久五折"}]


def test_zhipu_in_china_in_july_2026(capture: Capture):
    reading = capture("zhipu", "zhipu-bigmodel-cn/2026-07-17_page.html.gz")
    assert prices(reading, "GLM-5.2") == {"input": "8", "output": "28", "cached_input": "2"}
    short = prices(reading, "GLM-4.7", context_max=32000, output_max=200)
    assert short == {"input": "2", "output": "8", "cached_input": "0.4"}
    assert {(quote.currency, quote.market) for quote in reading.quotes} == {("CNY", "CN")}


def test_atlas_cloud_in_august_2026(capture: Capture):
    reading = capture("atlascloud", "atlascloud/2026-08-07_models.json.gz")
    net = prices(reading, "zai-org/glm-5.2", basis="net")
    assert net == {"input": "1.26", "output": "3.96", "cached_input": "0.234"}
    assert prices(reading, "zai-org/glm-5.2", basis="list")["input"] == "1.4"


def test_google_in_june_2026(capture: Capture):
    reading = capture("google", "first-party/gemini/2026-06-05_3a8ccd3.md.gz")
    assert prices(reading, "gemini-3.5-flash", tier="standard") == {
        "input": "1.5",
        "output": "9",
        "cached_input": "0.15",
        "cache_storage": "1.00/1000000 token_hour",
    }
    assert prices(reading, "gemini-3.5-flash", tier="priority")["output"] == "16.2"
    assert prices(reading, "gemini-2.5-pro", tier="standard", context_min=200000)["output"] == "15"
    assert prices(reading, "gemini-2.5-pro", tier="standard", context_max=200000)["input"] == "1.25"
    assert reading.whole


def test_xai_in_may_2026(capture: Capture):
    reading = capture("xai", "first-party/grok/2026-05-08_618e39f.md.gz")
    assert prices(reading, "grok-4.3") == {"input": "1.25", "output": "2.5"}
    synthetic = capture("xai", "synthetic-layout/model-prices-0.0.5/xai.md")
    assert prices(synthetic, "grok-4.7", context_min=200000) == {"input": "4", "cached_input": "1", "output": "12"}


def test_novita_in_may_2026(capture: Capture):
    reading = capture("novita", "first-party/novita/2026-05-08_618e39f.md.gz")
    assert prices(reading, "deepseek/deepseek-v3.2") == {"input": "0.269", "cached_input": "0.1345", "output": "0.4"}


def test_models_dev_in_june_2025(capture: Capture):
    reading = capture("models_dev", "models-dev/api/2025-06-25.json.gz")
    mini = prices(reading, "gpt-4.1-mini", seller="openai")
    assert mini == {"input": "0.4", "output": "1.6", "cached_input": "0.1"}


def test_alibaba_in_china_in_august_2026(capture: Capture):
    reading = capture("alibaba_cn", "alibaba-bailian-cn/2026-08-10_document_detail.json.gz")
    assert prices(reading, "qwen3.8-max") == {"input": "12", "output": "36"}
    assert prices(reading, "qwen3.7-max", basis="list") == {"input": "12", "output": "36"}
    assert prices(reading, "qwen3.7-max", basis="net") == {"input": "6", "output": "18"}
    assert prices(reading, "qwen-plus", thinking=True, context_max=128000) == {"output": "8"}
    assert {(quote.currency, quote.market, quote.market_basis) for quote in reading.quotes} == {("CNY", "CN", "page")}
    assert reading.whole


def test_mistral_in_may_2026_prices_two_markets(capture: Capture):
    reading = capture("mistral", "first-party/mistral/2026-05-08_d1507e1.html.gz")
    assert prices(reading, "Mistral Medium 3.5", market="international") == {"input": "1.5", "output": "7.5"}
    assert prices(reading, "Mistral Medium 3.5", market="EU") == {"input": "1.25", "output": "6.4"}
    assert {(quote.market, quote.currency) for quote in reading.quotes} == {("international", "USD"), ("EU", "EUR")}
