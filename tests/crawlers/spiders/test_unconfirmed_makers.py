"""Makers whose layouts were read in reproductions only: what a changed page does to the reading."""

from decimal import Decimal

import pytest

from pipeline.domain.errors import DocumentShapeError
from pipeline.domain.vocabulary import Meter, NoticeKind, PriceBasis, Tier
from tests.crawlers.spiders.pages import page_text, read


def changed(name: str, old: str, new: str) -> str:
    page = page_text(name)
    assert old in page
    return page.replace(old, new)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("minimax", "Permanent 50% off", "Until Friday 50% off"),
        ("minimax", "≤ 256k input tokens", "short input tokens"),
        ("minimax", "\\$0.2 / M tokens", "\\$0.2 / K tokens"),
        ("minimax", "\\$0.2 / M tokens", "\\$0.2 \\$0.3 / M tokens"),
        ("minimax", "~~\\$0.80~~", "~~\\$0.10~~"),
        ("meta", "Mtok input", "Ktok input"),
        ("meta", "Mtok cached input (Mtok)", "Mtok stored (Mtok)"),
        ("meta", "<span>256K</span>", ""),
        ("meta", "$3.00", "¥3.00"),
        ("ai21", "$0.3 / 1M input tokens", "$0.3 / 1K input tokens"),
        ("ai21", "$0.3 / 1M input tokens", "¥0.3 / 1M input tokens"),
        ("ai21", "<p>$0.6 / 1M output tokens</p>", ""),
        ("inception", "Cached Input Price (1M Tokens)", "Speed (1M Tokens)"),
        ("inception", "~~\\$0.40~~ → **\\$0.10**", "~~\\$0.40~~ → **\\$0.10** **\\$0.09**"),
        ("sakana", "Context &gt; 200K", "Large orders"),
        ("sakana", "<td>Cached input</td>", "<td>Cached</td>"),
        ("thinkingmachines", "(cached)", "(stored)"),
        ("xiaomi", "¥2.00", "$2.00"),
        ("xiaomi", "Batch API", "Night API"),
        ("xiaomi", "`rice-1`(to be deprecated)", "rice-1 (to be deprecated)"),
        ("longcat", "Price $/1M Tokens", "Price $/1K Tokens"),
        ("longcat", "Uncached Input", "Model version"),
        ("longcat", "supports LongCat-9.1.", "supports LongCat-9.1. It currently supports LongCat-9.2."),
        ("alibaba", "0\\<Token≤128K", "short prompts"),
        ("alibaba", "(Limited-time 20% off)", "(some months 20% off)"),
        ("byteplus", "[0, 128]", "[small]"),
        ("byteplus", "|$2 |", "|¥2 |"),
    ],
)
def test_a_page_whose_meaning_changed_is_refused(name: str, old: str, new: str):
    with pytest.raises(DocumentShapeError):
        read(name, changed(name, old, new))


def test_a_transposed_table_names_models_never_meters():
    assert {quote.label for quote in read("sakana").quotes} == {"Ebi Large", "Ebi Small"}
    assert {quote.label for quote in read("longcat").quotes} == {"LongCat-9.1"}


def test_a_hyphen_is_no_price_of_zero():
    assert all(quote.amount for name in ("meta", "inception", "byteplus") for quote in read(name).quotes)
    assert not [quote for quote in read("meta").quotes if quote.label == "harbour-full-1.0"]


def test_the_cache_column_is_not_the_input():
    for name in ("minimax", "meta", "inception", "sakana", "thinkingmachines", "xiaomi", "longcat", "byteplus"):
        reading = read(name).quotes
        fresh = {(q.label, q.market, q.conditions.tier): q.amount for q in reading if q.meter is Meter.INPUT}
        for quote in reading:
            if quote.meter is Meter.CACHED_INPUT:
                assert quote.amount < fresh[quote.label, quote.market, quote.conditions.tier], (name, quote.label)


def test_home_and_export_prices_of_one_page_keep_their_markets():
    for name in ("xiaomi", "longcat"):
        assert {(q.market, q.currency) for q in read(name).quotes} == {("CN", "CNY"), ("international", "USD")}


def test_a_domestic_table_in_dollars_is_no_export_price():
    swapped = changed("xiaomi", "Domestic Pricing of the Model", "Home Pricing of the Model")
    with pytest.raises(DocumentShapeError):
        read("xiaomi", swapped)


def test_the_dollar_sign_of_a_title_does_not_make_yuan_dollars():
    home = [quote for quote in read("longcat").quotes if quote.market == "CN"]
    assert {(quote.amount, quote.currency) for quote in home if quote.meter is Meter.INPUT} == {(Decimal("3.5"), "CNY")}


def test_a_discount_keeps_the_list_price_beside_the_net_one():
    for name, label, listed, net in (("inception", "Quick 3", "0.40", "0.10"), ("minimax", "Mini-9", "0.80", "0.40")):
        first = [quote for quote in read(name).quotes if quote.label == label and quote.meter is Meter.INPUT]
        lowest = {
            basis: min(quote.amount for quote in first if quote.price_basis is basis)
            for basis in (PriceBasis.LIST, PriceBasis.NET)
        }
        assert lowest == {PriceBasis.LIST: Decimal(listed), PriceBasis.NET: Decimal(net)}


def test_a_tab_gives_its_tier_to_its_own_table_alone():
    tiers = {(quote.label, quote.conditions.tier) for quote in read("minimax").quotes}
    assert tiers == {("Mini-9", Tier.STANDARD), ("Mini-9", Tier.PRIORITY), ("Mini-8", Tier.STANDARD)}


def test_the_mainlands_region_is_no_export_price():
    reading = read("alibaba")
    assert not [quote for quote in reading.quotes if quote.amount == Decimal("0.1")]
    assert any("China (Beijing)" in notice.text for notice in reading.notices)


def test_a_merged_cell_holds_for_each_of_its_rows():
    plus = [quote for quote in read("alibaba").quotes if quote.label == "house-9-plus"]
    assert {quote.conditions.context_max for quote in plus} == {128_000, 1_000_000}


def test_hours_that_the_page_does_not_name_are_a_window_without_hours():
    windows = {quote.conditions.window for quote in read("byteplus").quotes if quote.label == "guest-v9"}
    assert {(window.name, window.hours) for window in windows if window} == {("peak", ()), ("off_peak", ())}


def test_a_price_of_training_is_said_to_be_not_comparable():
    notices = read("thinkingmachines").notices
    assert ("workshop/Spark", "training: $6.00") in [(notice.label, notice.text) for notice in notices]


def test_a_price_a_thousand_times_too_high_is_an_issue_and_no_quote():
    reading = read("ai21", changed("ai21", "$1.5 / 1M", "$1500 / 1M"))
    assert [notice.issue_kind for notice in reading.notices if notice.notice is NoticeKind.ISSUE] == ["out_of_range"]
    assert not any(quote.amount == 1500 for quote in reading.quotes)
