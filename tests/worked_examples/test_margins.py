"""Margins of published and of worked cases, to the digit, and against the statute's formula on random sales."""

import io
import json
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.dumping.margin import Method, Period, dumping_margin
from pipeline.dumping.sales import Sale, Side, read_sales
from pipeline.jobs.margin import margin

HEADER = "side,product,date,price,quantity\n"


def asked(tmp_path, rows, method="aa", period="whole", *, zeroing=False):
    """The command's exit code, its object, and what it said."""
    path = tmp_path / "sales.csv"
    path.write_text(HEADER + "\n".join(rows) + "\n")
    out, errors = io.StringIO(), io.StringIO()
    code = margin(path, method, period, zeroing, out, errors)
    return code, json.loads(out.getvalue()) if out.getvalue() else None, errors.getvalue()


def test_one_transaction_of_8_under_a_normal_value_of_10_is_25_per_cent_of_the_export_price(tmp_path):
    _, made, _ = asked(tmp_path, ["nv,a,2026-01-01,10,1", "ep,a,2026-01-01,8,1"], "tt")
    assert made["percent_signed"] == made["percent_legal"] == "25.000000000"
    assert (made["amount"], made["value"]) == ("2", "8")


def test_a_normal_value_is_read_with_the_28_digits_of_a_quotient(tmp_path):
    """METHODS M1: 3 CNY with 6 % inside, at 6.7775 CNY per USD, beside .435 USD; a program writes all of its digits."""
    normal_value = Decimal(3) / Decimal("1.06") / Decimal("6.7775")
    assert len(str(normal_value)) == 30
    made = asked(tmp_path, [f"nv,a,2026-07-17,{normal_value},1", "ep,a,2026-07-17,0.435,1"])[1]
    assert made["percent_signed"] == "-4.003233171"


def test_a_price_of_more_than_forty_places_names_its_line(tmp_path):
    code, made, said = asked(tmp_path, [f"nv,a,2026-07-17,0.{41 * '3'},1", "ep,a,2026-07-17,0.435,1"])
    assert (code, made) == (2, None)
    assert "line 2" in said


PATTERN = ["nv,a,2026-01-01,100,1", "ep,a,2026-01-02,80,10", "ep,a,2026-01-03,120,10"]


def test_averages_hide_what_transactions_show(tmp_path):
    # NV 100; exports at 80 and 120: mean 100, nothing; average to transaction (20·10 + 0)/(800 + 1200)
    assert asked(tmp_path, PATTERN, "aa")[1]["percent_legal"] == "0.000000000"
    made = asked(tmp_path, PATTERN, "at")[1]
    assert (made["percent_signed"], made["percent_legal"]) == ("0.000000000", "10.000000000")


# DGTR India, Manual of Operating Practices for Trade Remedy Investigations, ch. 14, p. 369: three product types
TYPES = [
    "nv,A,2026-01-01,150,1",
    "ep,A,2026-01-01,100,1000",
    "nv,B,2026-01-01,135,1",
    "ep,B,2026-01-01,150,2000",
    "nv,C,2026-01-01,250,1",
    "ep,C,2026-01-01,200,1500",
]


def test_three_product_types_with_offsets_and_with_zeroing(tmp_path):
    made = asked(tmp_path, TYPES)[1]
    assert (made["amount"], made["value"], made["percent_signed"]) == ("95000", "700000", "13.571428571")
    assert asked(tmp_path, TYPES, zeroing=True)[1]["percent_legal"] == "17.857142857"


# One price that steps down inside the period (19 CFR 351.414(d)(3): period averages or months)
MONTHS = [
    *(f"nv,a,2026-0{m}-01,{p},{q}" for m, p, q in ((1, 10, 400), (2, 10, 100), (3, 8, 50), (4, 8, 50))),
    *(f"ep,a,2026-0{m}-15,{p},{q}" for m, p, q in ((1, 10, 100), (2, 9, 100), (3, 7, 400), (4, 9, 100))),
]


def test_a_price_that_steps_down_is_overstated_over_the_whole_period(tmp_path):
    assert asked(tmp_path, MONTHS)[1]["percent_signed"] == "20.833333333"
    assert asked(tmp_path, MONTHS, period="month")[1]["percent_signed"] == "7.142857143"
    assert asked(tmp_path, MONTHS, period="month", zeroing=True)[1]["percent_legal"] == "8.928571429"


def test_exactly_two_per_cent_is_not_de_minimis(tmp_path):
    # 1.02 against 1.00 in binary floating point is 2.0000000000000018 %; 0.51 against 0.50 is 2 % as well
    made = asked(tmp_path, ["nv,a,2026-01-01,0.51,1", "ep,a,2026-01-01,0.50,1"])[1]
    assert made["percent_legal"] == "2.000000000"
    assert made["de_minimis"] == {"investigation": False, "review": False}


def test_a_margin_a_hair_under_two_per_cent_is_de_minimis_though_it_prints_as_two(tmp_path):
    made = asked(tmp_path, ["nv,a,2026-01-01,1.0199999999999,1", "ep,a,2026-01-01,1,1"])[1]
    assert made["percent_legal"] == "2.000000000"
    assert made["de_minimis"]["investigation"] is True


def test_a_negative_margin_is_signed_but_legally_none(tmp_path):
    # home .417586 ex tax against .435 abroad: no dumping (four per cent dearer abroad)
    made = asked(tmp_path, ["nv,a,2026-07-17,0.417586,1", "ep,a,2026-07-17,0.435,1"])[1]
    assert made["percent_signed"] == "-4.003218391"
    assert made["percent_legal"] == "0.000000000"


def test_exports_for_nothing_have_an_amount_and_no_per_cent(tmp_path):
    made = asked(tmp_path, ["nv,a,2026-01-01,1,1", "ep,a,2026-01-01,0,5"])[1]
    assert made == {"method": "aa", "period": "whole", "amount": "5", "value": "0"}


@pytest.mark.parametrize(
    ("rows", "method", "period", "line"),
    [
        (["nv,a,2026-01-01,1,1", "ep,b,2026-01-01,1,1"], "aa", "whole", "line 3"),
        (["nv,a,2026-01-01,1,1", "ep,a,2026-02-01,1,1"], "aa", "month", "line 3"),
        (["nv,a,2026-01-01,1,1", "ep,a,2026-01-01,1,1", "ep,a,2026-01-02,1,1"], "tt", "whole", "line 4"),
        (["nv,a,2026-01-01,1,0", "ep,a,2026-01-01,1,1"], "aa", "whole", "line 2"),
        (["nv,a,2026-01-01,-1,1", "ep,a,2026-01-01,1,1"], "aa", "whole", "line 2"),
        (["nv,a,2026-01-01,1,1", "ep,a,2026-01-01,1e3,1"], "aa", "whole", "line 3"),
        (["nv,a,01/02/2026,1,1", "ep,a,2026-01-01,1,1"], "aa", "whole", "line 2"),
        (["home,a,2026-01-01,1,1", "ep,a,2026-01-01,1,1"], "aa", "whole", "line 2"),
        (["nv,a,2026-01-01,1,1"], "aa", "whole", "line 2"),
        (["nv,a,2026-01-01,1"], "aa", "whole", "line 2"),
    ],
)
def test_wrong_input_is_named_by_its_line_and_gives_no_part_of_a_result(tmp_path, rows, method, period, line):
    code, made, said = asked(tmp_path, rows, method, period)
    assert (code, made) == (2, None)
    assert said.startswith(line)
    assert said.count("\n") == 1


def test_another_header_is_named(tmp_path):
    with pytest.raises(ValueError, match="line 1"):
        read_sales("side,product,date,price\n")


def test_a_byte_order_mark_and_crlf_are_no_trouble():
    assert len(read_sales("\ufeff" + HEADER.replace("\n", "\r\n") + "ep,a,2026-01-01,1,1\r\n")) == 1


prices = st.decimals(min_value="0.01", max_value="100", places=4)
sides = st.sampled_from(list(Side))
random_sales = st.lists(
    st.tuples(sides, st.sampled_from("ab"), st.integers(1, 3), prices, prices), min_size=2, max_size=12
).filter(
    lambda rows: (
        {(p) for s, p, *_ in rows if s is Side.EXPORT_PRICE} <= {p for s, p, *_ in rows if s is Side.NORMAL_VALUE}
    )
)


@given(random_sales.filter(lambda rows: any(row[0] is Side.EXPORT_PRICE for row in rows)))
def test_the_statutes_formula_in_fractions_agrees_on_random_sales(rows):
    sales = [
        Sale(side=side, product=product, day=date(2026, month, 1), price=price, quantity=quantity, line=n)
        for n, (side, product, month, price, quantity) in enumerate(rows)
    ]
    made = dumping_margin(sales, method=Method.AVERAGE_TO_TRANSACTION, period=Period.WHOLE, zeroing=False)
    signed = counted = value = Fraction(0)
    for side, product, _, price, quantity in rows:
        if side is Side.EXPORT_PRICE:
            home = [
                (Fraction(p), Fraction(q)) for s, name, _, p, q in rows if s is Side.NORMAL_VALUE and name == product
            ]
            normal = sum(p * q for p, q in home) / sum(q for _, q in home)
            difference = (normal - Fraction(price)) * Fraction(quantity)
            signed += difference
            counted += max(difference, Fraction(0))
            value += Fraction(price) * Fraction(quantity)
    assert abs(Fraction(made.percent_signed) - 100 * signed / value) < Fraction(1, 10**20)
    assert abs(Fraction(made.percent_legal) - 100 * counted / value) < Fraction(1, 10**20)


@given(
    random_sales.filter(lambda rows: any(row[0] is Side.EXPORT_PRICE for row in rows)),
    st.decimals("0.1", "9", places=1),
)
def test_a_margin_does_not_depend_on_the_unit_of_account(rows, factor):
    def of(scale: Decimal):
        sales = [
            Sale(side=side, product=product, day=date(2026, month, 1), price=price * scale, quantity=quantity, line=n)
            for n, (side, product, month, price, quantity) in enumerate(rows)
        ]
        return dumping_margin(sales, method=Method.AVERAGE_TO_AVERAGE, period=Period.WHOLE, zeroing=False)

    assert abs(of(Decimal(1)).percent_signed - of(factor).percent_signed) < Decimal("1E-20")


FINE = ["nv,a,2026-01-01,1.02,1", "ep,a,2026-01-01,1,1"]


@pytest.mark.parametrize("text", [HEADER + "\n".join(FINE), "\ufeff" + HEADER + "\n".join(FINE)])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_byte_order_mark_and_either_line_end_are_read(tmp_path, text, end):
    path = tmp_path / "sales.csv"
    path.write_bytes(text.replace("\n", end).encode())
    out = io.StringIO()
    assert margin(path, "aa", "whole", False, out, io.StringIO()) == 0
    assert json.loads(out.getvalue())["percent_legal"] == "2.000000000"


@pytest.mark.parametrize(
    "cell",
    ["", "NaN", "Infinity", "-inf", "+1", "-0", ".5", "1.", "1e3", "1_000", '"1,000"', "1 000", "0x10", "١", "9" * 25],
)
def test_what_is_no_plain_number_ends_the_command_and_names_the_line(tmp_path, cell):
    code, made, said = asked(tmp_path, ["nv,a,2026-01-01,1,1", f"ep,a,2026-01-01,{cell},1"])
    assert (code, made) == (2, None)
    assert said.startswith("line 3: ")


@pytest.mark.parametrize("day", ["20260101", "2026-W01-1", "2026-02-30", "2026-1-1", ""])
def test_a_day_is_written_in_one_way(tmp_path, day):
    code, made, said = asked(tmp_path, [f"nv,a,{day},1,1", "ep,a,2026-01-01,1,1"])
    assert (code, made) == (2, None)
    assert said.startswith("line 2: ")


def test_bytes_that_are_no_text_name_their_line(tmp_path):
    path = tmp_path / "sales.csv"
    path.write_bytes(HEADER.encode() + b"nv,a,2026-01-01,1,1\nep,caf\xe9,2026-01-01,1,1\n")
    errors = io.StringIO()
    assert margin(path, "aa", "whole", False, io.StringIO(), errors) == 2
    assert errors.getvalue() == "line 3: not UTF-8 text\n"
