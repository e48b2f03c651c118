"""How decisions become flags, step by step, and what the outlier rank can say at all (METHODS 4, I5; 7).

Enter `events`, `flags` and the panel of makers; leave the frames `funnel` and `outlier_panel`. About one in twenty of
any panel is at p ≤ .05: how often the question was asked is published with the answers.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd

from pipeline import frames
from pipeline.dumping.peers import Market, recent, smallest_p
from pipeline.flags.kinds import Step
from pipeline.normalise.as_public import end_of

FIRST_MONTH = pd.Timestamp("2023-01-01")


def funnel(events: pd.DataFrame, flags: pd.DataFrame) -> pd.DataFrame:
    """The frame `funnel`: what is left after each step, of all triggers and of each kind, and what stopped the rest."""
    rows = [_line(0, "decisions", "all", "left", "", len(events))]
    kinds = (events["class_"].astype("str") + ", " + events["kind"].astype("str")).value_counts().sort_index()
    rows += [_line(0, "decisions", "all", "of which", str(kind), int(count)) for kind, count in kinds.items()]
    rows += _triggers(flags, "all")
    for trigger, own in flags.groupby("trigger", sort=True):
        rows += _triggers(own, str(trigger))
    return frames.coerce(pd.DataFrame(rows), "funnel")


def outlier_panel(
    market: Market, flags: pd.DataFrame, asked: Iterable[tuple[pd.Period, date]], *, age: timedelta
) -> pd.DataFrame:
    """Rows of the frame `outlier_panel`: of the months asked for the makers that a rank has on the day of each, and how
    often it was asked.

    `makers_on_sale` have a model of the last twelve months on sale; `makers` of them have a public score and known
    openness. A candidate of one of them has one other maker less.
    """
    public = month_of(flags)
    rows = [_month(market, flags[public == month], month, day, age) for month, day in asked]
    return frames.coerce(pd.DataFrame(rows), "outlier_panel")


def months(until: datetime) -> list[tuple[pd.Period, date]]:
    """Every month, with the day on which it is judged: its last, or that of `until`."""
    last = pd.Timestamp(until).tz_localize(None).normalize()
    spans = pd.period_range(FIRST_MONTH, last, freq="M")
    return [(month, min(month.end_time.normalize(), last).date()) for month in spans]


def month_of(flags: pd.DataFrame) -> "pd.Series[Any]":
    """The month in which each trigger was public."""
    found: pd.Series[Any] = flags["public_at"].dt.tz_localize(None).dt.to_period("M")
    return found


def _month(market: Market, own: pd.DataFrame, month: pd.Period, day: date, age: timedelta) -> dict[str, Any]:
    panel = recent(market.on(day, end_of(day)), day, age)
    makers = int(panel["maker"].nunique())
    p = smallest_p(makers - 1) if makers > 1 else None
    return {
        "month": month.start_time,
        "quarter": f"{month.year}Q{month.quarter}",
        "makers_on_sale": market.makers(day, age),
        "makers": makers,
        "models": len(panel),
        "smallest_p": None if p is None else float(p),
        "vintage": market.vintage(end_of(day)),
        "triggers": len(own),
        "ranked": int(own["p"].notna().sum()),
        "tests": int(own["outlier"].ne("not_evaluable").sum()),
    }


def _triggers(own: pd.DataFrame, trigger: str) -> Iterator[dict[str, Any]]:
    left = len(own)
    yield _line(1, "triggers", trigger, "left", "", left)
    for order, step in enumerate(Step, start=2):
        stopped = own.loc[own["stopped_at"] == step.value, "stopped_by"].value_counts()
        left -= int(stopped.sum())
        yield _line(order, step.value, trigger, "left", "", left)
        for why, count in sorted(stopped.items(), key=lambda pair: (-int(pair[1]), str(pair[0]))):
            yield _line(order, step.value, trigger, "stopped", str(why), int(count))
    for kind, count in sorted(own["kind"].dropna().value_counts().items()):
        yield _line(len(Step) + 2, "flags", trigger, "of which", str(kind), int(count))


def _line(order: int, step: str, trigger: str, what: str, condition: str, count: int) -> dict[str, Any]:
    return {
        "order": order,
        "step": step,
        "trigger": trigger,
        "what": what,
        "condition": condition,
        "count": int(count),
    }
