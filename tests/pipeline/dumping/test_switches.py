"""The sensitivity of a sign: every combination counted once."""

from decimal import Decimal

import pytest

from pipeline.dumping.switches import evaluate

GRID = {"tax": ("stated", "ex_tax"), "rate": ("day", "mean"), "weights": ("days", "worst", "best")}


def test_a_sign_that_no_switch_turns_is_kept_everywhere():
    found = evaluate(GRID, lambda choice: Decimal(3) if choice["tax"] == "stated" else Decimal("0.1"))
    assert found.keeps_sign
    assert (found.text, found.flips) == ("sign kept in 12 of 12", ())


def test_the_switch_that_turns_the_sign_is_named_with_its_value():
    found = evaluate(GRID, lambda choice: Decimal(1) if choice["tax"] == "stated" else Decimal(-4))
    assert (found.kept, found.defined, found.keeps_sign) == (6, 12, False)
    assert (found.flips, found.flips_from_base) == (("tax",), {"tax": ("ex_tax",)})


def test_a_switch_that_turns_the_sign_only_with_another_is_named_too():
    both = {"tax": "ex_tax", "rate": "mean"}

    def figure(choice):
        return Decimal(-1) if {name: choice[name] for name in both} == both else Decimal(1)

    found = evaluate(GRID, figure)
    assert found.flips == ("tax", "rate")
    assert found.flips_from_base == {}


def test_undefined_combinations_are_counted_apart():
    found = evaluate(GRID, lambda choice: None if choice["weights"] == "worst" else Decimal(1))
    assert (found.text, found.keeps_sign) == ("sign kept in 8 of 8, 4 undefined", True)


def test_a_base_without_a_figure_keeps_nothing():
    found = evaluate(GRID, lambda choice: None if choice["tax"] == "stated" else Decimal(1))
    assert (found.sign, found.kept, found.keeps_sign) == (None, 0, False)
    assert found.text.startswith("not evaluable")


def test_a_margin_of_zero_has_no_sign_to_keep():
    assert not evaluate(GRID, lambda choice: Decimal(0)).keeps_sign


def test_a_switch_without_values_is_refused():
    with pytest.raises(ValueError, match="tax"):
        evaluate({"tax": ()}, lambda choice: None)
