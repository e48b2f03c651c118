"""A small draw of the steps that `make evaluate` puts into real histories by the thousand."""

from functools import cache

import numpy as np
import pytest

from pipeline import frames
from tests.evaluation.events import Frames, events_of
from tests.evaluation.injection import Found, injections, outcome, told
from tests.pipeline.events.ledger import Ledger

SEED = 3
MODELS = 40
ERRORS = (
    "unit slipped by 1 000",
    "input and output swapped",
    "half price that is undone within thirty days",
    "bulk edit: thirty models at once",
    "calendar: half price on eight weekends",
)


@cache
def histories() -> Frames:
    """Two catalogues that state the same prices of forty models of eight makers for two years."""
    dice = np.random.default_rng(SEED)
    ledger = Ledger()
    names = [ledger.source(name) for name in ("litellm", "models_dev")]
    for number in range(MODELS):
        maker = f"maker{number % 8}"
        listing = ledger.listing(f"model-{number}", maker=maker, seller=maker)
        low = round(float(dice.uniform(0.1, 5)), 2)
        prices = {"input": low, "output": round(low * float(dice.uniform(2, 6)), 2)}
        for name in names:
            ledger.history(name, listing, [("2024-01-01", prices)], until="2025-12-01")
    made = {name: ledger.frame(name) for name in ("spells", "listings", "sources")}
    return {**made, "rates": frames.empty("rates")}


@cache
def of(name: str) -> tuple[list[Found], int]:
    known = {pair for row in events_of(histories()).to_dict("records") for pair in told(row)}
    (injection,) = (one for one in injections(histories(), SEED) if one.name == name)
    return outcome(histories(), injection, known)


@pytest.mark.parametrize("name", ERRORS)
def test_what_a_catalogue_does_to_itself_is_neither_confirmed_nor_flagged(name: str) -> None:
    found, elsewhere = of(name)
    assert len(found) >= MODELS // 2
    assert [one.model for one in found if one.confirmed or one.flagged] == []
    assert elsewhere == 0


def test_most_cuts_that_two_catalogues_show_are_confirmed_and_flagged() -> None:
    found, _ = of("cut of 30 % in two catalogues")
    assert sum(one.confirmed for one in found) > len(found) / 2
    assert all(one.flagged for one in found if one.confirmed)


def test_a_slip_is_decided_and_not_overlooked() -> None:
    found, _ = of("unit slipped by 1 000")
    assert all(one.decided for one in found)
