"""What a router's model name says beside the model: `:free`, `:batch` …"""

from pipeline.domain.vocabulary import Tier

_TIERS = {
    "free": Tier.FREE,
    "batch": Tier.BATCH,
    "flex": Tier.FLEX,
    "priority": Tier.PRIORITY,
    "fast": Tier.FAST,
}


def tier_of(label: str) -> Tier:
    """The service tier that the suffix of a label names, else standard (`:thinking`, `:extended` are no tiers)."""
    return _TIERS.get(label.rpartition(":")[2], Tier.STANDARD) if ":" in label else Tier.STANDARD
