"""Copies beside their neighbours: what differs is counted by its kind, and every move is explained."""

from pathlib import Path

import pandas as pd

from tests.captures.conftest import Capture
from tests.captures.neighbours import Compared, became, compared, prices
from tests.crawlers.spiders.pages import ROOT


def key(label: str, meter: str, terms: str = "{}") -> tuple[str, ...]:
    return ("shop", "shop", label, meter, terms, "US", "", "USD", "list")


def test_a_difference_is_a_move_a_new_name_or_other_terms():
    before = {key("a", "input"): 1, key("a", "output"): 2, key("b", "input"): 3}
    after = {key("a", "input"): 5, key("a", "input", "batch"): 1, key("c", "input"): 3}
    assert compared(("1", before), ("2", after)) == Compared(
        before="1",
        after="2",
        same=0,
        moved=(key("a", "input"),),
        launched=1,
        more_terms=1,
        gone=1,
        fewer_terms=1,
    )


def test_a_move_is_explained_by_its_decision_or_by_the_gap_it_lies_in():
    changes = pd.DataFrame(
        [
            {
                "source": "shop",
                "listing_id": "x",
                "old_nano": 1,
                "new_nano": 2,
                "new_payload": "p",
                "across_gap": False,
            },
            {
                "source": "shop",
                "listing_id": "y",
                "old_nano": 1,
                "new_nano": 2,
                "new_payload": "p",
                "meter": "output",
                "across_gap": True,
            },
            {
                "source": "shop",
                "listing_id": "z",
                "old_nano": 1,
                "new_nano": 2,
                "new_payload": "p",
                "across_gap": False,
            },
            {
                "source": "shop",
                "listing_id": "z",
                "old_nano": None,
                "new_nano": 2,
                "new_payload": "p",
                "across_gap": False,
            },
        ]
    )
    events = pd.DataFrame(
        [
            {
                "listing_ids": '["x"]',
                "captures": '["p"]',
                "class_": "market_move",
                "prices": '{"output": {"old": "3", "new": "4"}}',
            }
        ]
    )
    assert became({"changes": changes, "events": events}, "shop") == {
        "in a decision of class market move": 1,
        "between two looks far apart: several moves may lie there": 1,
        "NOT EXPLAINED": 1,
    }


def test_a_catalogue_put_nine_cache_prices_right_in_june_2025(capture: Capture):
    """models.dev of the 23rd and the 25th: the price of a cache write had stood as that of a read."""
    days = ("2025-06-22", "2025-06-23", "2025-06-25")
    read = [(day, prices(capture("models_dev", f"models-dev/api/{day}.json.gz").quotes)) for day in days]
    first, second = compared(read[0], read[1]), compared(read[1], read[2])
    assert (first.moved, first.gone, first.launched) == ((), 0, 22)
    assert {(moved[0], moved[3]) for moved in second.moved} == {
        ("anthropic", "cache_write"),
        ("anthropic", "cached_input"),
    }
    assert (len(second.moved), second.launched, second.gone, second.more_terms) == (9, 64, 30, 0)


def test_two_days_of_one_seller_state_the_same(capture: Capture):
    one, two = (
        prices(capture("atlascloud", f"atlascloud/2026-08-{day}_models.json.gz").quotes) for day in ("07", "08")
    )
    assert one == two
    assert len(one) == 581


def test_no_move_of_the_published_page_is_without_an_explanation():
    page = Path(ROOT / "docs" / "neighbours.md").read_text(encoding="utf-8")
    assert "NOT EXPLAINED" not in page
    assert page.count("| `") > 8
