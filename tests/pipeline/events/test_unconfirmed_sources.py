"""A source whose layout nobody has seen on a real document proves nothing, to itself or to others."""

from tests.pipeline.events.ledger import Ledger
from tests.pipeline.events.reading import only_move
from tests.pipeline.events.test_decisions import catalogue, maker_page


def test_the_own_page_of_an_unconfirmed_layout_confirms_nothing() -> None:
    ledger = Ledger()
    maker_page(ledger, until="2025-12-01")
    ledger.sources["acme"]["confirmed"] = False
    row = only_move(ledger)
    assert row["state"] != "confirmed"
    assert row["flag"] != "sharp_cut"


def test_an_unconfirmed_source_is_no_second_voice() -> None:
    ledger = Ledger()
    catalogue(ledger, "litellm", ledger.listing("o3"), "2025-06-10")
    catalogue(ledger, "other", ledger.listing("o3"), "2025-06-12")
    ledger.sources["other"]["confirmed"] = False
    assert only_move(ledger)["state"] != "confirmed"
