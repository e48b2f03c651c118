"""Which listings make up the base price of an offer, and with which weight (METHODS 1, base conditions).

Enters the frame `listings`; leaves one row per listing that takes part: its offer, the rank of its band and the share
of the week of its window.
"""

import json

import pandas as pd

from pipeline.domain.conditions import canonical_json
from pipeline.normalise.listings import offer_codes
from pipeline.normalise.windows import week_share

_SAID = ["hours", "band", "rank", "rest", "share"]


def offers(listings: pd.DataFrame) -> pd.DataFrame:
    """Listings in base conditions, and the windows beside them: listing_id, offer, base, band, rank, rest, share.

    `band` numbers the conditions but for the window; `rank` orders bands within an offer, the shortest first and one
    without a bound last; `share` is the share of the week of a window with hours; `rest` marks a price for the rest of
    the week, which means nothing without them.
    """
    base = listings[listings["base"]]
    offer = pd.Series(offer_codes(listings), index=listings.index)
    # A few hundred texts stand in the conditions of all listings.
    texts = listings["conditions"].astype("object")
    said = pd.DataFrame({text: _said(text) for text in texts.unique()}, index=_SAID).T
    own = said.reindex(texts).set_axis(listings.index)
    hours = own["hours"].astype(bool)
    keys = pd.MultiIndex.from_arrays([offer, own["band"]])
    taking_part = listings["base"] | (hours & keys.isin(keys[base.index]))
    table = pd.DataFrame(
        {
            "listing_id": listings["listing_id"].astype("str"),
            "offer": offer,
            "base": listings["base"],
            **{name: own[name] for name in ("band", "rank", "rest", "share")},
        }
    )[taking_part]
    kinds = {"band": "str", "rank": "float64", "rest": "bool", "share": "float64"}
    return table.astype(kinds).reset_index(drop=True)


def _said(conditions: str) -> tuple[object, ...]:
    """What one text of conditions says, as `_SAID` names it."""
    terms = json.loads(conditions)
    window = terms.get("window", {})
    hours = bool(window.get("hours"))
    band = canonical_json({name: part for name, part in terms.items() if name != "window"})
    rank = terms.get("context_max") or float("inf")
    return hours, band, rank, "window" in terms and not hours, week_share(window) if hours else None
