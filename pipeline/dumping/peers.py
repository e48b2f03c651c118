"""Makers' prices side by side on a day: the panel of the outlier rank, and the peers of a price (METHODS 4, I5; 6).

Enter `blends`, `listings`, `sources`, `scores` and the curated facts; leaves `Market`, which is asked for a day. A
model has the lowest price that its maker asks abroad; where its maker sells none, the median of its hosts, never the
cheapest. Models that were withdrawn later are in, for they were on sale. A peer is never called a like product.
"""

from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.domain.facts import Facts
from pipeline.domain.instants import utc
from pipeline.dumping.outlier_rank import OutlierRank, outlier_rank

Vector = npt.NDArray[np.float64]

NO_SCORE = "the newest public scores have none of this version"
NO_FIT = "too few models of other makers carry a regression on score and openness"
_TIE = 1e-9
"""Logarithms this close are a tie: ties count against the flag, and floats must not break them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A price that is ranked: `price` in dollars per million tokens on B31 (None: none), on the day it applies from.

    Scores are those public by `known_at`; other makers' prices are those of the day before `day`.
    """

    model_version: str
    maker: str
    price: float | None
    day: date
    known_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """A candidate among makers. `rank` is None where it cannot be placed at all, as `reason` says; `cause` is the same
    without names and dates, to be counted.

    `undercut_percent` is the price against the median of `peers` at the same level of trade: 100 · (1 - p / median),
    None under the fewest peers.
    """

    rank: OutlierRank | None
    reason: str
    cause: str
    vintage: str | None
    models: int
    undercut_percent: float | None
    peers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The numbers of the panel, from the dated file of thresholds."""

    model_age: timedelta
    score_points: int
    fewest_peers: int


class Market:
    """What every maker's models cost on a day, with the score and openness that were public."""

    def __init__(
        self,
        prices: pd.DataFrame,
        scores: pd.DataFrame,
        born: Mapping[str, pd.Timestamp],
        openness: Mapping[str, tuple[bool, date]],
    ) -> None:
        """`prices`: model_version, maker, seller, own, since, until, log_price; `scores`: model_version, score,
        published_at, vintage; `born`: first public day of each version; `openness`: whether weights are open, and since
        when a document says so."""
        self._prices = _by_group(prices)
        groups = self._prices.drop_duplicates("group")
        self._groups = (
            groups[["model_version", "maker", "own"]]
            .assign(born=groups["model_version"].map(dict(born)).astype("datetime64[us]").to_numpy())
            .reset_index(drop=True)
        )
        self._scored = {
            str(name): dict(zip(own["model_version"], own["score"], strict=True))
            for name, own in scores.groupby("vintage")
        }
        published = scores.drop_duplicates("vintage").sort_values(["published_at", "vintage"], kind="stable")
        self._published = list(zip(published["published_at"], published["vintage"], strict=True))
        self._hosts: dict[str, list[tuple[str, date, date]]] = {}
        others = prices.loc[~prices["own"], ["model_version", "seller"]]
        days = [prices.loc[others.index, name].to_numpy("datetime64[D]").tolist() for name in ("since", "until")]
        named = zip(others["model_version"].tolist(), others["seller"].tolist(), *days, strict=True)
        for name, seller, since, until in named:
            self._hosts.setdefault(name, []).append((seller, since, until))
        self._born = born
        self._open = openness
        self._on = lru_cache(maxsize=512)(self._panel)

    def on(self, day: date, known_at: datetime) -> pd.DataFrame:
        """One row per model version on sale on `day` whose score and openness were public: model_version, maker, own,
        log_price, score, open, born."""
        return self._on(day, self.vintage(known_at), known_at.date())

    def vintage(self, known_at: datetime) -> str | None:
        """The newest vintage of scores that was public then, by its name."""
        public = bisect_right(self._published, pd.Timestamp(utc(known_at)), key=lambda row: row[0])
        return str(self._published[public - 1][1]) if public else None

    def score(self, model_version: str, known_at: datetime) -> float | None:
        vintage = self.vintage(known_at)
        return None if vintage is None else self._scored[vintage].get(model_version)

    def open(self, model_version: str, known_on: date) -> bool | None:
        """Whether the weights are open; None where no document said so by then."""
        known = self._open.get(model_version)
        return None if known is None or known[1] > known_on else known[0]

    def hosts(self, model_version: str, day: date) -> frozenset[str]:
        """Who else sells that version on that day."""
        return frozenset(name for name, since, until in self._hosts.get(model_version, ()) if since <= day <= until)

    def born(self, since: date, until: date) -> list[tuple[date, str]]:
        """First day and name of every version that came on sale (or was released) between two days."""
        found = [(day.date(), name) for name, day in self._born.items() if since <= day.date() <= until]
        return sorted(found)

    @property
    def prices(self) -> pd.DataFrame:
        """All that a panel reads of prices, a row a price and the days `since` to `until` on which it stood."""
        return self._prices[["model_version", "maker", "own", "since", "until", "log_price"]].assign(
            born=self._groups["born"].to_numpy()[self._prices["group"].to_numpy()]
        )

    def scores(self, vintage: str) -> Mapping[str, float]:
        """The scores of a vintage by model version."""
        return self._scored[vintage]

    @property
    def first_day(self) -> date | None:
        """The first day of any price; None where there is none."""
        return None if self._prices.empty else pd.Timestamp(self._prices["since"].min()).date()

    def own_logs(self, models: Collection[str], first: date, last: date) -> Vector:
        """Daily log prices of the makers' own offers, the lowest of several: a row a model, NaN where none stood."""
        at = pd.Timestamp(first)
        days = (last - first).days + 1
        rows = self._prices[self._prices["own"] & self._prices["model_version"].isin(list(models))]
        names = sorted({str(name) for name in rows["model_version"]})
        table = np.full((len(names), days), np.nan)
        for name, since, until, price in rows[["model_version", "since", "until", "log_price"]].itertuples(index=False):
            start, end = max((since - at).days, 0), min((until - at).days + 1, days)
            if start < end:
                span = table[names.index(str(name)), start:end]
                np.fmin(span, price, out=span)
        return table

    def makers(self, day: date, age: timedelta) -> int:
        """Makers with a model of that age or younger on sale, scored or not."""
        on_sale = self._groups.take(np.unique(self._prices["group"].to_numpy()[self._standing(day)]))
        return int(on_sale.loc[on_sale["born"] >= pd.Timestamp(day) - age, "maker"].nunique())

    def _standing(self, day: date) -> npt.NDArray[np.intp]:
        """The places of the prices of a day, those of one group together and the lowest first."""
        at = np.datetime64(day, "us")
        stood = (self._prices["since"].to_numpy() <= at) & (at <= self._prices["until"].to_numpy())
        return np.flatnonzero(stood)

    def _panel(self, day: date, vintage: str | None, known_on: date) -> pd.DataFrame:
        places = self._standing(day)
        found, starts, counts = np.unique(
            self._prices["group"].to_numpy()[places], return_index=True, return_counts=True
        )
        logs = self._prices["log_price"].to_numpy()[places]
        middle = (logs[starts + (counts - 1) // 2] + logs[starts + counts // 2]) / 2
        rows = self._groups.take(found)
        scored = {} if vintage is None else self._scored[vintage]
        openness = {name: float(is_open) for name, (is_open, since) in self._open.items() if since <= known_on}
        rows = rows.assign(
            log_price=np.where(rows["own"], logs[starts], middle),
            score=rows["model_version"].map(scored).astype("float64"),
            open=rows["model_version"].map(openness).astype("float64"),
        )
        known = rows[rows["score"].notna() & rows["open"].notna()].drop_duplicates("model_version")
        return known[["model_version", "maker", "own", "log_price", "score", "open", "born"]].reset_index(drop=True)


def _by_group(prices: pd.DataFrame) -> pd.DataFrame:
    """`prices` with the number of their `group` (one model of one maker, by itself or by others: itself first), in the
    order of groups and, within one, of prices."""
    keys = [prices["model_version"], ~prices["own"].astype(bool), prices["maker"]]
    numbered = prices.assign(group=prices.groupby(keys, sort=True).ngroup())
    return numbered.sort_values(["group", "log_price"], kind="stable", ignore_index=True)


def market(
    blends: pd.DataFrame,
    listings: pd.DataFrame,
    sources: pd.DataFrame,
    scores: pd.DataFrame,
    models: pd.DataFrame,
    openness: pd.DataFrame,
    *,
    benchmarks: Sequence[str],
    seats: Mapping[str, str],
    facts: Facts,
) -> Market:
    """The panel of a build. `models` (release day, openness where reviewed) and `openness` are the curated tables.

    Left out: floating labels, home offers of a maker, routers, sources never read on a real document, prices of 0.
    """
    priced = _priced(blends, listings, sources, seats, facts)
    seen = priced.groupby("model_version")["since"].min()
    released = models.dropna(subset=["released"]).set_index("model_version")["released"]
    born = {str(name): day for name, day in [*seen.items(), *released.items()]}
    return Market(priced, _of_benchmarks(scores, benchmarks), born, _openness(models, openness))


def _openness(models: pd.DataFrame, openness: pd.DataFrame) -> dict[str, tuple[bool, date]]:
    """The reviewed table of models speaks first, since the release; then what a dated document says."""
    known = models[models["open_weights"].isin(["yes", "no"])]
    found = {
        str(name): (said == "yes", date.min if pd.isna(released) else released.date())
        for name, said, released in zip(known["model_version"], known["open_weights"], known["released"], strict=True)
    }
    dated = zip(openness["model_version"], openness["open_weights"], openness["public_since"], strict=True)
    for name, said, since in dated:
        found.setdefault(str(name), (said == "yes", since.date()))
    return found


def _priced(
    blends: pd.DataFrame, listings: pd.DataFrame, sources: pd.DataFrame, seats: Mapping[str, str], facts: Facts
) -> pd.DataFrame:
    named = listings[listings["model_version"].notna() & ~listings["floating"].astype(bool)]
    told = named[["listing_id", "model_version", "maker", "seller", "served_by", "market"]].astype("str")
    confirmed = set(sources.loc[sources["confirmed"], "source"].astype("str"))
    wanted = blends[blends["b31_usd"].gt(0) & blends["source"].astype("str").isin(confirmed)]
    rows = wanted[["listing_id", "since", "until", "b31_usd"]].astype({"listing_id": "str"})
    rows = rows.merge(told, on="listing_id", validate="many_to_one")
    owner = rows["seller"].map(lambda name: facts.owners.get(name, name))
    rows = rows.assign(own=owner.eq(rows["maker"]), log_price=np.log(rows["b31_usd"].to_numpy(np.float64)))
    at_home = rows["own"] & rows["market"].eq(rows["maker"].map(dict(seats)))
    passed_on = rows["seller"].isin(facts.routers) | rows["served_by"].isin(facts.routers)
    return rows[~at_home & ~passed_on][["model_version", "maker", "seller", "own", "since", "until", "log_price"]]


def _of_benchmarks(scores: pd.DataFrame, benchmarks: Sequence[str]) -> pd.DataFrame:
    """Scores of one benchmark under its several names; of several entries of a version in a vintage the best."""
    own = scores[scores["benchmark"].isin(list(benchmarks)) & scores["model_version"].notna()]
    text = own["benchmark"].astype("str") + " of " + own["published_at"].dt.strftime("%Y-%m-%d")
    best = own.assign(vintage=text).sort_values(["vintage", "value"], kind="stable")
    best = best.drop_duplicates(["vintage", "model_version"], keep="last").rename(columns={"value": "score"})
    return best[["model_version", "score", "published_at", "vintage"]].reset_index(drop=True)


def ranked(asked: Market, candidate: Candidate, limits: Limits) -> Ranked:
    """Where a price stands among the lowest residuals of all other makers.

    ln B31 on score and openness, fitted without the candidate's maker over other makers' models of the last twelve
    months as they stood on the day before; one residual per maker, its lowest.
    """
    found = placed(asked, candidate, limits)
    if isinstance(found, Ranked):
        return found
    not_above = sum(residual <= found.own + _TIE for residual in found.others.values())
    rank = outlier_rank(not_above=not_above, makers=len(found.others))
    return Ranked(
        rank=rank,
        reason=rank.text,
        cause="",
        vintage=found.vintage,
        models=found.models,
        undercut_percent=found.undercut_percent,
        peers=found.peers,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A candidate's residual beside the lowest one of each other maker, of one regression."""

    own: float
    others: Mapping[str, float]
    vintage: str | None
    models: int
    undercut_percent: float | None
    peers: tuple[str, ...]


def placed(asked: Market, candidate: Candidate, limits: Limits) -> Placed | Ranked:
    """The residuals behind a rank; a `Ranked` without one where the candidate cannot be placed."""
    vintage = asked.vintage(candidate.known_at)
    score = asked.score(candidate.model_version, candidate.known_at)
    open_ = asked.open(candidate.model_version, candidate.known_at.date())
    cause = _missing(candidate, vintage, score, open_)
    if cause is not None or candidate.price is None or score is None or open_ is None:
        known = f" ({vintage})" if cause == NO_SCORE else ""
        return unplaced(cause or "", reason=f"{cause}{known}", vintage=vintage)
    before = candidate.day - timedelta(days=1)
    panel = asked.on(before, candidate.known_at)
    others = panel[panel["maker"] != candidate.maker]
    young = recent(others, before, limits.model_age)
    lowest = _lowest_residuals(young)
    if lowest is None:
        return unplaced(NO_FIT, reason=f"{NO_FIT} ({len(young)} of them)", vintage=vintage)
    own_log = float(np.log(candidate.price))
    percent, peers = _undercut(others, score, open_, own_log, limits)
    return Placed(
        own=own_log - float(np.array([1.0, score, float(open_)]) @ lowest.coefficients),
        others=lowest.residuals,
        vintage=vintage,
        models=len(young),
        undercut_percent=percent,
        peers=peers,
    )


def recent(panel: pd.DataFrame, day: date, age: timedelta) -> pd.DataFrame:
    """The rows of a panel whose model is of that age or younger."""
    return panel[panel["born"] >= pd.Timestamp(day) - age]


def smallest_p(makers: int) -> Decimal | None:
    """The smallest p that so many other makers can give; None for none."""
    return outlier_rank(not_above=0, makers=makers).p if makers else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fit:
    coefficients: Vector
    residuals: dict[str, float]


def _lowest_residuals(models: pd.DataFrame) -> _Fit | None:
    """The regression over `models` and the lowest residual of each maker; None where it cannot be computed."""
    design = np.column_stack(
        [np.ones(len(models)), models["score"].to_numpy(np.float64), models["open"].to_numpy(np.float64)]
    )
    if len(models) <= design.shape[1] or np.linalg.matrix_rank(design) < design.shape[1]:
        return None
    logs = models["log_price"].to_numpy(np.float64)
    coefficients = np.linalg.lstsq(design, logs, rcond=None)[0]
    residuals = pd.Series(logs - design @ coefficients).groupby(models["maker"].to_numpy()).min()
    return _Fit(coefficients=coefficients, residuals={str(name): float(low) for name, low in residuals.items()})


def _undercut(
    others: pd.DataFrame, score: float, open_: bool, own_log: float, limits: Limits
) -> tuple[float | None, tuple[str, ...]]:
    """100 · (1 - price / median of the peers), and who they are: other makers' own offers of equal openness."""
    near = (others["score"] - score).abs() <= limits.score_points
    peers = others[near & others["own"] & others["open"].eq(float(open_))]
    names = tuple(sorted(str(name) for name in peers["model_version"]))
    if len(peers) < limits.fewest_peers:
        return None, names
    return 100.0 * (1.0 - float(np.exp(own_log - peers["log_price"].median()))), names


def _missing(candidate: Candidate, vintage: str | None, score: float | None, open_: bool | None) -> str | None:
    if candidate.price is None:
        return "it has no B31 in dollars: a part of the price or the rate is not known"
    if candidate.price <= 0:
        return "a price of 0 has no logarithm"
    if vintage is None:
        return "no scores were public on that day"
    if score is None:
        return NO_SCORE
    return "no document says whether its weights are open" if open_ is None else None


def unplaced(cause: str, *, reason: str | None = None, vintage: str | None = None) -> Ranked:
    """A candidate that cannot be placed, and why."""
    return Ranked(
        rank=None, reason=reason or cause, cause=cause, vintage=vintage, models=0, undercut_percent=None, peers=()
    )
