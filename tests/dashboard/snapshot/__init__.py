"""A published snapshot in small: six sources, four makers, one of everything a page must be able to say.

Prices and dates follow real price lists in kind, not to the letter. Nothing here is computed by the code under test.
"""

from typing import Any

import pandas as pd

from pipeline import frames
from tests.dashboard.snapshot import decisions, prices, sources
from tests.dashboard.snapshot.facts import BUILD, DATA_TO, HOSTILE, digest
from tests.dashboard.snapshot.listings import LISTINGS, listing

__all__ = ["BUILD", "DATA_TO", "HOSTILE", "digest", "snapshot"]


def snapshot() -> tuple[dict[str, pd.DataFrame], dict[str, Any]]:
    """Frames and meta as `pipeline.store.snapshots.read` gives them."""
    spells = prices.spells()
    made = {name: frames.empty(name) for name in frames.FRAMES}
    rows = {
        "sources": sources.sources(),
        "listings": [listing(name) for name in LISTINGS],
        "spells": spells,
        "events": decisions.events(),
        "prices": prices.prices(spells),
        "blends": prices.blends(spells),
        "issues": sources.issues(),
        "coverage": sources.coverage(),
        "runs": sources.runs(),
        "captures": prices.captures(spells),
        "scores": _scores(),
        "flags": decisions.flags(),
        "rates": prices.rates(),
    }
    for name, table in rows.items():
        made[name] = frames.coerce(pd.DataFrame(table, columns=list(frames.FRAMES[name].columns)), name)
    return made, _meta(made)


def _meta(made: dict[str, pd.DataFrame]) -> dict[str, Any]:
    return {
        "build": BUILD,
        "built_at": "2026-11-22T06:20:00Z",
        "data_to": DATA_TO,
        "method_version": "1",
        "view": "as recorded by 2026-11-22T06:20:00Z",
        "head": {"seq": 4211, "sha256": digest("head")},
        "sample": True,
        "left_out": [
            {"source": "radar", "reason": "its terms do not allow redistribution"},
            {"source": "together", "reason": "its terms do not allow redistribution"},
        ],
        "counts": {"captures": len(made["captures"]), "quotes": 5120, "changes": 41}
        | {name: len(made[name]) for name in ("listings", "spells", "events")},
    }


def _scores() -> list[dict[str, Any]]:
    return [
        {
            "source": "llmledger",
            "benchmark": "arena text",
            "benchmark_version": "2026-11-01",
            "label": "deepseek-v4-flash",
            "model_version": "deepseek/deepseek-v4-flash",
            "value": 1423.0,
            "low": 1418.0,
            "high": 1428.0,
            "votes": 20311,
            "published_at": "2026-11-01T00:00:00Z",
            "payload_sha256": digest("llmledger"),
            "where": "json:/3",
        }
    ]
