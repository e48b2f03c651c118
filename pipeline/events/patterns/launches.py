"""Launch prices below those of peers: the first month of a model on the frame `quality_prices` (METHODS 4, I5)."""

import json

import pandas as pd

from pipeline.domain.vocabulary import EventKind
from pipeline.events.patterns.finding import Row, finding, moves_of_sellers, percent

FEWEST_PEERS = 3
FIRST_MONTH = pd.Timedelta(days=31)


def below_peers(events: pd.DataFrame, quality_prices: pd.DataFrame) -> list[Row]:
    """Launches of makers whose first month end with a score stands under the median of three peers or more.

    A score comes after the price: `at` is the month end on which both were known.
    """
    moves = moves_of_sellers(events)
    launched = moves[moves["kind"].eq(EventKind.LAUNCH) & moves["seller"].eq(moves["maker"])]
    prices = quality_prices[quality_prices["blend"].eq("b31") & quality_prices["undercut_pct"].notna()]
    prices = prices.sort_values("period", kind="stable").drop_duplicates("model_version")
    by_model = {row["model_version"]: row for row in prices.to_dict("records")}
    rows = []
    for event in launched.to_dict("records"):
        for model in json.loads(event["model_versions"]):
            if model not in by_model:
                continue
            first = by_model[model]
            at = pd.Timestamp(first["period"]).tz_localize("UTC") + pd.Timedelta(days=1)
            late = at - event["bracket_to"]
            low = first["peers"] >= FEWEST_PEERS and first["undercut_pct"] < 0
            if not low or not pd.Timedelta(0) <= late <= FIRST_MONTH:
                continue
            size = float(first["undercut_pct"]) / 100
            rows.append(
                finding(
                    "low_launch",
                    str(model),
                    at,
                    f"{model} came out at {first['price']:.4g} USD (B31), {percent(size)} against the median of "
                    f"{int(first['peers'])} models of other makers with equal score and openness.",
                    of={**{str(name): value for name, value in event.items()}, "model_version": model},
                    size=size,
                    events=[str(event["id"])],
                )
            )
    return rows
