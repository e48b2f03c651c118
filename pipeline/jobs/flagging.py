"""The stages `flags` and `outlier_panel`, kept: flags by model version, the panel by month.

A trigger is judged as of its day. So a version's flags are found again while its triggers are the same, and so is what
can be read by the latest of their days: its own prices and context windows, reference rates, and the makers' prices and
scores as they were public. Enter what the pure stages read, and a `Keep`; leave the two frames.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache

import pandas as pd

from pipeline import frames
from pipeline.domain.thresholds import Thresholds
from pipeline.dumping.as_read import as_read
from pipeline.dumping.by_model import of_models
from pipeline.dumping.comparisons import Ground
from pipeline.dumping.peers import Market
from pipeline.flags.evidence import Evidence
from pipeline.flags.funnel import month_of, months, outlier_panel
from pipeline.flags.judged import Asked, Explained, explained, in_order, rows_of
from pipeline.frames.days import day_of
from pipeline.jobs.rates_read import rates_up_to
from pipeline.normalise.as_public import end_of
from pipeline.store.digests import content, digests, digests_by_day, together
from pipeline.store.keep import Keep, Parts

_UNMATCHED = "a label that was not matched"
_EVER = ["model_version", "seller", "market", "maker", "tier"]
"""Where a version was ever sold is told with a flag; the days are those of the flag."""


def kept_flags(
    asked: Asked, ground: Ground, panel: Market, thresholds: Thresholds, keep: Keep, *, now: datetime
) -> pd.DataFrame:
    """The frame `flags`."""
    found: dict[str, list[Explained]] = {}
    for each in explained(asked, ground, panel, thresholds):
        found.setdefault(each.trigger.model_version or _UNMATCHED, []).append(each)

    def make(models: Collection[str]) -> Parts:
        evidence = Evidence(of_models(ground, models), panel, thresholds)
        made = frames.coerce(rows_of([each for model in models for each in found[model]], evidence), "flags")
        return Parts(frames={"flags": made.assign(part=made["model_version"].fillna(_UNMATCHED))})

    if not found:
        return frames.empty("flags")
    parts = _made_of(found, asked, ground, panel)
    return keep.by_part("flags", parts, make, lambda made: {"flags": in_order(made["flags"])}, now=now).frames["flags"]


def kept_panel(
    asked: Asked, panel: Market, flags: pd.DataFrame, keep: Keep, *, until: datetime, age: timedelta, now: datetime
) -> pd.DataFrame:
    """The frame `outlier_panel`."""
    spans = {str(month): (month, day) for month, day in months(until)}
    public = _panels(asked, panel)
    shown = {name: str(day) + public(day, panel.vintage(end_of(day))) for name, (_, day) in spans.items()}
    counted = digests(flags[["p", "outlier"]], month_of(flags).astype("str"))

    def make(names: Collection[str]) -> Parts:
        made = outlier_panel(panel, flags, [spans[name] for name in names], age=age)
        return Parts(frames={"outlier_panel": made.assign(part=list(names))})

    parts = together(spans, shown, counted)
    return keep.by_part("outlier_panel", parts, make, frames.declared, now=now).frames["outlier_panel"]


def _made_of(found: Mapping[str, Sequence[Explained]], asked: Asked, ground: Ground, panel: Market) -> dict[str, str]:
    """By model version a digest of all that its flags are made of."""
    last = {model: max(each.trigger.judged_on for each in own) for model, own in found.items()}
    until = {model: pd.Timestamp(day) for model, day in last.items()}
    models = ground.standing["model_version"]
    own = as_read(ground.standing, models.map(until).astype("datetime64[us]"))
    ever = ground.standing.loc[models.isin(list(last)), _EVER].drop_duplicates()
    observed = day_of(ground.readings["observed_at"])
    by_then = observed <= ground.readings["model_version"].map(until).astype("datetime64[us]")
    readings = ground.readings[by_then]
    currencies: dict[str, set[str]] = {
        model: {each.trigger.currency for each in explained_} for model, explained_ in found.items()
    }
    for model, currency in own[["model_version", "currency"]].drop_duplicates().itertuples(index=False):
        currencies[model].add(currency)
    rates, public = rates_up_to(ground), _panels(asked, panel)
    return together(
        found,
        digests(own, own["model_version"]),
        digests(ever, ever["model_version"]),
        digests(readings, readings["model_version"]),
        {model: "".join(rates(currency, last[model]) for currency in sorted(currencies[model])) for model in found},
        {model: _triggers(own, panel, public) for model, own in found.items()},
    )


def _triggers(own: Iterable[Explained], panel: Market, public: Callable[[date, str | None], str]) -> str:
    told = [
        (repr(trigger), each.explanations, public(trigger.day - timedelta(days=1), panel.vintage(trigger.public_at)))
        for each in own
        for trigger in (each.trigger,)
    ]
    return hashlib.blake2b(json.dumps(told).encode(), digest_size=16).hexdigest()


def _panels(asked: Asked, panel: Market) -> Callable[[date, str | None], str]:
    """A digest of the makers' prices of a day beside the scores of a vintage and whose weights are open."""
    prices = panel.prices
    on_sale = digests_by_day(prices.drop(columns=["since", "until"]), prices["since"], prices["until"])
    openness = content(asked.models) + content(asked.openness)  # in a replay that of its day

    @cache
    def known(vintage: str | None) -> str:
        told = [] if vintage is None else sorted(panel.scores(vintage).items())
        return hashlib.blake2b(json.dumps([openness, vintage, told]).encode(), digest_size=16).hexdigest()

    return cache(lambda day, vintage: on_sale(day) + known(vintage))
