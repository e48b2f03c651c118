"""Money survives: exact text, exact integers, half even."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.amounts import decimal_text, from_nano, nano_per_million, parse_decimal
from pipeline.domain.errors import AmountError

plain = st.decimals(min_value=0, max_value=10**6, allow_nan=False, allow_infinity=False, places=9)


def test_an_exponent_is_written_out():
    assert decimal_text(parse_decimal("3e-7")) == "0.0000003"


def test_trailing_zeros_are_the_sellers_own_words():
    assert decimal_text(parse_decimal("1.50")) == "1.50"


@given(plain)
def test_an_amount_survives_its_text(amount):
    assert parse_decimal(decimal_text(amount)) == amount


@given(st.integers(0, 10**15))
def test_a_spells_integer_survives_its_amount(nano):
    assert nano_per_million(from_nano(nano), 1_000_000) == nano


@given(plain, st.sampled_from([1, 1_000, 10_000, 1_000_000]))
def test_the_unit_does_not_change_the_price(amount, per):
    assert nano_per_million(amount * per / 1_000_000, per) == nano_per_million(amount, 1_000_000)


def test_float_noise_disappears_in_the_integer():
    # 2.9999999999999997e-06 USD per token is what a float makes of 3 USD per million
    assert nano_per_million(parse_decimal("2.9999999999999997e-06"), 1) == 3 * 10**9


def test_halves_round_to_even():
    assert [nano_per_million(Decimal(n) / 2 / 10**9, 1_000_000) for n in (1, 3, 5)] == [0, 2, 2]


@pytest.mark.parametrize("text", ["", "free", "1,5", "NaN", "Infinity", "１.5", "1_000", "$1"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(AmountError):
        parse_decimal(text)


def test_a_price_per_nothing_is_refused():
    with pytest.raises(AmountError):
        nano_per_million(Decimal(1), 0)
