"""A decision beside its own past, as one source tells it."""

import json
from typing import Any

import pandas as pd
import pytest

from pipeline import frames
from pipeline.query import decisions
from pipeline.query.own_past import compared, comparison
from pipeline.query.snapshot import Snapshot
from tests.pipeline.query.test_decisions import event_of

Spell = tuple[str, str, str, str, str]


def told(small: Snapshot, *histories: tuple[str, list[Spell]]) -> Snapshot:
    """The small snapshot where the sources tell of o3 as given: (input, output, first, last, ended) per source."""
    spells = small["spells"]
    model = spells[spells["listing_id"] == json.loads(event_of(small, "openai/o3")["listing_ids"])[0]].iloc[0]
    rows: list[dict[Any, Any]] = []
    for source, steps in histories:
        for number, (input_, output, first, last, ended) in enumerate(steps):
            after = steps[number + 1][2] if ended == "changed" else None
            for meter, amount in (("input", input_), ("output", output)):
                rows.append(
                    model.to_dict()
                    | {"source": source, "meter": meter, "amount": amount, "ended": ended}
                    | {"nano_per_million": int(float(amount) * 1e9)}
                    | {"first_seen": pd.Timestamp(first, tz="UTC"), "last_seen": pd.Timestamp(last, tz="UTC")}
                    | {"not_after": pd.NaT if after is None else pd.Timestamp(after, tz="UTC")}
                )
    made = small.frames | {"spells": frames.coerce(pd.DataFrame(rows), "spells")}
    return Snapshot(frames=made, meta=small.meta)


def test_a_cut_is_compared_with_its_own_past(small: Snapshot) -> None:
    found = comparison(small, event_of(small, "openai/o3"))
    assert found is not None
    assert found.last == pytest.approx(17.5)  # (3·10 + 40) / 4
    assert found.new == pytest.approx(3.5)
    assert (past := found.past) is not None
    assert past.source == "litellm"  # on 20 October; genai-prices a day later
    assert past.median_90d == pytest.approx(17.5)
    assert past.cheaper_than_pct == pytest.approx(100.0)
    assert past.lowest_since == pd.Timestamp("2025-04-17")
    assert past.held_days == 33
    assert past.ended == "open"


def test_another_sources_older_price_that_stands_in_is_no_change(small: Snapshot) -> None:
    """One catalogue shows the cut and falls silent; the other, late, still states the old price for ten days."""
    late = [("10", "40", "2026-09-01", "2026-11-09", "changed"), ("2", "8", "2026-11-10", "2026-11-22", "open")]
    prompt = [("10", "40", "2026-09-01", "2026-10-19", "changed"), ("2", "8", "2026-10-20", "2026-10-31", "open")]
    found = comparison(told(small, ("litellm", late), ("genai_prices", prompt)), event_of(small, "openai/o3"))
    assert found is not None
    assert (found.last, found.new) == (17.5, 3.5)
    assert (past := found.past) is not None
    assert (past.source, past.since) == ("genai_prices", pd.Timestamp("2026-10-20"))
    assert (past.held_days, past.ended, past.until) == (11, "open", pd.Timestamp("2026-10-31"))


def test_a_more_trusted_source_with_the_old_price_does_not_speak_for_the_move(small: Snapshot) -> None:
    stale = [("10", "40", "2026-10-01", "2026-11-22", "open")]
    prompt = [("10", "40", "2026-09-01", "2026-10-19", "changed"), ("2", "8", "2026-10-20", "2026-11-22", "open")]
    found = comparison(told(small, ("litellm", stale), ("genai_prices", prompt)), event_of(small, "openai/o3"))
    assert found is not None
    assert (past := found.past) is not None
    assert past.source == "genai_prices"


def test_a_step_that_no_source_shows_has_its_own_prices_and_no_past(small: Snapshot) -> None:
    stale = [("10", "40", "2026-10-01", "2026-11-22", "open")]
    found = comparison(told(small, ("litellm", stale)), event_of(small, "openai/o3"))
    assert found is not None
    assert (found.last, found.new, found.past) == (17.5, 3.5, None)


def test_a_price_that_is_listed_no_longer_says_so(small: Snapshot) -> None:
    steps = [("10", "40", "2026-09-01", "2026-10-19", "changed"), ("2", "8", "2026-10-20", "2026-10-31", "withdrawn")]
    found = comparison(told(small, ("litellm", steps)), event_of(small, "openai/o3"))
    assert found is not None
    assert (past := found.past) is not None
    assert past.ended == "withdrawn"


def test_a_return_to_an_old_price_is_not_the_lowest_ever() -> None:
    days = pd.to_datetime(["2026-01-01", "2026-02-01", "2026-03-01"])
    own = pd.DataFrame(
        {
            "since": days,
            "until": [*(days[1:] - pd.Timedelta(days=1)), pd.Timestamp("2026-03-31")],
            "b31": [1.0, 4.0, 1.0],
            "source": "litellm",
            "ended": ["changed", "changed", "open"],
        }
    )
    found = compared(own.iloc[:2], own.iloc[2:], currency="USD").past
    assert found is not None
    assert found.lowest_since == pd.Timestamp("2026-01-31")
    assert found.cheaper_than_pct == pytest.approx(100 * 28 / (31 + 28))
    assert found.median_90d == pytest.approx(1.0)  # 31 days at 1 against 28 days at 4


def test_a_first_price_has_no_comparison(small: Snapshot) -> None:
    assert comparison(small, event_of(small, "deepseek/deepseek-v4-flash", "launch")) is None


def test_every_decision_of_the_small_build_is_compared_as_its_own_change_says(small: Snapshot) -> None:
    for row in decisions.ranked(small["events"]).to_dict("records"):
        found = comparison(small, row)
        if found is not None and pd.notna(row["change_b31"]):
            assert found.new / found.last - 1 == pytest.approx(row["change_b31"], abs=1e-3)
