"""What keeps an export out of a margin, and what is only said with it."""

from datetime import date

import pytest

from pipeline.domain.facts import FactName
from pipeline.dumping.foreign_like import likeness, shared_bands
from pipeline.dumping.offered import Band
from tests.pipeline.dumping.offers import EVERYWHERE, NO_FACTS, facts, home, offer, seller_fact, stated


def told(export, at_home=None, own=NO_FACTS, band=EVERYWHERE):
    return likeness(at_home or home(), export, band, own)


def test_the_same_offer_in_two_currencies_is_a_like_product():
    assert told(offer()).like


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"tier": "batch"}, "tier"),
        ({"precision": "fp8"}, "precision: not stated and fp8"),
        ({"model_version": "acme/two"}, "model version"),
        ({"served_by": "host"}, "served by"),
        ({"day": date(2026, 8, 18)}, "never seen on one day"),
        ({"confirmed": False}, "never read on a real document"),
    ],
)
def test_what_differs_is_named(change, word):
    found = told(offer(**change))
    assert not found.like
    assert word in found.differences[0]


def test_two_regions_differ_and_one_that_is_not_stated_is_said():
    assert told(offer(region="singapore"), home(region="guangzhou")).differences == ("region: guangzhou and singapore",)
    assert "export region not stated" in told(offer(), home(region="guangzhou")).labels


def test_bands_of_other_bounds_are_never_matched_by_their_place():
    at_home = home(*(stated(meter, "1", band=Band(context_max=32_000)) for meter in ("input", "output")))
    export = offer(*(stated(meter, "1", band=Band(context_max=128_000)) for meter in ("input", "output")))
    assert shared_bands(at_home, export) == ()
    assert told(export, at_home, band=None).differences == ("bands: prompt 0-32000 at home, prompt 0-128000 abroad",)


def test_a_home_band_without_a_partner_is_said_to_be_left_out():
    bands = (Band(context_max=32_000), Band(context_min=32_000))
    at_home = home(*(stated(meter, "1", band=band) for meter in ("input", "output") for band in bands))
    export = offer(*(stated(meter, "1", band=bands[0]) for meter in ("input", "output")))
    found = told(export, at_home, band=bands[0])
    assert found.like
    assert "home bands without a partner left out: prompt 32000-" in found.labels


def test_windows_of_other_hours_differ():
    windowed = offer(stated("input", "1", window={"name": "off_peak"}), stated("output", "1"))
    assert "windows: 0 at home, 1 abroad" in told(windowed).differences[0]


def test_another_level_of_trade_differs():
    own = facts(sellers=(seller_fact("cloud", FactName.CHANNEL, "cloud_marketplace"),))
    found = told(offer(seller="cloud"), own=own)
    assert found.differences == ("channel: own_api and cloud_marketplace",)


def test_a_price_that_a_catalogue_states_is_said_to_be_one():
    assert (
        "export price by index (aggregator), not by the seller"
        in told(offer(source="index", trust="aggregator")).labels
    )
