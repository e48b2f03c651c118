"""Modules of literal calls, as releases of different years write them."""

from datetime import date
from decimal import Decimal

import pytest

from crawlers.formats.python_literals import literal
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
