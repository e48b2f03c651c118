"""The steps of a standard price on a model's page, and what stands when one is left out."""

import pytest
from dash import Dash

from dashboard.components.standard_steps import standard_steps
from dashboard.pages import model
from pipeline.domain.errors import InvalidValueError
from pipeline.query.snapshot import Snapshot
from pipeline.query.standard import STEPS, standard_prices, without_steps
from tests.dashboard.shelf import FixedShelf
from tests.dashboard.test_pages import said

VERSION = "deepseek/deepseek-v4-flash"


def test_the_page_of_a_model_shows_every_step_and_a_switch_for_each(app: Dash, small: Snapshot) -> None:
    text = said(model.layout(FixedShelf(small), maker="deepseek", slug="deepseek-v4-flash"))
    assert "Standard price, step by step" in text
    assert text.count("leave out:") == len(STEPS)


def test_a_step_that_is_left_out_can_be_taken_again(small: Snapshot) -> None:
    text = said(standard_steps(small, VERSION, {"without": "tax"}))
    assert "take again: without tax" in text
    assert "left out: " in text


def test_without_the_currency_step_a_price_stays_in_yuan(small: Snapshot) -> None:
    found = standard_prices(small, VERSION, without=without_steps("currency"), most=9)
    (yuan,) = [price for price in found.prices if price.offer.market == "CN"]
    assert yuan.currency == "CNY"


def test_an_unknown_step_is_said_and_all_are_taken(small: Snapshot) -> None:
    assert "'magic' is none. All steps are taken." in said(standard_steps(small, VERSION, {"without": "magic"}))
    with pytest.raises(InvalidValueError, match="the steps are unit"):
        without_steps("magic")


def test_offers_beyond_the_list_are_counted(small: Snapshot) -> None:
    found = standard_prices(small, VERSION, without=frozenset(), most=1)
    assert (len(found.prices), found.more > 0) == (1, True)
    assert found.prices[0].offer.seller == "deepseek"
