"""What of a ledger decisions can be told apart in: the listings of one maker.

A decision is one maker's; whether its recorded moves belong together, follow an alias or are contradicted is asked of
that maker's listings alone. What is asked of whole catalogues (a bulk edit, who resells) enters as such. A listing
whose maker is not known is asked beside the others of its seller.
"""

import pandas as pd


def part_of(listings: pd.DataFrame) -> "pd.Series[str]":
    """By `listing_id` the name of its part: the maker's, or `?` and the seller's."""
    unknown = "?" + listings["seller"].astype("str")
    part = listings["maker"].astype("str").where(listings["maker"].notna(), unknown)
    return part.set_axis(listings["listing_id"].astype("str"))
