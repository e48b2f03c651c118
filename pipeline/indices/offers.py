"""Which listings make up the base price of an offer, and with which weight (METHODS 1, base conditions).

Enters the frame `listings`; leaves one row per listing that takes part: its offer, the rank of its band and the share
of the week of its window.
"""

import json

import pandas as pd

from pipeline.domain.conditions import canonical_json
from pipeline.normalise.listings import offer_codes
from pipeline.normalise.windows import week_share


def offers(listings: pd.DataFrame) -> pd.DataFrame:
    """Listings in base conditions, and the windows beside them: listing_id, offer, base, band, rank, rest, share.

    `band` numbers the conditions but for the window; `rank` orders bands within an offer, the shortest first and one
    without a bound last; `share` is the share of the week of a window with hours; `rest` marks a price for the rest of
    the week, which means nothing without them.
    """
    base = listings[listings["base"]]
    offer = pd.Series(offer_codes(listings), index=listings.index)
    terms = listings["conditions"].map(json.loads)
    bands = terms.map(lambda term: canonical_json({name: part for name, part in term.items() if name != "window"}))
    hours = terms.map(lambda term: bool(term.get("window", {}).get("hours"))).astype(bool)
    keys = pd.MultiIndex.from_arrays([offer, bands])
    beside = hours & keys.isin(keys[base.index])
    taking_part = listings["base"] | beside
    table = pd.DataFrame(
        {
            "listing_id": listings["listing_id"].astype("str"),
            "offer": offer,
            "base": listings["base"],
            "band": bands,
            "rank": terms.map(lambda term: term.get("context_max") or float("inf")),
            "rest": terms.map(lambda term: "window" in term).astype(bool) & ~hours,
            "share": [week_share(term["window"]) if timed else None for term, timed in zip(terms, hours, strict=True)],
        }
    )[taking_part]
    return table.astype({"share": "float64", "rank": "float64"}).reset_index(drop=True)
