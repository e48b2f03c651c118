"""Hosts and tables kept by hand: units, zeros, and what is not comparable."""

from decimal import Decimal

import pytest

from pipeline.domain.errors import DocumentShapeError
from pipeline.domain.vocabulary import Meter, NoticeKind, PerUnit
from tests.crawlers.spiders.pages import page_text, read


def changed(name: str, old: str, new: str) -> str:
    page = page_text(name)
    assert old in page
    return page.replace(old, new)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("fireworks", "Model Standard Priority", "Model Standard Nightly"),
        ("fireworks", "$0.80 / $0.16 / $3.20", "$0.80 / $0.16"),
        ("fireworks", "$0.80", "¥0.80"),
        ("siliconflow", "[Details](https://example.org/harbour-v9)", ""),
        ("siliconflow", "131K\n", ""),
        ("siliconflow_cn", "￥2 / M Tokens", "￥2 / K Tokens"),
        ("siliconflow_cn", "输出: ￥8 / M Tokens\n", ""),
        ("phala", "$1.10/M output", "$1.10/K output"),
        ("venice", "Prices per 1M tokens unless noted.", "Prices per 1K tokens."),
        ("venice", "Cache Read$0.24", "Night Price$0.24"),
        ("venice", " · $0.48/$3.00 cache", ""),
        ("venice", "$9.60/M output", "$/M output"),
        ("cursor", "per million tokens", "per thousand tokens"),
        ("cursor", "Cache Read", "Cache"),
        ("cloudflare", "$0.03 per M input tokens", "3 cents per M input tokens"),
        ("cn_price_table", "| 1.5 | 4.5 |", "| $1.5 | 4.5 |"),
        ("cn_price_table", "3（缓存命中为0.3）", "3（夜间为0.3）"),
        ("llm_prices", '"input": 2.5', '"entry": 2.5'),
    ],
)
def test_a_page_whose_meaning_changed_is_refused(name: str, old: str, new: str):
    with pytest.raises(DocumentShapeError):
        read(name, changed(name, old, new))


@pytest.mark.parametrize(
    ("name", "lost"),
    [
        ("venice", "Tide Small`tide-small`"),
        ("venice", "Brush Big`brush-big`"),
        ("sakana", "<h3>Ebi Small</h3>"),
        ("cn_price_table", "1. 百度千帆平台的[价格](https://example.org)较低，如下："),
    ],
)
def test_prices_whose_name_was_lost_are_not_those_of_the_row_above(name: str, lost: str):
    with pytest.raises(DocumentShapeError):
        read(name, changed(name, lost, ""))


def test_a_unit_that_is_no_token_stays_its_own():
    units = {quote.label: (quote.per, quote.per_unit) for quote in read("venice").quotes}
    assert units["brush"] == (1, PerUnit.IMAGE)
    assert units["voice-1"] == (1_000_000, PerUnit.CHARACTER)
    sold = {quote.per_unit for quote in read("cloudflare").quotes}
    assert sold == {PerUnit.TOKEN, PerUnit.MINUTE}


def test_what_has_no_unit_of_ours_is_said_to_be_not_comparable():
    for name, label in (("venice", "ear-1"), ("siliconflow", "Voice-1"), ("cloudflare", "@cf/brush/one")):
        reading = read(name)
        assert label not in {quote.label for quote in reading.quotes}
        assert (NoticeKind.NOT_COMPARABLE, label) in {(notice.notice, notice.label) for notice in reading.notices}


def test_prices_of_a_thousand_and_of_a_million_tokens_are_told_apart():
    per = {quote.conditions.as_published: quote.per for quote in read("azure").quotes}
    assert per["K9 Inp glbl Tokens"] == 1_000
    assert per["9 sol ShortCo Inp Std Gl 1M Tokens"] == 1_000_000


def test_another_region_or_zone_is_not_the_global_price():
    assert Decimal("9.9") not in {quote.amount for quote in read("azure").quotes}


def test_a_zero_beside_a_price_is_where_nothing_is_billed():
    for name in ("phala", "siliconflow_cn", "devin", "cn_price_table"):
        assert all(quote.amount for quote in read(name).quotes), name


def test_a_model_that_is_free_in_both_directions_keeps_its_stated_zero():
    free = [quote for quote in read("siliconflow").quotes if quote.label == "Harbour-Trial"]
    assert [(quote.meter, quote.amount) for quote in free] == [(Meter.INPUT, 0), (Meter.OUTPUT, 0)]


def test_usage_that_a_plan_includes_is_no_listing():
    reading = read("devin")
    assert len({(quote.label, quote.meter) for quote in reading.quotes}) == len(reading.quotes)
    assert any(notice.text == "included in the plan TEAMS_TIER_PRO: $0" for notice in reading.notices)


def test_a_section_of_converted_dollar_prices_is_read_past():
    reading = read("cn_price_table")
    assert "gpt-9" not in {quote.label for quote in reading.quotes}
    assert Decimal("6.48") not in {quote.amount for quote in reading.quotes}


def test_a_table_under_another_platforms_sentence_is_that_platforms():
    sellers = {(quote.label, quote.seller) for quote in read("cn_price_table").quotes}
    assert {("deepseek-chat", "deepseek"), ("DeepSeek-V9", "baidu"), ("qwen9-72b", "alibaba")} <= sellers


def test_a_price_of_tuning_is_not_that_of_the_model():
    assert "GLM-9-Air" not in {quote.label for quote in read("cn_price_table").quotes}


def test_a_quantised_copy_says_so():
    precision = {quote.label: quote.conditions.precision for quote in read("cloudflare").quotes}
    assert (precision["@cf/harbour/v8-fp8-fast"], precision["@cf/harbour/v9-instruct"]) == ("fp8", None)
