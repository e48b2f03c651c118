"""What comparisons up to a day can read of what stood: where the rest of a row changes, none of that day does."""

from typing import Any

import pandas as pd

from pipeline.dumping.same_weights import SEEN_AT_LEAST
from pipeline.frames.days import day_of

_LATER = ["last", "last_seen", "last_payload", "captures", "not_after", "ended", "offer"]
"""What a later look moves, and the number of an offer, which hangs on what other offers there are."""


def as_read(standing: pd.DataFrame, until: "pd.Series[Any]") -> pd.DataFrame:
    """The rows that began by their day in `until` (keyed as `standing`; none where it is missing), with what can be
    read of them: how long they stood and were seen up to that day, the document of their last look where that was one,
    and captures as far as a comparison counts them."""
    begun = standing["first"] <= until
    rows, days = standing[begun], until[begun]
    looked = day_of(rows["last_seen"])
    return rows.drop(columns=_LATER).assign(
        last=rows["last"].where(rows["last"] <= days, days),
        looked=looked.where(looked <= days, days),
        document=rows["last_payload"].where(looked <= days),
        seen=rows["captures"].clip(upper=SEEN_AT_LEAST),
    )
