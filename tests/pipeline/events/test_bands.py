"""A price goes on when its context bands are drawn anew: a cut made together with new bands is a cut."""

from tests.pipeline.events.ledger import Ledger
from tests.pipeline.events.reading import events_of, moves_of, only_move

OLD = {"input": 0.6, "output": 2.4}
HALF = {"input": 0.3, "output": 1.2}


def redrawn(
    ledger: Ledger, source: str, *, day: str, new: dict[str, float], before: int | None, after: int | None
) -> None:
    """One offer under a band that ends at `before` tokens until `day`, and at `after` from then on (None: no band)."""
    old, young = (
        ledger.listing("m3") if bound is None else ledger.listing("m3", context_max=bound) for bound in (before, after)
    )
    ledger.history(source, old, [("2026-01-01", OLD), (day, {})], until="2026-12-01")
    ledger.history(source, young, [(day, new)], until="2026-12-01", watched_since="2026-01-01")


def test_a_cut_that_comes_with_a_new_band_is_one_cut() -> None:
    ledger = Ledger()
    redrawn(ledger, ledger.source("litellm"), day="2026-06-21", new=HALF, before=None, after=512_000)
    row = only_move(ledger)
    assert (row["kind"], row["change_b31"], row["class_"]) == ("cut", -0.5, "market_move")


def test_it_is_neither_a_launch_nor_a_withdrawal() -> None:
    ledger = Ledger()
    redrawn(ledger, ledger.source("litellm"), day="2026-06-21", new=HALF, before=None, after=512_000)
    assert list(events_of(ledger)["kind"]) == ["cut"]


def test_catalogues_that_draw_other_bands_confirm_each_other() -> None:
    ledger = Ledger()
    redrawn(ledger, ledger.source("litellm"), day="2026-06-21", new=HALF, before=None, after=512_000)
    redrawn(ledger, ledger.source("models_dev"), day="2026-06-25", new=HALF, before=256_000, after=None)
    assert only_move(ledger)["state"] == "confirmed"


def test_bands_that_are_drawn_anew_at_the_same_price_are_no_event() -> None:
    ledger = Ledger()
    redrawn(ledger, ledger.source("litellm"), day="2026-06-21", new=OLD, before=200_000, after=256_000)
    assert moves_of(ledger) == []


def test_bands_that_stand_side_by_side_keep_their_own_prices() -> None:
    """Two entries of one source, both for short prompts: the second is no continuation of the first."""
    ledger = Ledger()
    source = ledger.source("litellm")
    for bound, prices, since in ((128_000, OLD, "2026-01-01"), (256_000, HALF, "2026-06-01")):
        listing = ledger.listing("m3", context_max=bound)
        ledger.history(source, listing, [(since, prices)], until="2026-12-01", watched_since="2025-12-01")
    assert moves_of(ledger) == []
