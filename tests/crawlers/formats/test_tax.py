"""Tax as the prose of a page states it: a denial is no statement of the contrary."""

import pytest

from crawlers.formats.tax import vat_stated
from tests.crawlers.spiders.pages import page_text, read

PAGE = """<html><body><div role="tabpanel"><p>Prices shown don’t include applicable tax.</p></div><div role="tabpanel">
<div class="card_pricing_api_wrap"><h3>Ode 9</h3>{rows}</div><p>{said}</p></div></body></html>"""
ROW = """<div class="tokens_main_wrap"><div class="tokens_main_label">{}</div>
<div data-api-price="">{} / MTok</div></div>"""


@pytest.mark.parametrize(
    ("said", "stated"),
    [
        ("Prices exclude applicable taxes.", "no"),
        ("Prices shown don’t include applicable tax.", "no"),
        ("Prices do not include VAT", "no"),
        ("All amounts are net of tax.", "no"),
        ("以上价格不含增值税", "no"),
        ("价格均为未含税价", "no"),
        ("Prices include VAT.", "yes"),
        ("以上价格均为含税价", "yes"),
        ("Taxes are explained elsewhere.", "unknown"),
        ("Prices include VAT in the Union and exclude taxes elsewhere.", "unknown"),
        ("$5 / MTok", "unknown"),
        ("¥5", "unknown"),
    ],
)
def test_tax_is_what_the_page_says(said: str, stated: str) -> None:
    assert vat_stated([said]).value == stated


@pytest.mark.parametrize(("said", "stated"), [("Prices exclude taxes.", "no"), ("US-only costs more.", "unknown")])
def test_what_another_tab_says_of_tax_is_not_said_of_these_prices(said: str, stated: str) -> None:
    rows = "".join(ROW.format(*row) for row in (("Input", "$5"), ("Output", "$25"), ("Write", "$6"), ("Read", "$0.5")))
    assert {quote.vat_included.value for quote in read("anthropic", PAGE.format(rows=rows, said=said)).quotes} == {
        stated
    }


def test_a_page_without_the_sentence_states_no_tax() -> None:
    page = page_text("anthropic").replace("Prices exclude applicable taxes.", "")
    assert {quote.vat_included.value for quote in read("anthropic", page).quotes} == {"unknown"}
