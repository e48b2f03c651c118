"""Ten offers: one model at home, in China, at night and on two other hosts, batch, a moving label, a hostile name."""

import json
from typing import Any

from pipeline.domain.listing import listing_id
from tests.dashboard.snapshot.facts import HOSTILE

LISTINGS: dict[str, dict[str, Any]] = {
    "ds": {"seller": "deepseek", "maker": "deepseek", "slug": "deepseek-v4-flash", "label": "deepseek-v4-flash"},
    "ds_cn": {
        "seller": "deepseek",
        "maker": "deepseek",
        "slug": "deepseek-v4-flash",
        "label": "deepseek-v4-flash",
        "market": "CN",
    },
    "ds_night": {
        "seller": "deepseek",
        "maker": "deepseek",
        "slug": "deepseek-v4-flash",
        "label": "deepseek-v4-flash",
        "conditions": {
            "tier": "standard",
            "window": {"name": "night", "hours": ["16:30-00:30"], "tz": "UTC", "weekdays": [1, 2, 3, 4, 5]},
        },
        "base": False,
    },
    "ds_or": {
        "seller": "openrouter",
        "served_by": "deepseek",
        "maker": "deepseek",
        "slug": "deepseek-v4-flash",
        "label": "deepseek/deepseek-v4-flash",
    },
    "ds_tg": {
        "seller": "together",
        "maker": "deepseek",
        "slug": "deepseek-v4-flash",
        "label": "deepseek-ai/DeepSeek-V4-Flash",
        "conditions": {"tier": "standard", "precision": "fp8"},
    },
    "o3": {"seller": "openai", "maker": "openai", "slug": "o3", "label": "o3"},
    "o3_batch": {
        "seller": "openai",
        "maker": "openai",
        "slug": "o3",
        "label": "o3",
        "conditions": {"tier": "batch"},
        "base": False,
    },
    "qwen": {"seller": "together", "maker": "qwen", "slug": "qwen3-32b", "label": "Qwen/Qwen3-32B"},
    "latest": {
        "seller": "openai",
        "maker": "openai",
        "slug": "gpt-5.6-sol",
        "label": "gpt-latest",
        "floating": True,
    },
    "hostile": {"seller": "hostile", "maker": None, "slug": None, "label": HOSTILE},
}


def listing(name: str) -> dict[str, Any]:
    """The row of the frame `listings`."""
    facts = LISTINGS[name]
    conditions = facts.get("conditions", {"tier": "standard"})
    served_by, market = facts.get("served_by", facts["seller"]), facts.get("market", "international")
    version = f"{facts['maker']}/{facts['slug']}" if facts["slug"] else None
    return {
        "listing_id": listing_id(
            seller=facts["seller"],
            served_by=served_by,
            market=market,
            region=None,
            model_version=version or f"label:{facts['label']}",
            conditions=conditions,
        ),
        "seller": facts["seller"],
        "served_by": served_by,
        "market": market,
        "region": None,
        "label": facts["label"],
        "conditions": json.dumps(conditions, sort_keys=True, separators=(",", ":")),
        "maker": facts["maker"],
        "model_version": version,
        "identity_rule": "curated" if version else "unknown",
        "first_party": facts["seller"] == facts["maker"],
        "floating": facts.get("floating", False),
        "tier": conditions["tier"],
        "base": facts.get("base", True),
    }
