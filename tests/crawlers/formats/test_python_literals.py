"""Modules of literal calls, as releases of different years write them."""

from datetime import date
from decimal import Decimal

import pytest

from crawlers.formats.python_literals import amounts, literal
from pipeline.domain.errors import DocumentShapeError


@pytest.mark.parametrize("zone", ["datetime.UTC", "datetime.timezone.utc"])
def test_both_names_of_utc_are_read(zone):
    value = literal(f"hours = [datetime.time(0, 30, tzinfo={zone}), datetime.time(16, tzinfo={zone})]", "hours")
    assert value == ["00:30", "16:00"]


@pytest.mark.parametrize("zone", ["datetime.timezone.max", "local", "zones.utc"])
def test_another_zone_is_no_literal(zone):
    with pytest.raises(DocumentShapeError, match="text:1"):
        literal(f"hours = datetime.time(0, 30, tzinfo={zone})", "hours")


def test_amounts_are_decimals_and_days_are_days():
    module = "prices: list[Price] = [Price(since=datetime.date(2025, 6, 10), input=Decimal('0.10'))]"
    (price,) = literal(module, "prices")
    assert price.kind == "Price"
    assert price.fields == {"since": date(2025, 6, 10), "input": Decimal("0.10")}
    assert str(price.fields["input"]) == "0.10"


def test_a_module_that_computes_is_not_read():
    with pytest.raises(DocumentShapeError, match="text:2"):
        literal("\nprices = [Price(input=Decimal('1') * 2)]", "prices")


def test_amounts_keep_their_digits_and_their_line():
    module = 'COST = {\n    "swift": 0.00250,\n    "nano": 5e-05,\n    "whole": 2,\n}\n'
    found = list(amounts(module, "COST"))
    assert [(key, str(amount), where) for key, amount, where in found] == [
        ("swift", "0.00250", "text:2"),
        ("nano", "0.00005", "text:3"),
        ("whole", "2", "text:4"),
    ]


@pytest.mark.parametrize(
    "entry", ['"swift": 1, "swift": 2', '"swift": 1 / 1000', '"swift": -1', "3: 1", "**more", '"swift": True']
)
def test_an_amount_that_is_computed_or_repeated_is_no_amount(entry):
    with pytest.raises(DocumentShapeError, match="text:1"):
        list(amounts(f"COST = {{{entry}}}", "COST"))


def test_amounts_of_a_list_are_none():
    with pytest.raises(DocumentShapeError, match="is no dict"):
        list(amounts("COST = [1, 2]", "COST"))
