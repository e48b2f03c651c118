"""Series of a build for people: the rows of one series, and what each is in plain words."""

from collections.abc import Mapping

import pandas as pd

TITLES = {
    "matched_model": "What the same models cost (I1)",
    "frontier": "The cheapest price that reaches a score (I2)",
    "hedonic": "Prices at equal quality (I3)",
    "origin_gap": "Gap between makers' seats at equal quality (I4)",
}
READINGS = {
    "matched_model": (
        "100 is the first week. The index follows only models that were on sale in both of two neighbouring weeks, on "
        "their maker's own offers, in the offer's own currency: a new cheap model does not move it. The band is the "
        "95 % bootstrap interval over models of the first line."
    ),
    "frontier": (
        "Each line is the cheapest screened price of any model that scores at least so much, on one frozen vintage of "
        "the scores. Left out: routers, free offers, prices that stood less than two days, and offers below 0.4 times "
        "the median host of the same version."
    ),
    "hedonic": (
        "A regression of the log price on the score in every month, both prices of each link imputed. It falls where "
        "new models bring more for the same money; 100 is the first month."
    ),
    "origin_gap": (
        "By how many per cent models of makers seated in one country are priced above all others of equal score, in "
        "the last month, over models of the last 12 months. It describes; it is no input of any flag."
    ),
}


def rows(frames: Mapping[str, pd.DataFrame], name: str, *, blend: str) -> pd.DataFrame:
    """The rows of a series over one blend, in order of variant and time; empty where the build has none."""
    frame = frames.get("frontier" if name == "frontier" else "series")
    if frame is None:
        return pd.DataFrame()
    own = frame[frame["blend"] == blend]
    if name != "frontier":
        own = own[own["series"] == name]
    return own.sort_values(["score" if name == "frontier" else "variant", "period"]).reset_index(drop=True)
