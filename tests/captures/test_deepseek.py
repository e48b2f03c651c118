"""DeepSeek's real pages, values as read by eye."""

from tests.captures.conftest import Capture
from tests.captures.prices import prices

ENGLISH = "first-party/deepseek/2026-05-08_d1507e1.html.gz"
CHINESE = "deepseek-zh-cn/2026-07-17_page.html.gz"
SYNTHETIC = "synthetic-layout/model-prices-0.0.5/"


def test_the_english_page_of_may_2026(capture: Capture):
    reading = capture("deepseek", ENGLISH)
    assert prices(reading, "deepseek-v4-flash", basis="list") == {
        "cached_input": "0.0028",
        "input": "0.14",
        "output": "0.28",
    }
    assert prices(reading, "deepseek-v4-pro", basis="net") == {
        "cached_input": "0.003625",
        "input": "0.435",
        "output": "0.87",
    }
    assert prices(reading, "deepseek-v4-pro", basis="list") == {
        "cached_input": "0.0145",
        "input": "1.74",
        "output": "3.48",
    }
    assert {quote.currency for quote in reading.quotes} == {"USD"}
    assert {quote.vat_included for quote in reading.quotes} == {"unknown"}
    assert reading.whole


def test_the_promotion_ends_when_the_footnote_says(capture: Capture):
    promotions = [quote.conditions.promotion for quote in capture("deepseek", ENGLISH).quotes]
    stated = [promotion.as_json() for promotion in promotions if promotion]
    assert {(entry["percent"], entry["ends_at"]) for entry in stated} == {("75", "2026-05-31T15:59:00Z")}
    assert len(stated) == 3


def test_the_cache_price_is_dated_by_its_footnote(capture: Capture):
    dated = {
        (quote.meter, quote.as_json()["effective_at"])
        for quote in capture("deepseek", ENGLISH).quotes
        if quote.effective_at
    }
    assert dated == {("cached_input", "2026-04-26T12:15:00Z")}


def test_the_chinese_page_of_july_2026(capture: Capture):
    reading = capture("deepseek_cn", CHINESE)
    assert prices(reading, "deepseek-v4-flash") == {"cached_input": "0.02", "input": "1", "output": "2"}
    assert prices(reading, "deepseek-v4-pro") == {"cached_input": "0.025", "input": "3", "output": "6"}
    assert {(quote.currency, quote.market) for quote in reading.quotes} == {("CNY", "CN")}
    aliases = {(notice.label, notice.alias_of) for notice in reading.notices if notice.notice == "alias"}
    assert aliases == {("deepseek-chat", "deepseek-v4-flash"), ("deepseek-reasoner", "deepseek-v4-flash")}
    ends = {notice.as_json()["effective_at"] for notice in reading.notices if notice.notice == "deprecated"}
    assert ends == {"2026-07-24T15:59:00Z"}


def test_the_layout_with_peak_hours(capture: Capture):
    for name, page, hours, zone in (
        ("deepseek", "deepseek.html", ("01:00-04:00", "06:00-10:00"), "UTC"),
        ("deepseek_cn", "deepseek-zh.html", ("09:00-12:00", "14:00-18:00"), "Asia/Shanghai"),
    ):
        reading = capture(name, SYNTHETIC + page)
        peak = {"cached_input": "0.044", "input": "1.32", "output": "3.96"}
        assert prices(reading, "deepseek-v4-pro", window="peak") == peak
        assert prices(reading, "deepseek-v4-pro", window="off_peak") == {
            "cached_input": "0.022",
            "input": "0.66",
            "output": "1.98",
        }
        windows = {quote.conditions.window for quote in reading.quotes}
        (window,) = (window for window in windows if window and window.name == "peak")
        assert (window.hours, window.tz, window.weekdays) == (hours, zone, (1, 2, 3, 4, 5))
        assert window.except_ == "Chinese public holidays"
        assert {quote.currency for quote in reading.quotes} == {"USD"}
