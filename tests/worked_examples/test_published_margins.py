"""Margins that others have published with their inputs, recomputed.

Looked for and not found as text with its numbers: an illustration by a panel or the Appellate Body of the World Trade
Organization, and the tables of Lindsey and Ikenson (2002), Nye (2008) and Bown and Prusa (2010).
"""

import pytest

from pipeline.dumping.margin import percent_of_cif
from tests.worked_examples.cases import close, sold
from tests.worked_examples.one_margin import margin

# DGTR India, Manual of Operating Practices for Trade Remedy Investigations, ch. 14, p. 368 (para. 14.16):
# product, quantity exported, normal value, net export price, margin in per cent
DGTR = [
    ("ABC 1", 50, 14, 12, "16.67"),
    ("ABC 2", 60, 16, 10, "60.00"),
    ("ABC 4", 15, 11, 14, "-21.43"),
    ("ABC 5", 40, 14, 13, "7.69"),
    ("ABC 6", 100, 11, 10, "10.00"),
    ("ABC 7", 45, 13, 14, "-7.14"),
    ("ABC 8", 100, 15, 14, "7.14"),
    ("ABC 9", 80, 18, 22, "-18.18"),
]


def rows(product, quantity, normal_value, export_price):
    return [sold("nv", normal_value, product=product), sold("ep", export_price, quantity, product=product)]


@pytest.mark.parametrize(("product", "quantity", "normal_value", "export_price", "printed"), DGTR)
def test_the_manual_of_the_indian_authority_by_product(product, quantity, normal_value, export_price, printed):
    assert close(margin(rows(product, quantity, normal_value, export_price)).percent_signed, printed, "0.005")


def test_the_manual_of_the_indian_authority_over_all_products():
    found = margin([sale for *given, _ in DGTR for sale in rows(*given)])
    assert close(found.value / 490, "13.71", "0.005")
    assert close(found.amount / 490, "0.59", "0.005")
    assert close(found.percent_legal, "4.32", "0.005")


def test_the_page_of_the_saudi_authority_for_foreign_trade():
    """General Authority of Foreign Trade, page on the Anti-Dumping Agreement: 85 against 80, CIF 90 (5.55, cut off)."""
    found = margin([sold("nv", 85), sold("ep", 80)])
    assert found.amount == 5
    assert close(found.percent_legal, "6.25")
    assert close(percent_of_cif(found.amount, found.value + 10), "5.55", "0.01")
