"""Small ledgers for tests: spells, listings and sources from a few words."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd

from pipeline import frames
from pipeline.domain.listing import listing_id

NANO = 1_000_000_000


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@dataclass
class Ledger:
    """Sources with their looks; `price` states a price from one look to another."""

    spells: list[dict[str, Any]] = field(default_factory=list)
    listings: dict[str, dict[str, Any]] = field(default_factory=dict)
    sources: dict[str, dict[str, Any]] = field(default_factory=dict)

    def source(
        self, name: str, *, lineage: str | None = None, trust: str = "aggregator", sellers: tuple[str, ...] = ()
    ) -> str:
        self.sources[name] = {
            "source": name,
            "title": name,
            "kind": "prices",
            "sellers": json.dumps(list(sellers)),
            "markets": '["international"]',
            "urls": "[]",
            "schedule": "every day",
            "lineage": lineage or name,
            "trust": trust,
            "licence": "MIT",
            "redistribute": "yes",
            "needs_key": None,
            "confirmed": True,
        }
        return name

    def listing(
        self,
        label: str,
        *,
        maker: str | None = "acme",
        version: str | None = "",
        seller: str = "acme",
        served_by: str | None = None,
        market: str = "international",
        floating: bool = False,
        region: str | None = None,
        **conditions: Any,
    ) -> str:
        """`version=""` is the maker's version of the same name; None leaves the label unmatched."""
        matched = f"{maker}/{label}" if version == "" else version
        terms = {"tier": "standard", **conditions}
        key = listing_id(
            seller=seller,
            served_by=served_by or seller,
            market=market,
            region=region,
            model_version=matched or f"label:{label}",
            conditions=terms,
        )
        self.listings[key] = {
            "listing_id": key,
            "seller": seller,
            "served_by": served_by or seller,
            "market": market,
            "region": region,
            "label": label,
            "conditions": json.dumps(terms, sort_keys=True, separators=(",", ":")),
            "maker": maker,
            "model_version": matched,
            "identity_rule": "curated" if matched else "unknown",
            "first_party": seller == maker,
            "floating": floating,
            "tier": terms["tier"],
            "base": terms["tier"] == "standard" and "hours" not in terms.get("window", {}),
        }
        return key

    def history(
        self,
        source: str,
        listing: str,
        steps: Sequence[tuple[str, Mapping[str, float]]],
        *,
        until: str,
        watched_since: str | None = None,
        every: timedelta = timedelta(days=1),
        **facts: Any,
    ) -> None:
        """Prices per million by meter from each step's day on, seen at every look until the last day.

        `watched_since`: the source looked before the first step and did not list it. A step of no meters withdraws.
        """
        meters = sorted({meter for _, prices in steps for meter in prices})
        for meter in meters:
            self._meter(source, listing, meter, steps, instant(until), watched_since, every, facts)

    def _meter(self, source, listing, meter, steps, until, watched_since, every, facts):  # type: ignore[no-untyped-def]
        runs = []
        for day, prices in steps:
            amount = prices.get(meter)
            if not runs or runs[-1][1] != amount:
                runs.append((instant(day), amount))
        for place, (since, amount) in enumerate(runs):
            if amount is None:
                continue
            following = runs[place + 1] if place + 1 < len(runs) else None
            last = until if following is None else following[0] - every
            before = None
            if place > 0:
                before = since - every
            elif watched_since is not None:
                before = max(instant(watched_since), since - every)
            looks = max(1, int((last - since) / every) + 1)
            self.spell(
                source,
                listing,
                meter,
                amount,
                since,
                max(since, last),
                not_before=before,
                not_after=None if following is None else following[0],
                ended="open" if following is None else "changed" if following[1] is not None else "withdrawn",
                captures=looks,
                **facts,
            )

    def spell(
        self,
        source: str,
        listing: str,
        meter: str,
        amount: float | str,
        first_seen: datetime,
        last_seen: datetime,
        **facts: Any,
    ) -> None:
        self.spells.append(
            {
                "source": source,
                "listing_id": listing,
                "meter": meter,
                "currency": "USD",
                "per_unit": "token",
                "vat_included": "unknown",
                "price_basis": "list",
                "nano_per_million": round(float(amount) * NANO),
                "amount": str(amount),
                "per": 1_000_000,
                "first_seen": first_seen,
                "last_seen": last_seen,
                "not_before": None,
                "not_after": None,
                "effective_at": None,
                "effective_basis": None,
                "ended": "open",
                "captures": 2,
                "public_at": first_seen,
                "recorded_at": first_seen,
                "first_payload": f"{source}@{first_seen:%Y-%m-%dT%H}",
                "last_payload": f"{source}@{last_seen:%Y-%m-%dT%H}",
                "where": "json:/0",
                "promotion": None,
                **facts,
            }
        )

    def frame(self, name: str) -> pd.DataFrame:
        rows = {"spells": self.spells, "listings": list(self.listings.values()), "sources": list(self.sources.values())}
        declared = list(frames.FRAMES[name].columns)
        return frames.coerce(pd.DataFrame(rows[name], columns=declared), name) if rows[name] else frames.empty(name)
