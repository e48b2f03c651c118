"""Recorded changes: neighbours of one source and one price."""

from datetime import timedelta

import pandas as pd

from pipeline.events.changes import basis_changes, changes_of, paired
from tests.pipeline.events.ledger import NANO, Ledger, instant


def changes_in(ledger: Ledger) -> pd.DataFrame:
    return changes_of(paired(ledger.frame("spells")), ledger.frame("sources"))


def one_source() -> tuple[Ledger, str, str]:
    ledger = Ledger()
    return ledger, ledger.source("catalogue"), ledger.listing("one")


def test_an_empty_ledger_has_no_changes() -> None:
    assert changes_in(Ledger()).empty


def test_two_neighbouring_amounts_are_one_change_with_its_bracket() -> None:
    ledger, source, listing = one_source()
    ledger.history(source, listing, [("2026-01-01", {"input": 2}), ("2026-02-01", {"input": 1})], until="2026-03-01")
    change = changes_in(ledger).iloc[0]
    assert (change["old_nano"], change["new_nano"]) == (2 * NANO, 1 * NANO)
    assert change["last_seen_old"] == instant("2026-01-31")
    assert change["first_seen_new"] == instant("2026-02-01")
    assert not change["across_gap"]


def test_the_first_look_of_a_source_launches_nothing() -> None:
    ledger, source, listing = one_source()
    ledger.history(source, listing, [("2026-01-01", {"input": 2})], until="2026-03-01")
    assert changes_in(ledger).empty


def test_a_price_that_appears_under_watch_is_a_launch() -> None:
    ledger, source, listing = one_source()
    ledger.history(source, listing, [("2026-01-01", {"input": 2})], until="2026-03-01", watched_since="2025-12-01")
    change = changes_in(ledger).iloc[0]
    assert pd.isna(change["old_nano"])
    assert change["new_nano"] == 2 * NANO


def test_a_withdrawn_price_has_no_new_amount() -> None:
    ledger, source, listing = one_source()
    ledger.history(source, listing, [("2026-01-01", {"input": 2}), ("2026-02-01", {})], until="2026-03-01")
    change = changes_in(ledger).iloc[0]
    assert pd.isna(change["new_nano"])
    assert change["first_seen_new"] == instant("2026-02-01")


def test_a_price_that_comes_back_is_withdrawal_and_launch_and_no_cut() -> None:
    ledger, source, listing = one_source()
    steps = [("2026-01-01", {"input": 2}), ("2026-02-01", {}), ("2026-02-10", {"input": 1})]
    ledger.history(source, listing, steps, until="2026-03-01")
    changes = changes_in(ledger)
    assert list(changes["old_nano"].notna() & changes["new_nano"].notna()) == [False, False]


def test_a_change_across_a_gap_says_so() -> None:
    ledger, source, listing = one_source()
    ledger.spell(source, listing, "input", 2, instant("2026-01-01"), instant("2026-01-10"), ended="gap")
    ledger.spell(source, listing, "input", 1, instant("2026-06-01"), instant("2026-06-10"))
    change = changes_in(ledger).iloc[0]
    assert change["across_gap"]
    assert change["last_seen_old"] == instant("2026-01-10")


def test_the_same_amount_after_a_gap_is_no_change() -> None:
    ledger, source, listing = one_source()
    ledger.spell(source, listing, "input", 2, instant("2026-01-01"), instant("2026-01-10"), ended="gap")
    ledger.spell(source, listing, "input", 2, instant("2026-06-01"), instant("2026-06-10"))
    assert changes_in(ledger).empty


def test_the_same_amount_on_another_tax_basis_is_an_issue_and_no_change() -> None:
    ledger, source, listing = one_source()
    day = instant("2026-01-10")
    ledger.spell(
        source, listing, "input", 2, instant("2026-01-01"), day, ended="withdrawn", not_after=day + timedelta(days=1)
    )
    ledger.spell(
        source, listing, "input", 2, day + timedelta(days=1), instant("2026-02-10"), vat_included="yes", not_before=day
    )
    pairs = paired(ledger.frame("spells"))
    changes = changes_of(pairs, ledger.frame("sources"))
    issues = [issue for _, issue in basis_changes(pairs)]
    assert changes.empty
    assert [issue.kind for issue in issues] == ["basis_changed"]


def test_two_sources_that_differ_are_no_change() -> None:
    ledger = Ledger()
    first, second, listing = ledger.source("a"), ledger.source("b"), ledger.listing("one")
    ledger.history(first, listing, [("2026-01-01", {"input": 2})], until="2026-02-01")
    ledger.history(second, listing, [("2026-02-02", {"input": 1})], until="2026-03-01")
    assert changes_in(ledger).empty


def test_a_promotion_beside_a_list_price_is_a_change_of_what_is_charged() -> None:
    ledger, source, listing = one_source()
    day = instant("2026-02-01")
    ledger.spell(source, listing, "input", 4, instant("2026-01-01"), instant("2026-03-01"))
    ledger.spell(
        source,
        listing,
        "input",
        1,
        day,
        instant("2026-03-01"),
        price_basis="net",
        promotion='{"percent":"75"}',
        not_before=day - timedelta(days=1),
    )
    change = changes_in(ledger).iloc[0]
    assert (change["old_nano"], change["new_nano"], change["price_basis"]) == (4 * NANO, 1 * NANO, "net")


def test_a_page_with_and_without_tax_has_two_sequences() -> None:
    ledger, source, listing = one_source()
    for vat, amount in (("yes", 1.06), ("no", 1.0)):
        ledger.spell(source, listing, "input", amount, instant("2026-01-01"), instant("2026-03-01"), vat_included=vat)
    assert changes_in(ledger).empty


def test_amounts_beyond_the_exact_integers_of_a_float_are_compared_exactly() -> None:
    ledger, source, listing = one_source()
    ledger.history(
        source, listing, [("2026-01-01", {"request": 1}), ("2026-02-01", {"request": 2})], until="2026-03-01"
    )
    for spell, nano in zip(ledger.spells, (9_007_199_254_740_993, 9_007_199_254_740_992), strict=True):
        spell["nano_per_million"] = nano
    change = changes_in(ledger).iloc[0]
    assert change["old_nano"] - change["new_nano"] == 1
