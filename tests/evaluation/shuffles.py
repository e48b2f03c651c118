"""Flags on the real ledger and with the makers shuffled: how many suspicions would chance alone have raised?

One shuffle is one permutation of all makers. In the panel of every trigger the maker that comes to stand for its own
takes its place, with the lowest residual that it has there, and its own price takes that maker's place; a trigger whose
stand-in is not in its panel is not placed in that shuffle. Everything else of a trigger (hosts, cost, margin, state) is
as it is on the ledger. So the ranks are those of exchangeable makers, and the count beside the real one is chance.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import pandas as pd

from pipeline.domain.thresholds import Thresholds
from pipeline.dumping.outlier_rank import outlier_rank
from pipeline.dumping.peers import Placed, placed
from pipeline.exports.funnel import flags_by_year
from pipeline.flags.conditions import candidate_of
from pipeline.flags.evidence import Evidence, price_usd
from pipeline.flags.judged import Asked
from pipeline.flags.triggers import Trigger, triggers_of
from pipeline.jobs.reading import current
from pipeline.query.case_file import case_ground
from pipeline.query.snapshot import Snapshot
from pipeline.settings import Settings

SEED, SHUFFLES = 20261130, 1000
_TIE = 1e-9
SAME = "A sharp cut has no rank in it and is the same under every shuffle."
HEAD = (
    "year",
    "placed",
    "suspicions",
    "shuffled: mean (2.5 to 97.5 %)",
    "outliers, 19 makers",
    "shuffled",
    "lowest of all, however few",
    "shuffled",
    "shuffles at or above",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """One placed trigger: its maker's residual and the others' lowest, and whether the rest of a suspicion holds."""

    year: int
    maker: str
    own: float
    others: Mapping[str, float]
    rest: bool

    def p(self, stand_in: str) -> Decimal | None:
        """p with another maker in its place; None where that one is not in the panel."""
        if stand_in == self.maker:
            own, others = self.own, list(self.others.values())
        elif stand_in in self.others:
            own = self.others[stand_in]
            others = [low for name, low in self.others.items() if name != stand_in] + [self.own]
        else:
            return None
        return outlier_rank(not_above=sum(low <= own + _TIE for low in others), makers=len(others)).p


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Of one ledger or one shuffle: suspicions, outliers with enough makers, and lowest of however many."""

    suspicions: int
    outliers: int
    lowest: int


def seats(evidence: Evidence, found: Sequence[Trigger], flags: pd.DataFrame) -> list[Seat]:
    """Every trigger that could be placed among makers at all, whatever their number."""
    rows = flags.set_index("id")
    made = []
    for trigger in found:
        row = rows.loc[trigger.id]
        if trigger.model_version is None or pd.isna(row["p"]):
            continue
        candidate = candidate_of(trigger, trigger.model_version, price_usd(evidence.ground, trigger))
        where = placed(evidence.market, candidate, evidence.limits)
        if isinstance(where, Placed):
            holds = bool(row["confirmed"]) and "passes" in (row["hosts"], row["cost"], row["margin"])
            made.append(
                Seat(year=trigger.public_at.year, maker=trigger.maker, own=where.own, others=where.others, rest=holds)
            )
    return made


def counted(asked: Sequence[Seat], stand_in: Mapping[str, str], thresholds: Thresholds) -> Counted:
    """The counts with every maker replaced by its stand-in."""
    suspicions = outliers = lowest = 0
    for seat in asked:
        p = seat.p(stand_in[seat.maker])
        if p is None:
            continue
        enough = len(seat.others) >= thresholds.outlier_makers
        outlier = enough and 1000 * p <= thresholds.outlier_permille
        outliers += outlier
        suspicions += outlier and seat.rest
        lowest += p * (len(seat.others) + 1) < 2
    return Counted(suspicions=suspicions, outliers=outliers, lowest=lowest)


def shuffled(asked: Sequence[Seat], thresholds: Thresholds, *, seed: int, draws: int) -> list[Counted]:
    """The counts of so many permutations of the makers."""
    names = sorted({seat.maker for seat in asked} | {name for seat in asked for name in seat.others})
    generator = np.random.default_rng(seed)
    made = []
    for _ in range(draws):
        order = [names[place] for place in generator.permutation(len(names))]
        made.append(counted(asked, dict(zip(names, order, strict=True)), thresholds))
    return made


def of_ledger(asked: Asked, evidence: Evidence, flags: pd.DataFrame, sources: pd.DataFrame) -> list[Seat]:
    found = triggers_of(
        asked.events,
        asked.blends,
        asked.listings,
        evidence.ground.standing,
        sources,
        seats=asked.seats,
        facts=asked.facts,
        thresholds=evidence.thresholds,
    )
    return seats(evidence, [each for each in found if each.id in set(flags["id"])], flags)


def run(draws: int = SHUFFLES) -> str:
    """The section of docs/evaluation.md, over the newest build (or the sample)."""
    frames, meta = current(Settings(), lambda _: None)
    ready = case_ground(Snapshot(frames=frames, meta=meta))
    asked = of_ledger(ready.asked, ready.evidence, frames["flags"], frames["sources"])
    tested = sum(len(seat.others) >= ready.thresholds.outlier_makers for seat in asked)
    judged = f"{len(frames['flags'])} triggers were judged, {len(asked)} of them could be placed among some makers"
    needed = f"{tested} among the {ready.thresholds.outlier_makers} that a test needs"
    drawn = f"{draws} permutations of the makers, seed {SEED}"
    parts = [
        "## Flags with the makers shuffled",
        f"Build {meta['build']}, data to {meta['data_to']}; {drawn}. {judged}, {needed}. {SAME}",
        _table(asked, ready.thresholds, draws),
        "### Flags by year on the ledger",
        _markdown(flags_by_year(frames)),
    ]
    return "\n\n".join(parts)


def _table(asked: Sequence[Seat], thresholds: Thresholds, draws: int) -> str:
    lines = [f"| {' | '.join(HEAD)} |", "|---" * len(HEAD) + "|"]
    for year in [*sorted({seat.year for seat in asked}), None]:
        own = [seat for seat in asked if year in (None, seat.year)]
        real = counted(own, {name: name for name in {seat.maker for seat in own}}, thresholds)
        chance = shuffled(own, thresholds, seed=SEED, draws=draws)
        at_least = sum(each.lowest >= real.lowest for each in chance) / draws if draws else 0.0
        cells = [
            "all" if year is None else str(year),
            str(len(own)),
            str(real.suspicions),
            _spread([each.suspicions for each in chance]),
            str(real.outliers),
            _spread([each.outliers for each in chance]),
            str(real.lowest),
            _spread([each.lowest for each in chance]),
            f"{100 * at_least:.1f} %",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _spread(values: Sequence[int]) -> str:
    low, high = np.percentile(values, [2.5, 97.5])
    return f"{np.mean(values):.2f} ({low:.0f} to {high:.0f})"


def _markdown(rows: pd.DataFrame) -> str:
    head = [f"| {' | '.join(map(str, rows.columns))} |", "|---" * len(rows.columns) + "|"]
    return "\n".join(head + [f"| {' | '.join(map(str, row))} |" for row in rows.itertuples(index=False)])
