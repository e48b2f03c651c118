"""Time-of-week windows are one price: the mean over the 168 hours. No calendar moves a price."""

from typing import Any

import pytest

from tests.pipeline.events.ledger import Ledger
from tests.pipeline.events.reading import is_flagged, moves_of, only_move

PEAK = {"name": "peak", "hours": ["01:00-04:00", "06:00-10:00"], "tz": "UTC", "weekdays": [1, 2, 3, 4, 5]}
REST = {"name": "off_peak"}
DAY = {"name": "day", "hours": ["00:30-16:30"], "tz": "UTC"}
NIGHT = {"name": "night", "hours": ["16:30-00:30"], "tz": "UTC"}


def listing(ledger: Ledger, window: dict[str, Any] | None) -> str:
    return ledger.listing("v4-pro") if window is None else ledger.listing("v4-pro", window=window)


def page(ledger: Ledger) -> str:
    return ledger.source("acme", trust="seller", sellers=("acme",))


def test_peak_hours_that_begin_are_one_event_on_the_weekly_mean() -> None:
    """.435/.87 flat → .66/1.98, twice that for 7 h on weekdays: 35 of 168 hours, so the mean is .66·(1 + 35/168)."""
    ledger = Ledger()
    source = page(ledger)
    steps = [("2026-06-01", {"input": 0.435, "output": 0.87}), ("2026-08-16", {})]
    ledger.history(source, listing(ledger, None), steps, until="2026-10-01")
    for window, factor in ((PEAK, 2), (REST, 1)):
        ledger.history(
            source,
            listing(ledger, window),
            [("2026-08-16", {"input": 0.66 * factor, "output": 1.98 * factor})],
            until="2026-10-01",
            watched_since="2026-06-01",
        )
    row = only_move(ledger)
    assert (row["kind"], row["state"]) == ("rise", "confirmed")
    assert float(row["prices"]["input"]["new"]) == pytest.approx(0.66 * (1 + 35 / 168))
    mean = (3 * 0.66 + 1.98) * (1 + 35 / 168)
    assert row["change_b31"] == pytest.approx(mean / (3 * 0.435 + 0.87) - 1)


def test_windows_that_stay_make_no_event() -> None:
    ledger = Ledger()
    source = page(ledger)
    for window, price in ((PEAK, 1.32), (REST, 0.66)):
        ledger.history(
            source, listing(ledger, window), [("2026-08-16", {"input": price, "output": 3 * price})], until="2026-10-01"
        )
    assert moves_of(ledger) == []


def test_a_cut_in_all_windows_is_one_decision() -> None:
    ledger = Ledger()
    source = page(ledger)
    for window, factor in ((PEAK, 2), (REST, 1)):
        steps = [
            ("2026-08-16", {"input": 0.2 * factor, "output": 0.6 * factor}),
            ("2026-09-10", {"input": 0.1 * factor, "output": 0.3 * factor}),
        ]
        ledger.history(source, listing(ledger, window), steps, until="2026-10-01")
    row = only_move(ledger)
    assert row["kind"] == "cut"
    assert row["change_b31"] == pytest.approx(-0.5)
    assert is_flagged(row)


def test_a_night_discount_that_begins_is_a_cut_of_the_weekly_mean() -> None:
    """.55/2.19 all day → a quarter of it for 8 of 24 hours: (16·1 + 8·.25)/24 = .75."""
    ledger = Ledger()
    source = page(ledger)
    flat = {"input": 0.56, "output": 2.2}
    ledger.history(source, listing(ledger, None), [("2024-12-01", flat), ("2025-02-26", {})], until="2025-06-01")
    for window, factor in ((DAY, 1.0), (NIGHT, 0.25)):
        prices = {meter: price * factor for meter, price in flat.items()}
        ledger.history(
            source, listing(ledger, window), [("2025-02-26", prices)], until="2025-06-01", watched_since="2024-12-01"
        )
    row = only_move(ledger)
    assert row["kind"] == "windows"
    assert row["change_b31"] == pytest.approx(-0.25)
    assert is_flagged(row)


def test_windows_that_do_not_fill_the_week_keep_their_own_prices() -> None:
    ledger = Ledger()
    source = page(ledger)
    steps = [("2026-08-16", {"input": 2.0, "output": 6.0}), ("2026-09-10", {"input": 1.0, "output": 3.0})]
    ledger.history(source, listing(ledger, PEAK), steps, until="2026-10-01")
    row = only_move(ledger)
    assert row["kind"] == "cut"
    assert row["change_b31"] == pytest.approx(-0.5)


def leaves_out_the_peak(trust: str) -> dict[str, Any]:
    """Off-peak .66 and peak 1.32; from September on the source states .66 and no hours."""
    ledger = Ledger()
    source = ledger.source("reader", trust=trust, sellers=("acme",))
    for window, factor in ((PEAK, 2), (REST, 1)):
        steps = [("2026-08-16", {"input": 0.66 * factor, "output": 1.98 * factor}), ("2026-09-01", {})]
        ledger.history(source, listing(ledger, window), steps, until="2026-10-01")
    ledger.history(
        source,
        listing(ledger, None),
        [("2026-09-01", {"input": 0.66, "output": 1.98})],
        until="2026-10-01",
        watched_since="2026-08-16",
    )
    return only_move(ledger)


def test_a_catalogue_that_leaves_out_the_peak_hours_shows_no_cut() -> None:
    row = leaves_out_the_peak("aggregator")
    assert (row["class_"], is_flagged(row)) == ("scope_change", False)


def test_a_seller_that_ends_its_peak_hours_did_cut() -> None:
    row = leaves_out_the_peak("seller")
    assert (row["class_"], row["state"]) == ("market_move", "confirmed")


def test_a_night_discount_that_ends_is_a_rise() -> None:
    ledger = Ledger()
    source = ledger.source("models_dev")
    for window, price in ((DAY, 0.57), (NIGHT, 0.27)):
        steps = [("2025-03-01", {"input": price, "output": 2 * price}), ("2025-09-05", {})]
        ledger.history(source, listing(ledger, window), steps, until="2025-12-01")
    flat = [("2025-09-05", {"input": 0.57, "output": 1.14})]
    ledger.history(source, listing(ledger, None), flat, until="2025-12-01", watched_since="2025-03-01")
    row = only_move(ledger)
    assert row["class_"] == "market_move"
    assert row["change_b31"] > 0


def raised(ledger: Ledger) -> None:
    """The offer's page: .435/.87 flat, then .66/1.98 and twice that in the peak hours."""
    source = ledger.source("catalogue", trust="copy")
    steps = [("2026-06-01", {"input": 0.435, "output": 0.87}), ("2026-08-16", {})]
    ledger.history(source, listing(ledger, None), steps, until="2026-10-01")
    for window, factor in ((PEAK, 2), (REST, 1)):
        prices = {"input": 0.66 * factor, "output": 1.98 * factor}
        own = listing(ledger, window)
        ledger.history(source, own, [("2026-08-16", prices)], until="2026-10-01", watched_since="2026-06-01")


@pytest.mark.parametrize("factor", [1, 2], ids=["off-peak", "peak"])
def test_a_catalogue_without_windows_shows_the_same_rise_by_the_price_of_one_window(factor: int) -> None:
    ledger = Ledger()
    raised(ledger)
    flat = [("2026-06-01", {"input": 0.435, "output": 0.87}), ("2026-09-01", {"input": 0.66, "output": 1.98})]
    flat[1] = ("2026-09-01", {meter: price * factor for meter, price in flat[1][1].items()})
    ledger.history(ledger.source("late"), listing(ledger, None), flat, until="2026-10-01")
    row = only_move(ledger)
    assert (row["kind"], row["class_"], row["state"]) == ("rise", "market_move", "confirmed")
    assert row["public_at"].day == 16


def test_a_catalogue_with_another_price_is_another_decision() -> None:
    ledger = Ledger()
    raised(ledger)
    flat = [("2026-06-01", {"input": 0.435, "output": 0.87}), ("2026-09-01", {"input": 1.0, "output": 3.0})]
    ledger.history(ledger.source("late"), listing(ledger, None), flat, until="2026-10-01")
    assert len(moves_of(ledger)) == 2


def test_what_each_window_costs_is_said() -> None:
    ledger = Ledger()
    raised(ledger)
    said = only_move(ledger)["explanation"]
    assert "off-peak: input 0.66, output 1.98" in said
    assert "peak (01:00-04:00, 06:00-10:00 UTC, Mon-Fri): input 1.32, output 3.96" in said


def test_the_old_mean_was_last_seen_before_the_first_window_moved() -> None:
    """The night's price stays to this day, the day's price rises on 25 August: the old mean ended on the 24th."""
    ledger = Ledger()
    source = ledger.source("models_dev")
    night = [("2025-06-10", {"input": 0.135, "output": 0.55})]
    ledger.history(source, listing(ledger, NIGHT), night, until="2025-12-01")
    steps = [("2025-06-10", {"input": 0.27, "output": 1.1}), ("2025-08-25", {"input": 0.57, "output": 1.68})]
    ledger.history(source, listing(ledger, DAY), steps, until="2025-12-01")
    row = only_move(ledger)
    assert [f"{row[name]:%m-%d}" for name in ("bracket_from", "bracket_to")] == ["08-24", "08-25"]
