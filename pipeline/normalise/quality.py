r"""Quality: which score a model had on which day, on one scale, and where a benchmark changed under its name.

Enters the frame `scores` of all vintages (a vintage is one document: what a benchmark published at once); leaves the
frame `vintages` and scores that stand for an interval of time. Nothing is overwritten: an older vintage keeps its
values, and is brought onto the scale of the newest only for a comparison.

A break is found and linked as METHODS 3 says: more than half of the entries that two neighbouring vintages share moved
by more than .05 points; least squares of the new on the old values over the overlap; the deviation of the residuals is
carried as a band.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from pipeline import frames
from pipeline.frames.days import day_of

MOVED_POINTS = 0.05
MOVED_SHARE = 0.5
OVERLAP = 10
"""Shared entries that a link needs; below that an older vintage has no place on the new scale."""

_KEY = ["source", "benchmark"]
_DOCUMENT = [*_KEY, "payload_sha256"]
_ONWARDS = pd.Timestamp("2200-01-01", tz="UTC")


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """From the points of one vintage to those of the newest: `intercept + slope · points`, give or take `band`."""

    slope: float
    intercept: float
    band: float


def vintages(scores: pd.DataFrame) -> pd.DataFrame:
    """The frame `vintages`: every vintage of every benchmark, and how it compares with the one before.

    A document that dates its entries one by one is public as a whole on the day of its last entry. `moved` is the share
    of the overlap (entries of one label) that moved by more than .05 points; `slope`, `intercept` and `residual` are
    given where that makes a break and the overlap carries a regression.
    """
    if scores.empty:
        return frames.empty("vintages")
    documents = scores.groupby(_DOCUMENT, observed=True).agg(
        public_at=("published_at", "max"),
        versions=("benchmark_version", "nunique"),
        benchmark_version=("benchmark_version", "first"),
        entries=("label", "size"),
        models=("model_version", "nunique"),
    )
    documents = documents.reset_index().sort_values([*_KEY, "public_at", "payload_sha256"], kind="stable")
    documents["number"] = documents.groupby(_KEY, observed=True).cumcount()
    several = documents["versions"].astype("str") + " versions"
    documents["benchmark_version"] = documents["benchmark_version"].where(documents["versions"].eq(1), several)
    steps = _steps(scores, documents[[*_DOCUMENT, "number"]])
    table = documents.merge(steps, on=[*_KEY, "number"], how="left", validate="one_to_one")
    table["overlap"] = table["overlap"].fillna(0)
    table["is_break"] = table["moved"].gt(MOVED_SHARE)
    linked = table["is_break"] & table["overlap"].ge(OVERLAP)
    for name in ("slope", "intercept", "residual"):
        table[name] = table[name].where(linked)
    return frames.coerce(table.reindex(columns=list(frames.FRAMES["vintages"].columns)), "vintages")


def _steps(scores: pd.DataFrame, documents: pd.DataFrame) -> pd.DataFrame:
    """Least squares of each vintage on the one before over the labels that both print, by sums over the overlap."""
    numbered = scores[[*_DOCUMENT, "label", "value"]].merge(documents, on=_DOCUMENT, validate="many_to_one")
    values = numbered.groupby([*_KEY, "number", "label"], observed=True)["value"].max().reset_index()
    before = values.assign(number=values["number"] + 1).rename(columns={"value": "old"})
    both = values.merge(before, on=[*_KEY, "number", "label"], validate="one_to_one")
    # Rounded: 25.05 - 25.00 is not more than .05.
    both = both.assign(moved=(both["value"] - both["old"]).abs().round(9).gt(MOVED_POINTS))
    vintage = [*_KEY, "number"]
    means = both.groupby(vintage, observed=True)[["old", "value"]].transform("mean")
    x, y = both["old"] - means["old"], both["value"] - means["value"]
    sums = both.assign(xx=x * x, xy=x * y, yy=y * y).groupby(vintage, observed=True)
    found = sums.agg(
        overlap=("old", "size"),
        moved=("moved", "mean"),
        old=("old", "mean"),
        new=("value", "mean"),
        xx=("xx", "sum"),
        xy=("xy", "sum"),
        yy=("yy", "sum"),
    )
    slope = found["xy"] / found["xx"].where(found["xx"] > 0)
    rest = (found["yy"] - slope * found["xy"]).clip(lower=0) / (found["overlap"] - 2).where(found["overlap"] > 2)
    found = found.assign(slope=slope, intercept=found["new"] - slope * found["old"], residual=np.sqrt(rest))
    return found[["overlap", "moved", "slope", "intercept", "residual"]].reset_index()


def newest(scores: pd.DataFrame, benchmark: str) -> pd.DataFrame:
    """The newest vintage of a benchmark, frozen: model_version, score, published_at; the best of several entries."""
    own = scores[scores["benchmark"].eq(benchmark)]
    documents = _documents(own)
    if not documents:
        return _nothing(["model_version", "score", "published_at"])
    return _best(documents[-1][1]).reset_index(drop=True)


def as_public_then(scores: pd.DataFrame, benchmark: str) -> pd.DataFrame:
    """Scores as anyone could have known them: model_version, score, band, since, until.

    A score holds from the day of its publication (the days of a series end at midnight after them) to the day before
    that of a newer vintage. Values of older vintages are linked to the scale of the newest where the benchmark changed
    in between; `band` is the deviation that the links carry. A vintage that cannot be linked has no rows: there is a
    gap, never a wrong scale.
    """
    documents = _documents(scores[scores["benchmark"].eq(benchmark)])
    parts = []
    for place, ((public_at, document), link) in enumerate(zip(documents, _links(documents), strict=True)):
        if link is None:
            continue
        known = document["published_at"]
        if place:  # what the vintage before could already hold is known anew when this one is out
            known = known.where(known > documents[place - 1][0], public_at)
        ends = documents[place + 1][0] if place + 1 < len(documents) else _ONWARDS
        best = _rising(document.assign(known=known))
        parts.append(best.assign(score=link.intercept + link.slope * best["score"], band=link.band, ends=ends))
    if not parts:
        return _nothing(["model_version", "score", "band", "since", "until"])
    table = pd.concat(parts, ignore_index=True)
    days = {name: day_of(pd.to_datetime(table[name], utc=True)) for name in ("known", "ends")}
    table = table.assign(since=days["known"])
    rises = table.groupby(["model_version", "ends"])["since"].shift(-1)
    table["until"] = rises.fillna(days["ends"]) - pd.Timedelta(days=1)
    kept = table[table["since"] <= table["until"]]
    return kept[["model_version", "score", "band", "since", "until"]].reset_index(drop=True)


def _documents(own: pd.DataFrame) -> list[tuple[pd.Timestamp, pd.DataFrame]]:
    """(when it was public as a whole, its entries), oldest first; of two of one instant the one by name."""
    found = [(part["published_at"].max(), str(key), part) for key, part in own.groupby("payload_sha256", observed=True)]
    return [(public_at, part) for public_at, _, part in sorted(found, key=lambda entry: entry[:2])]


def _best(document: pd.DataFrame) -> pd.DataFrame:
    matched = document[document["model_version"].notna()]
    best = matched.sort_values(["value", "label"], kind="stable").drop_duplicates("model_version", keep="last")
    return best[["model_version", "value", "published_at"]].rename(columns={"value": "score"})


def _rising(document: pd.DataFrame) -> pd.DataFrame:
    """Per model the best value so far, each time that it rose."""
    rows = document[document["model_version"].notna()].sort_values(["model_version", "known", "value"], kind="stable")
    best = rows.groupby("model_version")["value"].cummax()
    rows = rows.assign(score=best)[["model_version", "score", "known"]].drop_duplicates(["model_version", "score"])
    return rows.drop_duplicates(["model_version", "known"], keep="last")


def _links(documents: list[tuple[pd.Timestamp, pd.DataFrame]]) -> list[Link | None]:
    """How each vintage is brought to the scale of the newest; None where a break has too small an overlap."""
    if not documents:
        return []
    found: list[Link | None] = [Link(slope=1.0, intercept=0.0, band=0.0)]
    steps = vintages(pd.concat([part for _, part in documents])).itertuples()
    for step in list(steps)[:0:-1]:
        found.append(_through(found[-1], step))
    return found[::-1]


def _through(onward: Link | None, step: Any) -> Link | None:
    """The link of the vintage before a step, given that of the vintage after it."""
    if onward is None or step.overlap == 0 or (step.is_break and np.isnan(step.slope)):
        return None
    if not step.is_break:
        return onward
    return Link(
        slope=onward.slope * step.slope,
        intercept=onward.intercept + onward.slope * step.intercept,
        band=float(np.hypot(onward.band, onward.slope * step.residual)),
    )


def _nothing(columns: list[str]) -> pd.DataFrame:
    kinds = {"model_version": "str", "score": "float64", "band": "float64", "published_at": "datetime64[us, UTC]"}
    return pd.DataFrame({name: pd.Series([], dtype=kinds.get(name, "datetime64[us]")) for name in columns})
