"""Patterns that one decision or one promotion is: cuts to free, of the cached input alone, discounts of a channel,
promotions that outlast their end or are made permanent.

Enters `events`, `spells` and `listings`; leaves findings.
"""

import json
from typing import Any

import pandas as pd

from pipeline.domain.instants import parse_instant
from pipeline.domain.thresholds import Thresholds
from pipeline.domain.vocabulary import EventClass, EventKind
from pipeline.events.looks import ends
from pipeline.events.patterns.finding import Row, finding, moves_of_sellers, percent, who

_UNMOVED = 1e-9
_NOTHING = 0.0005
"""A ratio that a sentence would print as 0.0 %."""


def to_free(events: pd.DataFrame) -> list[Row]:
    """Decisions that made a model free."""
    rows = moves_of_sellers(events)
    return [
        finding(
            "to_free",
            str(event["id"]),
            event["bracket_to"],
            f"{who(event)} became free of charge; a price of 0 has no ratio to what it was.",
            of=_named(event),
            events=[str(event["id"])],
        )
        for event in rows[rows["kind"].eq(EventKind.TO_FREE)].to_dict("records")
    ]


def cached_only(events: pd.DataFrame) -> list[Row]:
    """Cuts of the cached input alone: B31 does not see them, B721 does."""
    rows = moves_of_sellers(events)
    unseen = rows["change_b31"].abs().lt(_UNMOVED) & rows["change_b721"].lt(-_UNMOVED)
    return [
        finding(
            "cached_only",
            str(event["id"]),
            event["bracket_to"],
            f"{who(event)}: only the cached input became cheaper. B31 shows nothing, B721 "
            f"{percent(float(event['change_b721']))}.",
            of=_named(event),
            size=float(event["change_b721"]),
            events=[str(event["id"])],
        )
        for event in rows[unseen].to_dict("records")
    ]


def channel_moves(events: pd.DataFrame, thresholds: Thresholds) -> list[Row]:
    """One ratio on several models of one maker on one channel: the channel's discount (or its end), not the maker's.

    Several are as many models as the rule of the class asks for, each once however many names it has there; where half
    of the decisions do not move B31 there is no ratio to name.
    """
    rows = events[events["class_"].eq(EventClass.CHANNEL_DISCOUNT) & events["change_b31"].notna()]
    found = []
    for (seller, maker, _), own in rows.groupby(["seller", "maker", "bracket_to"], observed=True, sort=True):
        ratio = float(own["change_b31"].median())
        models = {model for event in own.to_dict("records") for model in _models(event)}
        if len(models) < thresholds.channel_models or abs(ratio) < _NOTHING:
            continue
        found.append(
            finding(
                "channel_discount",
                f"{seller}|{maker}",
                own["bracket_to"].iloc[0],
                f"{seller} moved the prices of {len(models)} of {maker}'s models by {percent(ratio)} at once; "
                f"{maker}'s other channels did not move.",
                of={"maker": maker, "seller": seller, "market": own["market"].iloc[0]},
                size=ratio,
                events=[str(event) for event in own["id"]],
            )
        )
    return found


def _models(event: dict[Any, Any]) -> list[str]:
    """The versions that a decision moved; its names where none was matched."""
    return [name for name in json.loads(event["model_versions"]) if name] or json.loads(event["labels"])


def standing_discounts(spells: pd.DataFrame, listings: pd.DataFrame) -> list[Row]:
    """Discounts that a reseller states itself and that stand at its last look: OpenRouter's `discount`, and such."""
    near = spells[spells["promotion"].notna() & spells["ended"].eq("open") & spells["meter"].eq("input")]
    met = near.assign(listing_id=near["listing_id"].astype("str")).merge(
        listings[listings["base"] & ~listings["first_party"]], on="listing_id", how="inner"
    )
    met = met.sort_values(["first_seen", "source", "listing_id"], kind="stable")
    met = met.drop_duplicates(["source", "seller", "served_by", "label"])
    return [row for spell in met.to_dict("records") if (row := _discount(spell)) is not None]


def _discount(spell: dict[Any, Any]) -> Row | None:
    share = json.loads(spell["promotion"]).get("percent")
    if share is None:
        return None
    by = "" if spell["served_by"] == spell["seller"] else f", served by {spell['served_by']}"
    return finding(
        "standing_discount",
        f"{spell['source']}|{spell['listing_id']}",
        spell["first_seen"],
        f"{spell['seller']} sells {spell['label']}{by} at {share} % under its own list price since "
        f"{spell['first_seen']:%Y-%m-%d}: a discount of the channel, not of the maker.",
        of=_named(spell),
        size=-float(share) / 100,
    )


def promotions(events: pd.DataFrame, spells: pd.DataFrame, listings: pd.DataFrame, thresholds: Thresholds) -> list[Row]:
    """Promotions whose price was still charged 48 hours after the stated end, and those made permanent."""
    rows = moves_of_sellers(events)
    permanent = [
        finding(
            "promotion_permanent",
            str(event["id"]),
            event["bracket_to"],
            f"{who(event)}: the promotional price became the list price. Nobody's bill changed that day; the cut was "
            "the day the promotion began.",
            of=_named(event),
            events=[str(event["id"])],
        )
        for event in rows[rows["kind"].eq(EventKind.PROMOTION_PERMANENT)].to_dict("records")
    ]
    near = spells[ends(spells)]
    met = near.assign(listing_id=near["listing_id"].astype("str")).merge(listings, on="listing_id", how="inner")
    met = met.sort_values(["source", "listing_id", "meter", "first_seen"], kind="stable")
    met = met.drop_duplicates(["source", "listing_id", "promotion"])
    return permanent + [row for spell in met.to_dict("records") if (row := _outlasted(spell, thresholds)) is not None]


def _outlasted(spell: dict[Any, Any], thresholds: Thresholds) -> Row | None:
    ends_at = json.loads(spell["promotion"])["ends_at"]
    if ends_at is None:
        return None
    end = pd.Timestamp(parse_instant(ends_at))
    if spell["last_seen"] <= end + thresholds.hold:
        return None
    days = (spell["last_seen"] - end).days
    return finding(
        "promotion_extended",
        f"{spell['source']}|{spell['listing_id']}|{ends_at}",
        end + thresholds.hold,
        f"{spell['label']} at {spell['seller']}: the promotion was said to end on {end:%Y-%m-%d}; its price was still "
        f"charged {days} days later.",
        of=_named(spell),
        days=days,
    )


def _named(facts: dict[Any, Any]) -> dict[str, Any]:
    return {str(name): value for name, value in facts.items()}
