"""Reading a user's panel: what is refused, and in which line; how periods are ordered."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.domain.errors import InvalidValueError, PanelError
from pipeline.indices.levels import METHODS, index_levels
from pipeline.indices.panel import read_panel
from pipeline.indices.periods import in_order


def refusal(text, method="jevons"):
    with pytest.raises(PanelError) as refused:
        index_levels(read_panel(text), method=method)
    return str(refused.value)


HEADER = "period,product,price,quantity\n"


@pytest.mark.parametrize("price", ["0", "-1", "-0.5", "inf", "nan", "", "1e999"])
def test_a_price_that_is_not_above_zero_is_refused_with_its_line(price):
    assert refusal(f"{HEADER}1,a,1,1\n2,a,{price},1\n").startswith("line 3: price ")


@pytest.mark.parametrize("price", ["1.5 USD", "1,5", "1_000", "٣", "free", "0x10"])
def test_a_price_that_is_no_plain_number_is_refused_with_its_line(price):
    assert refusal(f'{HEADER}1,a,1,1\n2,a,"{price}",1\n') == f"line 3: price {price!r} is no number"


def test_a_repeated_row_is_refused_with_the_line_of_the_second():
    assert refusal(f"{HEADER}1,a,1,1\n1,b,1,1\n2,a,1,1\n1,a,2,1\n") == "line 5: a has a price in 1 already"


def test_one_product_in_two_groups_is_not_repeated():
    text = "period,product,price,group\n1,a,1,x\n1,a,2,y\n2,a,2,x\n2,a,6,y\n"
    found = index_levels(read_panel(text), method="jevons")
    assert found.to_dict("list") == {
        "group": ["x", "x", "y", "y"],
        "period": ["1", "2", "1", "2"],
        "level": pytest.approx([100.0, 200.0, 100.0, 300.0]),
    }


def test_a_row_repeated_within_its_group_is_refused():
    text = "period,product,price,group\n1,a,1,x\n1,a,2,x\n"
    assert refusal(text) == "line 3: a of x has a price in 1 already"


NEEDS_QUANTITIES = ["laspeyres", "paasche", "fisher", "tornqvist", "geks-tornqvist", "geary-khamis"]


@pytest.mark.parametrize("method", [*NEEDS_QUANTITIES, "tpd"])
def test_a_missing_quantity_is_refused_with_its_line(method):
    assert refusal(f"{HEADER}1,a,1,1\n2,a,1,\n", method) == "line 3: quantity is missing"


@pytest.mark.parametrize("method", NEEDS_QUANTITIES)
def test_a_panel_without_quantities_is_refused_where_they_are_needed(method):
    assert refusal("period,product,price\n1,a,1\n2,a,1\n", method).startswith("line 2: quantity is missing")


@pytest.mark.parametrize("method", sorted(set(METHODS) - set(NEEDS_QUANTITIES)))
def test_prices_alone_are_enough_for_the_other_methods(method):
    found = index_levels(read_panel("period,product,price\n1,a,1\n2,a,1\n"), method=method)
    assert found["level"].to_list() == pytest.approx([100.0, 100.0])


@pytest.mark.parametrize("method", ["jevons", "geks-jevons"])
def test_a_quantity_that_is_not_used_may_be_missing(method):
    found = index_levels(read_panel(f"{HEADER}1,a,1,\n2,a,2,1\n"), method=method)
    assert found["level"].to_list() == pytest.approx([100.0, 200.0])


def test_a_quantity_below_zero_is_refused():
    assert refusal(f"{HEADER}1,a,1,-2\n2,a,1,1\n", "fisher") == "line 2: quantity is -2 and must be zero or above"


def test_a_row_with_too_few_cells_is_refused():
    assert refusal(f"{HEADER}1,a,1,1\n2,a,1\n") == "line 3: 3 cells where the header has 4"


def test_an_empty_product_is_refused():
    assert refusal(f"{HEADER}1,a,1,1\n2, ,1,1\n") == "line 3: product is empty"


def test_a_header_without_a_needed_column_is_refused():
    assert refusal("period,item,price\n1,a,1\n").startswith("line 1: the column product is missing")


def test_a_column_nobody_knows_is_refused():
    assert refusal("period,product,price,quantitiy\n1,a,1,1\n").startswith("line 1: no column of a panel is called")


@pytest.mark.parametrize(("text", "line"), [("", 1), ("period,product,price\n", 2)])
def test_an_empty_file_is_refused(text, line):
    assert refusal(text).startswith(f"line {line}: ")


def test_lines_are_counted_as_an_editor_does():
    """Blank lines and line breaks within quotes count."""
    text = f'{HEADER}\n1,"two\nlines",1,1\n\n2,"two\nlines",0,1\n'
    assert refusal(text).startswith("line 6: price")


def test_an_unclosed_quote_is_refused_with_a_line():
    assert refusal(f'{HEADER}1,"a,1,1\n2,a,1,1\n').startswith("line ")


def test_columns_may_stand_in_any_order_with_blanks_around_cells():
    found = index_levels(read_panel("price , product, period\r\n 1, a , 1\r\n3,a,2\r\n"), method="jevons")
    assert found["level"].to_list() == pytest.approx([100.0, 300.0])


@pytest.mark.parametrize(
    ("written", "ordered"),
    [
        (["2026-10", "2026-09", "2025-12"], ["2025-12", "2026-09", "2026-10"]),
        (["2026-W10", "2026-W09-7", "2026-03-15"], ["2026-W09-7", "2026-W10", "2026-03-15"]),
        (["2026-01-01T10:00+02:00", "2026-01-01T09:00Z"], ["2026-01-01T10:00+02:00", "2026-01-01T09:00Z"]),
        (["10", "9", "100"], ["9", "10", "100"]),
        (["1e2", "-3", "2.5"], ["-3", "2.5", "1e2"]),
        (["1999", "2024-06", "2023"], ["1999", "2023", "2024-06"]),
        (["2026-Q2", "2026-Q1", "10"], ["10", "2026-Q1", "2026-Q2"]),
        (["2026-13", "2026-02"], ["2026-02", "2026-13"]),
    ],
)
def test_periods_sort_as_dates_else_as_numbers_else_as_text(written, ordered):
    assert in_order(written) == ordered


def test_two_texts_of_one_period_are_refused():
    with pytest.raises(PanelError, match=r"'1' and '1\.0' are the same period"):
        in_order(["1", "1.0", "2"])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"method": "walsh"}, "no index method is called 'walsh'"),
        ({"method": "tpd", "window": 3}, "give both or neither"),
        ({"method": "tpd", "splice": "mean"}, "give both or neither"),
        ({"method": "tpd", "window": 1, "splice": "mean"}, "at least 2 periods, not 1"),
        ({"method": "tpd", "window": 3, "splice": "last"}, "no splice is called 'last'"),
        ({"method": "fisher", "window": 3, "splice": "mean"}, "fisher compares two periods"),
    ],
)
def test_wrong_usage_is_said(options, said):
    panel = read_panel("period,product,price\n1,a,1\n2,a,1\n")
    with pytest.raises(InvalidValueError, match=said):
        index_levels(panel, **options)


def test_a_product_missing_in_a_period_drops_out_of_that_link():
    """b is not on sale in 2: direct it counts again in 3; chained it counts in no link."""
    text = "period,product,price\n1,a,1\n1,b,1\n2,a,2\n3,a,2\n3,b,4\n"
    assert index_levels(read_panel(text), method="carli")["level"].to_list() == [100.0, 200.0, 300.0]
    assert index_levels(read_panel(text), method="carli", chain=True)["level"].to_list() == [100.0, 200.0, 200.0]


def test_a_chain_ends_where_a_link_matches_nothing():
    text = "period,product,price\n1,a,1\n2,b,1\n3,b,2\n"
    found = index_levels(read_panel(text), method="jevons", chain=True)["level"]
    assert found.isna().to_list() == [False, True, True]


CELLS = st.one_of(
    st.text(alphabet="ab 1.-+e\tß\u2028\u00a0\x0b\r_,", max_size=4),
    st.floats().map(str),
    st.sampled_from(["", " 2", "nan", "inf", "1e5", "0x10", "+5", "-0", ".5", "null", "NA", "1d"]),
)


@given(
    rows=st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=3),
    line_end=st.sampled_from(["\n", "\r\n", "\r"]),
    ended=st.booleans(),
)
@settings(max_examples=300, deadline=None)
def test_the_fast_reading_is_the_careful_one(rows, line_end, ended):
    """A quoted cell after the last row, cut off again, keeps the fast reading away."""
    text = line_end.join(["period,product,price", *(",".join(row) for row in rows)]) + line_end * ended
    try:
        found = read_panel(text)
    except PanelError as refused:
        with pytest.raises(PanelError, match=re.escape(str(refused))):
            read_panel(text.rstrip("\r\n") + f'{line_end}"last",a,1')
        return
    careful = read_panel(text.rstrip("\r\n") + f'{line_end}"last",a,1').iloc[:-1]
    assert found.index.to_list() == careful.index.to_list()
    assert found.to_csv() == careful.to_csv()
