"""How well decisions are told apart: labelled moves, planted errors and planted cuts, with Wilson intervals.

`run()` reads the newest build, or the shipped sample where there is no ledger, and the labels in the folder that
UNDERCUT_LABELS names (default ../shared/labels).
"""

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pipeline.domain.thresholds import Thresholds
from pipeline.events.alias import stems
from pipeline.flags.sharp_cut import flagged
from pipeline.frames import coerce
from pipeline.jobs.reading import current
from pipeline.reference.load import closed_weights, load_reference
from pipeline.reference.routers import load_routers
from pipeline.reference.thresholds import load_thresholds
from pipeline.settings import ROOT, Settings
from tests.evaluation import labelled
from tests.evaluation.shares import share
from tests.pipeline.events.deciding import decisions

SEED = 20261123
PLANTED = 120
Frames = dict[str, pd.DataFrame]


def run() -> str:
    """The tables as Markdown."""
    frames, meta = current(Settings(), lambda _: None)
    folder = Path(os.environ.get("UNDERCUT_LABELS", ROOT.parent / "shared" / "labels"))
    events = events_of(frames)
    about = (
        f"Build {meta['build']}, data to {meta['data_to']}; {len(frames['spells'])} spells, {len(events)} decisions. "
        f"Seed {SEED}. Intervals: Wilson, 95 %, from ten on."
    )
    missing = "No labels at hand (UNDERCUT_LABELS names the folder)."
    parts = [
        "## Decisions of sellers told apart",
        about,
        labelled.tables(frames, events, events_of, folder, seed=SEED) if folder.exists() else missing,
        _planted_errors(frames),
        _planted_cuts(frames),
    ]
    return "\n\n".join(parts) + "\n"


def events_of(frames: Frames, thresholds: Thresholds | None = None) -> pd.DataFrame:
    """The flagged decisions of a build's spells, under the standing thresholds or others."""
    spells, listings, sources = (frames[name] for name in ("spells", "listings", "sources"))
    thresholds = thresholds or load_thresholds()
    found, _ = decisions(
        spells,
        listings,
        sources,
        now=datetime.now(UTC),
        thresholds=thresholds,
        rates=frames["rates"],
        aliases=load_reference().aliases,
        routers=load_routers(),
        closed=closed_weights(load_reference()),
    )
    return flagged(found, spells, thresholds)


def _hosts(frames: Frames, count: int, seed: int, *, lineages: int) -> pd.DataFrame:
    """Where to plant: first-party base listings whose input and output stood together for 200 days, by source.

    One row per (source, listing) with that stretch (`start`, `end`); the models are drawn with the seed.
    """
    spells, listings, sources = (frames[name] for name in ("spells", "listings", "sources"))
    fit = listings[listings["base"] & listings["first_party"] & ~listings["floating"]]
    fit = fit.dropna(subset=["model_version"])[["listing_id", "model_version"]]
    near = spells[spells["currency"].eq("USD") & spells["per_unit"].eq("token") & spells["nano_per_million"].gt(0)]
    near = near.assign(length=near["last_seen"] - near["first_seen"]).merge(fit, on="listing_id")
    near = near.sort_values(["length", "first_seen"]).drop_duplicates(["source", "listing_id", "meter"], keep="last")
    keys = ["source", "listing_id", "model_version"]
    sides = [near[near["meter"] == meter].set_index(keys)[["first_seen", "last_seen"]] for meter in ("input", "output")]
    both = sides[0].join(sides[1].add_suffix("_out"), how="inner")
    both["start"] = both[["first_seen", "first_seen_out"]].max(axis=1)
    both["end"] = both[["last_seen", "last_seen_out"]].min(axis=1)
    rows = both[both["end"] - both["start"] >= pd.Timedelta(days=200)].reset_index()[[*keys, "start", "end"]]
    rows["lineage"] = rows["source"].map(sources.set_index("source")["lineage"])
    rows = rows.sort_values(keys).drop_duplicates(["model_version", "lineage"])
    rows = rows[rows.groupby("model_version")["lineage"].transform("nunique") >= lineages]
    chosen = np.random.default_rng(seed).permutation(sorted(rows["model_version"].unique()))[:count]
    rows = rows[rows["model_version"].isin(chosen)].groupby("model_version").head(lineages)
    return rows.reset_index(drop=True)


def _one_of_each_family(hosts: pd.DataFrame) -> pd.DataFrame:
    """One version of each family: an error in a second catalogue's name of it would no longer be in one catalogue."""
    return hosts[~stems(hosts["model_version"].astype("str")).duplicated()].reset_index(drop=True)


def _instants(hosts: pd.DataFrame, seed: int) -> "pd.Series[pd.Timestamp]":
    """When each host steps: the first of a model after 60 days of its stretch, further ones up to 110 days late."""
    random = np.random.default_rng(seed)
    found: dict[int, pd.Timestamp] = {}
    first: dict[str, pd.Timestamp] = {}
    starts = hosts.groupby("model_version")["start"].max()
    ends = hosts.groupby("model_version")["end"].min()
    for place, model in hosts["model_version"].items():
        room = max(1, (ends[model] - starts[model]).days - 120)
        if model not in first:
            first[model] = starts[model] + pd.Timedelta(days=60 + int(random.integers(0, room)), minutes=int(place))
            found[place] = first[model]
            continue
        late = first[model] + pd.Timedelta(days=int(random.integers(0, 111)))
        found[place] = min(late, hosts.loc[place, "end"] - pd.Timedelta(days=3))
    return pd.Series(found).dt.floor("us")


def _planted(
    spells: pd.DataFrame,
    hosts: pd.DataFrame,
    at: "pd.Series[pd.Timestamp]",
    new: Callable[[float, float], tuple[float, float]],
) -> pd.DataFrame:
    """`spells` in which input and output of each host step to `new` at its instant and stay until their spell's end."""
    planted = hosts.assign(at=at)[["source", "listing_id", "at", "start"]]
    rows = spells[spells["meter"].isin(["input", "output"]) & spells["per_unit"].eq("token")].reset_index()
    met = rows.merge(planted, on=["source", "listing_id"])
    met = met[(met["first_seen"] <= met["start"]) & (met["last_seen"] > met["at"]) & met["currency"].eq("USD")]
    met = met.sort_values("first_seen").drop_duplicates(["source", "listing_id", "meter"], keep="last")
    pairs = met.pivot_table(index=["source", "listing_id"], columns="meter", values="nano_per_million", observed=True)
    pairs = pairs.dropna()
    amounts = {
        key: dict(zip(("input", "output"), new(*pair), strict=True))
        for key, pair in zip(pairs.index, pairs[["input", "output"]].to_numpy(), strict=True)
    }
    met = met[[key in amounts for key in zip(met["source"], met["listing_id"], strict=True)]]
    before = met.assign(last_seen=met["at"] - pd.Timedelta(days=1), ended="changed", not_after=met["at"])
    after = met.assign(
        nano_per_million=[
            round(amounts[source, listing][meter])
            for source, listing, meter in zip(met["source"], met["listing_id"], met["meter"], strict=True)
        ],
        first_seen=met["at"],
        not_before=met["at"] - pd.Timedelta(days=1),
        captures=30,
        effective_at=pd.NaT,
        effective_basis=None,
        public_at=met["at"],
        recorded_at=met["at"],
    )
    rest = spells.drop(index=met["index"])
    return coerce(pd.concat([rest, before[spells.columns], after[spells.columns]], ignore_index=True), "spells")


_ERRORS: dict[str, Callable[[float, float], tuple[float, float]]] = {
    "unit slipped by 1 000": lambda i, o: (i / 1000, o / 1000),
    "unit slipped by 10": lambda i, o: (i / 10, o / 10),
    "input and output swapped": lambda i, o: (o, i),
    "zero placeholder": lambda i, o: (0, 0),
    "half price (a batch price in the base field)": lambda i, o: (i / 2, o / 2),
    "exchange-rate residue of 4 %": lambda i, o: (i * 0.96, o * 0.96),
}


def _planted_errors(frames: Frames) -> str:
    """Errors put into one catalogue at random instants: how each is read; none may be confirmed or flagged."""
    lines = [
        f"### Errors planted in one catalogue (up to {PLANTED} models each)",
        "",
        "| error | planted | read as a market move | watched | confirmed | flagged |",
        "|---|---|---|---|---|---|",
    ]
    hosts = _one_of_each_family(_hosts(frames, PLANTED, SEED, lineages=1))
    for name, new in _ERRORS.items():
        found = _outcome(frames, hosts, new, seed=SEED)
        counts = [sum(test(row) for row in found) for test in _TESTS]
        lines.append(f"| {name} | {len(found)} | " + " | ".join(share(count, len(found)) for count in counts) + " |")
    return "\n".join(lines)


_TESTS: list[Callable[[dict[str, Any]], bool]] = [
    lambda row: row["class_"] == "market_move",
    lambda row: row["flag"] == "watch",
    lambda row: row["state"] in ("confirmed", "expired"),
    lambda row: row["flag"] == "sharp_cut",
]


def _planted_cuts(frames: Frames) -> str:
    """True cuts of 30 % that catalogues show with the measured lags: what share is confirmed and flagged."""
    lines = [
        "### Cuts of 30 % planted in two catalogues, the second 0 to 110 days late",
        "",
        "| planted | read as a market move | watched | confirmed | flagged |",
        "|---|---|---|---|---|",
    ]
    hosts = _hosts(frames, PLANTED, SEED + 1, lineages=2)
    found = _outcome(frames, hosts, lambda i, o: (i * 0.7, o * 0.7), seed=SEED + 1)
    counts = [sum(test(row) for row in found) for test in _TESTS]
    lines.append(f"| {len(found)} | " + " | ".join(share(count, len(found)) for count in counts) + " |")
    return "\n".join(lines)


def _outcome(
    frames: Frames, hosts: pd.DataFrame, new: Callable[[float, float], tuple[float, float]], *, seed: int
) -> list[dict[str, Any]]:
    """The decision that each planted model got at its first planted instant."""
    at = _instants(hosts, seed)
    events = events_of({**frames, "spells": _planted(frames["spells"], hosts, at, new)})
    planted = dict(zip(hosts["model_version"][::-1], at[::-1], strict=True))
    near = events[events["bracket_to"].isin(set(planted.values()))].to_dict("records")
    return [
        {str(name): value for name, value in row.items()}
        for row in near
        if any(planted.get(model) == row["bracket_to"] for model in json.loads(row["model_versions"]))
    ]
