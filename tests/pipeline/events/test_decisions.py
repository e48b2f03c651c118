"""True moves: what is one decision, what confirms it, and what a row says about it."""

from datetime import timedelta
from typing import Any

import pandas as pd
import pytest

from pipeline import frames
from tests.pipeline.events.ledger import Ledger, instant
from tests.pipeline.events.reading import events_of, is_flagged, moves_of, only_move

BEFORE = ("2025-04-16", {"input": 10.0, "output": 40.0})
AFTER = {"input": 2.0, "output": 8.0}


def catalogue(ledger: Ledger, name: str, listing: str, day: str, *, lineage: str | None = None) -> None:
    source = ledger.source(name, lineage=lineage)
    ledger.history(source, listing, [BEFORE, (day, AFTER)], until="2025-12-01", watched_since="2025-01-01")


def maker_page(ledger: Ledger, *, until: str, day: str = "2025-06-10", **facts: object) -> str:
    listing = ledger.listing("o3")
    source = ledger.source("acme", trust="seller", sellers=("acme",))
    ledger.history(source, listing, [BEFORE, (day, AFTER)], until=until, **facts)
    return listing


def test_nothing_recorded_is_no_event() -> None:
    assert events_of(Ledger()).empty


def test_the_cut_of_o3_is_minus_eighty_per_cent_on_both_blends() -> None:
    """10/40 → 2/8 in June 2025: (3·2 + 8)/(3·10 + 40) − 1 = −0.8."""
    ledger = Ledger()
    catalogue(ledger, "litellm", ledger.listing("o3"), "2025-06-10")
    row = only_move(ledger)
    assert row["kind"] == "cut"
    assert row["change_b31"] == pytest.approx(-0.8)
    assert row["prices"] == {"input": {"old": "10", "new": "2"}, "output": {"old": "40", "new": "8"}}


def test_one_catalogue_alone_is_probable_and_watched_not_flagged() -> None:
    ledger = Ledger()
    catalogue(ledger, "litellm", ledger.listing("o3"), "2025-06-10")
    row = only_move(ledger)
    assert (row["class_"], row["state"], row["flag"]) == ("market_move", "probable", "watch")
    assert "Missing: an independent source" in row["explanation"]


def test_two_independent_lineages_confirm() -> None:
    ledger = Ledger()
    catalogue(ledger, "litellm", ledger.listing("o3"), "2025-06-10")
    catalogue(
        ledger, "radar", ledger.listing("o3", seller="router", served_by="acme"), "2025-06-12", lineage="openrouter"
    )
    row = only_move(ledger)
    assert (row["state"], row["sources"]) == ("confirmed", '["litellm", "openrouter"]')
    assert is_flagged(row)


def test_two_lineages_that_show_the_step_of_two_models_confirm_neither() -> None:
    ledger = Ledger()
    catalogue(ledger, "litellm", ledger.listing("o3"), "2025-06-10")
    catalogue(ledger, "models_dev", ledger.listing("other"), "2025-06-12")
    assert only_move(ledger)["state"] == "probable"


def test_a_dated_name_and_its_undated_sibling_are_one_model_to_two_lineages() -> None:
    ledger = Ledger()
    catalogue(ledger, "litellm", ledger.listing("haiku-20241022"), "2025-06-10")
    catalogue(ledger, "models_dev", ledger.listing("haiku"), "2025-06-12")
    assert only_move(ledger)["state"] == "confirmed"


def test_later_evidence_does_not_change_the_identifier() -> None:
    ledger = Ledger()
    catalogue(ledger, "litellm", ledger.listing("o3"), "2025-06-10")
    alone = only_move(ledger)["id"]
    catalogue(ledger, "models_dev", ledger.listing("o3"), "2025-06-14")
    maker_page(
        ledger, until="2025-12-01", day="2025-06-10", effective_at=instant("2025-06-09"), effective_basis="seller_dated"
    )
    together = only_move(ledger)
    assert together["state"] == "confirmed"
    assert together["id"] == alone


def test_a_copy_of_a_catalogue_is_no_second_voice() -> None:
    ledger = Ledger()
    catalogue(ledger, "litellm", ledger.listing("o3"), "2025-06-10")
    catalogue(ledger, "llmledger", ledger.listing("o3"), "2025-06-11", lineage="litellm")
    assert only_move(ledger)["state"] == "probable"


def test_a_catalogue_that_follows_a_hundred_days_later_shows_the_same_decision() -> None:
    ledger = Ledger()
    catalogue(ledger, "models_dev", ledger.listing("o3"), "2025-06-10")
    catalogue(ledger, "litellm", ledger.listing("o3"), "2025-09-18")
    row = only_move(ledger)
    assert row["state"] == "confirmed"
    assert row["public_at"] == instant("2025-06-10")


def test_a_catalogue_that_follows_after_more_than_120_days_is_another_row() -> None:
    ledger = Ledger()
    catalogue(ledger, "models_dev", ledger.listing("o3"), "2025-06-10")
    catalogue(ledger, "litellm", ledger.listing("o3"), "2025-10-20")
    assert len(moves_of(ledger)) == 2


def test_a_price_that_stood_near_both_amounts_is_no_corroboration() -> None:
    """A constant .098 lies within 3 % of .096 and of .100; it shows no step."""
    ledger = Ledger()
    listing = ledger.listing("step")
    moving, still = ledger.source("a"), ledger.source("b")
    steps = [("2026-02-01", {"input": 0.096, "output": 0.288}), ("2026-06-16", {"input": 0.1, "output": 0.3})]
    ledger.history(moving, listing, steps, until="2026-12-01")
    ledger.history(still, listing, [("2026-02-01", {"input": 0.098, "output": 0.294})], until="2026-12-01")
    assert only_move(ledger)["state"] == "probable"


def test_two_captures_of_the_sellers_own_page_confirm() -> None:
    ledger = Ledger()
    maker_page(ledger, until="2025-06-11")
    row = only_move(ledger)
    assert (row["state"], row["effective_basis"]) == ("confirmed", "seller_observed")


def test_one_capture_of_the_sellers_own_page_does_not_confirm() -> None:
    ledger = Ledger()
    maker_page(ledger, until="2025-06-10")
    row = only_move(ledger)
    assert row["state"] == "probable"
    assert "second capture" in row["explanation"]


def test_a_dated_statement_on_the_sellers_page_confirms_at_once() -> None:
    ledger = Ledger()
    maker_page(ledger, until="2025-06-10", effective_at=instant("2025-06-09"), effective_basis="seller_dated")
    row = only_move(ledger, now="2025-06-10")
    assert (row["state"], row["effective_basis"]) == ("confirmed", "seller_dated")
    assert row["effective_at"] == instant("2025-06-09")
    assert "cites" not in row["explanation"]


def test_a_sellers_date_that_only_a_catalogue_cites_is_said_to_be_cited() -> None:
    """The entry applies from 9 June; nobody here looked that day, and no document of the seller says so."""
    ledger = Ledger()
    dated = {"effective_at": instant("2025-06-09"), "effective_basis": "seller_dated"}
    steps = [("2025-01-01", {"input": 10.0, "output": 40.0}), ("2025-06-09", {"input": 2.0, "output": 8.0})]
    ledger.history(ledger.source("models_dev"), ledger.listing("o3"), steps, until="2025-12-01", **dated)
    row = only_move(ledger)
    assert (row["effective_at"], row["effective_basis"]) == (instant("2025-06-09"), "seller_dated")
    assert "A catalogue cites that date; no document of the seller here states it." in row["explanation"]
    assert "entered for 2025-06-09 by models_dev" in row["explanation"]
    assert "first seen" not in row["explanation"]


def test_an_entry_that_dates_its_past_is_public_since_its_document_is() -> None:
    ledger = Ledger()
    steps = [("2025-01-01", {"input": 10.0, "output": 40.0}), ("2025-06-09", {"input": 2.0, "output": 8.0})]
    dated = {"effective_at": instant("2025-06-09"), "effective_basis": "catalogue_dated"}
    late = {"public_at": instant("2025-07-03"), "recorded_at": instant("2025-07-04")}
    ledger.history(ledger.source("models_dev"), ledger.listing("o3"), steps, until="2025-12-01", **dated, **late)
    row = only_move(ledger)
    assert (row["effective_at"], row["public_at"]) == (instant("2025-06-09"), instant("2025-07-03"))
    assert "entered for 2025-06-09 by models_dev in a document of 2025-07-03" in row["explanation"]


def test_of_two_that_show_a_move_the_first_that_was_public_says_since_when_it_is() -> None:
    """The catalogue enters the day of the move in a document of July; another showed it on 12 June."""
    ledger = Ledger()
    steps = [("2025-01-01", {"input": 10.0, "output": 40.0}), ("2025-06-09", {"input": 2.0, "output": 8.0})]
    dated = {"effective_at": instant("2025-06-09"), "effective_basis": "catalogue_dated"}
    late = {"public_at": instant("2025-07-03"), "recorded_at": instant("2025-07-04")}
    ledger.history(ledger.source("models_dev"), ledger.listing("o3"), steps, until="2025-12-01", **dated, **late)
    seen = [steps[0], ("2025-06-12", steps[1][1])]
    ledger.history(ledger.source("litellm"), ledger.listing("o3"), seen, until="2025-12-01")
    assert only_move(ledger)["public_at"] == instant("2025-06-12")


def test_an_announcement_within_the_bracket_dates_and_confirms() -> None:
    ledger = Ledger()
    catalogue(ledger, "litellm", ledger.listing("o3"), "2025-06-12")
    said = pd.DataFrame({"seller": ["acme"], "label": ["o3"], "effective_at": [instant("2025-06-10")]})
    row = only_move(ledger, announcements=said)
    assert (row["state"], row["effective_basis"]) == ("confirmed", "seller_dated")
    assert row["effective_at"] == instant("2025-06-10")


def said_of(*rows: tuple[str, str | None]) -> pd.DataFrame:
    """Statements of acme about o3: (day, what they are about)."""
    made = [{"seller": "acme", "label": "o3", "effective_at": instant(day), "about": about} for day, about in rows]
    return pd.DataFrame(made)


def test_an_announced_release_dates_no_price() -> None:
    ledger = Ledger()
    catalogue(ledger, "litellm", ledger.listing("o3"), "2025-06-12")
    row = only_move(ledger, announcements=said_of(("2025-06-11", "model")))
    assert (row["state"], row["effective_basis"]) == ("probable", "first_seen")


def test_of_two_announced_days_the_one_nearest_to_the_bracket_dates_the_price() -> None:
    """A release on the 7th says that new prices apply from the 11th: the catalogue turns between the 11th and 12th."""
    ledger = Ledger()
    catalogue(ledger, "litellm", ledger.listing("o3"), "2025-06-12")
    row = only_move(ledger, announcements=said_of(("2025-06-07", "price"), ("2025-06-11", "price")))
    assert (row["state"], row["effective_at"]) == ("confirmed", instant("2025-06-11"))


def test_a_date_after_somebody_saw_the_price_is_not_believed() -> None:
    ledger = Ledger()
    catalogue(ledger, "litellm", ledger.listing("o3"), "2025-06-10")
    late = ledger.source("models_dev")
    ledger.history(
        late,
        ledger.listing("o3"),
        [BEFORE, ("2025-06-30", AFTER)],
        until="2025-12-01",
        effective_at=instant("2025-06-30"),
        effective_basis="seller_dated",
    )
    row = only_move(ledger)
    assert row["effective_at"] == instant("2025-06-10")
    assert row["effective_basis"] == "first_seen"


def test_nothing_uncorroborated_leaves_recorded_within_48_hours() -> None:
    ledger = Ledger()
    catalogue(ledger, "litellm", ledger.listing("o3"), "2025-06-10")
    assert only_move(ledger, now="2025-06-11")["state"] == "recorded"


def test_labels_of_one_maker_with_the_same_step_are_one_decision() -> None:
    ledger = Ledger()
    source = ledger.source("litellm")
    for label in ("o3", "o3-2025-04-16"):
        ledger.history(source, ledger.listing(label), [BEFORE, ("2025-06-10", AFTER)], until="2025-12-01")
    row = only_move(ledger)
    assert row["labels"] == '["o3", "o3-2025-04-16"]'
    assert row["class_"] == "market_move"


def test_the_same_amounts_of_two_makers_are_two_decisions() -> None:
    ledger = Ledger()
    source = ledger.source("litellm")
    for maker in ("acme", "other"):
        listing = ledger.listing("o3", maker=maker, seller=maker)
        ledger.history(source, listing, [BEFORE, ("2025-06-10", AFTER)], until="2025-12-01")
    assert len(moves_of(ledger)) == 2


def test_the_same_amounts_eight_days_apart_on_two_models_are_two_decisions() -> None:
    ledger = Ledger()
    source = ledger.source("litellm")
    for label, day in (("one", "2025-06-10"), ("two", "2025-06-18")):
        ledger.history(source, ledger.listing(label), [BEFORE, (day, AFTER)], until="2025-12-01")
    assert len(moves_of(ledger)) == 2


def test_the_batch_price_that_halves_with_the_base_price_is_the_same_decision() -> None:
    ledger = Ledger()
    source = ledger.source("acme", trust="seller", sellers=("acme",))
    ledger.history(source, ledger.listing("o3"), [BEFORE, ("2025-06-10", AFTER)], until="2025-12-01")
    batch = [("2025-04-16", {"input": 5, "output": 20}), ("2025-06-10", {"input": 1, "output": 4})]
    ledger.history(source, ledger.listing("o3", tier="batch"), batch, until="2025-12-01")
    row = only_move(ledger)
    assert row["prices"]["input"] == {"old": "10", "new": "2"}
    assert is_flagged(row)


def test_a_change_of_source_is_no_event() -> None:
    ledger = Ledger()
    listing = ledger.listing("o3")
    ledger.history(ledger.source("a"), listing, [BEFORE], until="2025-06-01")
    ledger.history(ledger.source("b"), listing, [("2025-06-02", AFTER)], until="2025-12-01")
    assert moves_of(ledger) == []


def test_a_completed_cached_price_cuts_nothing() -> None:
    """B721 takes the input price for an unknown cached price on both sides."""
    ledger = Ledger()
    steps = [
        ("2025-04-16", {"input": 3, "output": 15}),
        ("2025-06-10", {"input": 3, "output": 15, "cached_input": 0.3}),
    ]
    ledger.history(ledger.source("litellm"), ledger.listing("one"), steps, until="2025-12-01")
    assert moves_of(ledger) == []


def test_a_cached_price_completed_with_a_rise_of_the_input_is_no_cut() -> None:
    ledger = Ledger()
    steps = [
        ("2025-04-16", {"input": 3, "output": 15}),
        ("2025-06-10", {"input": 4, "output": 15, "cached_input": 0.3}),
    ]
    ledger.history(ledger.source("litellm"), ledger.listing("one"), steps, until="2025-12-01")
    row = only_move(ledger)
    assert row["kind"] == "rise"
    assert row["change_b721"] == pytest.approx((9 * 4 + 15) / (9 * 3 + 15) - 1)


def test_a_cut_of_the_cached_input_alone_shows_in_one_blend_only() -> None:
    """DeepSeek V4-Flash, 2026-04-26: .028 → .0028; B31 0.0 %, B721 −23.3 %."""
    ledger = Ledger()
    steps = [
        ("2026-03-01", {"input": 0.14, "cached_input": 0.028, "output": 0.28}),
        ("2026-04-26", {"input": 0.14, "cached_input": 0.0028, "output": 0.28}),
    ]
    source = ledger.source("deepseek", trust="seller", sellers=("acme",))
    ledger.history(source, ledger.listing("v4-flash"), steps, until="2026-07-01")
    row = only_move(ledger)
    assert row["change_b31"] == 0.0
    assert round(100 * row["change_b721"], 1) == -23.3
    assert row["state"] == "confirmed"
    assert is_flagged(row)


def test_gpt_5_6_luna_is_confirmed_although_listed_for_three_weeks_only() -> None:
    """1/6 → .2/1.2 in July 2026, 21 days after it was first sold."""
    ledger = Ledger()
    steps = [("2026-07-09", {"input": 1, "output": 6}), ("2026-07-30", {"input": 0.2, "output": 1.2})]
    for name, late in (("models_dev", 1), ("litellm", 2)):
        day = f"{instant('2026-07-30') + timedelta(days=late - 1):%Y-%m-%d}"
        ledger.history(
            ledger.source(name),
            ledger.listing("gpt-5.6-luna"),
            [steps[0], (day, steps[1][1])],
            until="2026-10-01",
            watched_since="2026-06-01",
        )
    row = only_move(ledger)
    assert (row["state"], is_flagged(row)) == ("confirmed", True)


def test_a_promotion_is_a_cut_the_day_it_starts() -> None:
    ledger = Ledger()
    listing = ledger.listing("v4-pro")
    source = ledger.source("deepseek", trust="seller", sellers=("acme",))
    day = instant("2026-04-26")
    for meter, full, net in (("input", 1.74, 0.435), ("output", 3.48, 0.87)):
        ledger.spell(source, listing, meter, full, instant("2026-04-01"), instant("2026-05-31"), captures=60)
        ledger.spell(
            source,
            listing,
            meter,
            net,
            day,
            instant("2026-05-31"),
            price_basis="net",
            promotion='{"percent":"75"}',
            not_before=day - timedelta(days=1),
            captures=35,
        )
    row = only_move(ledger)
    assert (row["kind"], row["state"]) == ("promotion_start", "confirmed")
    assert row["change_b31"] == pytest.approx(-0.75)
    assert is_flagged(row)


def promoted_until(end: str) -> Ledger:
    ledger = Ledger()
    source = ledger.source("deepseek", trust="seller", sellers=("acme",))
    listing, day, last = ledger.listing("v4-pro"), instant("2026-04-26"), instant(end)
    for meter, full, net in (("input", 1.74, 0.435), ("output", 3.48, 0.87)):
        ledger.spell(source, listing, meter, full, instant("2026-03-01"), instant("2026-08-01"), captures=120)
        ledger.spell(
            source,
            listing,
            meter,
            net,
            day,
            last,
            price_basis="net",
            promotion='{"ends_at":"2026-05-31T15:59:00Z","percent":"75"}',
            not_before=day - timedelta(days=1),
            not_after=last + timedelta(days=1),
            ended="withdrawn",
            captures=35,
        )
    return ledger


def test_a_promotion_that_ended_on_its_day_is_expired_and_stays_flagged() -> None:
    started = moves_of(promoted_until("2026-05-31"))[0]
    assert (started["kind"], started["state"]) == ("promotion_start", "expired")
    assert is_flagged(started)


def test_a_promotion_that_outlasted_its_stated_end_is_not_expired() -> None:
    assert moves_of(promoted_until("2026-06-20"))[0]["state"] == "confirmed"


def test_the_end_of_a_promotion_is_a_rise_of_what_is_charged() -> None:
    ended = moves_of(promoted_until("2026-05-31"))[1]
    assert (ended["kind"], ended["class_"]) == ("promotion_end", "market_move")
    assert ended["change_b31"] == pytest.approx(3.0)


def test_a_list_price_that_moves_under_a_promotion_is_list_only() -> None:
    ledger = Ledger()
    listing = ledger.listing("v4-pro")
    source = ledger.source("deepseek", trust="seller", sellers=("acme",))
    day = instant("2026-05-01")
    ledger.spell(
        source, listing, "input", 4, instant("2026-04-01"), day - timedelta(days=1), ended="changed", not_after=day
    )
    ledger.spell(source, listing, "input", 2, day, instant("2026-06-01"), not_before=day - timedelta(days=1))
    ledger.spell(
        source, listing, "input", 1, instant("2026-04-01"), instant("2026-06-01"), price_basis="net", promotion="{}"
    )
    row = only_move(ledger)
    assert row["kind"] == "list_only"
    assert not is_flagged(row)


def test_a_model_that_becomes_free_is_to_free_and_flagged() -> None:
    ledger = Ledger()
    source = ledger.source("acme", trust="seller", sellers=("acme",))
    steps = [("2026-03-01", {"input": 1, "output": 2}), ("2026-05-01", {"input": 0, "output": 0})]
    ledger.history(source, ledger.listing("lite"), steps, until="2026-07-01")
    row = only_move(ledger)
    assert (row["kind"], row["state"]) == ("to_free", "confirmed")
    assert is_flagged(row)


def test_a_lineage_that_still_has_the_old_price_after_45_days_contradicts() -> None:
    ledger = Ledger()
    listing = ledger.listing("o3")
    catalogue(ledger, "litellm", listing, "2025-06-10")
    ledger.history(ledger.source("other"), listing, [BEFORE], until="2025-12-01")
    row = only_move(ledger)
    assert (row["class_"], row["state"]) == ("unexplained", "recorded")
    assert row["contradicted_by"] == '["other"]'


def copied(*, page_until: str, page: tuple[tuple[str, Any], ...] = ()) -> dict[str, Any]:
    """A catalogue writes 2/8 in place of 10/40 and another takes it over, while the seller's own page is looked at."""
    ledger = Ledger()
    catalogue(ledger, "litellm", ledger.listing("o3"), "2025-06-10")
    catalogue(ledger, "models_dev", ledger.listing("o3"), "2025-06-20")
    source = ledger.source("acme", trust="seller", sellers=("acme",))
    ledger.history(source, ledger.listing("o3"), [BEFORE, *page], until=page_until)
    return only_move(ledger)


def test_two_catalogues_confirm_nothing_that_the_sellers_own_page_denies() -> None:
    row = copied(page_until="2025-12-01")
    assert (row["class_"], row["state"], row["contradicted_by"]) == ("unexplained", "recorded", '["acme"]')
    assert not is_flagged(row)
    assert "the seller's own page (acme) still charged the old price two days later" in row["explanation"]


def test_a_page_that_was_not_looked_at_since_denies_nothing() -> None:
    assert copied(page_until="2025-06-11")["state"] == "confirmed"


def test_a_page_that_follows_its_catalogues_after_some_days_confirms() -> None:
    row = copied(page=(("2025-06-14", AFTER),), page_until="2025-12-01")
    assert (row["class_"], row["state"], row["contradicted_by"]) == ("market_move", "confirmed", "[]")


def test_a_page_that_strikes_the_old_price_does_not_charge_it() -> None:
    ledger = Ledger()
    catalogue(ledger, "litellm", ledger.listing("o3"), "2025-06-10")
    source = ledger.source("acme", trust="seller", sellers=("acme",))
    ledger.history(source, ledger.listing("o3"), [BEFORE], until="2025-12-01", price_basis="list")
    net = [("2025-06-09", AFTER)]
    ledger.history(source, ledger.listing("o3"), net, until="2025-12-01", watched_since="2025-04-16", price_basis="net")
    assert only_move(ledger)["state"] == "confirmed"


def test_a_lineage_that_never_had_the_old_price_makes_it_a_correction() -> None:
    ledger = Ledger()
    listing = ledger.listing("o3")
    catalogue(ledger, "litellm", listing, "2025-06-10")
    ledger.history(ledger.source("other"), listing, [("2025-04-10", AFTER)], until="2025-12-01")
    row = only_move(ledger)
    assert (row["class_"], row["contradicted_by"]) == ("correction", '["other"]')
    assert not is_flagged(row)


def lagging(other: float) -> dict[str, Any]:
    """A price of 73 days, .57/1.68 to .28/.42, while another lineage states `other` until two months after."""
    ledger = Ledger()
    old, new = {"input": 0.57, "output": 1.68}, {"input": 0.28, "output": 0.42}
    ledger.history(
        ledger.source("models_dev"),
        ledger.listing("chat"),
        [("2025-09-05", old), ("2025-11-17", new)],
        until="2026-06-01",
    )
    slow = [("2025-01-01", {"input": other, "output": 1.1}), ("2026-01-11", new)]
    ledger.history(ledger.source("litellm"), ledger.listing("chat"), slow, until="2026-06-01")
    return next(row for row in moves_of(ledger) if row["bracket_to"] == instant("2025-11-17"))


def test_a_lineage_that_slept_through_a_short_price_does_not_contradict() -> None:
    assert lagging(0.4)["contradicted_by"] == "[]"


def test_a_lineage_that_had_the_new_price_before_contradicts() -> None:
    assert lagging(0.28)["class_"] == "correction"


def test_what_moved_in_a_silence_of_a_year_is_unexplained_alone() -> None:
    """Several moves may lie between two looks that are a year apart; a second lineage makes it one."""
    ledger = Ledger()
    steps = [("2023-10-01", {"input": 15.0, "output": 15.0}), ("2024-11-28", {"input": 1.0, "output": 2.0})]
    source = ledger.source("litellm")
    for meter in ("input", "output"):
        old, new = (prices[meter] for _, prices in steps)
        bounds = instant("2023-10-01"), instant("2023-12-13"), instant("2024-11-28")
        listing = ledger.listing("command")
        ledger.spell(source, listing, meter, old, bounds[0], bounds[1], not_after=bounds[2], ended="gap", captures=9)
        ledger.spell(source, listing, meter, new, bounds[2], instant("2025-06-01"), not_before=bounds[1], captures=9)
    row = only_move(ledger)
    assert (row["class_"], row["state"]) == ("unexplained", "recorded")
    assert "several moves may lie between" in row["explanation"]
    ledger.history(ledger.source("radar"), ledger.listing("command"), steps, until="2025-06-01")
    assert only_move(ledger)["state"] == "confirmed"


def test_a_lineage_that_began_after_the_cut_contradicts_nothing() -> None:
    ledger = Ledger()
    listing = ledger.listing("o3")
    catalogue(ledger, "litellm", listing, "2025-06-10")
    ledger.history(ledger.source("other"), listing, [("2025-06-05", AFTER)], until="2025-12-01")
    assert only_move(ledger)["class_"] == "market_move"


def test_a_launch_counts_only_near_the_first_sight_of_the_model() -> None:
    ledger = Ledger()
    listing = ledger.listing("o3")
    catalogue(ledger, "litellm", listing, "2025-06-10")
    other = ledger.listing("o3", seller="host")
    ledger.history(
        ledger.source("late"), other, [("2025-11-01", AFTER)], until="2025-12-01", watched_since="2025-01-01"
    )
    found = events_of(ledger)
    assert list(found["kind"]).count("launch") == 1


def test_an_unmatched_label_has_an_unknown_maker_and_keeps_to_itself() -> None:
    ledger = Ledger()
    source = ledger.source("litellm")
    for label in ("odd", "strange"):
        listing = ledger.listing(label, maker=None, version=None, seller="host")
        ledger.history(source, listing, [BEFORE, ("2025-06-10", AFTER)], until="2025-12-01")
    assert [row["maker"] for row in moves_of(ledger)] == ["unknown", "unknown"]


def test_the_frame_is_as_declared() -> None:
    ledger = Ledger()
    catalogue(ledger, "litellm", ledger.listing("o3"), "2025-06-10")
    assert frames.check(events_of(ledger), "events") is not None
