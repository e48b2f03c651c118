"""Catalogues: what is unknown in them is an issue, never a guess; nothing in them is run."""

from decimal import Decimal

import pytest

from pipeline.domain.errors import DocumentShapeError
from pipeline.domain.vocabulary import Meter, NoticeKind
from tests.crawlers.spiders.pages import page_text, read


def issues(name: str, old: str, new: str) -> list[str]:
    text = page_text(name)
    assert old in text
    return [notice.text for notice in read(name, text.replace(old, new)).notices if notice.notice is NoticeKind.ISSUE]


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("openrouter", '"web_search": "0.01"', '"web_lookup": "0.01"'),
        ("genai_prices", "web_searches_kcount", "web_lookups_kcount"),
        ("genai_prices", "'processing': 'batch'", "'processing': 'overnight'"),
        ("genai_prices", "api_pattern='x',", "api_pattern='x', surcharge=Decimal('2'),"),
        ("model_prices", '"first observed"', '"hearsay"'),
        ("model_prices", '"cache_read": 0.01', '"cache_peek": 0.01'),
        ("model_prices", '"removed"', '"resting"'),
        ("models_dev", '"cache_read"', '"cache_peek"'),
    ],
)
def test_an_unknown_word_is_an_issue(name: str, old: str, new: str):
    assert issues(name, old, new)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("openrouter", '"prompt": "0.0000002"', '"prompt": 0.0000002'),
        ("openrouter", '"prompt": "0.3e-6"', '"prompt": "cheap"'),
        ("openrouter", '"utc_start": 130', '"utc_start": 190'),
        ("openrouter", '"monday"', '"moonday"'),
        ("openrouter", '"min_prompt_tokens": 128000', '"min_prompt_tokens": 16000'),
        ("openrouter_endpoints", '"discount": 0.4', '"discount": 1.4'),
        ("quill_router", '"self_healed_provider"', '"somebody"'),
        ("model_prices", '"schema": 1', '"schema": 2'),
        ("model_prices", '"peak_multiplier"', '"busy_multiplier"'),
        ("radar", '"2023-12-03"', '"2023-01-03"'),
        ("llmledger", '["coding", "Coding"]', '["cooking", "Cooking"]'),
        ("ecb_package", "Date,USD", "Day,USD"),
        ("ecb_package", "7.5,", "-7.5,"),
    ],
)
def test_a_catalogue_that_says_something_else_is_refused(name: str, old: str, new: str):
    text = page_text(name)
    assert old in text
    with pytest.raises(DocumentShapeError):
        read(name, text.replace(old, new))


@pytest.mark.parametrize(
    "expression",
    ["__import__('os').system('true')", "open('x')", "Decimal(1 + 1)", "[x for x in y]", "lambda: 1", "Decimal('NaN')"],
)
def test_a_module_is_data_and_never_run(expression: str):
    with pytest.raises(DocumentShapeError):
        read("genai_prices", page_text("genai_prices").replace("Decimal('0.1')", expression, 1))


def test_a_price_a_thousand_times_too_high_is_an_issue_and_no_quote():
    text = page_text("openrouter").replace('"completion": "0.0000012"', '"completion": "0.0120000"', 1)
    reading = read("openrouter", text)
    assert [notice.issue_kind for notice in reading.notices if notice.notice is NoticeKind.ISSUE] == ["out_of_range"]
    assert not any(quote.amount == Decimal("0.012") for quote in reading.quotes if quote.meter is Meter.OUTPUT)


def test_list_is_net_divided_by_what_is_left_of_it():
    quotes = [quote for quote in read("openrouter_endpoints").quotes if quote.served_by == "together"]
    listed = {quote.meter: quote.amount for quote in quotes if quote.price_basis == "list"}
    net = {quote.meter: quote.amount for quote in quotes if quote.price_basis == "net"}
    assert {meter: amount * Decimal("0.6") for meter, amount in listed.items()} == net


def test_hours_that_fill_the_day_leave_no_rest():
    windows = [quote.conditions.window for quote in read("openrouter").quotes if quote.label == "maker/night"]
    assert all(window is not None and window.hours for window in windows)


def test_a_model_that_is_gone_takes_no_part_in_later_peak_hours():
    quotes = [quote for quote in read("model_prices").quotes if quote.label == "chat"]
    assert all(quote.conditions.window is None for quote in quotes)


def test_a_routers_discount_is_not_taken_off_a_hosts_own_price():
    novita = [quote for quote in read("quill_router").quotes if quote.seller == "novita"]
    assert [(quote.meter, f"{quote.amount:f}", quote.price_basis) for quote in novita] == [
        ("input", "0.00000006", "list"),
        ("output", "0.00000018", "list"),
    ]


def test_somebodys_list_of_prices_is_not_read_as_openrouters_answers():
    with pytest.raises(DocumentShapeError, match="prices from elsewhere only"):
        read("openrouter_endpoints", page_text("quill_router"))


def test_a_model_that_nobody_serves_now_states_no_price_and_breaks_no_crawl():
    reading = read("openrouter_endpoints", '{"data": {"id": "harbour/nine", "endpoints": []}}')
    assert not reading.quotes
    assert [notice.text for notice in reading.notices] == ["nobody serves it now"]


def test_an_answer_that_says_nothing_at_all_is_refused():
    with pytest.raises(DocumentShapeError):
        read("openrouter_endpoints", '{"models": []}')
