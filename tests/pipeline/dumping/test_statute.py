"""A second implementation of the margin, from the words of the statute, agrees on random sales.

19 U.S.C. 1677(35)(A): the amount by which normal value exceeds the export price. (B): the aggregate of those amounts
divided by the aggregate of the export prices. 1677f-1(d)(1): averages with averages, transactions with transactions,
or averages with transactions. Written unit by unit: every sale is broken into single units first, so that no weighted
mean is ever formed by multiplication.
"""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.dumping.attainable import attainable
from pipeline.dumping.margin import Method, Period, dumping_margin
from pipeline.dumping.sales import Sale, Side

CLOSE = Fraction(1, 10**40)
prices = st.integers(1, 5000)  # thousandths
rows = st.tuples(st.sampled_from("ab"), st.integers(1, 3), prices, prices, st.integers(1, 9), st.integers(1, 9))


@st.composite
def paired_sales(draw):
    """As many normal values as exports of every product and month, so that every method is defined."""
    made = []
    for product, month, home, export, home_quantity, quantity in draw(st.lists(rows, min_size=1, max_size=8)):
        for side, price, units in (("nv", home, home_quantity), ("ep", export, quantity)):
            made.append(
                Sale(
                    side=Side(side),
                    product=product,
                    day=date(2026, month, 1),
                    price=Decimal(price) / 1000,
                    quantity=Decimal(units),
                    line=len(made) + 2,
                )
            )
    return made


def units(sales):
    return [Fraction(sale.price) for sale in sales for _ in range(int(sale.quantity))]


def lots(sales, period):
    """(home sales, export sales) of each averaging group, by sorting rather than by keys of a dictionary."""

    def averaging_group(sale):
        return (sale.product, sale.day.isoformat()[:7] if period is Period.MONTH else "")

    for _, members in groupby(sorted(sales, key=averaging_group), key=averaging_group):
        own = list(members)
        yield [sale for sale in own if sale.side == "nv"], [sale for sale in own if sale.side == "ep"]


def statute(sales, method, period, zeroing):
    """(amount, value, signed per cent, legal per cent)."""
    excesses, receipts = [], Fraction(0)
    for home, exports in lots(sales, period):
        receipts += sum(units(exports))
        at_home = units(home)
        average = sum(at_home) / len(at_home)
        if method is Method.AVERAGE_TO_AVERAGE:
            abroad = units(exports)
            excesses.append(sum(average - sum(abroad) / len(abroad) for _ in abroad))
        elif method is Method.AVERAGE_TO_TRANSACTION:
            excesses += [average - unit for unit in units(exports)]
        else:
            excesses += [
                Fraction(normal.price) - unit
                for normal, export in zip(home, exports, strict=True)
                for unit in units([export])
            ]
    drops = zeroing or method is Method.AVERAGE_TO_TRANSACTION
    legal = sum(each for each in excesses if each > 0 or not drops)
    return sum(excesses), receipts, 100 * sum(excesses) / receipts, max(Fraction(0), 100 * legal / receipts)


@pytest.mark.parametrize("zeroing", [False, True])
@pytest.mark.parametrize("period", list(Period))
@pytest.mark.parametrize("method", list(Method))
@given(sales=paired_sales())
def test_the_statute_read_unit_by_unit_agrees(method, period, zeroing, sales):
    found = dumping_margin(sales, method=method, period=period, zeroing=zeroing)
    figures = (found.amount, found.value, found.percent_signed, found.percent_legal)
    for own, read in zip(figures, statute(sales, method, period, zeroing), strict=True):
        assert abs(Fraction(own) - read) < CLOSE


@given(sales=paired_sales())
def test_with_offsets_transactions_against_an_average_are_averages(sales):
    """19 U.S.C. 1677f-1(d)(1): what average-to-transaction adds is nothing but the offsets that it denies."""
    averages, transactions = (
        dumping_margin(sales, method=method, period=Period.WHOLE, zeroing=False)
        for method in (Method.AVERAGE_TO_AVERAGE, Method.AVERAGE_TO_TRANSACTION)
    )
    assert averages.amount == transactions.amount
    assert transactions.percent_legal >= averages.percent_legal


@pytest.mark.parametrize("period", list(Period))
@pytest.mark.parametrize("method", [Method.AVERAGE_TO_AVERAGE, Method.AVERAGE_TO_TRANSACTION])
@given(sales=paired_sales())
def test_no_choice_of_quantities_leaves_the_attainable_margins(method, period, sales):
    bounds = attainable(sales, period=period)
    found = dumping_margin(sales, method=method, period=period, zeroing=False)
    assert bounds.best <= found.percent_signed <= bounds.worst


@given(numerator=st.integers(1, 10**6), units_sold=st.integers(1, 10**6), exported=st.integers(1, 10**6))
def test_a_margin_of_exactly_two_per_cent_is_never_de_minimis(numerator, units_sold, exported):
    """Home prices 51n and 102n in the shares 1 : 2, abroad 50n and 100n in the same: both means are thirds."""
    sales = [
        Sale(side=Side.NORMAL_VALUE, product="a", day=date(2026, 1, 1), price=price, quantity=Decimal(n), line=2)
        for price, n in ((Decimal(51 * numerator), units_sold), (Decimal(51 * numerator) * 2, 2 * units_sold))
    ] + [
        Sale(side=Side.EXPORT_PRICE, product="a", day=date(2026, 1, 1), price=price, quantity=Decimal(n), line=3)
        for price, n in ((Decimal(50 * numerator), exported), (Decimal(50 * numerator) * 2, 2 * exported))
    ]
    assert dumping_margin(
        sales, method=Method.AVERAGE_TO_AVERAGE, period=Period.WHOLE, zeroing=False
    ).percent_legal == Decimal(2)
