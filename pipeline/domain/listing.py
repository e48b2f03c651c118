"""The thing that has a price: model version × seller × served_by × market × region × conditions."""

import hashlib
from typing import Any

from pipeline.domain.conditions import canonical_json


def listing_id(
    *,
    seller: str,
    served_by: str,
    market: str,
    region: str | None,
    model_version: str,
    conditions: dict[str, Any],
) -> str:
    """First 16 hex digits of SHA-256 over the canonical JSON (DOORS.md).

    `model_version` is `maker/slug`, or `label:<as printed>` while nobody has matched the label. Promotion and the
    source's own words of a band are left out of the conditions: a promotion changes the price, not the thing.
    """
    key: dict[str, Any] = {
        "seller": seller,
        "served_by": served_by,
        "market": market,
        "region": region,
        "model_version": model_version,
        "conditions": {name: value for name, value in conditions.items() if name not in ("promotion", "as_published")},
    }
    if region is None:
        del key["region"]
    return hashlib.sha256(canonical_json(key).encode()).hexdigest()[:16]
