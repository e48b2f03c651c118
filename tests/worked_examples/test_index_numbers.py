"""Index numbers against published tables and other packages; what each number is from stands beside it."""

import numpy as np
import pandas as pd
import pytest

from pipeline.indices.levels import index_levels


def panel(prices, quantities, without=()):
    """Rows of two tables, periods by products, without the cells (period, product)."""
    rows = [
        {
            "period": f"{period + 1}",
            "product": f"{product + 1}",
            "price": price,
            "quantity": quantities[period][product],
        }
        for period, row in enumerate(prices)
        for product, price in enumerate(row)
        if (period, product) not in without
    ]
    return pd.DataFrame(rows)


def levels(rows, method, **options):
    return (index_levels(rows, method=method, **options)["level"] / 100).tolist()


# Balk (2008), Price and Quantity Index Numbers, tables 3.1 and 3.2, after tables 19.1 and 19.2 of the Producer Price
# Index Manual (2004), as gpindex ships them (`price6`, `quantity6`).
BALK_PRICES = [
    [1, 1, 1, 1, 1, 1],
    [1.2, 3.0, 1.3, 0.7, 1.4, 0.8],
    [1.0, 1.0, 1.5, 0.5, 1.7, 0.6],
    [0.8, 0.5, 1.6, 0.3, 1.9, 0.4],
    [1.0, 1.0, 1.6, 0.1, 2.0, 0.2],
]
BALK_QUANTITIES = [
    [1.0, 1.0, 2.0, 1.0, 4.5, 0.5],
    [0.8, 0.9, 1.9, 1.3, 4.7, 0.6],
    [1.0, 1.1, 1.8, 3.0, 5.0, 0.8],
    [1.2, 1.2, 1.9, 6.0, 5.6, 1.3],
    [0.9, 1.2, 2.0, 12.0, 6.5, 2.5],
]


@pytest.mark.parametrize(
    ("method", "table"),
    [
        ("laspeyres", [1.0, 1.42, 1.345, 1.355, 1.44]),
        ("paasche", [1.0, 1.3824, 1.2031, 1.0209, 0.7968]),
        ("fisher", [1.0, 1.4011, 1.2721, 1.1762, 1.0712]),
        ("tornqvist", [1.0, 1.4052, 1.2890, 1.2268, 1.2477]),
    ],
)
def test_direct_indices_are_those_of_balk_tables_3_4_and_3_6(method, table):
    """Recreated to four places in the documentation of gpindex (`price_data`)."""
    assert levels(panel(BALK_PRICES, BALK_QUANTITIES), method) == pytest.approx(table, abs=5e-5)


# Diewert and Fox (2017), Discussion Paper 17-02: prices and expenditures of four products over twelve periods, bought
# by a household with CES preferences (elasticity of substitution 2); IndexNumR's data set CES_sigma_2.
CES_PRICES = np.array(
    [
        [2, 1.75, 1.6, 1.5, 1.45, 1.4, 1.35, 1.3, 1.25, 1.2, 1.15, 1.1],
        [1, 0.5, 1.05, 1.1, 1.12, 1.15, 1.18, 0.6, 1.2, 1.25, 1.28, 1.3],
        [1, 0.95, 0.9, 0.85, 0.4, 0.8, 0.75, 0.72, 0.7, 0.4, 0.7, 0.65],
        [0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.7, 0.65, 0.7, 0.75, 0.75, 0.8],
    ]
).T
_WEIGHTS = np.array([0.2, 0.2, 0.2, 0.4]) / CES_PRICES
_EXPENDITURE = np.array([[10, 13, 11, 12, 15, 13, 14, 17, 15, 18, 16, 17]]).T
CES_QUANTITIES = _EXPENDITURE * _WEIGHTS / _WEIGHTS.sum(axis=1, keepdims=True) / CES_PRICES
GAPS = ((1, 0), (4, 2), (0, 3), (7, 1), (11, 0))


def test_the_chained_laspeyres_is_that_of_indexnumr():
    """Printed in its README."""
    printed = "1.0000000 0.9673077 1.2905504 1.3382002 1.2482444 1.7346552 1.6530619 1.4524186 1.8386215 1.7126802 "
    printed += "2.1810170 2.2000474"
    computed = levels(panel(CES_PRICES, CES_QUANTITIES), "laspeyres", chain=True)
    assert computed == pytest.approx([float(number) for number in printed.split()], abs=5e-8)


def test_geks_tornqvist_over_eleven_periods_with_a_mean_splice_is_that_of_indexnumr():
    """Printed in its README."""
    printed = "1.0000000 0.8927314 1.0776386 1.1127724 0.9310834 1.1785361 1.1219447 0.9380228 1.0951667 0.9501914 "
    printed += "1.1277725 1.1330748"
    computed = levels(panel(CES_PRICES, CES_QUANTITIES), "geks-tornqvist", window=11, splice="mean")
    assert computed == pytest.approx([float(number) for number in printed.split()], abs=5e-8)


# What PriceIndexCalc2 0.8.0 gives for the same panel, whole and with five cells left out.
PRICE_INDEX_CALC = {
    ("jevons", ()): "1 .8222873079 .975945937 .977133846 .8211755576 .991389424 .9562991501 .7772936395 .9259165243 "
    ".8190362588 .937598229 .928613184",
    ("dutot", ()): "1 .8333333333 .9222222222 .9111111111 .8155555556 .9111111111 .8844444444 .7266666667 .8555555556 "
    ".8 .8622222222 .8555555556",
    ("carli", ()): "1 .85625 .9875 1 .91125 1.0375 1.00125 .8175 .98125 .9375 1.01375 1.025",
    ("geks-tornqvist", GAPS): "1 .6414759194 .8136983156 .8393712682 .8478948934 .8879220795 .8456861513 .7753248204 "
    ".8255967605 .7149988247 .8508084518 .8904312506",
    ("geks-jevons", GAPS): "1 .641770283 .8569397483 .8595513652 .8570037635 .8741160602 .8431844352 .773012729 "
    ".8174093206 .7214124925 .8299303967 .8810686238",
    ("geary-khamis", ()): "1 .8776398145 1.1496397722 1.2094838807 .9773533326 1.3022820693 1.2364398673 1.0013137627 "
    "1.2067538132 .9841930055 1.2347610412 1.2324531452",
    ("geary-khamis", GAPS): "1 .5687202191 .78190326 .8221374627 .8248920216 .8840440536 .8399287556 .775651051 "
    ".8198274856 .6619187974 .8396092994 .8807444709",
    ("tpd", ()): "1 .8803398685 1.1131056107 1.1587900634 .9442288764 1.2341342282 1.1738186498 .9646625341 "
    "1.1447336105 .9558048583 1.174188449 1.1737719323",
    ("tpd", GAPS): "1 .6072055858 .7980171593 .8304035201 .8405537344 .883908129 .8403959317 .7732135425 .8192932179 "
    ".6804108734 .8403824195 .8816939084",
}


@pytest.mark.parametrize(("method", "without"), PRICE_INDEX_CALC)
def test_levels_are_those_of_priceindexcalc(method, without):
    other = [float(number) for number in PRICE_INDEX_CALC[method, without].split()]
    assert levels(panel(CES_PRICES, CES_QUANTITIES, without), method) == pytest.approx(other, abs=5e-10)


# The panel of gpindex's tests "geks agrees with IndexNumR": 65 rows, and the same with five rows left out.
SIXTY_FIVE = panel(np.arange(1, 66).reshape(5, 13).T, np.arange(65, 0, -1).reshape(5, 13).T)
SIXTY = SIXTY_FIVE[~SIXTY_FIVE["price"].isin([1, 3, 11, 63, 64])]


GPINDEX = [
    (SIXTY_FIVE, "geks-tornqvist", "1.07334245809641 1.13758500234551 1.19943273670278 1.26078373138759"),
    (SIXTY_FIVE, "geks-jevons", "1.18338442313092 1.32033674805411 1.43711591151299 1.54248452241533"),
    (SIXTY, "geks-tornqvist", "0.97012367078552 1.07680890198379 1.07558882705777 1.12676970820557"),
    (SIXTY, "geks-jevons", "0.881430091367338 1.07738238354928 1.04409985620757 1.11240421520015"),
]


@pytest.mark.parametrize(("rows", "method", "expected"), GPINDEX)
def test_geks_is_that_of_gpindex_and_indexnumr(rows, method, expected):
    """The second to the fifth of thirteen periods; every pair of the thirteen has its part in each."""
    assert levels(rows, method)[1:5] == pytest.approx([float(number) for number in expected.split()], rel=1e-12)
