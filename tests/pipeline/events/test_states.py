"""What is known of a decision grows with every capture: its state is revisited, its identifier is not."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from pipeline.events.verdicts import VETOES
from tests.pipeline.events.decoys import DECOYS
from tests.pipeline.events.decoys import read as read_decoy
from tests.pipeline.events.ledger import Ledger, instant
from tests.pipeline.events.reading import events_of, moves_of, only_move

OLD, NEW = {"input": 10.0, "output": 40.0}, {"input": 2.0, "output": 8.0}
CUT = "2025-06-10"


def looked(ledger: Ledger, source: str, day: str, *, changed: str = CUT, back: str | None = None) -> None:
    """What the daily looks of `source` had seen by `day`: the cut on `changed`, and the old price again from `back`."""
    steps = [("2025-01-01", OLD), (changed, NEW), *([] if back is None else [(back, OLD)])]
    known = [step for step in steps if step[0] <= day]
    ledger.history(source, ledger.listing("o3"), known, until=day)


def cut(ledger: Ledger, day: str) -> dict[str, Any]:
    """The decision of June as it stood on `day`."""
    return next(row for row in moves_of(ledger, now=day) if row["bracket_to"] == instant(CUT))


def catalogue(day: str, **facts: Any) -> dict[str, Any]:
    ledger = Ledger()
    looked(ledger, ledger.source("litellm"), day, **facts)
    return cut(ledger, day)


def two_catalogues(day: str, second: str) -> dict[str, Any]:
    ledger = Ledger()
    looked(ledger, ledger.source("litellm"), day)
    looked(ledger, ledger.source("models_dev"), day, changed=second)
    return cut(ledger, day)


def own_page(day: str, **facts: Any) -> dict[str, Any]:
    ledger = Ledger()
    looked(ledger, ledger.source("acme", trust="seller", sellers=("acme",)), day, **facts)
    return cut(ledger, day)


def read(row: dict[str, Any]) -> tuple[str, str]:
    return row["class_"], row["state"]


def test_recorded_becomes_probable_after_two_days_without_a_veto() -> None:
    assert read(catalogue("2025-06-11")) == ("market_move", "recorded")
    assert read(catalogue("2025-06-12")) == ("market_move", "probable")


def test_probable_becomes_confirmed_when_a_second_lineage_follows() -> None:
    before, after = two_catalogues("2025-06-19", "2025-06-20"), two_catalogues("2025-06-20", "2025-06-20")
    assert (before["state"], after["state"]) == ("probable", "confirmed")
    assert before["id"] == after["id"]


def test_recorded_becomes_confirmed_at_the_second_capture_of_the_sellers_page() -> None:
    before, after = own_page(CUT), own_page("2025-06-11")
    assert (before["state"], after["state"]) == ("recorded", "confirmed")
    assert before["id"] == after["id"]


def test_probable_becomes_reverted_when_the_catalogue_takes_it_back() -> None:
    before, after = catalogue("2025-06-20"), catalogue("2025-06-25", back="2025-06-21")
    assert read(before) == ("market_move", "probable")
    assert read(after) == ("correction", "reverted")
    assert before["id"] == after["id"]


def test_confirmed_becomes_reverted_when_the_seller_takes_it_back() -> None:
    before, after = own_page("2025-06-20"), own_page("2025-06-25", back="2025-06-21")
    assert (before["state"], after["state"]) == ("confirmed", "reverted")


def test_what_two_lineages_confirmed_stays_so_when_one_of_them_takes_it_back() -> None:
    ledger = Ledger()
    for name in ("litellm", "models_dev", "radar"):
        looked(ledger, ledger.source(name), "2025-07-20", back="2025-06-25" if name == "radar" else None)
    assert cut(ledger, "2025-07-20")["state"] == "confirmed"


def test_probable_falls_back_to_recorded_when_another_lineage_still_has_the_old_price() -> None:
    before, after = two_catalogues("2025-06-20", "2026-12-01"), two_catalogues("2025-08-01", "2026-12-01")
    assert read(before) == ("market_move", "probable")
    assert read(after) == ("unexplained", "recorded")
    assert "models_dev still stated the old price 45 days later" in after["explanation"]


def promotion(day: str, last: str) -> dict[str, Any]:
    """Net .435 beside a list price of 1.74, said to end on 31 May; seen at the promotional price until `last`."""
    ledger = Ledger()
    source, listing = ledger.source("acme", trust="seller", sellers=("acme",)), ledger.listing("v4")
    seen = min(last, day)
    ends = json.dumps({"percent": "75", "ends_at": "2026-05-31T00:00:00Z", "text": "75 % off"})
    for meter, price in (("input", 1.74), ("output", 3.48)):
        ledger.spell(source, listing, meter, price, instant("2026-04-01"), instant(day), captures=30)
        ledger.spell(
            source,
            listing,
            meter,
            price / 4,
            instant("2026-05-01"),
            instant(seen),
            not_before=instant("2026-04-30"),
            not_after=instant(seen) + timedelta(days=1) if seen < day else None,
            ended="withdrawn" if seen < day else "open",
            price_basis="net",
            promotion=ends,
            captures=9,
        )
    return next(row for row in moves_of(ledger, now=day) if row["bracket_to"] == instant("2026-05-01"))


def test_a_confirmed_promotion_expires_when_its_end_has_passed() -> None:
    assert promotion("2026-05-20", last="2026-05-31")["state"] == "confirmed"
    assert promotion("2026-06-10", last="2026-05-31")["state"] == "expired"


def test_a_promotion_that_goes_on_after_its_end_stays_confirmed() -> None:
    assert promotion("2026-06-10", last="2026-06-10")["state"] == "confirmed"


@pytest.mark.parametrize("decoy", [decoy for decoy, _ in DECOYS], ids=[decoy.__name__ for decoy, _ in DECOYS])
def test_what_is_no_move_names_the_rule_that_says_so(decoy: Callable[[], Ledger]) -> None:
    """The explanation has the words of the rule that spoke against it, or the lineages that contradict."""
    for row in read_decoy(decoy):
        if isinstance(row["veto"], str):
            assert VETOES[row["veto"].replace(" ", "_")].text in row["explanation"]
        else:
            assert json.loads(row["contradicted_by"])
            assert all(lineage in row["explanation"] for lineage in json.loads(row["contradicted_by"]))


def test_every_explanation_says_class_state_and_the_source_that_saw_it_first() -> None:
    ledger = Ledger()
    for name in ("litellm", "models_dev"):
        looked(ledger, ledger.source(name), "2025-08-01")
    found = events_of(ledger)
    for row in found.to_dict("records"):
        assert "Read as a market move" in row["explanation"]
        assert f"State {row['state']}: first seen" in row["explanation"]
        assert "litellm" in row["explanation"]
    assert not found.empty


def test_a_view_before_the_cut_knows_nothing_of_it() -> None:
    ledger = Ledger()
    looked(ledger, ledger.source("litellm"), "2025-06-09")
    assert events_of(ledger, now="2025-06-09").empty


def test_a_lineage_that_differs_about_the_cache_only_shows_the_same_step() -> None:
    """Both saw 1.74 / 3.48 become .435 / .87; of the cache one said .145 before and the other .0145."""
    ledger = Ledger()
    for name, day, cached in (("models_dev", "2026-05-25", 0.145), ("genai_prices", "2026-06-05", 0.0145)):
        old = {"input": 1.74, "cached_input": cached, "output": 3.48}
        new = {"input": 0.435, "cached_input": 0.003625, "output": 0.87}
        ledger.history(ledger.source(name), ledger.listing("v4"), [("2026-04-24", old), (day, new)], until="2026-08-01")
    row = only_move(ledger)
    assert (row["state"], json.loads(row["sources"])) == ("confirmed", ["genai_prices", "models_dev"])


def struck_page(*, listed: float) -> Ledger:
    """A catalogue writes the cut down on the 25th; the seller's page of the 8th printed a struck price beside it."""
    ledger = Ledger()
    listing = ledger.listing("v4")
    steps = [("2026-04-24", {"input": 1.74, "output": 3.48}), ("2026-05-25", {"input": 0.435, "output": 0.87})]
    ledger.history(ledger.source("models_dev"), listing, steps, until="2026-08-01")
    page = ledger.source("acme", trust="seller", sellers=("acme",))
    for basis, factor in (("list", 1.0), ("net", 0.25)):
        prices = {"input": listed * factor, "output": 2 * listed * factor}
        ledger.history(page, listing, [("2026-05-08", prices)], until="2026-05-08", price_basis=basis)
    return ledger


def test_a_page_that_prints_both_prices_confirms_and_dates_the_cut() -> None:
    row = only_move(struck_page(listed=1.74))
    assert (row["state"], row["effective_basis"]) == ("confirmed", "seller_observed")
    assert row["effective_at"] == instant("2026-05-08")
    assert "the seller's own page of 2026-05-08 prints the old price as list price" in row["explanation"]


def test_a_page_that_prints_another_struck_price_confirms_nothing() -> None:
    row = only_move(struck_page(listed=2.0))
    assert (row["state"], row["effective_basis"]) == ("probable", "first_seen")


def test_no_date_is_believed_that_lies_after_a_look_that_showed_the_price() -> None:
    """A catalogue dates the new price 29 June; a router, whose own move is no maker's, had it since 6 June."""
    ledger = Ledger()
    steps = [("2026-01-01", OLD), ("2026-06-06", NEW)]
    router = ledger.listing("o3", seller="openrouter")
    ledger.history(ledger.source("radar", sellers=("openrouter",)), router, steps, until="2026-12-01")
    dated = ledger.listing("o3")
    late = [("2026-01-01", OLD), ("2026-06-29", NEW)]
    ledger.history(ledger.source("models_dev"), dated, late, until="2026-12-01")
    for row in moves_of(ledger):
        assert row["effective_at"] <= row["bracket_to"]


def test_a_contradiction_is_the_reason_that_the_explanation_gives() -> None:
    ledger = Ledger()
    looked(ledger, ledger.source("litellm"), "2025-12-01")
    ledger.history(ledger.source("models_dev"), ledger.listing("o3"), [("2025-01-01", OLD)], until="2025-12-01")
    row = only_move(ledger)
    assert "Read as unexplained, because models_dev still stated the old price 45 days later." in row["explanation"]


def test_the_explanation_says_between_which_looks_it_happened_where_nobody_dates_it() -> None:
    ledger = Ledger()
    looked(ledger, ledger.source("litellm"), "2025-08-01")
    assert "Nobody dates it: between the looks of 2025-06-09 and 2025-06-10." in only_move(ledger)["explanation"]
