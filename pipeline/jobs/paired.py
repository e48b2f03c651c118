"""The stage `compared`, kept: pairs and the hosts of the same weights by model version, curated facts by their sellers.

Enter `Ground`, the versions whose weights are open and the day of the build, and a `Keep`; leave the frames that
`pipeline.dumping.compared` makes.
"""

import json
from collections.abc import Collection, Iterable
from datetime import date, datetime

import pandas as pd

from pipeline import frames
from pipeline.dumping.as_read import as_read
from pipeline.dumping.by_model import of_models
from pipeline.dumping.compared import curated, hosts, pairs
from pipeline.dumping.comparisons import Ground
from pipeline.dumping.host_rows import served_by_hosts
from pipeline.dumping.pairs import sold_at_home_and_abroad
from pipeline.jobs.rates_read import rates_up_to
from pipeline.store.digests import digests, together
from pipeline.store.keep import Keep, Made, Parts


def kept_comparisons(
    ground: Ground, open_models: Iterable[str], day: date, keep: Keep, *, now: datetime
) -> dict[str, pd.DataFrame]:
    """The frames `pairs`, `pair_switches`, `same_weights`, `seller_facts`, `rents` and `taxes`."""
    sellers = sorted(ground.standing["seller"].unique())
    facts = keep(
        "seller_facts", [json.dumps(sellers), str(day)], lambda: Made(frames=curated(ground.facts, sellers, day))
    )
    return {
        **_pairs(ground, day, keep, now),
        "same_weights": _same_weights(ground, open_models, day, keep, now),
        **facts.frames,
    }


def _pairs(ground: Ground, day: date, keep: Keep, now: datetime) -> dict[str, pd.DataFrame]:
    both = sold_at_home_and_abroad(ground.standing, ground.seats, ground.facts)

    def make(models: Collection[str]) -> Parts:
        made = pairs(of_models(ground, models))
        model = dict(zip(made["pairs"]["pair"], made["pairs"]["model_version"], strict=True))
        return Parts(frames={name: table.assign(part=table["pair"].map(model)) for name, table in made.items()})

    return dict(keep.by_part("pairs", _made_of(ground, both, day), make, frames.declared, now=now).frames)


def _same_weights(ground: Ground, open_models: Iterable[str], day: date, keep: Keep, now: datetime) -> pd.DataFrame:
    models = served_by_hosts(ground, day).intersection(open_models)
    at = pd.Timestamp(day)
    stands = ground.standing[ground.standing["model_version"].isin(list(models))]
    stands = stands[(stands["first"] <= at) & (at <= stands["last"])]
    readings = ground.readings[ground.readings["model_version"].isin(list(models))]

    def make(names: Collection[str]) -> Parts:
        made = hosts(of_models(ground, names), names, day)
        return Parts(frames={"same_weights": made.assign(part=made["model_version"])})

    parts = together(
        sorted(models),
        _made_of(ground, stands, day),
        digests(readings, readings["model_version"]),
    )
    return keep.by_part("same_weights", parts, make, frames.declared, now=now).frames["same_weights"]


def _made_of(ground: Ground, stands: pd.DataFrame, day: date) -> dict[str, str]:
    """By model version a digest of what can be read of its rows by the day of the build, and of the rates they need."""
    rows = as_read(stands, pd.Series(pd.Timestamp(day), index=stands.index))
    rates = rates_up_to(ground)
    needed: dict[str, str] = {}
    asked = rows[["model_version", "currency"]].drop_duplicates().sort_values(["model_version", "currency"])
    for model, currency in asked.itertuples(index=False):
        needed[model] = needed.get(model, "") + rates(currency, day)
    return together(sorted(needed), digests(rows, rows["model_version"]), needed, shared=[str(day)])
