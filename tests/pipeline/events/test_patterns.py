"""What decisions show together that none of them shows alone."""

import json
from typing import Any

import pandas as pd
import pytest

from pipeline import frames
from pipeline.events.patterns import kinds
from pipeline.events.patterns.found import patterns
from pipeline.reference.thresholds import load_thresholds
from tests.pipeline.events.ledger import Ledger
from tests.pipeline.events.reading import events_of

Steps = list[tuple[str, dict[str, float]]]


def found(ledger: Ledger, pattern: str, quality_prices: pd.DataFrame | None = None) -> list[dict[str, Any]]:
    prices = frames.empty("quality_prices") if quality_prices is None else quality_prices
    spells, listings = ledger.frame("spells"), ledger.frame("listings")
    table = patterns(events_of(ledger), spells, listings, prices, load_thresholds())
    rows = table[table["pattern"] == pattern].to_dict("records")
    return [{str(name): value for name, value in row.items()} for row in rows]


def catalogue(ledger: Ledger, steps: Steps, *, label: str = "o3", maker: str = "acme") -> None:
    source = "litellm" if "litellm" in ledger.sources else ledger.source("litellm")
    ledger.history(source, ledger.listing(label, maker=maker, seller=maker), steps, until="2026-12-01")


def test_an_empty_ledger_has_no_patterns() -> None:
    table = patterns(
        events_of(Ledger()),
        *(frames.empty(name) for name in ("spells", "listings", "quality_prices")),
        load_thresholds(),
    )
    assert table.empty


def monthly(factor: float) -> Steps:
    """A price of 100 in January 2025 and twelve monthly steps by `factor`, whole numbers of 10⁻⁶."""
    days = [f"2025-{month:02}-10" for month in range(1, 13)] + ["2026-01-10"]
    amounts = [round(100 * factor**step, 6) for step in range(13)]
    return [(day, {"input": amount, "output": amount}) for day, amount in zip(days, amounts, strict=True)]


def test_twelve_cuts_of_four_per_cent_are_a_cut_of_thirty_nine() -> None:
    """.96^12 = .6127."""
    ledger = Ledger()
    catalogue(ledger, monthly(0.96))
    last = found(ledger, "drawdown")[-1]
    assert last["days"] == 365
    assert last["size"] == pytest.approx(0.96**12 - 1, abs=1e-6)
    assert "in 12 steps" in last["sentence"]
    assert len(json.loads(last["events"])) == 12


def test_the_reference_of_ninety_days_is_that_of_ninety_days() -> None:
    """Four monthly cuts of 10 %: 90 days before 10 May are 9 February, when the price before the first cut was gone."""
    ledger = Ledger()
    catalogue(ledger, monthly(0.9)[:5])
    sizes = {row["days"]: row["size"] for row in found(ledger, "drawdown") if f"{row['at']:%Y-%m-%d}" == "2025-05-10"}
    assert sizes == pytest.approx({90: 0.9**3 - 1, 365: 0.9**4 - 1}, abs=1e-6)


def test_a_single_cut_is_no_drawdown() -> None:
    ledger = Ledger()
    catalogue(ledger, monthly(0.5)[:2])
    assert found(ledger, "drawdown") == []


def test_no_drawdown_crosses_a_correction() -> None:
    """The second step is a swapped entry put right, no move of the seller."""
    ledger = Ledger()
    steps: Steps = [
        ("2025-01-10", {"input": 10, "output": 40}),
        ("2025-03-10", {"input": 9, "output": 36}),
        ("2025-05-10", {"input": 36, "output": 9}),
        ("2025-09-10", {"input": 32, "output": 8}),
    ]
    catalogue(ledger, steps)
    assert found(ledger, "drawdown") == []


def test_a_price_below_all_earlier_ones_is_a_new_low() -> None:
    ledger = Ledger()
    steps = [("2025-01-10", 10.0), ("2025-03-10", 7.0), ("2025-06-10", 9.0), ("2025-09-10", 6.0)]
    catalogue(ledger, [(day, {"input": price, "output": price}) for day, price in steps])
    low = found(ledger, "new_low")
    assert [f"{row['at']:%Y-%m-%d}" for row in low] == ["2025-09-10"]
    assert low[0]["size"] == pytest.approx(6 / 7 - 1)


def test_a_cut_of_the_cached_input_alone_is_named() -> None:
    """METHODS 2: .028 → .0028 with .14/.28 standing is 0.0 % of B31 and −23.3 % of B721."""
    ledger = Ledger()
    steps: Steps = [
        ("2026-01-10", {"input": 0.14, "cached_input": 0.028, "output": 0.28}),
        ("2026-04-26", {"input": 0.14, "cached_input": 0.0028, "output": 0.28}),
    ]
    catalogue(ledger, steps)
    assert [round(row["size"], 3) for row in found(ledger, "cached_only")] == [-0.233]


def test_a_model_that_becomes_free_is_named() -> None:
    ledger = Ledger()
    catalogue(ledger, [("2025-01-10", {"input": 1, "output": 2}), ("2025-05-10", {"input": 0, "output": 0})])
    assert "became free" in found(ledger, "to_free")[0]["sentence"]


def on_one_channel(factor: float, **cached: float) -> Ledger:
    """Three models of one maker on one channel, all their prices times the factor; a cached price before and after."""
    ledger = Ledger()
    ledger.source("litellm")
    for label, price in (("a", 1.0), ("b", 3.0), ("c", 10.0)):
        before, after = ({"cached_input": price * cached[when]} if cached else {} for when in ("before", "after"))
        steps = [
            ("2025-01-10", {"input": price, "output": price} | before),
            ("2025-05-10", {"input": price * factor, "output": price * factor} | after),
        ]
        ledger.history("litellm", ledger.listing(label, seller="cloud"), steps, until="2025-12-01")
    return ledger


def test_one_ratio_on_three_models_of_one_channel_is_its_discount() -> None:
    (row,) = found(on_one_channel(0.5), "channel_discount")
    assert (row["seller"], row["size"]) == ("cloud", -0.5)
    assert "3 of acme's models" in row["sentence"]


def test_a_move_of_nothing_is_no_discount_of_a_channel() -> None:
    assert found(on_one_channel(1.0, before=0.5, after=0.25), "channel_discount") == []  # B31 does not see the cache


def test_two_models_are_no_discount_of_a_channel() -> None:
    """Nor are three names of two models: the rule of the class says three models."""
    event = {
        "class_": "channel_discount",
        "change_b31": -0.5,
        "seller": "cloud",
        "maker": "acme",
        "bracket_to": pd.Timestamp("2025-05-10", tz="UTC"),
        "market": "international",
        "id": "0" * 16,
    }
    two = [
        {"model_versions": '["acme/a"]', "labels": '["a", "eu.a"]'},
        {"model_versions": '["acme/b"]', "labels": '["b"]'},
    ]
    three = [*two, {"model_versions": "[null]", "labels": '["c"]'}]
    assert kinds.channel_moves(pd.DataFrame([event | each for each in two]), load_thresholds()) == []
    (row,) = kinds.channel_moves(pd.DataFrame([event | each for each in three]), load_thresholds())
    assert "3 of acme's models" in row["sentence"]


def promoted(last_seen: str) -> Ledger:
    ledger = Ledger()
    listing = ledger.listing("v4")
    source = ledger.source("acme", trust="seller", sellers=("acme",))
    ends = json.dumps({"percent": "75", "ends_at": "2026-05-31T00:00:00Z", "text": "75 % off"})
    for meter in ("input", "output"):
        since, until = pd.Timestamp("2026-04-26", tz="UTC"), pd.Timestamp(last_seen, tz="UTC")
        ledger.spell(source, listing, meter, 0.5, since, until, price_basis="net", promotion=ends)
    return ledger


def test_a_promotion_that_outlasts_its_end_is_named() -> None:
    (row,) = found(promoted("2026-08-16"), "promotion_extended")
    assert row["days"] == 77


def test_a_promotion_that_ended_in_time_is_not() -> None:
    assert found(promoted("2026-06-01"), "promotion_extended") == []


def test_a_discount_that_a_reseller_states_is_the_channels() -> None:
    ledger = Ledger()
    source = ledger.source("openrouter_endpoints")
    listing = ledger.listing("sol", seller="openrouter", served_by="acme")
    since, until = pd.Timestamp("2026-08-21", tz="UTC"), pd.Timestamp("2026-09-21", tz="UTC")
    half = json.dumps({"percent": "50", "text": "discount 0.5"})
    ledger.spell(source, listing, "input", 2, since, until, price_basis="net", promotion=half)
    (row,) = found(ledger, "standing_discount")
    assert row["size"] == -0.5
    assert "not of the maker" in row["sentence"]


def test_prices_by_the_hour_are_compared_with_the_cheapest_hour() -> None:
    ledger = Ledger()
    source = ledger.source("acme", trust="seller", sellers=("acme",))
    peak = {"name": "peak", "hours": ["01:00-04:00", "06:00-10:00"], "tz": "UTC"}
    for window, price in ((peak, 1.32), ({"name": "off_peak"}, 0.66)):
        prices = {"input": price, "output": 3 * price}
        ledger.history(source, ledger.listing("v4", window=window), [("2026-08-16", prices)], until="2026-10-01")
    (row,) = found(ledger, "hours")
    assert row["size"] == pytest.approx(1.0)


def cut_of(ledger: Ledger, maker: str, day: str) -> None:
    before, after = {"input": 10.0, "output": 40.0}, {"input": 5.0, "output": 20.0}
    catalogue(ledger, [("2025-01-10", before), (day, after)], label=f"{maker}-1", maker=maker)


def test_makers_that_cut_one_after_another_are_a_price_war_with_lags() -> None:
    ledger = Ledger()
    for maker, day in (("one", "2025-05-06"), ("two", "2025-05-15"), ("three", "2025-05-21"), ("late", "2025-09-01")):
        cut_of(ledger, maker, day)
    followers = found(ledger, "followed")
    assert [(row["maker"], row["days"]) for row in followers] == [("two", 9), ("three", 6)]
    assert followers[0]["sentence"].startswith("two cut two/two-1 by 50 % on 2025-05-15, 9 days after one cut")
    (war,) = found(ledger, "price_war")
    assert war["days"] == 15
    assert "3 makers" in war["sentence"]


def test_two_makers_are_no_price_war() -> None:
    ledger = Ledger()
    for maker, day in (("one", "2025-05-06"), ("two", "2025-05-15")):
        cut_of(ledger, maker, day)
    assert found(ledger, "price_war") == []


def weekly(days: list[str]) -> Ledger:
    """A cut of 10 % on each of the days."""
    ledger = Ledger()
    steps = [("2025-01-01", 100.0), *((day, 100 * 0.9 ** (place + 1)) for place, day in enumerate(days))]
    catalogue(ledger, [(day, {"input": round(price, 3), "output": round(price, 3)}) for day, price in steps])
    return ledger


def test_decisions_that_all_come_on_a_tuesday_show_in_the_permutation_test() -> None:
    tuesdays = [f"{day:%Y-%m-%d}" for day in pd.date_range("2025-02-04", periods=12, freq="28D")]
    row = found(weekly(tuesdays), "weekday")[0]
    assert row["p"] == pytest.approx(0.001)
    assert "12 of 12 dated decisions came on a Tuesday" in row["sentence"]


def test_decisions_on_all_days_do_not() -> None:
    spread = [f"{day:%Y-%m-%d}" for day in pd.date_range("2025-02-04", periods=14, freq="29D")]
    assert found(weekly(spread), "weekday")[0]["p"] > 0.5


def test_fewer_than_ten_dated_decisions_are_not_tested() -> None:
    assert found(weekly(["2025-02-04", "2025-03-04"]), "weekday") == []


@pytest.mark.parametrize(("peers", "rows"), [(5, 1), (2, 0)])
def test_a_launch_under_its_peers_is_named_where_there_are_three(peers: int, rows: int) -> None:
    ledger = Ledger()
    ledger.source("litellm")
    ledger.history("litellm", ledger.listing("old"), [("2025-01-01", {"input": 9, "output": 9})], until="2025-12-01")
    ledger.history(
        "litellm",
        ledger.listing("new"),
        [("2025-05-06", {"input": 1, "output": 1})],
        until="2025-12-01",
        watched_since="2025-01-01",
    )
    empty = frames.empty("quality_prices")
    row = {"blend": "b31", "period": "2025-05-31", "model_version": "acme/new", "maker": "acme", "score": 50.0}
    row |= {"price": 1.0, "undercut_pct": -60.0, "peers": peers, "benchmark": "index", "makers": 20, "not_above": 0}
    row |= {"vintage": pd.Timestamp("2025-05-20", tz="UTC"), "controls": "score"}
    table = pd.DataFrame([row]).reindex(columns=empty.columns)
    table["period"] = pd.to_datetime(table["period"])
    assert len(found(ledger, "low_launch", table)) == rows
