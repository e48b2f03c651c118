"""The history of the price that one decision moved: the small chart of a card and of a mail."""

import json
from collections.abc import Hashable
from typing import Any

import pandas as pd

from pipeline.figures.history import Figure, price_history
from pipeline.figures.lines import marks, meter_lines, moved_most
from pipeline.figures.palette import LIGHT, Palette


def decision_lines(
    event: dict[Hashable, Any], spells: pd.DataFrame, sources: pd.DataFrame, names: dict[str, str]
) -> tuple[str, pd.DataFrame]:
    """The meter that moved most and its lines, of the listings that moved, in the decision's currency."""
    meter = moved_most(event)
    ids = json.loads(event["listing_ids"])
    own = spells[spells["listing_id"].isin(ids) & (spells["currency"] == event["currency"])]
    return meter or "", meter_lines(own, meter or "", names, ids[:3], sources)


def decision_history(
    event: dict[Hashable, Any],
    spells: pd.DataFrame,
    sources: pd.DataFrame,
    names: dict[str, str],
    *,
    until: pd.Timestamp,
    palette: Palette = LIGHT,
    height: int = 260,
) -> Figure | None:
    """The chart of one row of the frame "events"; None where no spell of its listings is known.

    `names` maps listing_id to the text at the line's end; `until` is the snapshot's data-to.
    """
    meter, lines = decision_lines(event, spells, sources, names)
    if lines.empty:
        return None
    unit = f"{event['currency']} per million tokens"
    drawn = marks(pd.DataFrame([event]), lines, meter)
    return price_history(lines, drawn, palette=palette, unit=unit, log=False, until=until, height=height)
