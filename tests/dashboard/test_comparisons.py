"""The page Comparisons, read off its layout."""

from typing import Any

import pytest
from dash import Dash

from dashboard.pages import comparisons
from pipeline.figures.comparisons import host_prices, margin_ranges
from pipeline.query import comparisons as query
from pipeline.query.snapshot import Snapshot
from tests.comparing import PAIR, compared_frames
from tests.dashboard.shelf import FixedShelf
from tests.dashboard.test_pages import said


@pytest.fixture(scope="module")
def both(small: Snapshot) -> Snapshot:
    return Snapshot(frames=small.frames | compared_frames(), meta=small.meta)


def shown(snapshot: Snapshot, **query: str) -> str:
    return " ".join(said(comparisons.layout(FixedShelf(snapshot), **query)).split())


def test_a_pair_stands_with_prices_tax_rate_margin_and_reason(app: Dash, both: Snapshot) -> None:
    text = shown(both)
    for part in ("3 / 6 CNY", "0.435 / 0.87 USD", "unknown / unknown", "−4.0", "not evaluable (tax basis)"):
        assert part in text


def test_a_pair_names_its_seller_and_a_margin_on_a_catalogues_word_is_only_indicated(app: Dash, both: Snapshot) -> None:
    assert "deepseek/deepseek-v4-pro, sold by deepseek" in shown(both)
    assert "indicated only, on a catalogue's word" in shown(both)


def test_the_drawing_names_a_seller_that_is_not_the_maker(both: Snapshot) -> None:
    row = both["pairs"].assign(export_seller="cloudy", home_region="east", lowest=-4.0, highest=2.0, margin_b31=-4.0)
    (drawn,) = margin_ranges(row)["data"]
    assert drawn["y"] == ["deepseek-v4-pro · sold by cloudy · east"]


def test_an_opened_pair_says_which_switch_turns_the_sign(app: Dash, both: Snapshot) -> None:
    name = both["pairs"]["pair"].item()
    text = shown(both, pair=name)
    assert "turned by: tax." in text
    assert "6.7775 CNY per USD, 2026-03-10" in text
    assert "home yes, export no" in text


def test_a_pair_that_is_gone_is_said_to_be_gone(app: Dash, both: Snapshot) -> None:
    assert "no pair of that name" in shown(both, pair="0" * 16)


def test_the_maker_stands_beside_its_hosts_with_the_reason_why_none_counts(app: Dash, both: Snapshot) -> None:
    text = shown(both)
    assert "deepseek (the maker)" in text
    assert "no: precision not read" in text


def test_a_seller_without_a_document_is_unknown(app: Dash, both: Snapshot) -> None:
    assert "together unknown" in shown(both)


def test_a_build_without_comparisons_says_so(app: Dash, small: Snapshot) -> None:
    without: dict[str, Any] = {k: v for k, v in small.frames.items() if k not in ("pairs", "same_weights")}
    text = shown(Snapshot(frames=without, meta=small.meta))
    assert "No party of this ledger sells" in text
    assert "three or more hosts" in text


def test_prices_by_the_character_are_listed_with_the_reason(app: Dash, small: Snapshot) -> None:
    prices = small["prices"].assign(per_unit="character")
    found = query.not_comparable(Snapshot(frames=small.frames | {"prices": prices}, meta=small.meta))
    assert found["unit"].tolist() == ["character"]
    assert "how many tokens that is" in found["reason"].item()


def test_the_ranges_are_drawn_from_lowest_to_highest(both: Snapshot) -> None:
    (bar,) = margin_ranges(query.pairs(both))["data"]
    row = both["pairs"].iloc[0]
    assert bar["x"][0] - bar["error_x"]["arrayminus"][0] == pytest.approx(row["lowest"])
    assert bar["x"][0] + bar["error_x"]["array"][0] == pytest.approx(row["highest"])


def test_a_host_that_does_not_count_is_hollow(both: Snapshot) -> None:
    marks = {trace["name"]: trace["marker"]["symbol"] for trace in host_prices(query.serving(both, PAIR))["data"]}
    assert marks == {"the maker": "square", "host left out of the gap": "circle-open"}


def test_rents_and_taxes_stand_with_the_document_of_each(app: Dash, both: Snapshot) -> None:
    text = shown(both)
    assert "H100 80 8 32 4 acme cloud east eight a price file 2026-01-05 2026-02-01" in text
    assert "CN VAT 6 services a page – 2026-01-01" in text


def test_a_build_without_rents_and_taxes_says_so(app: Dash, small: Snapshot) -> None:
    assert "This build holds no rent and no tax." in shown(small)


@pytest.mark.parametrize(
    ("base", "rate", "divisor"),
    [
        ("home yes, export no", 0.06, 1.06),
        ("both yes", 0.06, None),
        ("both no", 0.06, None),
        ("home yes, export no", None, None),
    ],
)
def test_a_row_says_what_its_margin_takes_of_tax(base, rate, divisor):
    assert query.home_divisor({"base_tax": base, "home_tax_rate": rate}) == divisor
