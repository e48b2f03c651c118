"""Price texts: exact, in a named currency, or refused."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.amounts import Money, NoAmount, amounts_in, parse_amount, price
from pipeline.domain.errors import AmountError

EXACT = st.decimals(min_value=0, max_value=10**6, places=6, allow_nan=False)


@pytest.mark.parametrize(
    ("text", "money"),
    [
        ("$0.0028", Money(Decimal("0.0028"), "USD")),
        ("US$ 5", Money(Decimal(5), "USD")),
        ("5 USD", Money(Decimal(5), "USD")),
        ("€3.50", Money(Decimal("3.50"), "EUR")),
        ("0.02元", Money(Decimal("0.02"), "CNY")),
        ("0.5 美元", Money(Decimal("0.5"), "USD")),
        ("$.5", Money(Decimal("0.5"), "USD")),
    ],
)
def test_a_price_text_is_an_exact_amount_of_a_currency(text: str, money: Money):
    assert parse_amount(text) == money


@pytest.mark.parametrize(
    "text",
    [
        "A$5",
        "HK$ 5",
        "S$5",
        "100港元",
        "5",
        "-$5",
        "$-5",
        "$1.2.3",
        "$1 $2",
        "$0.5¹",
        "$０.5",
        "$½",
        "about $5",
        "1e-7 USD",
    ],
)
def test_what_is_not_one_amount_is_refused(text: str):
    with pytest.raises(AmountError):
        parse_amount(text)


def test_a_yen_sign_must_be_told_which_currency_it_is():
    with pytest.raises(AmountError):
        parse_amount("¥3")
    assert parse_amount("￥3", yen_sign="CNY") == Money(Decimal(3), "CNY")
    assert parse_amount("¥3", yen_sign="JPY") == Money(Decimal(3), "JPY")


def test_a_comma_must_be_told_what_it_separates():
    with pytest.raises(AmountError):
        parse_amount("€0,435")
    assert price("€0,435", comma="decimal").amount == Decimal("0.435")
    assert price("$1,500.25", comma="thousands").amount == Decimal("1500.25")
    with pytest.raises(AmountError):
        parse_amount("$0,500", comma="thousands")


def test_a_bare_number_takes_the_currency_of_its_column_and_no_other():
    assert parse_amount("0.858", currency="USD") == Money(Decimal("0.858"), "USD")
    with pytest.raises(AmountError):
        parse_amount("¥0.858", currency="USD", yen_sign="CNY")


def test_a_unit_must_follow_where_one_is_expected():
    assert price("$5 / MTok", unit="/MTok").amount == 5
    with pytest.raises(AmountError):
        parse_amount("$5 / KTok", unit="/MTok")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("-", NoAmount.ABSENT),
        ("N/A", NoAmount.ABSENT),
        ("Free", NoAmount.FREE),
        ("免费", NoAmount.FREE),
        ("Contact us", NoAmount.ON_REQUEST),
    ],
)
def test_no_amount_is_never_zero(text: str, why: NoAmount):
    assert parse_amount(text) is why
    with pytest.raises(AmountError):
        price(text)


def test_several_amounts_of_a_cell_are_read_only_when_asked_for():
    assert [money.amount for money in amounts_in("$0.435 (75% off) $1.74")] == [Decimal("0.435"), Decimal("1.74")]


@given(EXACT)
def test_every_amount_survives_its_own_text(amount: Decimal):
    assert price(f"${amount:f}").amount == amount
    assert price(f"{amount:f}元").amount == amount


@given(st.text(max_size=20))
def test_any_text_is_an_amount_a_reason_or_an_error(text: str):
    try:
        found = parse_amount(text)
    except AmountError:
        return
    assert found in tuple(NoAmount) or (isinstance(found, Money) and found.amount >= 0 and found.amount.is_finite())
