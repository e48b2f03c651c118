"""Flags: every trigger judged, one row each (METHODS 7).

Enters the frames of a build and the curated facts; leaves the frames `flags` and `events`, whose `flag` is the
strongest kind that a decision's triggers reached. A country is known here by the equality of a market and a seat only.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from pipeline import frames
from pipeline.domain.facts import Facts
from pipeline.domain.thresholds import Thresholds
from pipeline.domain.vocabulary import FlagKind
from pipeline.dumping.comparisons import Ground
from pipeline.dumping.peers import Market, market
from pipeline.flags import words
from pipeline.flags.conditions import Conditions, conditions
from pipeline.flags.evidence import Evidence
from pipeline.flags.explanations import as_json, explanations, surroundings
from pipeline.flags.kinds import Judged, judged, stronger
from pipeline.flags.triggers import Trigger, triggers_of

BENCHMARKS = ("artificial analysis intelligence_index", "arena overall", "arena text/overall")
"""Overall scores; each test uses one vintage of one of them, the newest that was public."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a judgement reads: the frames of a build, and what is known of models and makers."""

    events: pd.DataFrame
    spells: pd.DataFrame
    blends: pd.DataFrame
    listings: pd.DataFrame
    sources: pd.DataFrame
    scores: pd.DataFrame
    series: pd.DataFrame
    models: pd.DataFrame
    openness: pd.DataFrame
    seats: Mapping[str, str]
    facts: Facts


def market_of(asked: Asked) -> Market:
    """The panel of makers' prices of a build."""
    return market(
        asked.blends,
        asked.listings,
        asked.sources,
        asked.scores,
        asked.models,
        asked.openness,
        benchmarks=BENCHMARKS,
        seats=asked.seats,
        facts=asked.facts,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """A trigger, and its innocent explanations as a JSON list."""

    trigger: Trigger
    explanations: str


def explained(asked: Asked, ground: Ground, panel: Market, thresholds: Thresholds) -> list[Explained]:
    """Every trigger of a build, in the order in which they were public."""
    found = triggers_of(
        asked.events,
        asked.blends,
        asked.listings,
        ground.standing,
        asked.sources,
        seats=asked.seats,
        facts=asked.facts,
        thresholds=thresholds,
    )
    around = surroundings(asked.events, asked.spells, asked.listings, asked.series, panel, thresholds)
    return [Explained(trigger=each, explanations=as_json(explanations(each, around))) for each in found]


def flags_of(asked: Asked, ground: Ground, panel: Market, thresholds: Thresholds) -> pd.DataFrame:
    """The frame `flags`, in the order in which the triggers were public."""
    found = explained(asked, ground, panel, thresholds)
    return in_order(rows_of(found, Evidence(ground, panel, thresholds)))


def rows_of(found: Sequence[Explained], evidence: Evidence) -> pd.DataFrame:
    """The triggers judged, a row each: `evidence` needs no more than what stood of their model versions."""
    rows = []
    for each in found:
        tested = conditions(evidence, each.trigger)
        rows.append(_row(each.trigger, tested, judged(each.trigger, tested), each.explanations))
    return pd.DataFrame(rows) if rows else frames.empty("flags")


def in_order(rows: pd.DataFrame) -> pd.DataFrame:
    """The frame `flags` of rows in any order: that of the triggers."""
    ordered = rows.sort_values(["public_at", "trigger", "id"], kind="stable", ignore_index=True)
    return frames.coerce(ordered, "flags")


def with_flags(events: pd.DataFrame, flags: pd.DataFrame) -> pd.DataFrame:
    """`events` with the strongest kind of each decision, and the text of a suspicion added to its explanation."""
    told = flags[flags["event"].notna() & flags["kind"].notna()]
    kinds = told.groupby("event")["kind"].agg(lambda own: stronger(list(own))).to_dict()
    suspected = told[told["kind"].isin([FlagKind.SUSPECTED_UNDERPRICING.value, FlagKind.SUSPECTED_DUMPING.value])]
    said = suspected.drop_duplicates(["event", "kind"]).groupby("event")["text"].agg(" ".join).to_dict()
    flag = [_strongest(own, kinds.get(key)) for own, key in zip(events["flag"], events["id"], strict=True)]
    texts = [
        f"{own} {said[key]}" if key in said else own
        for own, key in zip(events["explanation"], events["id"], strict=True)
    ]
    return events.assign(
        flag=pd.Series(flag, index=events.index, dtype="str"),
        explanation=pd.Series(texts, index=events.index, dtype="str"),
    )


def _strongest(own: Any, found: str | None) -> str | None:
    kinds: Sequence[str] = [str(kind) for kind in (own, found) if not pd.isna(kind)]
    return stronger(list(kinds)) if kinds else None


def _row(trigger: Trigger, found: Conditions, outcome: Judged, tested: str) -> dict[str, Any]:
    rank, grid = found.ranked.rank, found.grid
    return {
        "id": trigger.id,
        "kind": None if outcome.kind is None else outcome.kind.value,
        "trigger": trigger.kind.value,
        "event": trigger.event,
        "maker": trigger.maker,
        "seller": trigger.seller,
        "market": trigger.market,
        "model_version": trigger.model_version,
        "day": pd.Timestamp(trigger.day),
        "public_at": trigger.public_at,
        "state": trigger.state,
        "confirmed": trigger.confirmed,
        "price_usd": None if found.price_usd is None else float(found.price_usd),
        "outlier": found.outlier.outcome.value,
        "hosts": found.hosts.outcome.value,
        "cost": found.cost.outcome.value,
        "margin": found.margin.outcome.value,
        "makers": None if rank is None else rank.makers,
        "p": None if rank is None else float(rank.p),
        "kept": None if grid is None else grid.kept,
        "defined": None if grid is None else grid.defined,
        "undefined": None if grid is None else grid.undefined,
        "conditions": words.conditions_json(found),
        "explanations": tested,
        "not_tested": words.not_tested_json(),
        "missing": json.dumps(list(outcome.missing), ensure_ascii=False),
        "stopped_at": None if outcome.stopped is None else outcome.stopped[0].value,
        "stopped_by": None if outcome.stopped is None else outcome.stopped[1],
        "captures": json.dumps(list(trigger.captures)),
        "text": words.text(trigger, found, outcome),
        "legal": words.LEGAL,
    }
