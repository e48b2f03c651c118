"""The traps that other readers of these pages fall into, one test each where no other file has it (docs/traps.md)."""

from decimal import Decimal

import pytest

from crawlers.amounts import parse_amount
from crawlers.document import Document
from crawlers.formats.peak_hours import peak_window
from crawlers.report import Look, judge
from crawlers.spiders.makers.zai import Zai
from pipeline.domain.errors import AmountError, DocumentShapeError
from pipeline.domain.vocabulary import IssueKind, Meter, RunVerdict
from tests.crawlers.spiders.pages import page_text, read


class FewRows(Zai):
    """Its own small page is shorter than the seller's."""

    expected = (1, 300)


def test_titles_of_rows_are_no_models():
    """ "模型版本" and "Tool Calls" stand where a table of models would have a model's name."""
    home = page_text("deepseek_cn")
    assert '<td colspan="2">模型版本</td>' in home
    assert {quote.label for quote in read("deepseek_cn", home).quotes} == {"deepseek-swift", "deepseek-deep"}
    row = '<tr><td colspan="2">上下文长度</td>'
    more = home.replace(row, '<tr><td colspan="2">Tool Calls</td><td>支持</td><td>支持</td></tr>' + row)
    assert more != home
    assert {quote.label for quote in read("deepseek_cn", more).quotes} == {"deepseek-swift", "deepseek-deep"}


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("deepseek", "<td>$0.1</td>", "<td></td>"),
        ("deepseek", "<td>$0.1</td>", "<td>see below</td>"),
        ("zai", "| \\$0.26 |", "| soon |"),
        ("zhipu", "28元", "面议"),
        ("openai", "$0.50", "tbd"),
        ("volcengine", ">0.80<", ">0,80元起<"),
    ],
)
def test_an_amount_that_is_not_found_is_no_zero(name: str, old: str, new: str):
    """The document is refused, or the cell is an issue or a notice: a quote of 0 is never made of it."""
    page = page_text(name)
    assert old in page
    free = {(quote.label, quote.meter) for quote in read(name).quotes if not quote.amount}
    try:
        reading = read(name, page.replace(old, new, 1))
    except DocumentShapeError:
        return
    assert {(quote.label, quote.meter) for quote in reading.quotes if not quote.amount} == free


def test_a_footnotes_digit_is_not_a_digit_of_the_price():
    """0.5 with a mark 1 behind it is 0.5, neither 0.51 nor 51; a mark that is only a character is refused."""
    page = "<html><body><table><tr><td>$0.5<sup>1</sup></td><td>$0.5¹</td></tr></table></body></html>"
    marked, glued = Document(body=page.encode(), url="page").tables()[0].rows[0]
    assert (marked.text, marked.notes) == ("$0.5", ("1",))
    assert parse_amount(marked.text).amount == Decimal("0.5")
    with pytest.raises(AmountError):
        parse_amount(glued.text)


def test_hours_of_a_chinese_page_are_beijing_time():
    """9:00 to 12:00 and 14:00 to 18:00 in Beijing are 1:00 to 4:00 and 6:00 to 10:00 UTC: the zone stays the page's."""
    text = "北京时间周一至周五（不含中国法定节假日）9:00 - 12:00、14:00 - 18:00 为高峰时段；其余时段均为空闲时段。"
    window = peak_window(text)
    assert (window.hours, window.tz) == (("09:00-12:00", "14:00-18:00"), "Asia/Shanghai")
    assert (window.weekdays, window.except_) == ((1, 2, 3, 4, 5), "Chinese public holidays")
    with pytest.raises(DocumentShapeError):
        peak_window(text.replace("北京时间", ""))


def test_a_limited_time_zero_is_a_notice_and_no_price():
    reading = read("zai")
    assert not [quote for quote in reading.quotes if quote.meter is Meter.CACHE_STORAGE]
    said = {(notice.label, notice.text) for notice in reading.notices}
    assert ("GLM-Nine", "cache_storage: Limited-time Free") in said


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        ("\\$0.26", "\\$1.5", "cached_input costs more than input: 1.5, 1.4"),
        ("\\$4.4", "\\$1.2", "input costs more than output: 1.4, 1.2"),
    ],
)
def test_prices_out_of_order_are_an_issue_and_stay_as_printed(old: str, new: str, text: str):
    page = page_text("zai")
    assert old in page
    reading = read("zai", page.replace(old, new, 1))
    found = judge(FewRows(), [Look(url="page", reading=reading)])
    assert [(issue.kind, issue.subject, issue.text) for issue in found.issues] == [(IssueKind.ORDER, "GLM-Nine", text)]
    assert found.verdict is RunVerdict.CHANGED
    amount = Decimal(new.removeprefix("\\$"))
    assert amount in {quote.amount for quote in reading.quotes if quote.label == "GLM-Nine"}
