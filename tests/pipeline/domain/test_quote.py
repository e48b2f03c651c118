"""What a quote may hold, and how its listing is named."""

import hashlib
import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.conditions import Conditions, Promotion, Window
from pipeline.domain.errors import InvalidValueError
from pipeline.domain.instants import instant_text, parse_instant, utc
from pipeline.domain.listing import listing_id
from pipeline.domain.quote import Quote
from pipeline.domain.vocabulary import Meter, PriceBasis

FACTS = {
    "source": "deepseek",
    "seller": "deepseek",
    "served_by": "deepseek",
    "market": "international",
    "label": "deepseek-v4-pro",
    "meter": Meter.INPUT,
    "amount": Decimal("0.435"),
    "currency": "USD",
    "per": 1_000_000,
    "where": "table:1 row:13 column:4",
}


def test_a_quote_prints_as_its_door_says_and_leaves_out_what_does_not_apply():
    ends = datetime(2026, 5, 31, 15, 59, tzinfo=UTC)
    quote = Quote(
        **FACTS,
        price_basis=PriceBasis.NET,
        conditions=Conditions(promotion=Promotion(percent=Decimal(75), ends_at=ends)),
    )
    printed = quote.as_json()
    assert printed["amount"] == "0.435"
    assert printed["conditions"] == {
        "tier": "standard",
        "promotion": {"percent": "75", "ends_at": "2026-05-31T15:59:00Z"},
    }
    assert "region" not in printed
    assert "effective_at" not in printed


@pytest.mark.parametrize(
    "wrong",
    [
        {"currency": "$"},
        {"market": "China"},
        {"amount": Decimal(-1)},
        {"amount": Decimal("NaN")},
        {"per": 0},
        {"label": ""},
        {"label": "a\x00b"},
        {"label": "a\ud800"},
        {"label": "x" * 301},
        {"seller": "Deep Seek"},
        {"observed_at": datetime(2026, 1, 1)},  # noqa: DTZ001  # the missing zone is the point
        {"effective_at": datetime(2026, 1, 1, tzinfo=UTC)},
    ],
)
def test_what_no_price_can_be_is_refused(wrong):
    with pytest.raises(InvalidValueError):
        Quote(**{**FACTS, **wrong})


def test_hours_without_a_zone_are_refused():
    with pytest.raises(InvalidValueError, match="time zone"):
        Window(name="peak", hours=("01:00-04:00",))


@given(st.datetimes(timezones=st.timezones()))
def test_an_instant_survives_its_text(instant):
    assert parse_instant(instant_text(instant)) == utc(instant)


def test_a_listing_is_named_by_the_digest_of_its_canonical_key():
    key = {
        "seller": "openrouter",
        "served_by": "together",
        "market": "international",
        "model_version": "deepseek/deepseek-r1",
        "conditions": {"tier": "standard", "context_max": 200000},
    }
    text = json.dumps(key, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    named = listing_id(**{**key, "region": None})
    assert named == hashlib.sha256(text.encode()).hexdigest()[:16]


def test_a_promotion_changes_the_price_and_not_the_listing():
    facts = {"seller": "s", "served_by": "s", "market": "CN", "region": None, "model_version": "m/x"}
    plain = listing_id(**facts, conditions={"tier": "standard"})
    assert (
        listing_id(**facts, conditions={"tier": "standard", "promotion": {"percent": "75"}, "as_published": "a"})
        == plain
    )
