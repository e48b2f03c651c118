"""Series of a build for people: the rows of one series under chosen terms, and what each is in plain words.

What a build publishes is read; under other terms (another benchmark, by days, open weights alone, the scores that were
public then) the same functions that made the build are asked again, over its frames and nothing else.
"""

from functools import lru_cache

import pandas as pd

from pipeline.domain.errors import InvalidValueError
from pipeline.indices.series import BENCHMARK, Openness, SeriesGround, View, family_under, series_ground
from pipeline.indices.series import Terms as Terms
from pipeline.query.snapshot import Snapshot
from pipeline.reference.load import known_openness, load_reference
from pipeline.reference.not_text import load_not_text
from pipeline.reference.routers import load_routers

TITLES = {
    "matched_model": "What the same models cost (I1)",
    "frontier": "The cheapest price that reaches a score (I2)",
    "frontier_slope": "How fast the frontier falls, a year",
    "hedonic": "Prices at equal quality (I3)",
    "origin_gap": "Gap between makers' seats at equal quality (I4)",
    "cost_per_quality": "Each model beside its peers and among makers (I5)",
    "host_dispersion": "How far hosts of the same weights are apart",
    "throughput": "Speed beside price",
    "market_share": "Shares of tokens through one channel",
}
READINGS = {
    "matched_model": (
        "100 is the first week. The index follows only models that were on sale in both of two neighbouring weeks, on "
        "their maker's own offers, in the offer's own currency: a new cheap model does not move it. The band is the "
        "95 % bootstrap interval of the first line. One line adds open weights that their maker does not sell, as the "
        "median of the hosts that stayed."
    ),
    "frontier": (
        "Each line is the cheapest screened price of any model that scores at least so much, all on the scale of the "
        "newest vintage of the scores. Left out: routers, free offers, prices that stood less than two days, and "
        "offers below 0.4 times the median host of the same version."
    ),
    "frontier_slope": (
        "Per cent a year. All periods: every week counts alike, also while nothing happens. New lows: only the weeks "
        "in which the price was lower than ever before. An interval that reaches above 0 leaves the direction open."
    ),
    "hedonic": (
        "A regression of the log price on the score in every month, both prices of each link imputed. It falls where "
        "new models bring more for the same money; 100 is the first month. The band is the 95 % interval of least "
        "squares of the first line, models of one maker taken together."
    ),
    "origin_gap": (
        "By how many per cent models of makers seated in one country are priced above all others of equal score, in "
        "the last month, over models of the last 12 months; below it with openness of weights held constant. Where the "
        "two rows differ, part of the gap of seats was a gap of openness. It describes; it is no input of any flag."
    ),
    "cost_per_quality": (
        "Scored models of the last 12 months in the last month, the lowest first. Cost per point changes when a "
        "benchmark is rescaled: read it beside the frontier price and the peers only. The place among makers counts "
        "makers and never models, and about one in twenty of any panel is at p of .05: it is a rank, not evidence."
    ),
    "host_dispersion": (
        "The middle model version's standard deviation between its hosts, in per cent, with the quarter of versions "
        "below and above; versions with three hosts or more. Routers and the maker's own offer are no hosts."
    ),
    "throughput": (
        "Each mark is one endpoint on the last measured day: B31 across, tokens per second up, both logarithmic. One "
        "source and one workload at a time: numbers under different workloads do not compare."
    ),
    "market_share": (
        "Shares of the tokens that one channel served in the days up to the last one, by maker. One channel is no "
        "market: it says what went through it. Labels that nobody matched are a row of their own."
    ),
}
TERMS = ("blend", "every", "benchmark", "view", "weights")
SWITCHED = (
    "matched_model",
    "frontier",
    "frontier_slope",
    "hedonic",
    "origin_gap",
    "cost_per_quality",
    "host_dispersion",
)
"""Series that terms apply to; the others are what their source measured."""
_FRAME = {
    "frontier": "frontier",
    "cost_per_quality": "quality_prices",
    "host_dispersion": "series",
    "throughput": "throughput",
    "market_share": "market_shares",
}
_ORDER = {
    "frontier": ["view", "score", "period"],
    "cost_per_quality": ["period", "residual_pct", "model_version"],
    "throughput": ["source", "workload", "metric", "statistic", "label", "served_by", "day"],
    "market_share": ["source", "seller", "last_day", "by", "name"],
}


def asked_terms(
    *, blend: str = "b31", every: str = "week", benchmark: str = BENCHMARK, view: str = "now", weights: str = "all"
) -> Terms:
    """Terms in people's words: `view` is now or then. Raises InvalidValueError naming what may be said."""
    views = {"now": View.KNOWN_NOW, "then": View.PUBLIC_THEN}
    checks = (
        ("blend", blend, ("b31", "b721")),
        ("every", every, ("day", "week", "month")),
        ("view", view, tuple(views)),
        ("weights", weights, tuple(Openness)),
    )
    for name, value, allowed in checks:
        if value not in allowed:
            raise InvalidValueError(f"{name} is one of {', '.join(allowed)}; {value!r} is none")
    return Terms(blend=blend, every=every, benchmark=benchmark, view=views[view], openness=Openness(weights))


def benchmarks(snapshot: Snapshot) -> pd.DataFrame:
    """The newest vintage of every benchmark: source, benchmark, public_at, entries, models; most models first."""
    newest = snapshot["vintages"].sort_values("public_at").drop_duplicates("benchmark", keep="last")
    return newest.sort_values(["models", "benchmark"], ascending=[False, True]).reset_index(drop=True)


def breaks(snapshot: Snapshot, benchmark: str) -> pd.DataFrame:
    """The vintages at which a benchmark changed its scale, announced or not."""
    table = snapshot["vintages"]
    return table[table["benchmark"].eq(benchmark) & table["is_break"]].sort_values("public_at")


def rows(snapshot: Snapshot, name: str, terms: Terms) -> pd.DataFrame:
    """The rows of a series under the terms, the main variant first; empty where there are none.

    Raises InvalidValueError where no score of the benchmark is known.
    """
    if name not in SWITCHED:
        return _ordered(snapshot[_FRAME[name]], name)
    if terms.benchmark != BENCHMARK and not snapshot["vintages"]["benchmark"].eq(terms.benchmark).any():
        raise InvalidValueError(f"no score of {terms.benchmark!r} is known; the page Series lists those that are")
    frames = snapshot.frames if _published(name, terms) else _under(snapshot, terms)
    table = frames[_FRAME.get(name, "series")]
    table = table[table["blend"].eq(terms.blend)]
    if name == "frontier":
        table = table[table["view"].eq(terms.view.value) & table["every"].eq(terms.every)]
    elif name != "cost_per_quality":
        table = table[table["series"].eq(name)]
    return _ordered(table, name)


def hosts_of(snapshot: Snapshot, terms: Terms) -> pd.DataFrame:
    """The last month's host dispersion by model version, most hosts first."""
    frames = snapshot.frames if _published("host_dispersion", terms) else _under(snapshot, terms)
    table = frames["host_dispersion"]
    table = table[table["blend"].eq(terms.blend)]
    return table[table["period"].eq(table["period"].max())].sort_values(
        ["hosts", "model_version"], ascending=[False, True]
    )


def _published(name: str, terms: Terms) -> bool:
    """Whether a build holds the rows already."""
    usual = Terms(blend=terms.blend, view=terms.view if name == "frontier" else View.KNOWN_NOW)
    return terms == usual


@lru_cache(maxsize=4)
def _under(snapshot: Snapshot, terms: Terms) -> dict[str, pd.DataFrame]:
    return family_under(_ground(snapshot), terms)


@lru_cache(maxsize=1)
def _ground(snapshot: Snapshot) -> SeriesGround:
    reference = load_reference()
    return series_ground(
        snapshot["blends"],
        snapshot["listings"],
        snapshot["scores"],
        snapshot["events"],
        makers=reference.makers,
        openness=known_openness(reference),
        routers=load_routers(),
        not_text=load_not_text(),
    )


def _ordered(table: pd.DataFrame, name: str) -> pd.DataFrame:
    """By the order of the series' own columns; variants stay as the build has them, the main one first."""
    return (table.sort_values(_ORDER[name], kind="stable") if name in _ORDER else table).reset_index(drop=True)
