"""Time-of-week windows are one price: the mean over the 168 hours. No calendar moves a price."""

from typing import Any

import pytest

from tests.pipeline.events.ledger import Ledger, instant
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


BUSY = {"name": "peak", "hours": ["01:00-04:00", "06:00-10:00"], "tz": "UTC"}
QUIET = {"name": "off_peak", "hours": ["10:00-01:00", "04:00-06:00"], "tz": "UTC"}


def _router(ledger: Ledger) -> None:
    """.14/.28 flat, then .22/.66 and twice that for 7 of 24 hours of every day: no listing is the rest of the week."""
    source = ledger.source("router", trust="aggregator")
    steps = [("2026-06-01", {"input": 0.14, "output": 0.28}), ("2026-08-19", {})]
    ledger.history(source, listing(ledger, None), steps, until="2026-10-01")
    for window, factor in ((BUSY, 2), (QUIET, 1)):
        prices = {"input": 0.22 * factor, "output": 0.66 * factor}
        own = listing(ledger, window)
        ledger.history(source, own, [("2026-08-19", prices)], until="2026-10-01", watched_since="2026-06-01")


@pytest.mark.parametrize("factor", [1, 2], ids=["off-peak", "peak"])
def test_the_mean_over_the_week_speaks_before_a_flat_price_of_one_window(factor: int) -> None:
    """V4-Flash of 2026-08-16 at peak hours alone would be a rise of 277 %: its mean is .22·(1 + 7/24) = .284167."""
    ledger = Ledger()
    _router(ledger)
    flat = [
        ("2026-06-01", {"input": 0.14, "output": 0.28}),
        ("2026-08-16", {"input": 0.22 * factor, "output": 0.66 * factor}),
    ]
    ledger.history(ledger.source("flat", trust="aggregator"), listing(ledger, None), flat, until="2026-10-01")
    row = only_move(ledger)
    assert (row["prices"]["input"]["new"], row["state"]) == ("0.284166667", "confirmed")
    assert "not the base price" not in row["explanation"]


def test_of_two_weeks_the_one_that_cites_the_sellers_date_speaks() -> None:
    """A router leaves out that the peak is on working days only: the seller's table has 35 of 168 hours, not 49."""
    ledger = Ledger()
    _router(ledger)
    source = ledger.source("reader", trust="copy")
    steps = [("2026-06-01", {"input": 0.14, "output": 0.28}), ("2026-08-16", {})]
    ledger.history(source, listing(ledger, None), steps, until="2026-10-01")
    cited = {"effective_at": instant("2026-08-16"), "effective_basis": "seller_dated"}
    for window, factor in ((PEAK, 2), (REST, 1)):
        prices = {"input": 0.22 * factor, "output": 0.66 * factor}
        own = listing(ledger, window)
        ledger.history(source, own, [("2026-08-16", prices)], until="2026-10-01", watched_since="2026-06-01", **cited)
    assert only_move(ledger)["prices"]["input"]["new"] == "0.265833333"  # .22·(1 + 35/168)


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


def test_windows_that_a_catalogue_keeps_apart_moved_by_one_decision() -> None:
    """DeepSeek V4-Flash of 2026-09-10: .22 to .15 off peak and .44 to .30 at peak. One catalogue dates the off-peak row
    and learns of the peak row with the same document a month later; two others write down one of the two as the price.
    """
    ledger = Ledger()
    dated = ledger.source("dated")
    written = instant("2026-10-09")
    flat = [("2026-05-15", {"input": 0.14, "output": 0.28}), ("2026-08-25", {})]
    ledger.history(dated, listing(ledger, None), flat, until="2026-11-01")  # beside windows: no week can be made
    ledger.history(
        dated,
        listing(ledger, REST),
        [("2026-08-17", {"input": 0.22, "output": 0.66}), ("2026-09-10", {"input": 0.15, "output": 0.6})],
        until="2026-11-01",
        recorded_at=written,
    )
    ledger.history(
        dated,
        listing(ledger, PEAK),
        [("2026-08-31", {"input": 0.44, "output": 1.32}), ("2026-10-09", {"input": 0.3, "output": 1.2})],
        until="2026-11-01",
        recorded_at=written,
    )
    for name, factor, day in (("low", 1, "2026-09-10"), ("high", 2, "2026-09-20")):
        steps = [
            ("2026-08-20", {"input": 0.22 * factor, "output": 0.66 * factor}),
            (day, {"input": 0.15 * factor, "output": 0.6 * factor}),
        ]
        ledger.history(ledger.source(name), listing(ledger, None), steps, until="2026-11-01")
    row = only_move(ledger)
    assert (row["kind"], row["state"], str(row["effective_at"])[:10]) == ("cut", "confirmed", "2026-09-10")
    assert row["sources"] == '["dated", "high", "low"]'
    assert (
        "off-peak: input 0.22 to 0.15, output 0.66 to 0.6; peak (01:00-04:00, 06:00-10:00 UTC, Mon-Fri): input 0.44"
        in row["explanation"]
    )
    assert "The figures above are those of off-peak." in row["explanation"]


def _times(price: float, factor: int) -> dict[str, float]:
    return {"input": price * factor, "output": 3 * price * factor}


def test_two_cuts_of_the_same_hours_are_two_decisions() -> None:
    """Written down with one document or not: no price of one window moves twice by one decision."""
    ledger = Ledger()
    source, written = ledger.source("dated"), instant("2026-10-09")
    flat = [("2026-05-15", {"input": 0.5, "output": 1.5}), ("2026-08-25", {})]
    ledger.history(source, listing(ledger, None), flat, until="2026-11-01")  # beside windows: no week can be made
    for window, factor in ((REST, 1), (PEAK, 2)):
        days = ("2026-08-17", "2026-08-27", "2026-09-10") if factor == 1 else ("2026-08-20", "2026-08-30", "2026-09-12")
        steps = [(day, _times(price, factor)) for day, price in zip(days, (0.4, 0.3, 0.2), strict=True)]
        ledger.history(source, listing(ledger, window), steps, until="2026-11-01", recorded_at=written)
    assert [row["kind"] for row in moves_of(ledger)] == ["cut", "cut"]


def test_a_meter_that_stood_does_not_end_the_bracket() -> None:
    """The cached price stays over a change of both windows: the old input was last seen at the look before."""
    ledger = Ledger()
    source = page(ledger)
    for window, factor in ((PEAK, 2), (REST, 1)):
        steps = [
            ("2026-08-16", {"input": 0.2 * factor, "output": 0.6 * factor, "cached_input": 0.01}),
            ("2026-09-10", {"input": 0.1 * factor, "output": 0.3 * factor, "cached_input": 0.01}),
        ]
        ledger.history(source, listing(ledger, window), steps, until="2026-10-01")
    row = only_move(ledger)
    assert [str(row[name])[:10] for name in ("bracket_from", "bracket_to")] == ["2026-09-09", "2026-09-10"]
