from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from pipeline.normalise.blends import b31, b721, cached_or_input, mix
from pipeline.normalise.windows import week_share


def test_b721_of_the_worked_prices():
    # METHODS 2: cached .015, in .06, out .20
    assert b721(Decimal("0.06"), Decimal("0.015"), Decimal("0.20")) == Decimal("0.0425")


def test_a_cut_of_the_cached_price_alone_does_not_move_b31():
    # DeepSeek V4-Flash, 2026-04-26: .028 → .0028; in .14, out .28 (METHODS 2)
    assert b31(Decimal("0.14"), Decimal("0.28")) == Decimal("0.175")


def test_a_cut_of_the_cached_price_alone_moves_b721():
    old = b721(Decimal("0.14"), Decimal("0.028"), Decimal("0.28"))
    new = b721(Decimal("0.14"), Decimal("0.0028"), Decimal("0.28"))
    assert round(100 * (new / old - 1), 1) == Decimal("-23.3")


def test_b31_of_r1_against_o1():
    # METHODS 2: .55/2.19 against 15/60
    ratio = b31(Decimal("0.55"), Decimal("2.19")) / b31(Decimal(15), Decimal(60))
    assert round(100 * ratio, 2) == Decimal("3.66")


def test_columns_of_floats_give_the_same_as_decimals():
    prices = pd.DataFrame({"input": [0.06], "cached": [0.015], "output": [0.2]})
    assert b721(prices["input"], prices["cached"], prices["output"]).tolist() == pytest.approx([0.0425])


def test_a_mix_is_weighted_by_its_parts():
    assert mix(Decimal(1), Decimal(2), Decimal(4), parts=(1, 1, 2)) == Decimal("2.75")


def test_the_parts_of_b721_as_a_mix_give_b721():
    prices = (Decimal("0.06"), Decimal("0.015"), Decimal("0.20"))
    assert mix(*prices, parts=(2, 7, 1)) == b721(*prices)


def test_where_no_cached_price_is_published_it_is_the_input_price_and_flagged():
    cached, assumed = cached_or_input(pd.Series([1.0, 2.0, np.nan]), pd.Series([np.nan, 0.5, np.nan]))
    assert cached.fillna(-1).tolist() == [1.0, 0.5, -1.0]
    assert assumed.tolist() == [True, False, False]


def test_the_weekday_peak_takes_35_of_168_hours():
    # 01:00-04:00 and 06:00-10:00 UTC, five days: 7 h · 5
    window = {"name": "peak", "hours": ["01:00-04:00", "06:00-10:00"], "tz": "UTC", "weekdays": [1, 2, 3, 4, 5]}
    assert week_share(window) == 35 / 168


def test_a_span_may_wrap_midnight():
    assert week_share({"name": "night", "hours": ["22:30-00:30"], "tz": "UTC"}) == 14 / 168
