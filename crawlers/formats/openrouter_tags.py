"""The tag of an OpenRouter endpoint: `together/fp8` is a host and a precision, `azure/eu` a host and a region."""

import re
from dataclasses import dataclass
from typing import Any

from crawlers.formats.labels import tier_of
from crawlers.formats.sellers import seller_name
from pipeline.domain.vocabulary import Tier

_PRECISIONS = ("int4", "int8", "fp4", "mxfp4", "nvfp4", "fp6", "fp8", "mxfp8", "fp16", "bf16", "fp32")
_REGION = re.compile(r"global|eu|us|europe|swedencentral|[a-z]{2}-[a-z]+-?[0-9]+|[a-z]+-[a-z]+[0-9]+")
_TIERS = {None: Tier.STANDARD, "flex": Tier.FLEX, "priority": Tier.PRIORITY}
_FAST = ("fast", "turbo", "highspeed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Who computes an endpoint, and the terms that its tag and its record name; None is not stated."""

    served_by: str
    region: str | None
    tier: Tier
    precision: str | None


def route(endpoint: dict[str, Any], label: str) -> Route | None:
    """The route of one record of the label's endpoints; None for a variant that has no counterpart with us."""
    host, _, suffix = endpoint["tag"].partition("/")
    printed = (endpoint.get("quantization") or "unknown").lower()
    precision = printed if printed != "unknown" else None
    region, tier = None, tier_of(label)
    if endpoint.get("service_tier"):
        tier = _TIERS.get(endpoint["service_tier"], Tier.FAST)
    if suffix in _PRECISIONS:
        precision = suffix
    elif suffix in _FAST:
        tier = Tier.FAST
    elif _REGION.fullmatch(suffix):
        region = suffix
    elif suffix:
        return None
    return Route(served_by=seller_name(host), region=region, tier=tier, precision=precision)
