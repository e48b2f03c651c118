"""DeepSeek's table: what a changed page does to the reading."""

from decimal import Decimal

import pytest

from pipeline.domain.errors import DocumentShapeError
from pipeline.domain.vocabulary import Meter, NoticeKind, PriceBasis
from tests.crawlers.spiders.pages import page_text, read

PAGE = page_text("deepseek")


def changed(old: str, new: str) -> str:
    assert old in PAGE
    return PAGE.replace(old, new)


def test_labels_are_models_only():
    assert {quote.label for quote in read("deepseek").quotes} == {"deepseek-swift", "deepseek-deep"}


def test_a_struck_price_is_list_and_the_charged_one_net_until_its_end():
    listed, net = (
        quote
        for quote in read("deepseek").quotes
        if quote.where == "table:1 row:8 column:5" and quote.meter is Meter.INPUT
    )
    assert (listed.amount, listed.price_basis, listed.conditions.promotion) == (Decimal(1), PriceBasis.LIST, None)
    assert (net.amount, net.price_basis) == (Decimal("0.25"), PriceBasis.NET)
    assert net.conditions.promotion is not None
    assert net.conditions.promotion.as_json()["ends_at"] == "2026-05-31T15:59:00Z"


def test_currency_is_read_from_each_cell():
    assert {quote.currency for quote in read("deepseek", PAGE.replace("$", "¥").replace("¥", "CNY ")).quotes} == {"CNY"}
    with pytest.raises(DocumentShapeError):
        read("deepseek", PAGE.replace("$", "¥"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('<td colspan="3">MODEL</td>', '<td colspan="3">MODELLE</td>'),
        ("1M INPUT TOKENS (CACHE MISS)", "1M EINGABE-TOKENS"),
        ("1M OUTPUT TOKENS", "1K OUTPUT TOKENS"),
        ("<td>deepseek-deep</td>", ""),
        ("<td>$0.1</td>", ""),
        ("<td>$0.1</td>", "<td>$0.1 $0.2</td>"),
        ("<td>$0.1</td>", "<td>-</td>"),
        ("<td>$0.1</td>", "<td>$0,1</td>"),
        ("<td>$0.1</td>", "<td>$0.1<sup>(9)</sup></td>"),
        ("<del>$1</del>", ""),
        ("<del>$1</del>", "<del>$0.2</del>"),
        ("(2) Peak hours are", "(2) Busy hours are"),
        ("Monday through Friday", "on school days"),
        ("UTC, Monday", "local time, Monday"),
        ("15:59 UTC", "15:59"),
        ("<table>", "<table><tr><td>MODEL</td></tr></table><table>"),
    ],
)
def test_a_page_whose_meaning_changed_is_refused(old: str, new: str):
    with pytest.raises(DocumentShapeError):
        read("deepseek", changed(old, new))


def test_a_lost_row_is_refused():
    row = PAGE[PAGE.index("<tr><td>PEAK</td><td>$1.0</td>") : PAGE.index('<tr><td colspan="3">Concurrency')]
    with pytest.raises(DocumentShapeError):
        read("deepseek", PAGE.replace(row, ""))


def test_a_price_a_thousand_times_too_high_is_an_issue_and_no_quote():
    reading = read("deepseek", changed("<td>$0.1</td>", "<td>$100</td>"))
    assert [notice.issue_kind for notice in reading.notices if notice.notice is NoticeKind.ISSUE] == ["out_of_range"]
    assert not any(quote.amount == 100 for quote in reading.quotes)


def test_a_footnote_of_unknown_meaning_on_a_price_is_an_issue():
    text = changed("<td>$0.1</td>", "<td>$0.1<sup>(5)</sup></td>").replace(
        "15:59 UTC.", "15:59 UTC.<br>(5) New accounts only."
    )
    assert [notice.text for notice in read("deepseek", text).notices if notice.notice is NoticeKind.ISSUE] == [
        "New accounts only."
    ]


def test_a_discount_said_beside_a_models_name_is_an_issue():
    text = changed("deepseek-deep</td>", "deepseek-deep<sup>(5)</sup></td>").replace(
        "15:59 UTC.", "15:59 UTC.<br>(5) Now at a 50% discount."
    )
    assert not read("deepseek", text).whole


def test_a_hostile_name_is_refused():
    with pytest.raises(DocumentShapeError):
        read("deepseek", changed("deepseek-deep</td>", "deepseek-\x1bdeep</td>"))
    with pytest.raises(DocumentShapeError):
        read("deepseek", changed("deepseek-deep</td>", "x" * 400 + "</td>"))


def test_an_unknown_row_without_prices_is_skipped_aloud():
    text = changed('<tr><td colspan="3">Concurrency Limit', '<tr><td colspan="3">Colour')
    assert ("skipped", "Colour") in [(notice.notice.value, notice.label) for notice in read("deepseek", text).notices]


def test_the_chinese_page_reads_its_own_zone_and_words():
    text = page_text("deepseek_cn")
    net = next(quote for quote in read("deepseek_cn", text).quotes if quote.price_basis is PriceBasis.NET)
    assert net.conditions.promotion is not None
    assert net.conditions.promotion.as_json()["ends_at"] == "2026-05-31T15:59:00Z"
    assert net.conditions.promotion.percent == 75
