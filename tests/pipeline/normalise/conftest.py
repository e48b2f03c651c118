"""Makers of small frames: one source, a few looks, prices that a test can count on its fingers."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest

from pipeline import frames
from pipeline.domain.amounts import nano_per_million

START = datetime(2026, 3, 1, tzinfo=UTC)


def day(number: float) -> datetime:
    """The instant that many days after the first of March 2026."""
    return START + timedelta(days=number)


def sha(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


def capture(number: int, body: str, **change: Any) -> dict[str, Any]:
    """The `number`th daily look at one page, which served `body`."""
    public = change.get("public_at", day(number))
    row = {
        "capture": number,
        "source": "acme",
        "url": "https://acme.example/pricing",
        "captured_at": public,
        "as_of": None,
        "public_at": public,
        "recorded_at": public,
        "payload_sha256": sha(body),
        "spider_version": 1,
        "kind": "scheduled",
        "verdict": "changed",
        "handed_in_by": None,
    }
    return row | change


def quote(body: str, amount: str, **change: Any) -> dict[str, Any]:
    """What `body` says of the input price of one model, USD per million tokens."""
    row: dict[str, Any] = {
        "payload_sha256": sha(body),
        "source": "acme",
        "seller": "acme",
        "served_by": "acme",
        "market": "international",
        "region": None,
        "label": "one",
        "conditions": '{"tier":"standard"}',
        "market_basis": "declared",
        "alias_of": None,
        "meter": "input",
        "amount": amount,
        "currency": "USD",
        "per": 1_000_000,
        "per_unit": "token",
        "vat_included": "unknown",
        "price_basis": "list",
        "effective_at": None,
        "effective_basis": None,
        "observed_at": None,
        "where": "table:1 row:1 column:1",
        "listing_id": "0000000000000001",
    } | change
    row["nano_per_million"] = nano_per_million(Decimal(amount), row["per"])
    return row


def captures_frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    return frames.coerce(pd.DataFrame(rows, columns=list(frames.FRAMES["captures"].columns)), "captures")


def quotes_frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """The declared frame, with the listing beside it."""
    table = pd.DataFrame(rows, columns=[*frames.FRAMES["quotes"].columns, "listing_id"])
    return frames.coerce(table.drop(columns="listing_id"), "quotes").assign(
        listing_id=table["listing_id"].astype("str")
    )


def source_row(name: str, trust: str, schedule: str = "every day", **change: Any) -> dict[str, Any]:
    row = {
        "source": name,
        "title": name,
        "kind": "prices",
        "sellers": "[]",
        "markets": "[]",
        "urls": "[]",
        "schedule": schedule,
        "lineage": name,
        "trust": trust,
        "licence": "MIT",
        "redistribute": "yes",
        "needs_key": None,
        "confirmed": True,
    }
    return row | change


def sources_frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    return frames.coerce(pd.DataFrame(rows), "sources")


def spell_row(amount: str, first: float, last: float, **change: Any) -> dict[str, Any]:
    """One spell from day `first` to day `last`."""
    row: dict[str, Any] = {
        "source": "acme",
        "listing_id": "0000000000000001",
        "meter": "input",
        "currency": "USD",
        "per_unit": "token",
        "vat_included": "unknown",
        "price_basis": "list",
        "nano_per_million": nano_per_million(Decimal(amount), 1_000_000),
        "amount": amount,
        "per": 1_000_000,
        "first_seen": day(first),
        "last_seen": day(last),
        "not_before": None,
        "not_after": None,
        "effective_at": None,
        "effective_basis": None,
        "ended": "open",
        "captures": 2,
        "public_at": day(first),
        "recorded_at": day(first),
        "first_payload": sha("first"),
        "last_payload": sha("last"),
        "where": "table:1 row:1 column:1",
        "promotion": None,
    }
    return row | change


def spells_frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    return frames.coerce(pd.DataFrame(rows), "spells")


@pytest.fixture
def spells_of() -> Callable[..., Any]:
    """Spells of one source from lists of rows; two days without a look are a gap for live captures."""
    from pipeline.normalise.spells import spells

    def make(captures: list[dict[str, Any]], quotes: list[dict[str, Any]], **gap: Any) -> Any:
        return spells(captures_frame(captures), quotes_frame(quotes), schedule_gap=gap.get("gap", timedelta(days=2)))

    return make
