"""Indicators: outcomes, reasons, citations, placebo dates, and what every case prints."""

from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from pipeline.domain.indicator import Citation, Indicator, Outcome
from pipeline.domain.vocabulary import Meter
from pipeline.dumping import citations
from pipeline.dumping.attainable import attainable
from pipeline.dumping.average_to_transaction import average_to_transaction, second_leg_indicator
from pipeline.dumping.exchange_rate import Proceeding
from pipeline.dumping.margin import Method, Period, dumping_margin
from pipeline.dumping.margin_indicator import margin_indicator
from pipeline.dumping.meters import meter_margins
from pipeline.dumping.not_tested import NOT_TESTED
from pipeline.dumping.other_causes import NOT_MEASURED, Cause, OtherCause, other_causes
from pipeline.dumping.pattern import GroupedSale, cohens_d_indicator, pattern, pattern_indicator
from pipeline.dumping.price_effect_indicators import (
    depression_indicator,
    suppression_indicator,
    undercutting_indicator,
    underselling_indicator,
)
from pipeline.dumping.price_effects import (
    PeerPair,
    depression_with_placebos,
    suppression,
    undercutting,
    underselling,
)
from pipeline.dumping.same_weights import HostPrice, same_weights_gap, same_weights_indicator
from tests.worked_examples.cases import sold


def test_a_citation_says_whether_its_text_was_read():
    assert str(Citation(text="19 U.S.C. 1677", read=True)) == "19 U.S.C. 1677†"
    assert str(Citation(text="19 U.S.C. 1677", read=False)) == "19 U.S.C. 1677 (to be checked by counsel)"


def test_an_indicator_without_a_reason_or_a_pass_without_a_threshold_is_refused():
    given = {"name": "a", "subject": "b", "value": None, "unit": "%", "rests_on": ()}
    with pytest.raises(ValueError, match="no reason"):
        Indicator(**given, outcome=Outcome.NOT_EVALUABLE, reason="")
    with pytest.raises(ValueError, match="no threshold"):
        Indicator(**given, outcome=Outcome.PASSES, reason="c")


def test_no_citation_stands_twice():
    texts = [str(value) for value in vars(citations).values() if isinstance(value, Citation)]
    assert len(set(texts)) == len(texts) > 20


def margin(*sales):
    return dumping_margin(sales, method=Method.AVERAGE_TO_AVERAGE, period=Period.WHOLE, zeroing=False)


def judged(found, proceeding=Proceeding.INVESTIGATION, **given):
    return margin_indicator(found, subject="a", proceeding=proceeding, inputs=(), **given)


def test_exports_for_nothing_are_an_amount_and_not_evaluable():
    made = judged(margin(sold("nv", 1), sold("ep", 0, 5)))
    assert (made.value, made.outcome) == (None, Outcome.NOT_EVALUABLE)
    assert "an amount of 5" in made.reason


def test_a_review_has_a_threshold_of_its_own():
    found = margin(sold("nv", "10.1"), sold("ep", 10))
    assert judged(found).outcome is Outcome.FAILS
    assert judged(found, Proceeding.REVIEW).outcome is Outcome.PASSES


def test_a_share_of_cif_is_not_stated_unless_a_value_is_given():
    found = margin(sold("nv", 10), sold("ep", 8, 100))
    assert "per cent of CIF not stated" in judged(found).labels
    assert "23.255814 % of CIF" in judged(found, cif_value=Decimal(860)).labels


def test_the_attainable_weights_bound_the_signed_figure():
    sales = [sold("nv", 10, 3), sold("nv", 12), sold("ep", 8, 2), sold("ep", 10)]
    made = judged(margin(*sales), weights=attainable(sales, period=Period.WHOLE))
    # best: 10 against 10; worst: 12 against 8
    assert (made.low, made.high) == (0, 50)


def test_a_free_export_among_the_prices_leaves_the_worst_margin_without_a_bound():
    found = attainable([sold("nv", 10), sold("ep", 8), sold("ep", 0)], period=Period.WHOLE)
    assert (found.best, found.worst) == (25, None)


def test_weights_need_a_normal_value_of_every_group():
    with pytest.raises(ValueError, match="line 4"):
        attainable([sold("nv", 10), sold("ep", 8, product="b", line=4)], period=Period.WHOLE)


def test_a_meter_that_one_side_does_not_price_has_no_margin_and_cached_input_is_input():
    home = {Meter.INPUT: Decimal(2), Meter.CACHED_INPUT: Decimal(1), Meter.OUTPUT: Decimal(4)}
    export = {Meter.INPUT: Decimal(1), Meter.OUTPUT: Decimal(4)}
    found = meter_margins(home, export)
    assert set(found.percents) == {Meter.INPUT, Meter.OUTPUT}
    # (9 · 2 + 4) against (9 · 1 + 4)
    assert round(found.b721_percent, 6) == Decimal("69.230769")
    assert found.turning_ratio is None
    with pytest.raises(ValueError, match="input and an output"):
        meter_margins({Meter.INPUT: Decimal(1)}, export)


def hosts(*prices, seen=2, precision="fp8", context=1):
    return [
        HostPrice(host=str(n), price=Decimal(price), seen=seen, precision=precision, context_tokens=context)
        for n, price in enumerate(prices)
    ]


@pytest.mark.parametrize("unfit", [{"seen": 1}, {"precision": None}, {"context": None}])
def test_a_host_that_was_seen_once_or_not_read_whole_does_not_count(unfit):
    given = [
        *hosts("1", "2"),
        HostPrice(
            host="x",
            price=Decimal(3),
            seen=unfit.get("seen", 2),
            precision=unfit.get("precision", "fp8"),
            context_tokens=unfit.get("context", 1),
        ),
    ]
    found = same_weights_gap(Decimal(1), given)
    assert found.gap_percent is None
    assert found.reason == "2 hosts qualify, 3 are needed"
    made = same_weights_indicator(found, subject="a", inputs=())
    assert made.outcome is Outcome.NOT_EVALUABLE
    assert any(label.startswith("x: ") for label in made.labels)


def test_the_gap_is_never_called_a_margin():
    made = same_weights_indicator(same_weights_gap(Decimal(1), hosts("2", "3", "4")), subject="a", inputs=())
    assert (made.value, made.low, made.high, made.outcome) == (200, 150, 250, Outcome.PASSES)
    assert "margin" not in made.name
    assert "not a normal value" in " ".join(made.labels)


def test_one_host_has_one_price():
    with pytest.raises(ValueError, match="one price"):
        same_weights_gap(Decimal(1), [*hosts("1"), *hosts("2")])


def grouped(*rows):
    return [
        GroupedSale(group=group, product=product, price=Decimal(price), quantity=Decimal(quantity))
        for group, product, price, quantity in rows
    ]


def test_one_group_alone_has_no_pattern_to_test():
    made = pattern_indicator(pattern(grouped(("east", "a", "1", 1))), subject="a", inputs=())
    assert (made.value, made.outcome) == (None, Outcome.NOT_EVALUABLE)


def test_groups_of_one_price_have_no_pattern():
    found = pattern(grouped(("east", "a", "1", 1), ("west", "a", "1.01", 1)))
    assert found.share_percent == 0
    assert pattern_indicator(found, subject="a", inputs=()).outcome is Outcome.FAILS


def test_products_are_never_compared_with_each_other():
    found = pattern(grouped(("east", "a", "1", 1), ("west", "b", "9", 1)))
    assert [each.percent for each in found.groups] == [None, None]


def test_cohens_d_is_history_without_a_threshold():
    made = cohens_d_indicator([(Decimal(1), Decimal(1))] * 2, [(Decimal(2), Decimal(1))] * 2, subject="a", inputs=())
    assert (made.outcome, made.threshold) == (Outcome.NOT_EVALUABLE, None)
    assert made.labels[0].startswith("history only")


def leg(*prices, share, passing=(), home=10):
    sales = [sold("nv", home), *(sold("ep", price, line=n) for n, price in enumerate(prices, 2))]
    return average_to_transaction(sales, share_percent=Decimal(share), passing_lines=set(passing))


def test_a_change_of_exactly_a_quarter_is_enough():
    # home 10; exports 7, 9 and 10.6: together 3.4, apart 4, 17.6 % more
    assert not leg("7", "9", "10.6", share=100).offered
    # exports 6 and 10.8: together 3.2, apart 4: a quarter more, over a value that does not divide
    found = leg("6", "10.8", share=100)
    assert (found.relative_change_percent, found.offered) == (25, True)


def test_a_large_change_within_de_minimis_offers_nothing():
    # together .05, apart .1: twice as much, and under 2 % of 19.95
    found = leg("9.9", "10.05", share=100)
    assert (found.relative_change_percent, found.offered) == (100, False)
    assert second_leg_indicator(found, subject="a", inputs=()).outcome is Outcome.FAILS


def test_a_second_leg_without_a_pattern_is_not_evaluable():
    made = second_leg_indicator(leg("6", "10.8", share=20), subject="a", inputs=())
    assert (made.value, made.outcome) == (None, Outcome.NOT_EVALUABLE)


DAYS, EVENT, WINDOW, TREND = 400, 250, 30, 60


def series(fall):
    """A steady decline with a little noise, and a fall of its own in the window."""
    noise = np.random.default_rng(5).normal(0, 0.002, DAYS)
    levels = -0.0005 * np.arange(DAYS) + noise
    levels[EVENT + WINDOW :] -= fall
    return levels


def effect(rivals, seed=1):
    return depression_with_placebos(
        rivals, series(0), EVENT, window=WINDOW, trend_days=TREND, generator=np.random.default_rng(seed)
    )


def test_a_fall_that_only_rivals_had_is_lower_than_at_every_placebo_date():
    found = effect(series(0.2))
    assert found.difference == pytest.approx(-0.2)
    assert found.p == pytest.approx(1 / 1001)
    # days 60 to 220 end before the event, 340 to 369 begin after its window
    assert found.placebo_days == 161 + 30


def test_no_fall_is_no_lower_than_elsewhere():
    found = effect(series(0))
    assert (found.difference, found.p) == (0, 1)


def test_a_seed_gives_the_same_placebo_dates():
    assert effect(series(0.2), seed=9) == effect(series(0.2), seed=9)


@pytest.mark.parametrize("event", [10, DAYS - 5])
def test_a_window_or_a_trend_outside_of_the_series_is_not_evaluable(event):
    found = depression_with_placebos(
        series(0), series(0), event, window=WINDOW, trend_days=TREND, generator=np.random.default_rng(1)
    )
    assert found is None
    assert depression_indicator(found, subject="a", inputs=()).outcome is Outcome.NOT_EVALUABLE


def test_a_short_series_has_a_depression_and_no_p():
    found = depression_with_placebos(
        series(0)[:100], series(0)[:100], 60, window=WINDOW, trend_days=50, generator=np.random.default_rng(1)
    )
    assert found.p is None
    assert "too few days" in depression_indicator(found, subject="a", inputs=()).reason


def test_price_effects_have_no_threshold_to_pass():
    pairs = [
        PeerPair(type_=name, domestic_price=Decimal(1), import_price=Decimal(price), quantity=Decimal(quantity))
        for name, price, quantity in (("x", "0.5", 1), ("y", "1.5", 3))
    ]
    made = undercutting_indicator(undercutting(pairs), subject="a", volumes_given=True, inputs=())
    assert (made.value, made.low, made.high, made.outcome) == (-25, -50, 50, Outcome.MEASURED)
    assert undercutting_indicator(undercutting(pairs), subject="a", volumes_given=False, inputs=()).value == 0


def test_what_is_not_stated_or_did_not_rise_is_not_evaluable():
    unsold = underselling(
        cost=Decimal(1), profit_share_of_turnover=Decimal("0.06"), import_price=Decimal(1), cif_price=None
    )
    assert underselling_indicator(unsold, subject="a", inputs=()).outcome is Outcome.NOT_EVALUABLE
    level = suppression(cost_start=Decimal(1), price_start=Decimal(2), cost_end=Decimal(1), price_end=Decimal(1))
    assert suppression_indicator(level, subject="a", inputs=()).outcome is Outcome.NOT_EVALUABLE


def test_every_case_prints_what_is_not_tested_with_a_reason():
    names = [each.name for each in NOT_TESTED]
    assert len(set(names)) == len(names) == 11
    assert all(each.reason for each in NOT_TESTED)
    assert "list price is the ceiling" in next(each.reason for each in NOT_TESTED if "rebates" in each.name)


def test_other_causes_are_five_rows_at_least():
    known = OtherCause(cause=Cause.OPEN_WEIGHTS, day=date(2026, 1, 2), size=Decimal(1), unit="release", source="notice")
    rows = other_causes([known])
    assert [row.cause for row in rows] == list(Cause)
    assert [row.source for row in rows].count(NOT_MEASURED) == 4
    with pytest.raises(ValueError, match="date and a size"):
        OtherCause(cause=Cause.EXCHANGE_RATE, day=None, size=Decimal(1), unit="%", source="ECB")
