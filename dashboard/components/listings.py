"""Names of listings for people, and the reading of a history chart in one sentence."""

from collections.abc import Hashable
from functools import lru_cache
from typing import Any

import pandas as pd

from dashboard.components import words
from pipeline.domain.conditions import conditions_in_words

Row = dict[Hashable, Any]


def listing_name(row: Row) -> str:
    """`openrouter · served by deepseek · CN · batch`: what tells a listing of one model from the others."""
    parts = [str(row["seller"])]
    if row["served_by"] != row["seller"]:
        parts.append(f"served by {row['served_by']}")
    if row["market"] != "international":
        parts.append(str(row["market"]))
    if not words.missing(row["region"]):
        parts.append(str(row["region"]))
    conditions = _in_words(str(row["conditions"]))
    return words.shown(" · ".join(parts if conditions == "standard" else [*parts, conditions]))


@lru_cache(maxsize=4096)
def _in_words(conditions: str) -> str:
    return conditions_in_words(conditions)


def listing_names(listings: pd.DataFrame) -> dict[str, str]:
    return {str(row["listing_id"]): listing_name(row) for row in listings.to_dict("records")}


def reading(lines: pd.DataFrame, unit: str) -> str:
    """The chart in one sentence: what the leading line did from its first to its last day."""
    if lines.empty:
        return "No price is known."
    leading = lines[lines["main"]] if lines["main"].any() else lines
    one = leading[leading["line"] == leading.iloc[0]["line"]].sort_values("since")
    source = " and ".join(dict.fromkeys(one["source"]))
    first, last = one.iloc[0], one.iloc[-1]
    changes = int((one["value"].diff().fillna(0) != 0).sum())
    counted = f"{changes} change{'' if changes == 1 else 's'}"
    rest = lines["line"].nunique() - 1
    also = f" {rest} further line{'' if rest == 1 else 's'} in the chart." if rest else ""
    says = "say" if " and " in source else "says"
    start = f"{words.number(first['value'])} on {words.long_day(first['since'])}"
    end = f"{words.number(last['value'])} {unit} on {words.long_day(last['until'])}"
    return f"{first['name']}, as {source} {says}: {start}, {end}; {counted}.{also}"
