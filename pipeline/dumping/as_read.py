"""What comparisons up to a day can read of what stood: where the rest of a row changes, none of that day does."""

from typing import Any

import pandas as pd

from pipeline.dumping.same_weights import SEEN_AT_LEAST

_READ = [
    "source",
    "listing_id",
    "meter",
    "currency",
    "vat_included",
    "price_basis",
    "nano_per_million",
    "amount",
    "per",
    "first_seen",
    "first_payload",
    "promotion",
    "seller",
    "served_by",
    "market",
    "region",
    "maker",
    "model_version",
    "first_party",
    "tier",
    "conditions",
    "trust",
    "confirmed",
    "first",
]


def as_read(standing: pd.DataFrame, until: "pd.Series[Any]") -> pd.DataFrame:
    """The rows that began by their day in `until` (keyed as `standing`; none where it is missing), with what can be
    read of them: how long they stood and were seen up to that day, the document of their last look where that was one,
    and captures as far as a comparison counts them."""
    begun = standing["first"] <= until
    rows, days = standing[begun], until[begun]
    looked = rows["last_seen"].dt.tz_localize(None).dt.normalize()
    return rows[_READ].assign(
        last=rows["last"].where(rows["last"] <= days, days),
        looked=looked.where(looked <= days, days),
        document=rows["last_payload"].where(looked <= days),
        seen=rows["captures"].clip(upper=SEEN_AT_LEAST),
    )
