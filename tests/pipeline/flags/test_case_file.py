"""The file of a case over a small market: every indicator or its reason, and what the analyst's choices do."""

from datetime import date
from decimal import Decimal
from functools import lru_cache

import pytest

from pipeline import frames
from pipeline.domain.indicator import Outcome
from pipeline.dumping.case.subject import CaseFile
from pipeline.dumping.comparisons import ground
from pipeline.dumping.normal_value import Regime
from pipeline.flags.case_file import CaseGround, case_file
from pipeline.flags.evidence import Evidence
from pipeline.flags.judged import market_of
from pipeline.reference.thresholds import load_thresholds
from tests.pipeline.events.ledger import instant
from tests.pipeline.flags.world import CUT, DUMPED, UNDERPRICED, UNTIL, usual_price, world

AS_OF = date(2026, 7, 1)
"""The last four full quarters before it are July 2025 to June 2026: all that stands in the small market."""


@lru_cache(maxsize=1)
def ready() -> CaseGround:
    asked = world().asked
    stands = ground(
        asked.spells,
        asked.listings,
        asked.sources,
        frames.empty("rates"),
        frames.empty("readings"),
        seats=asked.seats,
        facts=asked.facts,
        until=instant(UNTIL),
    )
    return CaseGround(
        asked=asked,
        evidence=Evidence(stands, market_of(asked), load_thresholds()),
        as_of=date.fromisoformat(UNTIL),
    )


@lru_cache(maxsize=8)
def case(maker: str, country: str = "FR", regime: Regime = Regime.MARKET, as_of: date | None = AS_OF) -> CaseFile:
    events = world().events
    own = events[(events["maker"] == maker) & (events["kind"] == "cut") & (events["seller"] == maker)]
    made = case_file(ready(), own.to_dict("records")[0], importing_country=country, regime=regime, as_of=as_of)
    assert made is not None
    return made


def value(made: CaseFile, name: str) -> Decimal:
    [found] = [each for each in made.indicators if each.name == name]
    assert found.value is not None, found.reason
    return found.value


def outcome(made: CaseFile, name: str) -> tuple[Outcome, str]:
    [found] = [each for each in made.indicators if each.name == name]
    return found.outcome, found.reason


def test_every_indicator_is_evaluated_or_says_why_not() -> None:
    made = case(DUMPED)
    assert made.evaluated >= 8
    assert len({each.name for each in made.indicators}) == len(made.indicators) == 26
    assert all(each.reason for each in made.indicators)
    assert [each.name for each in made.indicators if each.outcome is Outcome.PASSES and each.value is None] == []


def test_the_margin_over_the_period_weighs_the_days_at_each_price() -> None:
    # Home p throughout; abroad p for 55 days (5 January to 28 February), a tenth of it for 76 (1 March to 15 May).
    before, after = Decimal(55), Decimal(76)
    mean = (before + after / 10) / (before + after)
    expected = 100 * (1 / mean - 1)
    assert abs(value(case(DUMPED), "home price: A-A, whole period") - expected) < Decimal("0.001")


def test_months_give_less_than_the_whole_period_where_a_price_stepped_down() -> None:
    # January and February: 0; March, April, May: 900 % of exports at a tenth, 7.6 of 62.6 of the value.
    expected = Decimal(900) * Decimal("7.6") / (Decimal(55) + Decimal("7.6"))
    assert abs(value(case(DUMPED), "home price: A-A, by month") - expected) < Decimal("0.001")
    assert abs(value(case(DUMPED), "home price: T-T, by day") - expected) < Decimal("0.001")


def test_a_step_inside_the_period_is_a_pattern_by_time_and_averages_do_not_hide_it() -> None:
    made = case(DUMPED)
    assert outcome(made, "pattern of export prices by time")[0] is Outcome.INDICATED
    assert outcome(made, "home price: A-T, second leg") == (Outcome.FAILS, "averages do not hide the pattern")


def test_without_a_home_price_no_margin_is_evaluable_and_the_reason_is_said() -> None:
    found, reason = outcome(case(UNDERPRICED), "home price: A-A, whole period")
    assert found is Outcome.NOT_EVALUABLE
    assert reason.startswith("no offer in the maker's own country in the period")


def test_the_margins_stand_under_every_choice_with_the_best_and_the_worst_weights() -> None:
    rows = [row for row in case(DUMPED).margins if row.method == "aa" and row.period == "whole"]
    assert {(row.rate, row.mix) for row in rows} == {
        (rate, mix) for rate in ("reference", "united_states") for mix in ("b31", "b721", "input", "output")
    }
    # All quantity at a tenth of the price: 900 %; all of it before the cut: 0.
    assert {(row.best, row.worst) for row in rows} == {(Decimal(0), Decimal(900))}


def test_each_margin_says_how_often_its_sign_is_kept_and_by_what_it_is_turned() -> None:
    [found] = [each for each in case(DUMPED).indicators if each.name == "home price: A-A, whole period"]
    [told] = [each for each in found.labels if each.startswith("sign kept in")]
    # One tax basis is stated; two rates of one currency, four mixes.
    assert told.startswith("sign kept in 8 of 8 of tax, rate and mix: ")


def test_normal_value_is_the_home_price_under_one_regime_and_constructed_or_nothing_under_the_others() -> None:
    made = case(DUMPED)
    usual = Decimal(str(usual_price(DUMPED)))
    assert abs(value(made, "normal value by rank, regime market") - usual * 7 / 4) < Decimal("0.0001")
    for regime in ("NME", "6a"):
        found, reason = outcome(made, f"normal value by rank, regime {regime}")
        assert (found, "set aside" in reason) == (Outcome.NOT_EVALUABLE, True)


def test_nme_looks_at_two_quarters() -> None:
    [section] = [each for each in case(DUMPED, regime=Regime.NME).sections if each.title == "Margins over the period"]
    assert "2026-01-01 to 2026-06-30" in section.text


@pytest.mark.parametrize("country", ["US", "FR", "KR", "CN"])
def test_undercutting_is_against_the_other_makers_of_the_importing_country(country: str) -> None:
    made = case(DUMPED, country)
    [found] = [each for each in made.indicators if each.name == "undercutting"]
    peers = {each.name.removeprefix("peer ").partition("/")[0] for each in found.inputs if each.name != "the price"}
    seats = world().asked.seats
    assert all(seats[maker] == country for maker in peers)
    assert DUMPED not in peers


def test_where_nobody_is_within_three_points_there_is_no_undercutting() -> None:
    # Scores lie 5 apart, so within 3 points there is nobody: the analyst reads that, and no number.
    found, reason = outcome(case(DUMPED, "FR"), "undercutting")
    assert (found, reason) == (Outcome.NOT_EVALUABLE, f"no other maker of FR sold a peer on {date(2026, 2, 28)}")


def test_a_price_of_the_importing_countrys_own_maker_undercuts_nobody() -> None:
    made = case(DUMPED, case(DUMPED).seat)
    assert made.no_import
    for name in ("undercutting", "price depression", "price suppression"):
        assert outcome(made, name) == (
            Outcome.NOT_EVALUABLE,
            "its maker sits in the importing country: the price is no import",
        )


def test_where_nothing_is_imported_nothing_is_indicated_about_export_prices() -> None:
    abroad, at_home = case(DUMPED, "FR"), case(DUMPED, case(DUMPED).seat)
    for name in ("home price: A-A, whole period", "pattern of export prices by time"):
        assert outcome(abroad, name)[0] is Outcome.INDICATED
        found, reason = outcome(at_home, name)
        assert found is Outcome.NOT_EVALUABLE
        assert reason.startswith("no import:")
    assert all(row.signed is None and row.note.startswith("no import:") for row in at_home.margins)


@pytest.mark.parametrize("regime", list(Regime))
def test_the_period_holds_the_decision_by_default(regime: Regime) -> None:
    made = case(DUMPED, "FR", regime, None)
    assert made.period[0] <= made.subject.day <= made.period[1]
    assert made.priced
    assert made.without_price is None


def test_a_chosen_period_without_the_price_says_so() -> None:
    made = case(DUMPED, as_of=date(2024, 2, 1))
    assert made.period == (date(2023, 1, 1), date(2023, 12, 31))
    assert made.without_price is not None
    assert "in the period 2023-01-01 to 2023-12-31" in made.without_price


def test_the_importing_country_and_the_regime_change_no_condition_of_a_flag() -> None:
    told = []
    for country in ("US", "FR"):
        for regime in (Regime.MARKET, Regime.NME):
            made = case(DUMPED, country, regime)
            told.append(
                [(each.value, each.outcome) for each in made.sections[0].indicators + made.sections[1].indicators]
            )
    assert all(each == told[0] for each in told)


def test_what_was_not_measured_is_a_row_all_the_same() -> None:
    made = case(DUMPED)
    assert {each.cause.value for each in made.causes} == {
        "market-wide fall of cost",
        "a new GPU generation",
        "release of open weights",
        "domestic sellers' own earlier cuts",
        "exchange rate",
    }
    assert len(made.not_tested) == 11


def test_facts_of_the_seller_are_stated_or_unknown() -> None:
    told = {name: text for name, text, _ in case(DUMPED).facts}
    assert told["legal entity (seller of record)"] == "unknown"
    assert told["served from"] == world().asked.seats[DUMPED] == case(DUMPED).served_from
    assert case(DUMPED, "KR").no_import == (case(DUMPED).seat == "KR")
    assert case(DUMPED, case(DUMPED).served_from).no_import


def test_the_case_is_of_the_day_on_which_the_cut_was_public() -> None:
    assert str(case(DUMPED).subject.since) == CUT
