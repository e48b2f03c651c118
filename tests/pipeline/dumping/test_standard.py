"""Standard prices: every step with its number before and after."""

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.vocabulary import Meter, PriceBasis
from pipeline.dumping.exact import legible
from pipeline.dumping.exchange_rate import RateBasis, RateUsed
from pipeline.dumping.offered import Band
from pipeline.dumping.standard import Peak, StepName, quoted, standard_price
from tests.pipeline.dumping.offers import EVERYWHERE, home, offer, stated

PEAK = {"name": "peak", "hours": ["01:00-04:00", "06:00-10:00"], "tz": "UTC", "weekdays": [1, 2, 3, 4, 5]}
OFF_PEAK = {"name": "off_peak"}
RATE = RateUsed(rate=Decimal("6.7775"), basis=RateBasis.DAILY, rate_day=date(2026, 7, 17))


def windows(peak=PEAK):
    rows = [stated("output", "1.98"), stated("input", ".66", window=OFF_PEAK), stated("input", "1.32", window=peak)]
    return offer(*rows)


def asked(priced, *without, rate=RATE, vat_rate=Decimal("0.06"), vat_included="unknown"):
    names = frozenset(StepName(name) for name in without)
    return standard_price(priced, rate=rate, vat_rate=vat_rate, vat_included=vat_included, without=names)


def step(found, name, meter=Meter.INPUT):
    (own,) = [each for each in found.steps if each.name == name and each.meter is meter]
    return own


def test_the_weekly_mean_of_a_peak_on_35_of_168_hours():
    # .66 · 133/168 + 1.32 · 35/168 (METHODS 1: the peak of 2026-08-16, seven hours on five days)
    assert asked(windows()).prices[Meter.INPUT] == Decimal("0.7975")


def test_without_the_week_the_hours_off_peak_stand():
    assert asked(windows(), "week").prices[Meter.INPUT] == Decimal("0.66")


def test_a_window_whose_hours_nobody_states_leaves_no_weekly_price():
    found = asked(windows(peak={"name": "peak"}))
    assert Meter.INPUT not in found.prices
    assert "not stated" in step(found, "week").text


def test_the_peak_is_the_dearest_window():
    assert quoted(windows(), Meter.INPUT, EVERYWHERE, basis=PriceBasis.NET, peak=Peak.PEAK) == Decimal("1.32")


def test_a_promotion_is_in_the_net_price_and_out_of_the_list_price():
    rows = [stated("input", "1.74"), stated("input", ".435", basis="net"), stated("output", "3.48")]
    found = asked(offer(*rows))
    assert (step(found, "promotion").before, step(found, "promotion").after) == (Decimal("1.74"), Decimal("0.435"))
    assert asked(offer(*rows), "promotion").prices[Meter.INPUT] == Decimal("1.74")


def test_the_shortest_band_stands_and_without_the_step_the_longest():
    bands = [Band(context_max=32_000), Band(context_min=32_000)]
    rows = [
        stated(meter, price, band=band)
        for meter in ("input", "output")
        for band, price in zip(bands, "46", strict=True)
    ]
    assert asked(offer(*rows)).prices[Meter.INPUT] == 4
    assert asked(offer(*rows), "band").prices[Meter.INPUT] == 6


def test_a_price_per_thousand_tokens_is_a_thousandth_where_the_unit_is_left_out():
    rows = [stated(meter, "14.4", published=".01440", per=1000) for meter in ("input", "output")]
    assert asked(offer(*rows)).prices[Meter.INPUT] == Decimal("14.4")
    kept = asked(offer(*rows), "unit")
    assert (kept.prices[Meter.INPUT], step(kept, "unit").unit) == (Decimal("0.0144"), "USD per 1,000 tokens")


def test_included_tax_is_taken_off_before_the_currency():
    # 3 / 1.06 / 6.7775, worked case M1
    found = asked(home(), vat_included="yes")
    assert found.prices[Meter.INPUT].quantize(Decimal("1E-6")) == Decimal("0.417586")


@pytest.mark.parametrize(("included", "without"), [("unknown", ()), ("no", ()), ("yes", ("tax",))])
def test_nothing_is_divided_by_a_tax_that_is_unknown_absent_or_left_out(included, without):
    found = asked(home(), *without, vat_included=included)
    assert found.prices[Meter.INPUT].quantize(Decimal("1E-6")) == Decimal("0.442641")


def test_an_included_tax_of_unknown_rate_leaves_no_price():
    assert asked(home(), vat_included="yes", vat_rate=None).prices == {}


def test_without_a_rate_there_are_no_dollars():
    found = asked(home(), rate=None)
    assert found.prices == {}
    assert "no rate of CNY" in step(found, "currency").text


def test_the_own_currency_stands_where_the_currency_is_left_out():
    found = asked(home(), "currency", rate=None)
    assert (found.currency, found.prices[Meter.INPUT]) == ("CNY", Decimal(3))


@given(st.sets(st.sampled_from(list(StepName))), st.sampled_from(["yes", "no", "unknown"]))
def test_each_step_begins_where_the_one_before_ended(without, included):
    found = standard_price(
        windows(), rate=None, vat_rate=Decimal("0.06"), vat_included=included, without=frozenset(without)
    )
    for meter in (Meter.INPUT, Meter.OUTPUT):
        own = [each for each in found.steps if each.meter is meter]
        assert [each.name for each in own] == list(StepName)
        assert all(one.after == following.before for one, following in pairwise(own))
        assert found.prices[meter] == own[-1].after


@pytest.mark.parametrize(
    ("written", "shown"),
    [("0.00000014027", "0.00000014027"), ("0.0000025", "0.0000025"), ("0.0145", "0.0145"), ("0", "0")],
)
def test_the_price_of_one_token_is_shown_whole(written, shown):
    """Six places would make .0000025 USD .000002, which is another price."""
    assert legible(Decimal(written)) == shown
